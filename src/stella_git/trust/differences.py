"""What changed between two keyrings, for the people who are asked to sign the newer one."""

from collections.abc import Iterator

from stella_git.canon.reader import Json
from stella_git.trust.keyring import Keyring


def differences(before: Keyring | None, after: Keyring) -> tuple[str, ...]:
    """Return one line for every member that was added, removed or changed, in the order of the members.

    Args:
        before: the keyring in force; None for a first one.
        after: the newer one.
    """
    return tuple(_lines(before, after))


def _lines(before: Keyring | None, after: Keyring) -> Iterator[str]:
    if before is not None and before.payload == after.payload:
        return
    if before is not None and str(before.expires) != str(after.expires):
        yield f"expires: {before.expires} becomes {after.expires}"
    old = {entry.name: entry for entry in before.keys} if before else {}
    new = {entry.name: entry for entry in after.keys}
    yield from _tables(
        "key",
        {name: _shown(entry.key.keyid, entry.to_json()) for name, entry in old.items()},
        {name: _shown(entry.key.keyid, entry.to_json()) for name, entry in new.items()},
    )
    yield from _tables(
        "identity",
        {entry.name: entry.to_json() for entry in before.identities} if before else {},
        {entry.name: entry.to_json() for entry in after.identities},
    )
    thresholds = dict(before.thresholds) if before else {}
    for role in sorted({*thresholds, *after.thresholds}):
        was, now = thresholds.get(role, 1), after.threshold(role)
        if was != now:
            yield f"threshold of {role}: {was} becomes {now}"
    roots = set(before.trusted_roots) if before else set()
    yield from (f"trusted root {root}: added" for root in sorted(map(str, {*after.trusted_roots} - roots)))
    yield from (f"trusted root {root}: removed" for root in sorted(map(str, roots - {*after.trusted_roots})))


def _shown(keyid: str, members: dict[str, Json]) -> dict[str, Json]:
    return {"keyid": keyid, **{name: value for name, value in members.items() if name != "spki"}}


def _tables(kind: str, old: dict[str, dict[str, Json]], new: dict[str, dict[str, Json]]) -> Iterator[str]:
    for name in sorted({*old, *new}):
        was, now = old.get(name), new.get(name)
        if now is None:
            yield f"{kind} {name}: removed"
        elif was is None:
            yield f"{kind} {name}: added ({_listed(now)})"
        elif was != now:
            changed = sorted(member for member in {*was, *now} if was.get(member) != now.get(member))
            yield f"{kind} {name}: " + "; ".join(
                f"{member} {_text(was.get(member))} becomes {_text(now.get(member))}" for member in changed
            )


def _listed(members: dict[str, Json]) -> str:
    return ", ".join(f"{name} {_text(value)}" for name, value in members.items() if name != "status")


def _text(value: Json | None) -> str:
    if value is None:
        return "(none)"
    return " + ".join(map(str, value)) if isinstance(value, list) else str(value)
