"""Runs ``stella policy waive``; `policywaive` describes it."""

import argparse
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json
    from stella_git.flows.waiverswriting import Written
    from stella_git.flows.workspace import Workspace

_DAYS = "30d"
_DIGITS = 5


def run_waive(arguments: argparse.Namespace) -> int:
    """Do what is asked for."""
    from stella_git.errors import UsageError

    action = arguments.approve or arguments.renew or arguments.list or arguments.check
    if action and arguments.fingerprint is not None:
        raise UsageError(
            "a fingerprint is for a new waiver only",
            code="waive-arguments",
            remedy="leave it out, or leave out --approve, --renew, --list or --check",
        )
    if arguments.approve:
        return _approve(arguments)
    if arguments.renew:
        return _renew(arguments)
    return _list(arguments) if arguments.list or arguments.check else _create(arguments)


def _create(arguments: argparse.Namespace) -> int:
    from stella_git.flows import waiverswriting

    policy, rule = _target(arguments)
    now = _now(arguments)
    start = _when(arguments.start, now, "--from") if arguments.start else now
    covered = arguments.fingerprint is not None
    if covered == (arguments.vuln is not None and arguments.purl is not None) or (
        covered and (arguments.vuln or arguments.purl or arguments.environment or arguments.subject)
    ):
        raise _usage("give either a fingerprint, or both --vuln and --purl")
    for option, value in (("--type", arguments.type), ("--reason", arguments.reason)):
        if value is None:
            raise _usage(f"{option} is missing")
    written = waiverswriting.create(
        waiverswriting.Wish(
            id=arguments.id,
            policy=policy,
            rule=rule,
            fingerprint=arguments.fingerprint,
            vuln=arguments.vuln,
            purl=arguments.purl,
            environments=tuple(arguments.environment),
            subjects=tuple(arguments.subject),
            kind=arguments.type,
            effect=arguments.effect,
            reason=arguments.reason,
            ticket=arguments.ticket,
            owner=arguments.owner or _owner(),
            created=now,
            effective_from=start,
            expires=_when(arguments.expires or _DAYS, start, "--expires"),
        ),
        into=arguments.into,
        policies=arguments.policies,
    )
    _say(written, f"wrote {written.path}")
    return 0


def _say(written: "Written", what: str) -> None:
    from stella_git.report.text import count, printable

    waiver = written.waiver
    print(printable(what))
    print(
        printable(f"  {waiver.effect} from {waiver.effective_from} to {waiver.expires}, owner {waiver.owner}")
    )
    if written.needed == 0:
        print("next: commit it; the policy set asks for no approval")
        return
    print(
        f"next: commit it; then {count(written.needed, 'holder')} of keys with the role waiver,"
        " neither its owner nor its author, run"
    )
    print(printable(f"  stella policy waive --approve {written.path}"))


def _approve(arguments: argparse.Namespace) -> int:
    from stella_git.flows.waiversapproving import approve
    from stella_git.report.text import printable

    with _opened() as workspace:
        done = approve(
            workspace,
            arguments.approve,
            at=_now(arguments),
            key=arguments.key,
            name=arguments.identity,
            policy_ref=arguments.policy_ref,
        )
    print(printable(f"approved {arguments.approve} as key:{done.name}"))
    if done.dropped:
        print(printable(f"  dropped, because not of this: {', '.join(done.dropped)}"))
    if done.unchecked:
        print(printable(f"  not checked: {done.unchecked}"))
    print(printable(f"approved by {', '.join(done.names) or 'nobody whose approval counts yet'}"))
    print(printable(f"next: git add {arguments.approve} && git commit, and bring it to the trusted branch"))
    return 0


def _renew(arguments: argparse.Namespace) -> int:
    from stella_git.flows.waiverswriting import renew
    from stella_git.report.text import printable

    if arguments.expires is None:
        raise _usage("--renew needs --expires")
    now = _now(arguments)
    start = _when(arguments.start, now, "--from") if arguments.start else now
    written, dropped = renew(
        arguments.renew,
        start=start,
        end=_when(arguments.expires, start, "--expires"),
        reason=arguments.reason,
        policies=arguments.policies,
    )
    _say(written, f"renewed {written.path}")
    if dropped:
        print(printable(f"  no longer approved by {', '.join(dropped)}: they approved what it said before"))
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from contextlib import ExitStack

    from stella_git.cli.files import print_json, use_colour
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS
    from stella_git.flows.surroundings import find_work_tree
    from stella_git.flows.waiverslisting import listing
    from stella_git.flows.waiversreports import orphans_in
    from stella_git.flows.waiverswriting import rules_of
    from stella_git.report import waivers

    at = _now(arguments)
    orphans = orphans_in(_report(arguments.from_run)) if arguments.from_run else frozenset[str]()
    rules = rules_of(arguments.policies)
    with ExitStack() as stack:
        workspace = stack.enter_context(_opened()) if find_work_tree() is not None else None
        rows = listing(rules, at=at, workspace=workspace, policy_ref=arguments.policy_ref, orphans=orphans)
    if arguments.format == "json":
        print_json(waivers.waivers_json(rows, at=at))
    elif arguments.format == "markdown":
        print(waivers.waivers_markdown(rows), end="")
    else:
        print(waivers.waivers_text(rows, colour=use_colour(arguments.color)), end="")
    return EXIT_FINDINGS if arguments.check and not all(row.ok for row in rows) else EXIT_CLEAN


@contextmanager
def _opened() -> "Iterator[Workspace]":
    """Open the repository; keys whose password no variable holds are asked for at the terminal."""
    from stella_git.cli.password import ask
    from stella_git.flows.workspace import open_workspace
    from stella_git.trust.signers import use_prompt

    with use_prompt(ask), open_workspace() as workspace:
        yield workspace


def _target(arguments: argparse.Namespace) -> tuple[str, str | None]:
    """Return policy and rule that are named, or that a report says a fingerprint is of."""
    if arguments.policy is not None:
        policy, _, rule = arguments.policy.partition("/")
        return policy, rule or None
    if arguments.from_run is None or arguments.fingerprint is None:
        raise _usage("--policy is missing; or give a fingerprint and --from-run")
    from stella_git.flows.waiversreports import rules_that_saw

    found = rules_that_saw(_report(arguments.from_run), arguments.fingerprint)
    if len(found) != 1:
        shown = ", ".join(f"{policy}/{rule}" for policy, rule in found) or "no rule"
        raise _usage(
            f"{arguments.from_run} has {arguments.fingerprint} of {shown[:300]}: name one with --policy"
        )
    return found[0]


def _report(name: str) -> "Json":
    from stella_git.canon import reader
    from stella_git.cli.files import LIMIT, read_argument

    return reader.parse_json(read_argument(name), path=name, limit=LIMIT)


def _owner() -> str:
    """Return ``user:`` and the address that git is configured with."""
    from stella_git.flows.surroundings import find_work_tree

    if find_work_tree() is not None:
        from stella_git.flows.workspace import open_workspace

        with open_workspace() as workspace:
            email = workspace.backend.config_get("user.email")
        if email:
            return f"user:{email}"
    raise _usage("nobody is known who asks: give --owner, such as user:ada@example.com")


def _now(arguments: argparse.Namespace) -> "Instant":
    from stella_git.canon.clock import Instant
    from stella_git.cli.policyrun import as_of

    return Instant(as_of(arguments).seconds)


def _when(text: str, base: "Instant", option: str) -> "Instant":
    """Return the time that an argument means: ``30d`` after another, a day, or a time."""
    from stella_git.canon.clock import DAY, Instant
    from stella_git.cli.decide import parse_time

    number = text.removesuffix("d")
    if number != text and number.isascii() and number.isdecimal() and len(number) <= _DIGITS:
        return base.plus(int(number) * DAY)
    day = len(text) == len("2026-01-31") and text.count("-") == len("--")
    found = parse_time(f"{text}T00:00:00Z" if day else text, option)
    return Instant(found.seconds) if found is not None else base


def _usage(message: str) -> Exception:
    from stella_git.errors import UsageError

    return UsageError(message, code="waive-arguments", remedy="see stella policy waive --help")
