"""How two VEX documents differ, for people and for programs."""

from typing import TYPE_CHECKING

from stella_git.report.text import count, paint, printable

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.vexdiff import Change, Said, VexDiff

SCHEMA = "stella.vex-diff/1"
_ANYTHING = "(no product named)"


def text(found: "VexDiff", *, colour: bool) -> str:
    """Return one line for each claim that was added (+), removed (-) or changed (~), and a summary."""
    lines = [paint(f"- {_line(one)}", "error", colour=colour) for one in found.removed]
    lines += [paint(f"+ {_line(one)}", "good", colour=colour) for one in found.added]
    lines += [paint(f"~ {_changed(one)}", "warning", colour=colour) for one in found.changed]
    if found.equal:
        summary = f"no differences in {count(found.same, 'claim')}"
    else:
        summary = (
            f"{len(found.added)} added, {len(found.removed)} removed, {len(found.changed)} changed, "
            f"{found.same} unchanged"
        )
    return "\n".join([*lines, summary]) + "\n"


def _name(said: "Said") -> str:
    return printable(f"{said.vulnerability} {said.product or _ANYTHING}")


def _line(said: "Said") -> str:
    reason = f" ({said.justification})" if said.justification else ""
    return f"{_name(said)}: {printable(said.status + reason)}"


def _changed(change: "Change") -> str:
    told = [
        f"{name} {getattr(change.before, name) or 'none'} -> {getattr(change.after, name) or 'none'}"
        for name in change.fields
    ]
    return f"{_name(change.before)}: {printable('; '.join(told))}"


def as_json(found: "VexDiff", *, before: str, after: str) -> "dict[str, Json]":
    """Return the differences as plain JSON, of the schema ``vex-diff.v1``.

    Args:
        found: the differences.
        before: name of the first document; ``REV:PATH`` if it is read from git.
        after: name of the second.
    """
    return {
        "schema": SCHEMA,
        "before": {"path": before},
        "after": {"path": after},
        "equal": found.equal,
        "added": [_said(one) for one in found.added],
        "removed": [_said(one) for one in found.removed],
        "changed": [
            {"before": _said(one.before), "after": _said(one.after), "fields": list(one.fields)}
            for one in found.changed
        ],
        "unchanged": found.same,
    }


def _said(said: "Said") -> "dict[str, Json]":
    value: dict[str, Json] = {
        "vulnerability": said.vulnerability,
        "product": said.product,
        "status": said.status,
    }
    if said.justification is not None:
        value["justification"] = said.justification
    if said.timestamp is not None:
        value["timestamp"] = said.timestamp
    return value
