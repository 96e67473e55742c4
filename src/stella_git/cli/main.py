"""Entry of the commands ``stella`` and ``git-stella``.

A hook starts cold on every commit, so this module imports nothing but `argparse`: the module of a command
is loaded when that command is the one being run.
"""

import argparse
import contextlib
import sys

from stella_git import __version__
from stella_git.errors import EXIT_DEFECT, EXIT_ENVIRONMENT, EXIT_INTERRUPT, StellaError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

# noun -> (module, summary). A module has `configure(parser)`, which sets `handler`: arguments -> exit code.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("stella_git.cli.init", "set a repository up: configuration, key, keyring, budget, refspecs"),
    "deinit": ("stella_git.cli.deinit", "undo what init did to this clone, and leave the evidence"),
    "config": ("stella_git.cli.config", "check, show or describe stella.toml"),
    "sbom": ("stella_git.cli.sbom", "validate, compare and mend software bills of materials"),
    "vex": ("stella_git.cli.vex", "validate, compare and mend VEX documents"),
    "evidence": ("stella_git.cli.sniffing", "validate whatever is a document among files"),
    "attestation": ("stella_git.cli.attestation", "validate statements, envelopes and bundles"),
    "rule": ("stella_git.cli.rule", "explain a rule of the validators"),
    "findings": ("stella_git.cli.findings", "turn what scanners wrote into one findings document"),
    "budget": ("stella_git.cli.budget", "check findings against a risk budget"),
    "policy": ("stella_git.cli.policy", "write, try, test and keep policies"),
    "decide": ("stella_git.cli.decide", "compute the verdict on a commit and print it"),
    "attest": ("stella_git.cli.attest", "decide, sign and store the verdict as a git note"),
    "verify": ("stella_git.cli.verify", "verify the verdicts of commits, and recompute them"),
    "verdict": ("stella_git.cli.verdict", "recompute the id of a verdict, or replay it"),
    "log": ("stella_git.cli.log", "list commits with their verdicts"),
    "show": ("stella_git.cli.show", "show what is attested about one commit"),
    "keys": ("stella_git.cli.keys", "make and rotate signing keys, and say in the keyring who may sign"),
    "audit": ("stella_git.cli.audit", "show and verify the log of what this clone signed"),
    "trust": ("stella_git.cli.trust", "show the trusted roots of Sigstore, and fetch newer ones"),
    "canon": ("stella_git.cli.canon", "print the canonical bytes of a JSON document (RFC 8785)"),
    "digest": ("stella_git.cli.digest", "print digests of a file and of its canonical form"),
    "demo": ("stella_git.cli.demo", "tell the whole story in a fresh repository"),
}

EPILOG = """\
exit codes:
  0  clean            1  findings: evidence is bad, or the policy says no
  2  usage or configuration   3  our bug   4  git, disk or network   130  interrupted

`stella COMMAND --help` explains one command; `stella demo` shows all of it at work.
"""


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Asks how wide the terminal is when it prints help: argparse makes one for every argument."""

    def __init__(self, prog: str, **options: "Any") -> None:
        options.setdefault("width", 80)
        super().__init__(prog, **options)

    def format_help(self) -> str:
        import shutil

        self._width = shutil.get_terminal_size().columns - 2
        least = 2 * self._indent_increment
        self._max_help_position = min(self._max_help_position, max(self._width - 20, least))
        return super().format_help()


class _Parser(argparse.ArgumentParser):
    """A parser that never guesses at an abbreviation."""

    def __init__(self, **options: object) -> None:
        options.setdefault("allow_abbrev", False)
        options.setdefault("formatter_class", _Formatter)
        super().__init__(**options)  # type: ignore[arg-type]  # argparse's own keyword arguments, passed through

    def add_subparsers(self, **options: "Any") -> "Any":
        options.setdefault("prog", self.prog)  # or argparse formats a usage to learn it
        return super().add_subparsers(**options)


def build_parser(only: str | None = None, words: "Sequence[str]" = ()) -> argparse.ArgumentParser:
    """Return the parser, with the sub-parser of the command ``only`` filled in.

    Args:
        only: name of the command about to run; ``"*"`` fills in all of them (documentation, man page).
        words: what it is to parse. If they begin with the command, no other one has a sub-parser, and if a
            verb follows, the command may leave out its others.
    """
    direct = only is not None and list(words[:1]) == [only]
    verb = words[1] if direct and len(words) > 1 else ""
    parser = _Parser(
        prog="stella",
        description="Git-native policy as code: verdicts that anyone with a clone can recompute.",
        epilog=EPILOG,
    )
    parser.add_argument(
        "--version", action="version", version=f"stella {__version__}", help="print the version and exit"
    )
    parser.add_argument("-C", dest="directory", metavar="DIR", default=".", help="run as if started in DIR")
    parser.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="colour the output (default: auto)",
    )
    parser.add_argument("--debug", action="store_true", help="log what is done, and show tracebacks")
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", title="commands", parser_class=_Parser
    )
    for name, (module, summary) in COMMANDS.items():
        if direct and name != only:
            continue
        filled = only in {name, "*"}
        sub = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        if filled:
            _configure(module, sub, verb)
    return parser


def _configure(module: str, parser: argparse.ArgumentParser, verb: str) -> None:
    import importlib

    command = importlib.import_module(module)
    if verb in getattr(command, "VERBS", ()):
        command.configure(parser, verb)
    else:
        command.configure(parser)


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        argv: arguments without the program's name; `sys.argv` by default.
    """
    words = sys.argv[1:] if argv is None else argv
    _never_fail_to_print()
    parser = build_parser(_command(words), words)
    arguments, unknown = parser.parse_known_args(words)
    if unknown:
        place = " ".join(filter(None, ("stella", arguments.command)))
        option = unknown[0].partition("=")[0]
        if option in _GLOBAL:
            parser.error(f"{option} stands before the command: stella {option} ... {arguments.command}")
        parser.error(f"unrecognized arguments: {_printable(' '.join(unknown))} (see {place} --help)")
    if not arguments.command:
        parser.print_help()
        return 0
    if arguments.debug:
        import logging

        logging.basicConfig(level=logging.DEBUG, stream=sys.stderr, format="%(name)s: %(message)s")
    try:
        with contextlib.chdir(arguments.directory):
            code: int = arguments.handler(arguments)
            sys.stdout.flush()
    except StellaError as error:
        return _report(error, debug=arguments.debug)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return EXIT_INTERRUPT
    except BrokenPipeError:
        # The reader went away (`stella log | head`): not our failure, and nothing more can be printed.
        sys.stderr.close()
        return EXIT_ENVIRONMENT
    except OSError as error:
        print(f"error[os]: {_printable(str(error))}", file=sys.stderr)
        return EXIT_ENVIRONMENT
    except Exception as error:  # noqa: BLE001 - the last line of defence: a crash must not look like a "no"
        return _defect(error, debug=arguments.debug)
    return code


_GLOBAL = frozenset({"--color", "--debug", "-C"})


def _command(words: list[str]) -> str | None:
    """Return the command among the words; a directory may have the name of one."""
    pairs = zip(["", *words], words, strict=False)
    values = {"-C", "--color"}
    return next((word for before, word in pairs if word in COMMANDS and before not in values), None)


def _never_fail_to_print() -> None:
    """Escape what the terminal's encoding lacks: a commit message must not turn an answer into a crash."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _report(error: StellaError, *, debug: bool) -> int:
    place = str(error.where)
    lines = [f"error[{error.code}]: {error.message}"]
    if place:
        lines.append(f"  at: {place}")
    if error.remedy:
        lines.append(f"  remedy: {error.remedy}")
    print("\n".join(_printable(line) for line in lines), file=sys.stderr)
    if debug:
        _traceback(error)
    return error.exit_code


def _defect(error: Exception, *, debug: bool) -> int:
    print(
        f"error[defect]: {_printable(f'{type(error).__name__}: {error}')}\n"
        "  This is a bug in stella, not an answer about your repository.\n"
        "  remedy: run again with --debug and report what it prints",
        file=sys.stderr,
    )
    if debug:
        _traceback(error)
    return EXIT_DEFECT


def _traceback(error: Exception) -> None:
    import traceback

    traceback.print_exception(error)


def _printable(text: str) -> str:
    """Return the text with control characters escaped: file names and documents are not ours.

    A private key that somebody pasted where a path belongs is left out: logs keep what is printed.
    """
    import re

    key = r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:.*?-----END [A-Z ]*PRIVATE KEY-----|.*)"
    return "".join(
        char if char.isprintable() or char == " " else char.encode("unicode_escape").decode()
        for char in re.sub(key, "[a private key]", text, flags=re.DOTALL)
    )


# Parsing a document allocates thousands of containers that all stay: looking for cycles among them again and
# again, as Python does by default every 700, takes a third of the time.
_ALLOCATIONS = 200_000


def run() -> None:
    """Run the command of `sys.argv` and leave the process with its exit code."""
    import gc

    gc.set_threshold(_ALLOCATIONS)
    sys.exit(main())
