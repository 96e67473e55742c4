"""``stella verdict id|replay``: recompute an id, or a whole verdict."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stella_git.canon.reader import Json


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's sub-commands and arguments."""
    verbs = parser.add_subparsers(metavar="COMMAND", title="commands", required=True, dest="verb")
    identify = verbs.add_parser(
        "id",
        help="recompute the id of a verdict",
        description="Print the id of each verdict: verdict:sha256: and the SHA-256 of its canonical form.",
        epilog="A file holds a verdict, or {verdictId, verdict} as `stella decide --format json` prints it.\n"
        "With --check, exit code 1 when a stated id is another one.\n",
    )
    identify.add_argument("files", metavar="FILE", nargs="+", help="verdict, or - for standard input")
    identify.add_argument("--check", action="store_true", help="compare with the id the file states")
    identify.set_defaults(handler=run_id)
    replay = verbs.add_parser(
        "replay",
        help="recompute a whole verdict from git and compare the bytes",
        description="Load every input of a verdict by digest from git, recompute it, and compare the bytes.",
        epilog="REV replays what its notes attest; FILE an envelope, statement or predicate of a verdict.\n"
        "This shows that a verdict follows from its inputs; who signed it is what `stella verify` answers.\n",
    )
    replay.add_argument("target", metavar="REV|FILE", help="commit, or file with an attestation")
    replay.add_argument(
        "--rev", metavar="REV", help="commit that FILE is about, in this clone (default: what it names)"
    )
    replay.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")
    replay.add_argument(
        "--print", action="store_true", dest="show", help="print the recomputed canonical bytes only"
    )
    replay.set_defaults(handler=run_replay)


def run_id(arguments: argparse.Namespace) -> int:
    """Print ids; with --check, 1 if one differs. One bad file does not hide the others."""
    from stella_git.canon.reader import parse_json
    from stella_git.cli.files import complain, read_argument
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS, StellaError
    from stella_git.report.text import printable

    code = EXIT_CLEAN
    for name in arguments.files:
        shown = printable(name)
        try:
            stated, computed = _ids(parse_json(read_argument(name), path=name), name)
        except StellaError as error:
            complain(error)
            code = max(code, error.exit_code)
            continue
        if not arguments.check:
            print(computed if len(arguments.files) == 1 else f"{computed}  {shown}")
        elif stated != computed:
            said = f"states {printable(stated)}" if stated else "states no verdictId"
            print(f"{shown}: {said}, its bytes give {computed}", file=sys.stderr)
            code = max(code, EXIT_FINDINGS)
        else:
            print(f"{shown}: {computed}")
    return code


def _ids(document: "Json", name: str) -> "tuple[str | None, str]":
    """Return the id a document states, if any, and the id its verdict really has."""
    from stella_git.verdict.model import Verdict

    stated: str | None = None
    if isinstance(document, dict) and "verdict" in document:
        identifier = document.get("verdictId")
        stated = identifier if isinstance(identifier, str) else None
        document = document["verdict"]
    return stated, Verdict.from_json(document, path=name).verdict_id


def run_replay(arguments: argparse.Namespace) -> int:
    """Recompute and compare; 1 when any byte differs."""
    from stella_git.cli.files import print_json, use_colour
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS
    from stella_git.flows.replay import replay_target
    from stella_git.flows.workspace import open_workspace
    from stella_git.report import verification

    with open_workspace() as workspace:
        results = replay_target(workspace, arguments.target, arguments.rev)
    if arguments.show:
        for result in results:
            sys.stdout.buffer.write(result.recomputed)
    elif arguments.format == "json":
        print_json([verification.replay_json(result) for result in results])
    else:
        print(verification.replay_text(results, colour=use_colour(arguments.color)), end="")
    return EXIT_CLEAN if all(result.identical for result in results) else EXIT_FINDINGS
