"""Locks of policies: what was locked, and what is otherwise."""

from typing import TYPE_CHECKING

from stella_git.canon.digest import sha256
from stella_git.report.text import count

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.flows.policylock import Result
    from stella_git.flows.policylockcheck import Checked

SCHEMA = "stella.policy-lock-report/1"


def lines(result: "Result", signed: tuple[str, ...]) -> list[str]:
    """Return what was fetched, written and signed."""
    rows = [
        f"fetched {name} to {path} ({digest})" for name, path, digest, how in result.packs if how == "fetched"
    ]
    rows += [f"wrote {path}" for path in result.written]
    rows.append(f"{result.path} lists {result.files} files and {len(result.packs)} packs")
    rows += [f"signed as {name}" for name in signed]
    return rows


def document(result: "Result", signed: tuple[str, ...]) -> "Json":
    """Return the same as JSON of the schema ``stella.policy-lock-report/1``."""
    return {
        "schema": SCHEMA,
        "lock": result.path,
        "digest": str(sha256(result.data)),
        "files": result.files,
        "packs": [
            {"name": name, "path": path, "digest": digest, "state": how}
            for name, path, digest, how in result.packs
        ],
        "written": list(result.written),
        "signed": list(signed),
    }


def checked_lines(checked: "Checked") -> list[str]:
    """Return what is not as it is locked, each with a remedy, and who signed."""
    rows: list[str] = []
    for one in checked.problems:
        rows += [f"{one.path}: {one.brief or one.text}", f"  remedy: {one.remedy}"]
    rows += [f"note: {notice}" for notice in checked.notices]
    if checked.problems:
        return [*rows, count(len(checked.problems), "difference")]
    signers = checked.signers.counted if checked.signers is not None else ()
    signed = f", signed by {', '.join(signers)}" if signers else ""
    return [*rows, f"{checked.path}: all as it is locked{signed}"]


def checked_document(checked: "Checked") -> "Json":
    """Return the same as JSON of the schema ``stella.policy-lock-report/1``."""
    made: dict[str, Json] = {
        "schema": SCHEMA,
        "lock": checked.path,
        "ok": not checked.problems,
        "problems": [
            {"path": one.path, "code": one.code, "text": one.text, "remedy": one.remedy}
            for one in checked.problems
        ],
        "notices": list(checked.notices),
    }
    if checked.signers is not None:
        made["signatures"] = {
            "counted": list(checked.signers.counted),
            "needed": checked.signers.needed,
            "refused": [{"name": name, "reason": reason} for name, reason in checked.signers.refused],
            "bad": list(checked.signers.bad),
            "unknown": list(checked.signers.unknown),
        }
    return made
