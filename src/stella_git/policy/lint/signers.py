"""Who has to have signed evidence, held against the keyring of the repository around, if there is one."""

from typing import TYPE_CHECKING

from stella_git.policy.lint.found import at, meant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stella_git.policy.lint.found import Found
    from stella_git.policy.lint.world import World
    from stella_git.policy.model import Requirement, SignedBy
    from stella_git.policy.source import PolicyFile

    # Such as key:NAME -> roles.
    Signers = Mapping[str, frozenset[str]]


def check(world: "World") -> "Iterator[Found]":
    """Yield signers and roles that the keyring does not have."""
    asked = [(policy.file, need) for policy in world.policies for need in policy.requires if need.signed_by]
    known = world.signers() if asked else None
    if known is not None:
        for file, need in asked:
            yield from _held(file, need, known)


def _held(file: "PolicyFile", need: "Requirement", known: "Signers") -> "Iterator[Found]":
    signed, pointer = need.signed_by, f"{need.pointer}/signedBy"
    assert signed is not None
    names = {part for signer in known for part in (signer, signer.partition(":")[2])}
    strange = [(index, name) for index, name in enumerate(signed.any_of or ()) if name not in names]
    for index, name in strange:
        message = f"the keyring has no key and no identity `{name}`"
        yield at(file, f"{pointer}/anyOf/{index}", "P118", message, meant(name, names))
    count = sum(_counts(signed, signer, roles) for signer, roles in known.items())
    if count < signed.threshold and not strange:
        whose = "" if signed.any_of is None else " of those named"
        if signed.role is None:
            message = f"it takes {signed.threshold} signers, and the keyring has {count}{whose}"
            yield at(file, pointer, "P118", message)
        else:
            message = (
                f"it takes {signed.threshold}{whose} with the role `{signed.role}`: the keyring has {count}"
            )
            roles = frozenset[str]().union(*known.values()) - {signed.role}
            yield at(file, f"{pointer}/role", "P118", message, meant(signed.role, roles))


def _counts(signed: "SignedBy", signer: str, roles: frozenset[str]) -> bool:
    named = signed.any_of is None or signer in signed.any_of or signer.partition(":")[2] in signed.any_of
    return named and (signed.role is None or signed.role in roles)
