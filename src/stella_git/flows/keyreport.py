"""What a keyring is: is it signed as it must be, by whom, for how long, and what is weak about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from stella_git.canon.clock import Instant
from stella_git.canon.reader import Json
from stella_git.flows import anchoring, keyringfiles, trusted
from stella_git.flows.keyringfiles import Base, Pair
from stella_git.flows.workspace import Workspace, read_file
from stella_git.trust import anchor, differences, rotation, succession
from stella_git.trust.anchor import Pin
from stella_git.trust.keyring import Keyring
from stella_git.trust.report import Report
from stella_git.trust.rotation import Weakness
from stella_git.trust.succession import Standing, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyringReport:
    """A keyring, and what there is to say about it.

    Args:
        place: where it was read.
        keyring: what it says.
        report: the checks that a verification makes of it.
        standing: who signed, and who still has to.
        changes: what is other than in the keyring in force.
        weaknesses: what holds, and should not stay so.
    """

    place: str
    keyring: Keyring
    report: Report
    standing: Standing
    changes: tuple[str, ...]
    weaknesses: tuple[Weakness, ...]

    def to_json(self) -> dict[str, Json]:
        """Return the report as plain JSON."""
        return {
            "keyring": self.place,
            "version": self.keyring.version,
            "digest": str(self.keyring.digest),
            "expires": str(self.keyring.expires),
            **self.report.to_json(),
            "signing": standing_json(self.standing),
            "changes": list(self.changes),
            "weaknesses": [
                {"code": weak.code, "about": weak.about, "text": weak.text} for weak in self.weaknesses
            ],
        }


def standing_json(standing: Standing) -> dict[str, Json]:
    """Return who signed and who has to, as plain JSON."""
    members: dict[str, Json] = {"complete": standing.complete, "own": _tier(standing.own)}
    if standing.before is not None:
        members["before"] = _tier(standing.before)
    if standing.bad:
        members["bad"] = list(standing.bad)
    if standing.unknown:
        members["unknown"] = list(standing.unknown)
    return members


def _tier(tier: Tier) -> Json:
    return {
        "signed": [f"key:{name}" for name in tier.signed],
        "needed": tier.needed,
        "missing": tier.missing,
        "others": [f"key:{name}" for name in tier.others],
    }


def examine(
    workspace: Workspace,
    *,
    policy_ref: str | None = None,
    file: Path | None = None,
    root_keys: Iterable[str] = (),
) -> KeyringReport:
    """Return a report on a keyring; nothing is pinned by it.

    Args:
        workspace: the clone.
        policy_ref: examine the keyring of this revision.
        file: examine this one, signatures beside it; without both that of the work tree.
        root_keys: fingerprints, one of which must have vouched for it.

    Raises:
        ConfigError: there is none, or it cannot be read.
        UsageError: no such file.
    """
    now: Instant = workspace.clock.now()
    pair, place = _asked(workspace, policy_ref, file)
    keyring = pair.keyring(place)
    base = keyringfiles.base(workspace)
    report, _ = anchor.establish(
        pair.payload,
        pair.signatures,
        root_keys=tuple(root_keys),
        pin=_pin(workspace, base, keyring, now),
        now=now,
        path=place,
    )
    return KeyringReport(
        place=place,
        keyring=keyring,
        report=report,
        standing=succession.standing(keyring, base.keyring, now),
        changes=differences.differences(base.keyring, keyring),
        weaknesses=rotation.weaknesses(keyring, now),
    )


def _pin(workspace: Workspace, base: Base, keyring: Keyring, now: Instant) -> Pin | None:
    """Return what the keyring has to follow from: what this clone accepted, else the keyring in force."""
    seen = anchoring.read_pin(workspace)
    if seen is None:
        return None if base.keyring is None else Pin.of(base.keyring.payload)
    return (
        seen if base.in_force is None else anchoring.caught_up(workspace, base.in_force, keyring, seen, now)
    )


def _asked(workspace: Workspace, policy_ref: str | None, file: Path | None) -> tuple[Pair, str]:
    if file is not None:
        beside = file.with_name(file.name.removesuffix(".json") + ".sigs.json")
        found = read_file(beside, limit=keyringfiles.LIMIT) if beside.is_file() else None
        return Pair(read_file(file, limit=keyringfiles.LIMIT), found), str(file)
    if policy_ref is None:
        return keyringfiles.load(workspace), workspace.local.keyring
    commit = trusted.trusted_commit(workspace.backend, policy_ref, workspace.environment)
    payload, signatures, place = anchoring.keyring_of(trusted.load(workspace.backend, commit), None)
    return Pair(payload, signatures), place
