"""``stella attest create|verify|inspect|convert``: make evidence, and look at one file of it."""

import argparse
import sys


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's sub-commands and arguments."""
    nouns = parser.add_subparsers(metavar="COMMAND", title="commands", required=True, dest="verb")
    create = nouns.add_parser(
        "create",
        help="decide on a commit, sign the verdict and store it as a note",
        description="Decide on a commit, sign the verdict and store it as a git note. A denial is signed\n"
        "and stored too, and exits with 1.",
        epilog="Notes go to refs/notes/stella/w/<key>; publish them with\n"
        "  git push origin 'refs/notes/stella/w/*'\n"
        "and evidence that is not in the tree with\n  git push origin 'refs/stella/cas/*'\n",
    )
    from stella_git.cli.decide import add_question

    add_question(create)
    create.add_argument(
        "--key", metavar="URI", help="signer: file:PATH, ssh:PATH, sigstore: ... (default: this clone's key)"
    )
    create.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")
    create.add_argument(
        "--hook", action="store_true", help="run as a post-commit hook: without a key say so and exit 0"
    )
    create.add_argument(
        "--require", action="store_true", help="with --hook: a missing key is an error after all"
    )
    create.set_defaults(handler=run)
    _configure_files(nouns)


def _configure_files(nouns: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    from stella_git.cli import evidence

    evidence.configure_verify(nouns.add_parser("verify", help="verify an envelope or a bundle"))
    evidence.configure_inspect(nouns.add_parser("inspect", help="say what is in an envelope or a bundle"))
    evidence.configure_convert(nouns.add_parser("convert", help="turn an envelope into a bundle, or back"))


def run(arguments: argparse.Namespace) -> int:
    """Store one attestation and print where it went."""
    from stella_git.cli.decide import question
    from stella_git.cli.files import print_json, use_colour
    from stella_git.cli.password import ask
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS, ConfigError
    from stella_git.flows import attest, signing
    from stella_git.flows.workspace import open_workspace
    from stella_git.report import verdicts
    from stella_git.trust.signers import use_prompt

    with use_prompt(ask), open_workspace() as workspace:
        signer = signing.find_signer(workspace, arguments.key)
        if signer is None and arguments.hook and not arguments.require:
            print(
                "stella attest: skipped, this clone has no signing key (stella keys generate)",
                file=sys.stderr,
            )
            return EXIT_CLEAN
        if signer is None:
            raise ConfigError(
                "this clone has no signing key",
                code="key-missing",
                remedy="run stella init or stella keys generate, or name one with --key",
            )
        answer, stored = attest.create(workspace, question(arguments), signer)
    verdict = answer.decision.verdict
    if arguments.format == "json":
        print_json(
            {
                "verdictId": verdict.verdict_id,
                "decision": verdict.decision,
                "envelope": str(stored.envelope),
                "ref": stored.ref,
                "created": stored.created,
                "commit": answer.commit.id,
            }
        )
    else:
        print(verdicts.attested_text(answer, stored, colour=use_colour(arguments.color)), end="")
    return EXIT_CLEAN if verdict.decision in {"pass", "warn"} else EXIT_FINDINGS
