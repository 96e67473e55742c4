"""The keyring that one file of evidence is held against: of a file, or of the repository around."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from stella_git.errors import EnvironmentFault, RefusedError, UsageError, Where
from stella_git.flows.workspace import open_workspace, read_file

if TYPE_CHECKING:
    from stella_git.canon.clock import Instant
    from stella_git.trust.keyring import Keyring
    from stella_git.trust.roots import KnownRoot


class Believed(NamedTuple):
    """A keyring, and what a repository has for it.

    Args:
        keyring: established against root keys and pins.
        roots: trusted roots of the trusted revision that the keyring lists; none for a keyring file.
    """

    keyring: "Keyring"
    roots: "tuple[KnownRoot, ...]" = ()


def keyring_for(path: str | None, root_keys: tuple[str, ...], now: "Instant") -> Believed:
    """Return a keyring that is believed.

    Args:
        path: a keyring file with its signatures beside it, which needs no repository; None for the keyring
            of the trusted revision of the repository around.
        root_keys: fingerprints, one of which must have signed it.
        now: time of verification.

    Raises:
        ConfigError: there is none, or it cannot be read.
        RefusedError: it is not signed as it must be, or does not follow from the pinned one.
        UsageError: there is no repository, and nothing else says who has to have signed.
    """
    if path is not None:
        return Believed(_of_file(Path(path), root_keys, now))
    try:
        return _of_repository(root_keys, now)
    except EnvironmentFault as error:
        if error.code != "git-no-repository":
            raise
    raise UsageError(
        "nobody says who has to have signed it, and there is no repository with a keyring here",
        code="signer-unsaid",
        remedy="say --key, --certificate-identity with --certificate-oidc-issuer, or --keyring",
    )


def _of_repository(root_keys: tuple[str, ...], now: "Instant") -> Believed:
    from stella_git.flows import anchoring, roots, trusted

    with open_workspace() as workspace:
        tip = trusted.trusted_commit(workspace.backend, None, workspace.environment)
        in_force = trusted.load(workspace.backend, tip)
        keyring = anchoring.establish(workspace, in_force, root_keys=root_keys, now=now).keyring
        return Believed(keyring, roots.at_hand(in_force, keyring))


def _of_file(path: Path, root_keys: tuple[str, ...], now: "Instant") -> "Keyring":
    from stella_git.flows.anchoring import KEYRING_LIMIT
    from stella_git.trust import anchor
    from stella_git.trust.keys import fingerprint

    beside = path.with_name(path.name.removesuffix(".json") + ".sigs.json")
    signatures = read_file(beside, limit=KEYRING_LIMIT) if beside.is_file() else None
    report, established = anchor.establish(
        read_file(path, limit=KEYRING_LIMIT),
        signatures,
        root_keys=frozenset(fingerprint(text) for text in root_keys),
        pin=None,
        now=now,
        path=str(path),
    )
    if established is None:
        failure = report.failures[0]
        raise RefusedError(failure.detail, code=failure.code, where=Where(str(path)), remedy=failure.remedy)
    return established.keyring
