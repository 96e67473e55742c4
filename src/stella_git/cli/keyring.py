"""Runs ``stella keys add|rotate|revoke|renew|sign|verify``; `keyring_options` describes them."""

import argparse
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.canon.clock import Instant
    from stella_git.canon.digest import Digest
    from stella_git.flows.keychanges import Outcome
    from stella_git.flows.keyedits import KeyTerms
    from stella_git.flows.workspace import Workspace
    from stella_git.trust.keys import PublicKey


@contextmanager
def _asking() -> "Iterator[Workspace]":
    """Open the repository; keys whose password no variable holds are asked for at the terminal."""
    from stella_git.cli.password import ask
    from stella_git.flows.workspace import open_workspace
    from stella_git.trust.signers import use_prompt

    with use_prompt(ask), open_workspace() as workspace:
        yield workspace


def run_add(arguments: argparse.Namespace) -> int:
    """Add what the arguments describe."""
    from stella_git.errors import UsageError
    from stella_git.flows import keyedits

    kinds = (arguments.file is not None, arguments.identity, arguments.trusted_root is not None)
    if sum(kinds) != 1:
        raise UsageError(
            "exactly one of a key file, --identity and --trusted-root is needed",
            code="keys-arguments",
            remedy="see stella keys add --help",
        )
    with _asking() as workspace:
        if arguments.trusted_root is not None:
            digest = _root_digest(arguments.trusted_root)
            outcome = keyedits.add_root(workspace, digest, keys=arguments.key)
        elif arguments.identity:
            outcome = _add_identity(workspace, arguments)
        else:
            outcome = _add_key(workspace, arguments)
        return _finish(workspace, arguments, outcome)


def _add_key(workspace: "Workspace", arguments: argparse.Namespace) -> "Outcome":
    from pathlib import Path

    from stella_git.flows import keyedits

    key = _public(arguments.file, arguments.fingerprint, arguments.algorithm)
    name = arguments.name or (Path(arguments.file).stem if arguments.file != "-" else "")
    _need(("--name", name), ("--owner", arguments.owner), ("--role", arguments.role))
    terms = _terms(arguments, name=name, owner=arguments.owner, roles=arguments.role)
    return keyedits.add_key(
        workspace, key, terms, thresholds=_thresholds(arguments.threshold), keys=arguments.key
    )


def _add_identity(workspace: "Workspace", arguments: argparse.Namespace) -> "Outcome":
    from stella_git.flows import keyedits
    from stella_git.trust.keyring import IdentityEntry

    _need(("--name", arguments.name), ("--role", arguments.role), ("--issuer", arguments.issuer))
    _need(("--subject or --subject-pattern", arguments.subject or arguments.subject_pattern))
    identity = IdentityEntry(
        name=arguments.name,
        issuer=arguments.issuer,
        roles=keyedits.roles(arguments.role),
        subject=arguments.subject,
        subject_pattern=arguments.subject_pattern,
    )
    return keyedits.add_identity(
        workspace, identity, thresholds=_thresholds(arguments.threshold), keys=arguments.key
    )


def run_rotate(arguments: argparse.Namespace) -> int:
    """Rotate one key."""
    from stella_git.cli.keypassword import new_password
    from stella_git.flows import keychanges, keyedits, keys, rotatehooks

    with _asking() as workspace:
        current, old = keychanges.require_changeable(workspace, arguments.name)
        hooks = rotatehooks.configured_hooks(workspace, arguments.hook)
        name = arguments.new_name or keyedits.free_name(workspace, current, arguments.name)
        if arguments.public is not None:
            key = _public(arguments.public, arguments.fingerprint, arguments.algorithm)
        else:
            _, key = keys.generate(
                workspace,
                name,
                arguments.algorithm or old.key.algorithm,
                form=arguments.key_format,
                password=new_password(arguments.password),
            )
        outcome = keyedits.rotate(
            workspace,
            arguments.name,
            key,
            _terms(arguments, name=name, owner="", roles=()),
            overlap_days=arguments.overlap,
            hooks=hooks,
            keys=arguments.key,
        )
        return _finish(workspace, arguments, outcome)


def run_revoke(arguments: argparse.Namespace) -> int:
    """Revoke one key, or remove one identity."""
    from stella_git.flows import keyedits

    reason = f"{arguments.reason}: {arguments.text}" if arguments.text else arguments.reason
    with _asking() as workspace:
        if arguments.identity:
            outcome = keyedits.remove_identity(workspace, arguments.name, reason=reason, keys=arguments.key)
        else:
            at = _time("--at", arguments.at)
            outcome = keyedits.revoke(workspace, arguments.name, at=at, reason=reason, keys=arguments.key)
        return _finish(workspace, arguments, outcome)


def run_renew(arguments: argparse.Namespace) -> int:
    """Renew the keyring."""
    from stella_git.flows import keyedits

    with _asking() as workspace:
        outcome = keyedits.renew(
            workspace,
            days=arguments.days,
            thresholds=_thresholds(arguments.threshold),
            keys=arguments.key,
        )
        return _finish(workspace, arguments, outcome)


def run_sign(arguments: argparse.Namespace) -> int:
    """Add signatures."""
    from stella_git.cli.files import read_argument
    from stella_git.flows import keychanges, keyreport
    from stella_git.report.text import printable

    merge = [(name, read_argument(name, limit=1 << 20)) for name in arguments.merge]
    with _asking() as workspace:
        changes = keyreport.examine(workspace).changes
        if arguments.format == "text":
            print("what you sign:")
            for line in changes or ("no change against the keyring in force",):
                print(f"  {printable(line)}", flush=True)
        outcome = keychanges.sign(workspace, keys=arguments.key, merge=merge, expect=arguments.expect)
        return _finish(workspace, arguments, outcome)


def run_verify(arguments: argparse.Namespace) -> int:
    """Print a report on a keyring."""
    from pathlib import Path

    from stella_git.cli.files import print_json, use_colour
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS
    from stella_git.flows import keyreport
    from stella_git.report import keyrings

    with _asking() as workspace:
        found = keyreport.examine(
            workspace,
            policy_ref=arguments.policy_ref,
            file=Path(arguments.keyring) if arguments.keyring else None,
            root_keys=arguments.root_key,
        )
    if arguments.format == "json":
        print_json(found.to_json())
    else:
        print(keyrings.report_text(found, colour=use_colour(arguments.color)), end="")
    return EXIT_CLEAN if found.report.ok else EXIT_FINDINGS


def _finish(workspace: "Workspace", arguments: argparse.Namespace, outcome: "Outcome") -> int:
    """Print what was changed, and what comes next."""
    from stella_git.cli.files import print_json
    from stella_git.flows.keyreport import standing_json
    from stella_git.report import keyrings

    names = [workspace.local.keyring, workspace.local.signatures]
    commit = f"git add {' '.join(names)} && git commit"
    if outcome.standing.complete:
        step = f"{commit}, and bring it to the trusted branch"
    else:
        step = f"{commit}, and have the others run: stella keys sign"
    if arguments.format == "text":
        print(keyrings.outcome_text(outcome, next_step=step), end="")
        return 0
    print_json(
        {
            "what": outcome.what,
            "version": outcome.keyring.version,
            "digest": str(outcome.keyring.digest),
            "expires": str(outcome.keyring.expires),
            "signedHere": list(outcome.signed_here),
            "signing": standing_json(outcome.standing),
            "files": list(names),
            "next": step,
        }
    )
    return 0


def _public(name: str, fingerprint: str | None, algorithm: str | None) -> "PublicKey":
    from stella_git.cli.files import read_public_key
    from stella_git.flows import keyedits

    key = read_public_key(name, algorithm)
    keyedits.require_fingerprint(key, fingerprint)
    return key


def _terms(
    arguments: argparse.Namespace, *, name: str, owner: str, roles: "list[str] | tuple[str, ...]"
) -> "KeyTerms":
    from stella_git.flows.keyedits import KeyTerms

    return KeyTerms(
        name=name,
        owner=owner,
        roles=roles,
        not_before=_time("--not-before", arguments.not_before),
        not_after=_time("--not-after", arguments.not_after),
        days=arguments.days,
    )


def _time(option: str, text: str | None) -> "Instant | None":
    from stella_git.canon.clock import parse_rfc3339
    from stella_git.errors import InputError, UsageError, Where

    try:
        return None if text is None else parse_rfc3339(text)
    except InputError as error:
        raise UsageError(
            error.message, code="time-malformed", where=Where(option), remedy=error.remedy
        ) from error


def _thresholds(rows: list[str]) -> dict[str, int]:
    from stella_git.errors import UsageError

    found = {}
    for row in rows:
        role, _, number = row.rpartition("=")
        if not role or not number.isdecimal() or len(number) > len("1000"):
            raise UsageError(
                f"{row[:80]!r} is no threshold",
                code="keys-arguments",
                remedy="write ROLE=N, such as trust=2",
            )
        found[role] = int(number)
    return found


def _need(*given: tuple[str, object]) -> None:
    from stella_git.errors import UsageError

    missing = [name for name, value in given if not value]
    if missing:
        raise UsageError(
            f"{', '.join(missing)} is needed", code="keys-arguments", remedy="see stella keys add --help"
        )


def _root_digest(text: str) -> "Digest":
    from stella_git.canon.digest import Digest
    from stella_git.cli.files import read_argument
    from stella_git.errors import InputError, UsageError
    from stella_git.trust import roots

    if text.startswith("sha256:"):
        try:
            return Digest.parse(text)
        except InputError as error:
            raise UsageError(
                f"--trusted-root: {error.message}", code=error.code, remedy=error.remedy or "give it whole"
            ) from error
    return roots.from_file(read_argument(text, limit=roots.LIMIT), text).root.digest
