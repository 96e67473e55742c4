"""The stage of ``stella demo``: repositories, files and dates that never vary, and the tampering.

The key is demo data: it is derived from a public phrase, so that everybody gets the same signatures. It
must never sign anything else.
"""

from collections.abc import Iterator
from pathlib import Path

from stella_git.attest.envelope import Envelope
from stella_git.canon import jcs
from stella_git.canon.clock import parse_rfc3339
from stella_git.canon.reader import parse_json
from stella_git.errors import UsageError, Where
from stella_git.flows.setup import Options, keys_directory, write_keyring
from stella_git.flows.workspace import open_workspace
from stella_git.gitstore import notes, porcelain, refs, setup
from stella_git.gitstore.backend import Identity, RefUpdate
from stella_git.resources import data_path
from stella_git.trust.keys import PrivateKey, save_private_key

NAME = "feed-reader"
REPOSITORY_ID = "5c1d7a52-0f3e-4c83-9a86-4be2a9c1d0e7"
KEY_PHRASE = b"stella demo key: public, and therefore worthless"
KEY_NAME = "demo"
WRITER = Identity(name="Stella demo", email="demo@localhost")
BRANCH = "main"

APP_FILES = {"README.md": "README.md", "reader.py": "reader.py", "feeds.yaml": "feeds.yaml"}
LOCK_FILES = {"pyproject.toml": "pyproject.toml", "requirements.txt": "requirements.txt"}
DOCUMENTS = {
    "sbom.cdx.json": "sbom/app.cdx.json",
    "vex.openvex.json": "vex/app.openvex.json",
    "findings.json": "findings/app.json",
}
BROKEN = "sbom.cdx.json"

# the first commit; every command of the story runs at NOW
START = parse_rfc3339("2026-11-02T10:00:00Z").seconds
MINUTE = 60
NOW = START + 60 * MINUTE


def environment(base: dict[str, str]) -> dict[str, str]:
    """Return the environment of the story: no user configuration, one time, no colour but what is asked."""
    kept = {name: base[name] for name in ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR") if name in base}
    isolated = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(Path.home())}
    return kept | isolated | {"SOURCE_DATE_EPOCH": str(NOW)}


def make_stage(into: str | Path) -> Path:
    """Create ``into/demo`` and return it.

    Raises:
        UsageError: it exists already; nothing of it is touched.
    """
    stage = Path(into) / "demo"
    if stage.exists():
        raise UsageError(
            "exists already, and the demo only works in a directory of its own",
            code="demo-exists",
            where=Where(str(stage)),
            remedy="remove it, or choose another place with --into DIR",
        )
    stage.mkdir(parents=True)
    return stage.resolve()


def make_repository(stage: Path) -> Path:
    """Create the repository of the story, with its demo key, and return its work tree."""
    repository = stage / NAME
    porcelain.init(repository, branch=BRANCH)
    with open_workspace(repository) as workspace:
        save_private_key(keys_directory(workspace) / f"{KEY_NAME}.pem", PrivateKey.from_phrase(KEY_PHRASE))
    return repository


def key_fingerprint() -> str:
    """Return the fingerprint of the demo key, 64 hex digits."""
    return PrivateKey.from_phrase(KEY_PHRASE).public.keyid


def lay(repository: Path, folder: str, names: dict[str, str]) -> None:
    """Copy demo files into the work tree: names in ``examples/demo/<folder>`` to paths in the tree."""
    for source, target in names.items():
        path = repository / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            data_path("/".join(part for part in ("examples/demo", folder, source) if part)).read_bytes()
        )


def commit(repository: Path, message: str, minutes: int) -> str:
    """Commit everything in the work tree at a fixed time, and return the commit id."""
    return porcelain.commit_all(repository, message, who=WRITER, when=START + minutes * MINUTE)


def git_log(repository: Path) -> str:
    """Return what ``git log`` prints, notes included."""
    return porcelain.log(repository)


def clone(repository: Path, target: Path) -> Path:
    """Clone the repository, without its notes, as ``git clone`` does."""
    porcelain.clone(repository, target)
    return target


def fetch(repository: Path) -> None:
    """Fetch branches and, once ``stella init`` has run, notes."""
    porcelain.fetch(repository)


def copy_clone(repository: Path, target: Path) -> Path:
    """Return another clone that has fetched the notes."""
    clone(repository, target)
    with open_workspace(target) as workspace:
        setup.add_refspecs(workspace.backend, "origin")
    fetch(target)
    return target


def envelope_on(repository: Path, revision: str) -> tuple[str, bytes]:
    """Return the (inbox ref, note line) of the first attestation on a commit."""
    with open_workspace(repository) as workspace:
        line = notes.note_lines(workspace.backend, workspace.commit(revision).id).lines[0]
    return line.refs[0], line.data


def forge_payload(line: bytes, old: bytes, new: bytes) -> bytes:
    """Return the note line with its payload changed and the signature kept."""
    envelope = Envelope.from_bytes(line)
    changed = envelope.payload.replace(old, new)
    return Envelope(
        payload_type=envelope.payload_type, payload=changed, signatures=envelope.signatures
    ).to_bytes()


def forge_signature(line: bytes) -> bytes:
    """Return the note line with one bit of its signature turned over."""
    document = Envelope.from_bytes(line)
    first = document.signatures[0]
    turned = bytearray(first.sig)
    turned[-1] ^= 1
    from dataclasses import replace

    return replace(document, signatures=(replace(first, sig=bytes(turned)),)).to_bytes()


def plant(repository: Path, revision: str, ref: str, line: bytes) -> None:
    """Replace all notes of a commit by one line, as somebody with push access could."""
    with open_workspace(repository) as workspace:
        backend = workspace.backend
        for name, tip in attestation_refs(repository):
            backend.update_refs([RefUpdate(name=name, new=None, old=tip)])
        commit_id = workspace.commit(revision).id
        notes.add_notes(backend, ref, {commit_id: [line]}, message="tamper", who=WRITER, when=NOW)


def attestation_refs(repository: Path) -> Iterator[tuple[str, str]]:
    """Yield (name, tip) of every ref that carries attestations in a clone."""
    with open_workspace(repository) as workspace:
        found = [*workspace.backend.refs(refs.INBOXES), *workspace.backend.refs(refs.TRACKING)]
    yield from found


def strike_component(repository: Path, path: str) -> None:
    """Remove one component, and what depends on it, from a CycloneDX document in the work tree."""
    file = repository / path
    document = parse_json(file.read_bytes(), path=path)
    assert isinstance(document, dict)
    parts, edges = document["components"], document["dependencies"]
    assert isinstance(parts, list)
    assert isinstance(edges, list)
    gone = parts.pop()
    assert isinstance(gone, dict)
    kept = [edge for edge in edges if isinstance(edge, dict) and edge.get("ref") != gone["bom-ref"]]
    for edge in kept:
        names = edge.get("dependsOn")
        if isinstance(names, list):
            edge["dependsOn"] = [name for name in names if name != gone["bom-ref"]]
    document["dependencies"] = list(kept)
    file.write_bytes(jcs.dumps(document))


def replace_keyring(repository: Path) -> Path:
    """Write a keyring that only its own new key signed, as an attacker would, and return the key's path."""
    with open_workspace(repository) as workspace:
        attacker = PrivateKey.from_phrase(b"somebody else")
        path = keys_directory(workspace) / "attacker.pem"
        save_private_key(path, attacker)
        write_keyring(workspace, path, Options(key_name="attacker", keyring_days=3650))
    return path
