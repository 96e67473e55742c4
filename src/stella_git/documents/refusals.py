"""Why a document is not looked into: it is of no known format, of another kind, or of another version."""

from typing import TYPE_CHECKING

from stella_git.documents.detect import ROLES, SUPPORTED, TITLES, Format
from stella_git.documents.problems import Complaint, clip

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

# Where documents say their versions.
_VERSION_MEMBERS = {"cyclonedx": "/specVersion", "spdx": "/spdxVersion", "spdx 3": "/@context"}

# What can be evidence for a verdict; what is only validated must not pass for a document without content.
ADMITTED = frozenset({"csaf", "cyclonedx", "findings", "openvex", "spdx"})
# Versions of these that are validated by their schema alone: nobody reads what they claim.
_ONLY_VALIDATED = frozenset({("csaf", "2.1")})


def admitted(found: Format) -> bool:
    """Return whether documents of a format can be evidence for a verdict."""
    return found.kind in ADMITTED and (found.kind, found.version) not in _ONLY_VALIDATED


# What to run for a document of another kind.
_COMMANDS = {
    "cyclonedx": "stella sbom validate",
    "openvex": "stella vex validate",
    "spdx": "stella sbom validate",
    "csaf": "stella vex validate",
    "grype": "stella findings normalize",
    "osv-scanner": "stella findings normalize",
    "trivy": "stella findings normalize",
    "vulns": "stella findings normalize",
}


def refusal(value: "Json", found: Format | None, expect: frozenset[str] | None) -> Complaint | None:
    """Return why a document is not looked into, or None if it is."""
    if (
        expect == _OURS
        if found is None
        else found.kind == "stella" and (expect is None or "stella" in expect)
    ):
        ours = _not_ours(value, found)
        if ours is not None:
            return ours
    if found is None:
        return Complaint(
            rule="D001",
            pointer="",
            message=_unrecognised(value),
            remedy=f"Give a document of {_known(expect)}.",
        )
    if expect is not None and not found.serves(expect):
        command = _COMMANDS.get(found.kind)
        if found.kind == "cyclonedx" and "vex" in expect:
            message = f"this is {found.title} without vulnerabilities, which says nothing that VEX says"
        elif found.kind == "cyclonedx" and "findings" in expect:
            message = f"this is {found.title} without `vulnerabilities`: nobody says what was found"
        elif found.kind == "csaf" and "vex" in expect:
            message = f"this is {found.title} of another category than csaf_vex, which alone makes claims"
            command = None
        else:
            message = f"this is {found.title}, but {_known(expect)} is expected here"
        remedy = f"Run `{command}` on it." if command else "Take it out of the list of files."
        if found.kind == "cyclonedx" and expect == {"findings"}:
            remedy = "Give the report of a scanner, or run `stella sbom validate` on an SBOM."
        return Complaint(rule="D003", pointer="", message=message, remedy=remedy)
    if not found.supported:
        return _unsupported(found, expect)
    return None


_OURS = frozenset({"stella"})
_API = "stella.ops/v1"
_KINDS = tuple(name.removeprefix(f"{_API} ") for name in SUPPORTED["stella"] if name.startswith(f"{_API} "))


def _not_ours(value: "Json", found: Format | None) -> Complaint | None:
    """Return what is wrong with the two members that say what a policy file is, or None if nothing is."""
    from stella_git.documents.wording import listing, nearest, show

    if not isinstance(value, dict) or (found is not None and found.supported):
        return None
    rule, write = "D002" if found is not None else "D001", f"Write `apiVersion: {_API}`"
    for name, wanted in (("apiVersion", _API), ("kind", listing(_KINDS))):
        if name not in value:
            near = nearest(name, value)
            hint = f"; `{clip(near, 40)}` looks like it" if near else ""
            remedy = f"Rename `{clip(near, 40)}` to `{name}`." if near else f"Add `{name}`: {wanted}."
            return Complaint(
                rule=rule, pointer="", message=f"the member `{name}` is missing{hint}", remedy=remedy
            )
    if value["apiVersion"] != _API:
        message = f"`apiVersion` is {show(value['apiVersion'])}; this release reads {_API}"
        return Complaint(rule=rule, pointer="/apiVersion", message=message, remedy=f"{write}.")
    kind = value["kind"]
    near = nearest(kind, _KINDS) if isinstance(kind, str) else None
    message = f"{show(kind)} is no kind of policy file" + (f"; did you mean `{near}`?" if near else "")
    remedy = f"Write `{near}`." if near else f"Write one of {listing(_KINDS)}."
    return Complaint(rule=rule, pointer="/kind", message=message, remedy=remedy)


def not_evidence(found: Format) -> Complaint:
    """Return why a valid document is not taken as evidence."""
    message = f"this is {found.title}, which is validated, but not yet taken as evidence for a verdict"
    remedy = f"Give a document of {_known(ADMITTED)}."
    return Complaint(rule="D002", pointer="", message=message, remedy=remedy)


def _unsupported(found: Format, expect: frozenset[str] | None) -> Complaint:
    versions = SUPPORTED.get(found.kind)
    if versions is None:
        message = f"this is {found.title}, which is recognised but not validated in this release"
        return Complaint(rule="D002", pointer="", message=message, remedy=f"Convert it to {_known(expect)}.")
    if not found.version:
        message = f"this is {TITLES[found.kind]}, but it does not say, as a string, of which version"
    else:
        message = f"this is {TITLES[found.kind]} of version {clip(found.version, 40)}"
    message += f"; the versions that are validated are {', '.join(versions)}"
    near = [version for version in versions if version[:1] == found.version[:1]] or versions
    remedy = f"Make the document again as {TITLES[found.kind]} {near[-1]}."
    pointer = _VERSION_MEMBERS.get(f"{found.kind} {found.version[:1]}", _VERSION_MEMBERS.get(found.kind, ""))
    return Complaint(rule="D002", pointer=pointer, message=message, remedy=remedy)


def _unrecognised(value: "Json") -> str:
    from stella_git.documents.wording import listing, show

    if not isinstance(value, dict):
        return f"this is {show(value)}, not a document of a known format"
    names = listing(clip(name, 40) for name in sorted(value)) or "no members"
    return f"the content is of no known format; it is an object with {names}"


def _known(expect: frozenset[str] | None) -> str:
    kinds = [
        kind
        for kind in sorted(SUPPORTED)
        if expect is None or kind in expect or not expect.isdisjoint(ROLES.get(kind, ()))
    ]
    names = [f"{TITLES[kind]} ({', '.join(filter(None, SUPPORTED[kind]))})" for kind in kinds]
    *others, last = [name.removesuffix(" ()") for name in names] or ["a known format"]
    return f"{', '.join(others)} or {last}" if others else last
