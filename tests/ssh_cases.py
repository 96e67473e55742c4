"""Keys and signatures as SSH writes them, and agents that behave as a test says, good or bad."""

import base64
import socket
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from stella_git.trust.publicfile import to_ssh
from trust_cases import private

ORDERS = {
    "ecdsa-p256": ec.SECP256R1().group_order,
    "ecdsa-p384": ec.SECP384R1().group_order,
}
TYPES = {
    "ed25519": b"ssh-ed25519",
    "ecdsa-p256": b"ecdsa-sha2-nistp256",
    "ecdsa-p384": b"ecdsa-sha2-nistp384",
    "rsa-pkcs1v15-sha256": b"rsa-sha2-256",
}
FAILURE = b"\5"


def string(data):
    return len(data).to_bytes(4) + data


def mpint(number):
    return string(number.to_bytes(number.bit_length() // 8 + 1))


def blob(name):
    """Return the SSH key blob of a key of `trust_cases.private`, as cryptography writes it."""
    return base64.b64decode(to_ssh(private(name).public, "").split()[1])


def key_file(name, password=None):
    """Return the private key file of OpenSSH, as cryptography writes it."""
    protection = BestAvailableEncryption(password) if password else NoEncryption()
    return private(name)._native.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, protection)


def signature(name, data, *, high_s=False):
    """Return a signature in the form of SSH."""
    key = private(name)
    raw = key.sign(data)
    algorithm = key.public.algorithm
    if algorithm in ORDERS:
        r, s = decode_dss_signature(raw)
        raw = mpint(r) + mpint(ORDERS[algorithm] - s if high_s else s)
    return string(TYPES[algorithm]) + string(raw)


def listed(*names):
    """Return the answer of an agent that holds keys."""
    keys = b"".join(string(item) + string(b"ada@example.org") for item in map(as_blob, names))
    return b"\x0c" + len(names).to_bytes(4) + keys


def as_blob(item):
    return item if isinstance(item, bytes) else blob(item)


class FakeAgent:
    """An agent: what it answers is up to two functions, and may be changed at any time.

    Args:
        names: keys that it holds: names of `trust_cases.private`, or blobs.
    """

    def __init__(self, *names):
        self.names = names
        self.signed = []  # (blob, data, flags)
        self.identities = lambda: listed(*self.names)
        self.signature = self.honest
        self.frame = string  # around an answer
        self.pieces = None  # bytes in a piece

    def honest(self, key, data, _flags):
        name = next(name for name in self.names if as_blob(name) == key)
        return b"\x0e" + string(signature(name, data))

    def answer(self, request):
        if request == b"\x0b":
            return self.identities()
        assert request[:1] == b"\x0d"
        parts, rest = [], request[1:]
        for _ in range(2):
            size = int.from_bytes(rest[:4])
            parts.append(rest[4 : 4 + size])
            rest = rest[4 + size :]
        assert len(rest) == 4
        self.signed.append((*parts, int.from_bytes(rest)))
        return self.signature(*self.signed[-1])

    def serve(self, connection):
        with connection, connection.makefile("rb") as stream:
            while head := stream.read(4):
                answer = self.answer(stream.read(int.from_bytes(head)))
                if answer is None:
                    return
                data = self.frame(answer)
                step = self.pieces or max(len(data), 1)
                for start in range(0, len(data), step):
                    connection.sendall(data[start : start + step])
                    if self.pieces:
                        time.sleep(0.001)  # so that they arrive one by one


@contextmanager
def running(agent):
    """Run an agent, and yield the environment in which it is found."""
    # Short: the path of a socket has 108 bytes.
    with tempfile.TemporaryDirectory(prefix="a") as place, socket.socket(socket.AF_UNIX) as server:
        path = Path(place) / "s"
        server.bind(str(path))
        server.listen()

        def accept():
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                try:
                    agent.serve(connection)
                except OSError:
                    continue

        Thread(target=accept, daemon=True).start()
        try:
            yield {"SSH_AUTH_SOCK": str(path)}
        finally:
            server.shutdown(socket.SHUT_RDWR)
