"""A client for ssh-agent: list keys, sign with one.

The agent is another program: what it answers is bounded in size and in pieces, waited for with a limit, and
read strictly. A signature that it gives is verified by the caller (`delegated.accept`).

On POSIX the agent listens at the Unix socket that ``SSH_AUTH_SOCK`` names; on Windows at a named pipe, that
of OpenSSH unless the variable names another.

Source: draft-ietf-sshm-ssh-agent sections 3.5 (list), 3.6 (sign, flags) and 5.1 (message numbers).
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import NamedTuple, Protocol

from stella_git.errors import ConfigError, EnvironmentFault, Where
from stella_git.trust.sshwire import Malformed, Reader

VARIABLE = "SSH_AUTH_SOCK"
PIPE = r"\\.\pipe\openssh-ssh-agent"
LIMIT = 256 << 10  # bytes of a message, as OpenSSH has it
PATIENCE = 120  # seconds for one answer: somebody may have to confirm or to touch something
_PIECES = 64  # of an answer; each may take as long as PATIENCE
_WINDOWS = os.name == "nt"

_FAILURE = 5
_REQUEST_IDENTITIES, _IDENTITIES_ANSWER = 11, 12
_SIGN_REQUEST, _SIGN_RESPONSE = 13, 14
RSA_SHA2_256 = 2  # flag: rsa-sha2-256 in place of SHA-1


class Identity(NamedTuple):
    """A key that an agent holds.

    Args:
        blob: the public key, an SSH key blob.
        comment: what its owner calls it; not to be believed, and escaped before it is shown.
    """

    blob: bytes
    comment: bytes


class Channel(Protocol):
    """Bytes to and from an agent; what goes wrong is an `OSError`."""

    def send(self, data: bytes) -> None:
        """Send all of ``data``."""

    def receive(self, count: int) -> bytes:
        """Return 1 to ``count`` bytes, or none if the agent has hung up."""
        ...


class Agent:
    """An agent at the other end of a channel.

    Args:
        channel: open, and read by nobody else.
    """

    __slots__ = ("_channel",)

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def identities(self) -> tuple[Identity, ...]:
        """Return the keys that the agent holds; none if it is locked.

        Raises:
            EnvironmentFault: it hangs up, refuses, or answers something else.
        """
        with _strict():
            answer = self._ask(_REQUEST_IDENTITIES, b"", _IDENTITIES_ANSWER)
            count = answer.number()
            found = []
            # Each takes eight bytes or more of an answer that is here already.
            for _ in range(count):
                found.append(Identity(answer.string(), answer.string()))  # noqa: PERF401 - in this order
            answer.end()
        return tuple(found)

    def sign(self, blob: bytes, data: bytes, flags: int) -> bytes:
        """Return what the agent says is the signature over ``data``: a string name and a string signature.

        Args:
            blob: the key, as the agent lists it.
            data: the bytes to sign, not their digest.
            flags: `RSA_SHA2_256` or 0.

        Raises:
            EnvironmentFault: it hangs up, refuses, or answers something else.
        """
        with _strict():
            request = _string(blob) + _string(data) + flags.to_bytes(4)
            answer = self._ask(_SIGN_REQUEST, request, _SIGN_RESPONSE)
            found = answer.string()
            answer.end()
        return found

    def _ask(self, request: int, body: bytes, wanted: int) -> Reader:
        self._channel.send(_string(bytes([request]) + body))
        size = int.from_bytes(self._receive(4))
        if not 1 <= size <= LIMIT:
            raise Malformed("is empty or too long")
        answer = Reader(self._receive(size))
        kind = answer.take(1)[0]
        if kind == _FAILURE:
            raise EnvironmentFault(
                "the agent refuses",
                code="ssh-agent-refused",
                where=Where("ssh"),
                remedy="unlock the agent (ssh-add -X), confirm when it asks, or add the key: ssh-add PATH",
            )
        if kind != wanted:
            raise Malformed("is of another kind")
        return answer

    def _receive(self, count: int) -> bytes:
        found = b""
        for _ in range(_PIECES):
            piece = self._channel.receive(count - len(found))
            found += piece
            if len(found) == count:
                return found
            if not piece:
                raise Malformed("ends too early")
        raise Malformed("comes in too many pieces")


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4) + data


@contextmanager
def _strict() -> Iterator[None]:
    try:
        yield
    except Malformed as error:
        raise EnvironmentFault(
            f"an answer of the agent {error}",
            code="ssh-agent-answer",
            where=Where("ssh"),
            remedy=f"see what listens at {VARIABLE}; it does not behave like an ssh-agent",
        ) from None
    except OSError as error:
        raise _silent(error) from None


@contextmanager
def connect(environment: Mapping[str, str]) -> Iterator[Agent]:
    """Connect to the agent of the environment, for a while.

    Args:
        environment: where ``SSH_AUTH_SOCK`` is looked for.

    Raises:
        ConfigError: no agent is named.
        EnvironmentFault: nothing listens there.
    """
    address = environment.get(VARIABLE) or (PIPE if _WINDOWS else "")
    if not address:
        raise ConfigError(
            f"no agent is running: {VARIABLE} is not set",
            code="ssh-agent-missing",
            where=Where("ssh"),
            remedy='start one, and give it the key: eval "$(ssh-agent)" && ssh-add PATH',
        )
    try:
        channel = _Pipe(address) if _WINDOWS else _Socket(address)
    except OSError as error:
        raise _silent(error) from None
    try:
        yield Agent(channel)
    finally:
        with suppress(OSError):
            channel.close()


def _silent(error: OSError) -> EnvironmentFault:
    late = isinstance(error, TimeoutError)
    why = f"within {PATIENCE} s" if late else f"({error.strerror or error})"
    return EnvironmentFault(
        f"the agent does not answer {why}",
        code="ssh-agent-silent",
        where=Where("ssh"),
        remedy=f"see whether it runs: ssh-add -l; {VARIABLE} says where it listens",
    )


class _Socket:
    """A Unix socket."""

    __slots__ = ("_socket",)

    def __init__(self, path: str) -> None:
        import socket

        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(PATIENCE)
        try:
            self._socket.connect(path)
        except BaseException:
            self._socket.close()
            raise

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def receive(self, count: int) -> bytes:
        return self._socket.recv(count)

    def close(self) -> None:
        self._socket.close()


class _Pipe:
    """A named pipe of Windows; whoever reads it waits as long as it takes."""

    __slots__ = ("_stream",)

    def __init__(self, path: str) -> None:
        self._stream = open(path, "r+b", buffering=0)  # noqa: PTH123, SIM115 - no file; closed by `close`

    def send(self, data: bytes) -> None:
        while data:
            data = data[self._stream.write(data) :]

    def receive(self, count: int) -> bytes:
        return self._stream.read(count) or b""

    def close(self) -> None:
        self._stream.close()
