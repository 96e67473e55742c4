"""``stella policy lock``: packs of others, and digests of every file that decides."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it

_DESCRIPTION = """\
Fetch the packs of others that a policy set names and write policy.lock, with the digest of
every policy, policy set, budget, schema and pack. A pack is taken only if its digest is the
one that the policy set says. Where a lock lies among the policies, a decision refuses
whatever it does not list. --check writes nothing; --sign adds a signature over the lock."""
_EPILOG = """\
examples:
  stella policy lock                                # fetch what is missing, lock
  stella policy lock --write-digests                # trust what is fetched now: read the diff
  stella policy lock --sign file:ada.pem            # with a key that has the role policy
  stella policy lock --check --require-signature    # in CI
exit codes:
  0  locked, or as the lock says
  1  --check found a difference or too few signatures; a pack has another digest, or is none
  2  usage, policies that cannot be used, or a pack without a digest
  4  git, the network or the disk does not answer
"""


def configure(commands: "Verbs") -> None:
    """Describe ``stella policy lock``."""
    sub = commands.add_parser(
        "lock",
        help="fetch packs of others, write, check and sign policy.lock",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=_DESCRIPTION,
        epilog=_EPILOG,
    )
    sub.add_argument(
        "place",
        metavar="DIR",
        nargs="?",
        default="policies",
        help="folder of the policies, or the policy set in it (default: policies)",
    )
    sub.add_argument("--check", action="store_true", help="write nothing; list every difference")
    sub.add_argument(
        "--update", action="store_true", help="fetch packs again, and replace what was changed here"
    )
    sub.add_argument(
        "--write-digests",
        action="store_true",
        help="write digests of fetched packs into the policy set, missing or different",
    )
    sub.add_argument(
        "--sign",
        metavar="URI",
        action="append",
        default=[],
        help="URI of a signer, such as file:PATH; may be repeated",
    )
    sub.add_argument(
        "--require-signature", action="store_true", help="with --check: too few signatures are a difference"
    )
    sub.add_argument(
        "--keyring", metavar="FILE", help="with --check: who may sign (default: of the trusted revision)"
    )
    sub.add_argument(
        "--root-key",
        metavar="FINGERPRINT",
        action="append",
        default=[],
        help="with --check: a key that must have signed the keyring",
    )
    sub.add_argument("--policy-ref", metavar="REV", help="with --sign: revision to read the keyring from")
    sub.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")
    sub.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Lock, sign, or check."""
    from stella_git.canon.clock import SystemClock
    from stella_git.flows import policylock, policylockcheck
    from stella_git.report import locks as report

    _require_together(arguments)
    now = SystemClock().now()
    if arguments.check:
        return _check(arguments)
    result = policylock.write(arguments.place, update=arguments.update, write_digests=arguments.write_digests)
    signed: tuple[str, ...] = ()
    if arguments.sign:
        signed = policylockcheck.sign(
            arguments.place, arguments.sign, at=now, policy_ref=arguments.policy_ref
        )
    _print(report.lines(result, signed), report.document(result, signed), arguments.format)
    return 0


def _require_together(arguments: argparse.Namespace) -> None:
    from stella_git.errors import UsageError

    writing = arguments.update or arguments.write_digests or arguments.sign
    checking = arguments.require_signature or arguments.keyring or arguments.root_key
    if (arguments.check and writing) or (checking and not arguments.check):
        raise UsageError(
            "--check goes with --require-signature, --keyring and --root-key; the others write",
            code="lock-arguments",
            remedy="check in one command, and lock in another",
        )


def _print(lines: list[str], document: "Json", form: str) -> None:
    from stella_git.cli.files import print_json
    from stella_git.report.text import printable

    if form == "json":
        print_json(document)
    else:
        print("\n".join(printable(line) for line in lines))


def _check(arguments: argparse.Namespace) -> int:
    from stella_git.canon.clock import SystemClock
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS
    from stella_git.flows import policylockcheck
    from stella_git.report import locks as report

    checked = policylockcheck.check(
        arguments.place,
        at=SystemClock().now(),
        keyring=arguments.keyring,
        root_keys=tuple(arguments.root_key),
        require=arguments.require_signature,
    )
    _print(report.checked_lines(checked), report.checked_document(checked), arguments.format)
    return EXIT_FINDINGS if checked.problems else EXIT_CLEAN
