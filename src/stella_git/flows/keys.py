"""The private keys of this clone, and the public ones of the keyring in force."""

import re
from collections.abc import Mapping
from pathlib import Path

from stella_git.canon.reader import Json
from stella_git.errors import ConfigError, UsageError, Where
from stella_git.flows import trusted
from stella_git.flows.setup import keys_directory
from stella_git.flows.workspace import Workspace
from stella_git.trust.keyring import KeyEntry, Keyring
from stella_git.trust.keys import PrivateKey, PublicKey, save_private_key
from stella_git.trust.signers import open_signer

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def generate(workspace: Workspace, name: str, algorithm: str) -> tuple[Path, PublicKey]:
    """Write a new private key and return its path and public half.

    Raises:
        UsageError: the name is no key name, or is taken.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is no key name",
            code="key-name",
            remedy="use lower-case letters, digits, '.', '_' and '-'",
        )
    path = keys_directory(workspace) / f"{name}.pem"
    if path.exists():
        raise UsageError(
            "a key of that name exists",
            code="key-exists",
            where=Where(str(path)),
            remedy="choose another --name",
        )
    key = PrivateKey.generate(algorithm)
    save_private_key(path, key)
    return path, key.public


def listing(workspace: Workspace, policy_ref: str | None) -> list[Mapping[str, Json]]:
    """Return one row a key: name, keyid, algorithm, status, roles, validity, and whether it is held here."""
    rows: dict[str, dict[str, Json]] = {}
    for name, public in _held(workspace):
        rows[public.keyid] = {
            "name": name,
            "keyid": public.keyid,
            "algorithm": public.algorithm,
            "status": "unlisted",
            "held": True,
        }
    for entry in _listed(workspace, policy_ref):
        public = entry.key
        rows[public.keyid] = {
            "name": entry.name,
            "keyid": public.keyid,
            "algorithm": public.algorithm,
            "status": entry.status,
            "owner": entry.owner,
            "roles": list(entry.roles),
            "notBefore": str(entry.not_before),
            "notAfter": str(entry.not_after),
            "held": public.keyid in rows,
        }
    return sorted(rows.values(), key=lambda row: str(row["name"]))


def _held(workspace: Workspace) -> list[tuple[str, PublicKey]]:
    found: list[tuple[str, PublicKey]] = []
    for path in sorted(keys_directory(workspace).glob("*.pem")):
        signer = open_signer(f"file:{path}", environment=workspace.environment)
        found.append((path.stem, signer.public_key))
    return found


def _listed(workspace: Workspace, policy_ref: str | None) -> tuple[KeyEntry, ...]:
    try:
        commit = trusted.trusted_commit(workspace.backend, policy_ref, workspace.environment)
        payload = trusted.load(workspace.backend, commit).keyring
    except ConfigError:
        if policy_ref is not None:
            raise
        payload = None
    return () if payload is None else Keyring.from_bytes(payload, None).keys
