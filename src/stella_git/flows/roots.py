"""Trusted roots at hand: those that travel with the program, and those in the trusted revision.

The keyring says by digest which of them count; a repository without bundles never reads any.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stella_git.flows.trusted import TrustedRevision
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
