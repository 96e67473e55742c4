"""``stella policy waive``: ask for an exception, approve one, renew one, list them."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it

TYPES = ("false_positive", "risk_accepted", "compensating_control", "deferred_remediation")


def configure(commands: "Verbs") -> None:
    """Describe ``stella policy waive``."""
    sub = commands.add_parser(
        "waive",
        help="ask for an exception, approve or renew one, list them",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=(
            "Write a waiver: an exception for one violation, or for one vulnerability in one package, for a\n"
            "while. It holds once enough others approved it (--approve): neither its owner, nor the author\n"
            "of the commit that brought it. Nothing is ever overwritten, and nothing is extended silently:\n"
            "a waiver that was renewed has to be approved again."
        ),
        epilog=(
            "examples:\n"
            "  stella policy waive vfp:0123456789abcdef --policy vuln.no-kev/kev --type false_positive \\\n"
            '    --reason "The vulnerable class is not in our build"\n'
            "  stella policy waive --vuln CVE-2026-0001 --purl 'pkg:npm/left-pad@1.*' \\\n"
            '    --policy vuln.no-kev --type deferred_remediation --reason "Fixed in the May release"\n'
            "  stella policy waive --approve policies/waivers/left-pad.yaml --key file:ada.pem\n"
            "  stella policy waive --renew policies/waivers/left-pad.yaml --expires 14d\n"
            "  stella policy waive --list --format markdown\n"
            "  stella policy waive --check\n"
            "exit codes:\n"
            "  0  written, approved, renewed or listed; with --check: all hold\n"
            "  1  --check: a waiver does not hold or covers nothing; --approve: the waiver is your own\n"
            "  2  usage, such as a waiver that would never hold, or policies that cannot be used\n"
            "  4  git or the disk does not answer\n"
        ),
    )
    sub.add_argument(
        "fingerprint", metavar="FINGERPRINT", nargs="?", help="vfp:... of a violation, or fp:... of a finding"
    )
    _add_actions(sub)
    _add_wish(sub)
    sub.add_argument(
        "--policies",
        metavar="PATH",
        action="append",
        default=[],
        help="policy file or folder (default: policies)",
    )
    sub.add_argument("--policy-ref", metavar="REV", help="trusted revision to read the keyring from")
    sub.add_argument(
        "--as-of", metavar="T", help="the time that counts, RFC 3339 (default: SOURCE_DATE_EPOCH, else now)"
    )
    sub.add_argument(
        "--format",
        choices=("text", "json", "markdown"),
        default="text",
        help="output of --list (default: text)",
    )
    sub.set_defaults(handler=_run)


def _add_actions(sub: argparse.ArgumentParser) -> None:
    what = sub.add_mutually_exclusive_group()
    what.add_argument("--approve", metavar="FILE", help="add your approval to a waiver")
    what.add_argument("--renew", metavar="FILE", help="give a waiver a new beginning and end; approvals go")
    what.add_argument("--list", action="store_true", help="list waivers, sorted by when they expire")
    what.add_argument(
        "--check",
        action="store_true",
        help="list them, and exit with 1 if one does not hold or covers nothing",
    )
    sub.add_argument(
        "--key", metavar="URI", help="with --approve: the signer (default: the one key that may)"
    )
    sub.add_argument(
        "--identity", metavar="NAME", help="with --approve: what the keyring has to call the key"
    )


def _add_wish(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--vuln", metavar="ID", help="vulnerability, with --purl, in place of a fingerprint")
    sub.add_argument("--purl", metavar="GLOB", help="package URL; '*' stands for part of a name")
    sub.add_argument(
        "--environment", metavar="E", action="append", default=[], help="with --vuln: only there"
    )
    sub.add_argument(
        "--subject", metavar="GLOB", action="append", default=[], help="with --vuln: only of that"
    )
    sub.add_argument(
        "--policy", metavar="ID[/RULE]", help="policy that is waived, or one rule of it, or a budget"
    )
    sub.add_argument(
        "--from-run",
        metavar="FILE",
        help="JSON of policies that ran or of a decision: says of which rule a fingerprint is, and with\n"
        "--list and --check which waivers cover nothing",
    )
    sub.add_argument("--type", choices=TYPES, help="why the risk is taken")
    sub.add_argument("--effect", choices=("waive", "downgrade"), default="waive", help="default: waive")
    sub.add_argument("--reason", metavar="TEXT", help="why, in at least 20 characters")
    sub.add_argument("--ticket", metavar="TEXT", help="where it is discussed")
    sub.add_argument("--owner", metavar="OWNER", help="user:NAME or team:NAME (default: git's user.email)")
    sub.add_argument("--expires", metavar="WHEN", help="a time, a day, or a number of days (default: 30d)")
    sub.add_argument("--from", dest="start", metavar="WHEN", help="when it begins (default: --as-of)")
    sub.add_argument("--id", metavar="NAME", help="of the waiver (default: made of what it covers)")
    sub.add_argument("--into", metavar="DIR", default="policies/waivers", help="default: policies/waivers")


def _run(arguments: argparse.Namespace) -> int:
    from stella_git.cli.policywaiving import run_waive

    return run_waive(arguments)
