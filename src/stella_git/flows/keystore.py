"""The private keys of this clone: ``stella/keys`` in the git directory, a ``.pem`` and a ``.pub`` each."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from stella_git.errors import ConfigError, EnvironmentFault, InputError, UsageError, Where
from stella_git.flows.lockfile import unwritable
from stella_git.flows.workspace import Workspace, read_file
from stella_git.trust import keyfile, publicfile
from stella_git.trust.keys import PrivateKey, PublicKey
from stella_git.trust.signers import open_signer

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_LIMIT = 64 << 10


class Held(NamedTuple):
    """A private key of this clone; `public` is None where it is encrypted and nothing lies beside it."""

    name: str
    path: Path
    public: PublicKey | None

    @property
    def keyid(self) -> str:
        """Return the key id; empty where it is not known."""
        return "" if self.public is None else self.public.keyid


def keys_directory(workspace: Workspace) -> Path:
    """Return where this clone keeps its private keys, ``$GIT_COMMON_DIR/stella/keys``."""
    return Path(workspace.backend.common_dir) / "stella" / "keys"


def path_of(workspace: Workspace, name: str) -> Path:
    """Return where the private key of a name is to be written.

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
    return path


def save(path: Path, key: PrivateKey, *, form: str, password: bytes | None) -> None:
    """Write a private key and its public half.

    Args:
        path: ends in ``.pem``; the public half goes beside it.
        key: the key.
        form: ``pem`` (PKCS#8) or ``cosign``.
        password: encrypts it; cosign's form has one always, which may be empty.

    Raises:
        ConfigError: something is there already.
        EnvironmentFault: the file system refuses, or the extra ``cosign`` is not installed.
    """
    if form == "cosign":
        from stella_git.trust import cosign

        data = cosign.encrypt(key, password or b"")
    else:
        data = key.to_pem(password=password)
    public = path.with_suffix(".pub")
    if public.exists():
        raise ConfigError(
            "exists already; no key is overwritten, and no public half of one",
            code="key-file-exists",
            where=Where(str(public)),
            remedy="choose another name, or move the old key away first",
        )
    keyfile.write(path, data)
    try:
        public.write_bytes(key.public.to_pem())
    except OSError as error:
        raise unwritable(public, error) from error


def held(workspace: Workspace) -> Iterator[Held]:
    """Yield the private keys of this clone by name; nothing asks for a password.

    The public half beside a key is believed for listing and choosing; what signs shows its own.
    """
    for path in sorted(keys_directory(workspace).glob("*.pem")):
        yield Held(path.stem, path, _public(workspace, path))


def _public(workspace: Workspace, path: Path) -> PublicKey | None:
    beside = path.with_suffix(".pub")
    with suppress(ConfigError, InputError, UsageError):
        return publicfile.read_public(read_file(beside, limit=_LIMIT))
    try:
        uri = f"file:{path}"
        found: PublicKey = open_signer(uri, environment=workspace.environment, prompt=_nobody).public_key
    except (ConfigError, EnvironmentFault):
        return None
    return found


def _nobody(_uri: str) -> None:
    """Ask nobody for a password."""
