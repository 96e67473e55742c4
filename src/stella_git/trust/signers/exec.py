"""``exec:COMMAND?public-key=PATH``: a program that signs, for machines and algorithms that we do not know.

The command line is split as a POSIX shell would split it, and started without one. It gets the bytes to sign
on standard input and writes the raw signature to standard output: DER for ECDSA, 64 bytes for Ed25519, as
many bytes as the modulus for RSA.

This is the one module outside of `gitstore` that starts a program. A command is run because the person at
the keyboard named it: what a commit brings along (``sign.key`` of stella.toml) never is; see
`signers.may_come_from_repository`.
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from stella_git.attest.envelope import Signature
from stella_git.errors import ConfigError, EnvironmentFault, Where
from stella_git.trust.delegated import accept
from stella_git.trust.keys import PublicKey
from stella_git.trust.signers import Context
from stella_git.trust.signers.public import read_public_key, split_public_key

if TYPE_CHECKING:
    import subprocess

PATIENCE = 120  # seconds: somebody may have to type a PIN
LIMIT = 64 << 10  # bytes of output, and of messages
_SHOWN = 300  # characters of the program's messages
_WHERE = "exec"
# What the program does not inherit: secrets of other signers, and what a git command around us left behind,
# which would make a git that it runs look at another repository than its user means.
_DROPPED = ("GIT_", "STELLA_")
_DROPPED_NAMES = frozenset({"COSIGN_PASSWORD", "SIGSTORE_ID_TOKEN"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecSigner:
    """Signs by running a command.

    Args:
        uri: as it was opened, without the command: people write PINs into it, and messages show the URI.
        public_key: the key that verifies.
        command: program and arguments.
        directory: where it runs; None is the current one.
        environment: what it inherits.
    """

    uri: str
    public_key: PublicKey
    command: tuple[str, ...] = field(repr=False)
    directory: Path | None
    environment: Mapping[str, str] = field(repr=False)

    def sign(self, pae: bytes) -> Signature:
        """Return the signature over ``pae``, verified.

        Raises:
            ConfigError: there is no such program.
            EnvironmentFault: it fails, does not end, writes too much, or something else than a signature.
        """
        raw = _run(self.command, pae, cwd=self.directory, environment=self.environment)
        return accept(self.public_key, pae, raw, Where(_WHERE))


def open_signer(target: str, context: Context) -> ExecSigner:
    """Return the signer for a command; it is not run yet.

    Args:
        target: command line and ``?public-key=PATH``; relative paths start at ``context.base``, where the
            command is run as well.
        context: where the environment, the base directory and the algorithm of an RSA key come from.

    Raises:
        ConfigError: no command, no public key, or not one that we take.
        EnvironmentFault: the file system refuses to read the public key.
    """
    line, path = split_public_key(target)
    if not path:
        raise ConfigError(
            "a command signs, and nothing says with which key",
            code="signer-public-key",
            where=Where(_WHERE),
            remedy="add the public key at the end: exec:COMMAND?public-key=PATH",
        )
    try:
        command = tuple(shlex.split(line))
    except ValueError:
        command = ()
    if not command:
        raise ConfigError(
            "is no command line, or one with a quote that does not end",
            code="exec-command",
            where=Where(_WHERE),
            remedy="write it as for a POSIX shell: exec:PROGRAM 'AN ARGUMENT'?public-key=PATH",
        )
    return ExecSigner(
        uri=f"exec:?public-key={path}",
        public_key=read_public_key(path, context),
        command=command,
        directory=context.base,
        environment=inherited(context.environment),
    )


def inherited(variables: Mapping[str, str]) -> dict[str, str]:
    """Return what a program that signs inherits of the environment."""
    return {
        name: value
        for name, value in variables.items()
        if not name.startswith(_DROPPED) and name not in _DROPPED_NAMES
    }


def _run(command: tuple[str, ...], data: bytes, *, cwd: Path | None, environment: Mapping[str, str]) -> bytes:
    import subprocess
    from tempfile import TemporaryFile

    # From a file, so that nobody has to write while others read; it holds nothing secret.
    with TemporaryFile() as stdin:
        stdin.write(data)
        stdin.seek(0)
        try:
            process = subprocess.Popen(
                command,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=cwd,
                env=environment,
            )
        except (OSError, ValueError):
            raise ConfigError(
                "the program cannot be started",
                code="exec-missing",
                where=Where(_WHERE),
                remedy="install it, or write its whole path",
            ) from None
        return _answer(process)


def _answer(process: "subprocess.Popen[bytes]") -> bytes:
    import subprocess

    output, messages = _Drain(process.stdout, process), _Drain(process.stderr, process)
    try:
        code = process.wait(PATIENCE)
        late = not (output.ended(1) and messages.ended(1))
    except subprocess.TimeoutExpired:
        code, late = 0, True
    except BaseException:
        process.kill()
        raise
    if late:
        process.kill()
        process.wait()
        raise EnvironmentFault(
            f"the command did not end, or did not close its output, within {PATIENCE} s",
            code="exec-timeout",
            where=Where(_WHERE),
            remedy="see what it waits for; it gets no answer to a question on standard input",
        )
    if output.data is None or messages.data is None:
        raise EnvironmentFault(
            f"the command wrote more than {LIMIT} bytes",
            code="exec-output",
            where=Where(_WHERE),
            remedy="have it write the raw signature to standard output, and nothing else",
        )
    if code:
        raise EnvironmentFault(
            f"the command failed with {code}: {_told(messages.data)}",
            code="exec-failed",
            where=Where(_WHERE),
            remedy="run it yourself, with a file on standard input",
        )
    return output.data


class _Drain:
    """Reads a pipe beside us, to its end or up to the limit; a program that writes more is ended."""

    __slots__ = ("_thread", "data")

    def __init__(self, stream: IO[bytes] | None, process: "subprocess.Popen[bytes]") -> None:
        from threading import Thread

        self.data: bytes | None = None
        # A grandchild may keep the pipe open for ever: nobody waits for a daemon.
        self._thread = Thread(target=self._read, args=(stream, process), daemon=True)
        self._thread.start()

    def _read(self, stream: IO[bytes], process: "subprocess.Popen[bytes]") -> None:
        with stream:
            found = stream.read(LIMIT + 1)
            if len(found) > LIMIT:
                process.kill()
            else:
                self.data = found

    def ended(self, seconds: float) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()


def _told(messages: bytes) -> str:
    lines = messages.decode("utf-8", "replace").split("\n")
    text = " ".join(line.strip() for line in lines if line.strip())[-_SHOWN:] or "it gave no message"
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
