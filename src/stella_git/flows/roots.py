"""Trusted roots at hand: those that travel with the program, and those in the trusted revision.

The keyring says by digest which of them count; a repository without bundles never reads any.
"""

from typing import TYPE_CHECKING

from stella_git.flows.evidence import CAS, TRUSTED_ROOT, Located, pin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stella_git.flows.trusted import TrustedRevision
    from stella_git.gitstore.backend import Backend
    from stella_git.trust.keyring import Keyring
    from stella_git.trust.roots import KnownRoot


def at_hand(in_force: "TrustedRevision", keyring: "Keyring") -> "tuple[KnownRoot, ...]":
    """Return the trusted roots that a keyring lists, as far as they are here.

    Raises:
        ConfigError: a trusted root of the trusted revision cannot be read.
    """
    if not keyring.trusted_roots:
        return ()
    from stella_git.trust import roots

    own = (roots.from_file(data, path) for path, data in in_force.trusted_roots)
    found = (*own, roots.packaged(), roots.packaged(roots.STAGING))
    return roots.by_digest(keyring.trusted_roots, found)


def evidence(backend: "Backend", tree: str, in_force: "TrustedRevision") -> tuple[Located, ...]:
    """Return the trusted roots that a keyring lists as evidence, for a verdict that has attestations.

    Args:
        backend: the repository.
        tree: id of the subject's tree.
        in_force: whose keyring it is.

    Raises:
        ConfigError: the keyring or a trusted root cannot be read.
    """
    from stella_git.trust.keyring import Keyring

    if in_force.keyring is None:
        return ()
    listed = {str(digest) for digest in Keyring.from_bytes(in_force.keyring).trusted_roots}
    if not listed:
        return ()
    from stella_git.resources import data_path
    from stella_git.trust import roots

    found: dict[str, Located] = {}
    for path, data in in_force.trusted_roots:
        digest = str(roots.from_file(data, path).root.digest)
        found.setdefault(digest, pin(backend, tree, TRUSTED_ROOT, path, data))
    for name in (roots.PUBLIC_GOOD, roots.STAGING):
        data = data_path(f"roots/{name}/trusted_root.json").read_bytes()
        item = Located(role=TRUSTED_ROOT, data=data, uri=CAS, path=name)
        found.setdefault(str(roots.packaged(name).root.digest), item)
    return tuple(found[digest] for digest in sorted(listed & found.keys()))


def located(items: "Iterable[Located]") -> "tuple[KnownRoot, ...]":
    """Return the trusted roots among evidence.

    Raises:
        ConfigError: one of them cannot be read.
    """
    chosen = [item for item in items if item.role == TRUSTED_ROOT]
    if not chosen:
        return ()
    from stella_git.trust import roots

    return tuple(roots.from_file(item.data, item.name) for item in chosen)
