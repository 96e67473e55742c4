"""The private keys of this clone, and the public ones of the keyring in force."""

from collections.abc import Mapping
from pathlib import Path

from stella_git.canon.clock import Instant
from stella_git.canon.reader import Json
from stella_git.errors import ConfigError, UsageError
from stella_git.flows import audit, keyringfiles, keystore, trusted
from stella_git.flows.workspace import Workspace
from stella_git.trust import publicfile, rotation
from stella_git.trust.keyring import ACTIVE, IdentityEntry, KeyEntry, Keyring
from stella_git.trust.keys import PrivateKey, PublicKey
from stella_git.trust.signers import open_signer

FORMATS = ("pem", "ssh", "allowed-signers")


def generate(
    workspace: Workspace,
    name: str,
    algorithm: str,
    *,
    form: str = "pem",
    password: bytes | None = None,
    out: Path | None = None,
) -> tuple[Path, PublicKey]:
    """Write a new private key and return its path and public half.

    Args:
        workspace: the clone.
        name: of the file, and what a keyring may call it.
        algorithm: of `algorithms.NAMES`.
        form: ``pem`` (PKCS#8) or ``cosign``.
        password: encrypts it.
        out: path of the private key; in the git directory by default.

    Raises:
        UsageError: the name is no key name, or is taken.
        ConfigError: no such algorithm; something is at ``out`` already.
        EnvironmentFault: the file system refuses, or it cannot be recorded.
    """
    with audit.recording(workspace, "keys.generate") as record:
        path = keystore.path_of(workspace, name) if out is None else out
        key = PrivateKey.generate(algorithm)
        keystore.save(path, key, form=form, password=password)
        record.know(key_id=key.public.keyid, detail=name)
    return path, key.public


def take_over(
    workspace: Workspace, data: bytes, name: str, *, opens: bytes | None, form: str, password: bytes | None
) -> tuple[Path, PublicKey]:
    """Write a private key that was made elsewhere to the keys of this clone.

    Args:
        workspace: the clone.
        data: PKCS#8 PEM, a key of cosign, or a private key of OpenSSH.
        name: as for `generate`.
        opens: password of ``data``.
        form: as for `generate`.
        password: encrypts what is written.

    Raises:
        UsageError: the name is no key name, or is taken.
        ConfigError: not such a key, or the password is wrong.
        EnvironmentFault: the file system refuses, or it cannot be recorded.
    """
    from stella_git.trust.privatefile import read_private

    with audit.recording(workspace, "keys.import") as record:
        path = keystore.path_of(workspace, name)
        key = read_private(data, password=opens)
        keystore.save(path, key, form=form, password=password)
        record.know(key_id=key.public.keyid, detail=name)
    return path, key.public


def export(workspace: Workspace, names: list[str], form: str, policy_ref: str | None = None) -> str:
    """Return public keys of the keyring in force for other tools.

    Args:
        workspace: the clone.
        names: of the keyring, else of this clone's keys; none means every key of the keyring.
        form: of `FORMATS`.
        policy_ref: trusted revision to take the keyring from.

    Raises:
        UsageError: no key has that name.
        ConfigError: OpenSSH has no such keys.
    """
    entries = {entry.name: entry for entry in _listed(_in_force(workspace, policy_ref))}
    if form == "allowed-signers":
        if unknown := set(names) - entries.keys():
            raise rotation.unknown(min(unknown))
        return publicfile.allowed_signers(entries[name] for name in sorted(names or entries))
    keys = {name: entry.key for name, entry in entries.items()}
    mine = {one.name: one.public for one in keystore.held(workspace) if one.public is not None}
    found = []
    for name in names or sorted(keys):
        key = keys.get(name) or mine.get(name)
        if key is None:
            raise rotation.unknown(name)
        found.append(key.to_pem().decode("ascii") if form == "pem" else publicfile.to_ssh(key, name) + "\n")
    return "".join(found)


def export_signer(workspace: Workspace, uri: str, form: str) -> str:
    """Return the public key of a signer, wherever its private key is kept.

    Args:
        workspace: the clone; relative paths start at its top.
        uri: of a signer with a key.
        form: ``pem`` or ``ssh``.

    Raises:
        UsageError: git's list of signers needs names, which the keyring has.
        ConfigError: there is no such signer, it makes bundles, or it cannot be opened.
        EnvironmentFault: the file system, an agent or a service does not answer.
    """
    if form == "allowed-signers":
        raise UsageError(
            "git's list of signers names its keys, and a signer has no name",
            code="export-form",
            remedy="add the key to the keyring first, or print it --as ssh",
        )
    base = Path(workspace.backend.work_tree or workspace.backend.git_dir)
    key = open_signer(uri, environment=workspace.environment, base=base).public_key
    return (
        key.to_pem().decode("ascii")
        if form == "pem"
        else publicfile.to_ssh(key, uri.partition(":")[0]) + "\n"
    )


def listing(workspace: Workspace, policy_ref: str | None) -> list[Mapping[str, Json]]:
    """Return one row a key: name, keyid, algorithm, status, roles, validity, and whether it is held here.

    A key that should not stay as it is has ``warnings``. The keyless signers of the keyring follow, of
    the kind ``identity``, with issuer and subject or pattern.
    """
    rows: dict[str, dict[str, Json]] = {}
    for one in keystore.held(workspace):
        rows[one.keyid or f"?{one.name}"] = {
            "kind": "key",
            "name": one.name,
            "keyid": one.keyid,
            "algorithm": one.public.algorithm if one.public else "encrypted",
            "status": "unlisted",
            "held": True,
        }
    keyring = _in_force(workspace, policy_ref)
    listed = _listed(keyring)
    warnings = _warnings(workspace, policy_ref) if listed else {}
    for entry in listed:
        public = entry.key
        rows[public.keyid] = {
            "kind": "key",
            "name": entry.name,
            "keyid": public.keyid,
            "algorithm": public.algorithm,
            "status": _status(entry, workspace.clock.now()),
            "owner": entry.owner,
            "roles": list(entry.roles),
            "notBefore": str(entry.not_before),
            "notAfter": str(entry.not_after),
            "held": public.keyid in rows,
        }
        if entry.revoked_at is not None:
            rows[public.keyid]["revokedAt"] = str(entry.revoked_at)
        if found := warnings.get(f"key:{entry.name}"):
            rows[public.keyid]["warnings"] = list(found)
    identities = [_identity(entry) for entry in keyring.identities] if keyring else []
    return [*sorted(rows.values(), key=lambda row: str(row["name"])), *identities]


def _status(entry: KeyEntry, now: Instant) -> str:
    """Return the status as the keyring has it, but of an active key outside of its time what it is now."""
    if entry.status != ACTIVE or entry.valid_at(now):
        return entry.status
    return "future" if now < entry.not_before else "expired"


def _identity(entry: IdentityEntry) -> dict[str, Json]:
    pattern = entry.subject is None
    return {
        "kind": "identity",
        "name": entry.name,
        "issuer": entry.issuer,
        "subjectPattern" if pattern else "subject": entry.subject_pattern if pattern else entry.subject,
        "roles": list(entry.roles),
    }


def _warnings(workspace: Workspace, policy_ref: str | None) -> dict[str, list[str]]:
    keyring = keyringfiles.base(workspace, policy_ref).keyring
    found: dict[str, list[str]] = {}
    for weak in rotation.weaknesses(keyring, workspace.clock.now()) if keyring else ():
        found.setdefault(weak.about, []).append(weak.text)
    return found


def _listed(keyring: Keyring | None) -> tuple[KeyEntry, ...]:
    return () if keyring is None else keyring.keys


def _in_force(workspace: Workspace, policy_ref: str | None) -> Keyring | None:
    try:
        commit = trusted.trusted_commit(workspace.backend, policy_ref, workspace.environment)
        payload = trusted.load(workspace.backend, commit).keyring
    except ConfigError:
        if policy_ref is not None:
            raise
        payload = None
    return None if payload is None else Keyring.from_bytes(payload, None)
