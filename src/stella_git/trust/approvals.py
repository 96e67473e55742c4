"""Who approved a waiver: signatures of people over exactly this waiver, for exactly this repository.

What is signed is the canonical JSON of ``{repositoryId, waiver}``, where the waiver is the whole document
without ``spec.approvals``: id, owner, dates, reach and reason. So an approval cannot be moved to another
waiver, a longer one, or another repository. Each approval is checked in this order:

1. it names a key of the keyring (an identity has no key that lasts, and its bundle has no place in the file);
2. it is about this payload; 3. the signature holds; 4. the key may approve waivers, and counts at that time;
5. its owner neither asked for the waiver nor wrote it; 6. its owner did not approve already.

A file says nothing of when it was signed, so that a key which is past its dates, or revoked, vouches for
nothing (`stella_git.trust.validity`): approve again with the key that took its place.

Source: DSSE v1.0 protocol.md; RFC 8785.
"""

from typing import TYPE_CHECKING, NamedTuple, cast

from stella_git.attest import base64text
from stella_git.attest.envelope import pae
from stella_git.canon import jcs
from stella_git.canon.digest import sha256
from stella_git.errors import InputError
from stella_git.trust.validity import standing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json
    from stella_git.trust.keyring import KeyEntry, Keyring
    from stella_git.trust.signing import Signer

PAYLOAD_TYPE = "application/vnd.stella.waiver+json"
ROLE = "waiver"


class Given(NamedTuple):
    """An approval as a file says it.

    Args:
        identity: ``key:NAME`` or ``identity:NAME``.
        digest: ``sha256:...`` of the payload.
        signature: base64.
    """

    identity: str
    digest: str
    signature: str


class Checked(NamedTuple):
    """An approval that was checked.

    Args:
        identity: as the file says it.
        owner: of its key, as the keyring says it; "" if there is no such key.
        code: stable code of why it does not count; "" if it does.
        detail: the same in one clause, with what came from the file escaped.
    """

    identity: str
    owner: str
    code: str = ""
    detail: str = ""


def payload(document: "Json", repository_id: str) -> bytes:
    """Return the bytes that an approval is about.

    Args:
        document: a waiver that keeps to its schema; it is not changed.
        repository_id: of the repository in which it is to hold.
    """
    waiver = cast("dict[str, Json]", document)
    spec = cast("dict[str, Json]", waiver["spec"])
    kept = {name: value for name, value in spec.items() if name != "approvals"}
    return jcs.dumps({"repositoryId": repository_id, "waiver": {**waiver, "spec": kept}})


def approve(data: bytes, signer: "Signer", name: str) -> Given:
    """Return the approval of a payload by a signer.

    Args:
        data: from `payload`.
        signer: whose key the keyring lists.
        name: of that key.
    """
    signature = signer.sign(pae(PAYLOAD_TYPE, data)).sig
    return Given(f"key:{name}", str(sha256(data)), base64text.encode(signature))


def verify(
    data: bytes,
    approvals: "Iterable[Given]",
    keyring: "Keyring",
    *,
    at: "Instant",
    not_by: "Collection[str]" = (),
) -> tuple[Checked, ...]:
    """Return what becomes of every approval, sorted by identity; the order of the file does not matter.

    Args:
        data: from `payload`.
        approvals: of the waiver.
        keyring: that is in force.
        at: the time of the decision.
        not_by: owner and author of the waiver, who cannot approve it.
    """
    taken: set[str] = set()
    found = []
    for given in sorted(set(approvals)):
        checked = _check(given, data, keyring, at, not_by)
        if not checked.code and any(is_same(checked.owner, owner) for owner in taken):
            checked = checked._replace(code="APPROVED_TWICE", detail=f"{checked.owner!a} approved it already")
        if not checked.code:
            taken.add(checked.owner)
        found.append(checked)
    return tuple(found)


def names(checked: "Iterable[Checked]", keyring: "Keyring") -> tuple[str, ...]:
    """Return the names of those whose approval counts, sorted; none if the keyring asks for more of them.

    Args:
        checked: from `verify`.
        keyring: whose threshold for the role ``waiver`` has to be reached.
    """
    counted = tuple(sorted(one.identity for one in checked if not one.code))
    return counted if len(counted) >= keyring.threshold(ROLE) else ()


def _check(
    given: Given, data: bytes, keyring: "Keyring", at: "Instant", not_by: "Collection[str]"
) -> Checked:
    kind, _, name = given.identity.partition(":")
    entry = keyring.by_name(name) if kind == "key" else None
    if entry is None:
        return Checked(given.identity, "", *_no_key(kind, name, keyring))
    if given.digest != str(sha256(data)):
        return Checked(
            given.identity,
            entry.owner,
            "DIGEST_MISMATCH",
            "is for another waiver, another repository, or what the waiver said before",
        )
    code, detail = _refused(given, data, entry, at) or _conflict(entry, not_by) or ("", "")
    return Checked(given.identity, entry.owner, code, detail)


def _no_key(kind: str, name: str, keyring: "Keyring") -> tuple[str, str]:
    if kind == "identity":
        return (
            "UNKNOWN_IDENTITY",
            "identities cannot approve: a waiver has no place for a bundle; approve with a key",
        )
    shown = ascii(name)[:70]
    return "UNKNOWN_KEY", f"the keyring (version {keyring.version}) has no key {shown}"


def _refused(given: Given, data: bytes, entry: "KeyEntry", at: "Instant") -> tuple[str, str] | None:
    try:
        signature = base64text.decode(given.signature, (), code="envelope-base64")
    except InputError:
        return "BAD_SIGNATURE", "the signature is not canonical base64"
    if not entry.key.verify(pae(PAYLOAD_TYPE, data), signature, low_s=True):
        return "BAD_SIGNATURE", "the signature does not verify"
    return obstacle(entry, at)


def obstacle(entry: "KeyEntry", at: "Instant") -> tuple[str, str] | None:
    """Return code and reason why a key may not approve waivers at a time, or None if it may."""
    if ROLE not in entry.roles:
        return "WRONG_ROLE", f"the key has not the role {ROLE}"
    return standing(entry, now=at)


def _conflict(entry: "KeyEntry", not_by: "Collection[str]") -> tuple[str, str] | None:
    for other in sorted(not_by):
        if is_same(entry.owner, other):
            return "OWN_WAIVER", f"{entry.owner!a} asked for it or wrote it: {other!a}"
    return None


def is_same(one: str, other: str) -> bool:
    """Return whether two ways to name somebody may mean the same person, or the same team.

    Compared without case: ``user:NAME``, the name and the address of ``NAME <ADDRESS>``, an address, and what
    stands before its ``@``. Who may be the same is: doubt keeps people from approving what is their own.
    """
    return not _handles(one).isdisjoint(_handles(other))


def _handles(text: str) -> set[str]:
    """Return what somebody is called in a text: an owner, or the author of a commit."""
    folded = " ".join(text.casefold().split())
    if folded.startswith("team:") and "<" not in folded:  # whoever commits may be called like a team
        return {folded}
    name, bracket, rest = folded.removeprefix("user:").partition("<")
    address = rest.partition(">")[0].strip() if bracket else name.strip()
    found = {name.strip(), address}
    if "@" in address:
        local = address.rpartition("@")[0]
        found |= {local, *local.split("+")}
    return {each for each in found if each}
