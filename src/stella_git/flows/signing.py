"""Who signs a verdict: a key, or an identity without one; and whether anybody would believe it.

A key is held against the keyring before anything is computed. An identity is known only from the certificate
that it gets while it signs: what it signed is verified like anybody's evidence before it is stored.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from stella_git.attest.envelope import PAYLOAD_TYPE, Envelope
from stella_git.attest.evidence import envelope_of, read_evidence
from stella_git.attest.predicates import TYPES
from stella_git.canon import jcs
from stella_git.canon.digest import sha256
from stella_git.errors import ConfigError, EnvironmentFault, Where
from stella_git.flows import roots, setup
from stella_git.trust.keyring import ACTIVE, KeyEntry, Keyring
from stella_git.trust.signers import (
    Signer,
    makes_bundles,
    may_come_from_repository,
    open_bundle_signer,
    open_signer,
)

if TYPE_CHECKING:
    from stella_git.canon.clock import Instant
    from stella_git.flows.audit import Recording
    from stella_git.flows.trusted import TrustedRevision
    from stella_git.flows.workspace import Workspace
    from stella_git.trust.signers import BundleSigner

KEY_CONFIG = "stella.key"
_SUCCESSOR = re.compile(r"-[0-9]+$")


class Signed(NamedTuple):
    """A signed statement.

    Args:
        line: the canonical bytes that are stored: an envelope or a bundle.
        envelope: the envelope in it, whose digest names the evidence.
        writer: 64 hex digits that name the writer's refs.
        name: who signed, as the keyring calls it.
    """

    line: bytes
    envelope: Envelope
    writer: str
    name: str


def find_signer(workspace: "Workspace", named: str | None) -> "Signer | BundleSigner | None":
    """Return the signer to use, or None when this clone has no key.

    In this order: ``named``, ``STELLA_KEY`` or ``sign.key`` of stella.toml, git's ``stella.key``, the only
    key that `stella init` or `stella keys generate` left in this clone, or the newest after a rotation.

    Raises:
        ConfigError: several keys and none is named, or the key cannot be opened.
        EnvironmentFault: the file system, an agent or a service does not answer.
    """
    uri = named or configured_key(workspace)
    if uri:
        base = Path(workspace.backend.work_tree or workspace.backend.git_dir)
        opened = open_bundle_signer if makes_bundles(uri) else open_signer
        return opened(uri, environment=workspace.environment, base=base)
    keys = sorted(setup.keys_directory(workspace).glob("*.pem"))
    if not keys:
        return None
    chosen = keys[0] if len(keys) == 1 else _in_force(workspace, keys)
    return open_signer(f"file:{chosen}", environment=workspace.environment)


def _in_force(workspace: "Workspace", keys: list[Path]) -> Path:
    """Return which of several keys of this clone signs: the one that would be believed now.

    A rotation leaves two of them for a while, ``ci`` and ``ci-2``: the newer one signs as soon as the keyring
    in force lists it.

    Raises:
        ConfigError: it is not one key and its successors that would be believed.
    """
    usable = _usable(workspace)
    families = {_SUCCESSOR.sub("", path.stem) for path, _ in usable}
    if len(families) == 1:
        return max(usable, key=lambda row: row[1])[0]
    shown = [path for path, _ in usable] or keys
    raise ConfigError(
        "this clone has several keys: " + ", ".join(key.stem for key in shown),
        code="key-ambiguous",
        remedy=f"choose one with --key, or once: git config {KEY_CONFIG} file:{shown[0]}",
    )


def _usable(workspace: "Workspace") -> list[tuple[Path, "Instant"]]:
    """Return the keys of this clone that may sign verdicts now, and since when; none if nobody can say."""
    from stella_git.flows import keystore, trusted

    try:
        tip = trusted.trusted_commit(workspace.backend, None, workspace.environment)
        keyring = keyring_in_force(trusted.load(workspace.backend, tip))
    except ConfigError:
        return []
    now = workspace.clock.now()
    entries = [(held.path, keyring.by_keyid(held.keyid)) for held in keystore.held(workspace)]
    return [
        (path, entry.not_before)
        for path, entry in entries
        if entry is not None and entry.usable(TYPES["verdict"], now)
    ]


def configured_key(workspace: "Workspace") -> str | None:
    """Return the URI of the signer that this clone is configured with, if any.

    Raises:
        ConfigError: ``stella.toml``, which comes with a commit, names a signer that only the person at the
            keyboard may choose.
    """
    uri = workspace.local.sign_key
    if not uri:
        return workspace.backend.config_get(KEY_CONFIG)
    origin = workspace.local.origins.get("sign.key", "")
    if not origin.startswith("$") and not may_come_from_repository(uri):
        raise ConfigError(
            f"names a signer {uri.partition(':')[0]}: that no file of a repository may choose: "
            "it would say what runs on this machine, or who is shown its credentials",
            code="signer-from-repository",
            where=Where(origin),
            remedy=f"remove sign.key there, and name it for this clone: git config {KEY_CONFIG} URI",
        )
    return uri


def keyring_in_force(in_force: "TrustedRevision") -> Keyring:
    """Return the keyring of the trusted revision.

    Raises:
        ConfigError: there is none, or it cannot be read.
    """
    if in_force.keyring is None:
        raise ConfigError(
            "there is no keyring in force",
            code="keyring-missing",
            where=_place(in_force),
            remedy="run stella init and commit what it writes",
        )
    return Keyring.from_bytes(in_force.keyring, in_force.signatures)


def require_role(in_force: "TrustedRevision", keyring: Keyring, signer: Signer, now: "Instant") -> None:
    """Refuse a key that nobody would believe, before anything is written.

    Raises:
        ConfigError: the key is not in the keyring with the role, active and valid.
    """
    entry = keyring.by_keyid(signer.public_key.keyid)
    if entry is None or not entry.usable(TYPES["verdict"], now):
        reason = "is not in the keyring" if entry is None else f"may not sign verdicts: {_obstacle(entry)}"
        raise ConfigError(
            f"the key {signer.public_key.keyid[:12]} ({signer.uri}) {reason}",
            code="key-not-trusted",
            where=_place(in_force),
            remedy="sign with another key (--key), or have a holder of a trust key add"
            f" {'this' if entry is None else 'another'} one: stella keys add",
        )


def _obstacle(entry: KeyEntry) -> str:
    """Return why a key that is listed may not sign verdicts now."""
    if entry.status != ACTIVE:
        return f"key:{entry.name} is {entry.status}"
    if TYPES["verdict"] not in entry.roles:
        return f"key:{entry.name} is for {', '.join(entry.roles)}"
    return f"key:{entry.name} counts from {entry.not_before} to {entry.not_after}"


def sign_by_key(statement: bytes, signer: Signer, keyring: Keyring) -> Signed:
    """Return a statement in an envelope that a key signed."""
    unsigned = Envelope(payload_type=PAYLOAD_TYPE, payload=statement, signatures=())
    envelope = unsigned.with_signature(signer.sign(unsigned.pae()))
    keyid = signer.public_key.keyid
    entry = keyring.by_keyid(keyid)
    return Signed(envelope.to_bytes(), envelope, keyid, f"key:{entry.name}" if entry else keyid[:12])


def sign_by_identity(
    statement: bytes,
    signer: "BundleSigner",
    in_force: "TrustedRevision",
    keyring: Keyring,
    *,
    now: "Instant",
    record: "Recording",
) -> Signed:
    """Return a statement in a bundle that an identity signed, verified as everybody will verify it.

    The inbox is named by issuer, subject and CI run: two runs of one job never write to the same one.

    Raises:
        ConfigError: the keyring has no such identity with the role, or lists no trusted root for it.
        EnvironmentFault: a service does not answer, or not with what was asked.
    """
    from stella_git.trust import x509
    from stella_git.trust.evidence import verify_evidence

    record.know(payload_digest=str(sha256(statement)))
    evidence = read_evidence(signer.sign_statement(statement))
    envelope = envelope_of(evidence)
    if isinstance(evidence, Envelope) or envelope is None or envelope.payload != statement:
        raise _not_asked(signer)
    leaf = x509.read_leaf(evidence.certificates[0]) if evidence.certificates else None
    if not isinstance(leaf, x509.Leaf):
        raise _not_asked(signer)
    record.know(key_id=sha256(leaf.spki).hex)
    record.done()
    outcome = verify_evidence(
        evidence,
        keyring=keyring,
        roots=roots.at_hand(in_force, keyring),
        now=now,
        predicate_type=TYPES["verdict"],
    )
    if not outcome.report.ok:
        first = outcome.report.failures[0]
        raise ConfigError(
            f"nobody here would believe {leaf.subject} ({leaf.issuer}): {first.detail} ({first.code})",
            code="identity-not-trusted",
            where=_place(in_force),
            remedy=first.remedy or "have the identity added to the keyring: stella keys add --identity",
        )
    run = dict(leaf.claims).get("runInvocationURI", "")
    writer = sha256(jcs.dumps([leaf.issuer, leaf.subject, run])).hex
    return Signed(evidence.to_bytes(), envelope, writer, outcome.signers[0])


def _not_asked(signer: "BundleSigner") -> EnvironmentFault:
    return EnvironmentFault(
        "the signer returned something else than a bundle around this statement",
        code="signer-answer",
        where=Where(signer.uri.partition(":")[0]),
        remedy="do not use it; name another signer with --key",
    )


def _place(in_force: "TrustedRevision") -> Where:
    return Where(f"{in_force.commit[:12]}:{in_force.config.keyring}")
