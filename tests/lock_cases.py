"""Policies, packs of others, and the places that they come from: git, folders, https."""

import contextlib
import ipaddress
import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from gitstore_cases import git, make
from stella_git.policy import load
from stella_git.policy.lock import pack_digest

POLICY = """\
apiVersion: stella.ops/v1
kind: Policy
metadata: {{id: {id}, revision: 1, title: A policy, owner: team:a, severity: low}}
spec:
  mode: warn
  rules:
    - {{id: rule, assert: 'true', violation: {{message: it is not so}}}}
"""
SET = """\
# What runs here.
apiVersion: stella.ops/v1
kind: PolicySet
metadata: {{id: house, revision: 1, owner: team:a}}
spec:
{allow}  packs:
{packs}"""
OWN = "    - {name: own, path: packs/own}   # ours\n"


def policy(name="theirs.one"):
    return POLICY.format(id=name).encode()


def policy_set(*packs, allow=()):
    """Return the bytes of a policy set; each pack is a line or more of a list."""
    prefixes = f"  allow: [{', '.join(allow)}]\n" if allow else ""
    return SET.format(packs="".join(packs or (OWN,)), allow=prefixes).encode()


def theirs(source, digest=None, *, path="packs/theirs"):
    """Return the entry of a pack of others; ``source`` is what ``from`` says, as YAML."""
    said = f"      digest: {digest}\n" if digest else ""
    return f"    - name: theirs   # of the head office\n      path: {path}\n      from: {source}\n{said}"


def loaded(data, path="policies/policy-set.yaml"):
    return load.policy_set(load.read(data, path=path))


def tree(root, files):
    """Write files below a folder."""
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def house(root, *packs, files=None, allow=()):
    """Return a folder with policies of its own, and a policy set that names packs."""
    named = {
        "policies/policy-set.yaml": policy_set(OWN, *packs, allow=allow),
        "policies/packs/own/one.yaml": policy("own.one"),
    }
    return tree(root, named | (files or {}))


PACK = {
    "packs/one.yaml": policy("theirs.one"),
    "packs/deep/two.yaml": policy("theirs.two"),
    "packs/x.schema.json": b'{"type": "object"}',
    "packs/README.md": b"not a policy\n",
    "packs/.hidden/three.yaml": policy("theirs.three"),
    "packs/some.test.yaml": b"apiVersion: stella.ops/v1\nkind: Test\n",
    "packs/waiver.yaml": b"apiVersion: stella.ops/v1\nkind: Waiver\n",
    "packs/other.yaml": b"just: yaml\n",
}
TAKEN = ("deep/two.yaml", "one.yaml", "x.schema.json")


def digest_of(files=None, names=TAKEN):
    """Return the digest of what is taken of `PACK`."""
    files = PACK if files is None else files
    return pack_digest({f"p/{name}": files[f"packs/{name}"] for name in names}, "p")


def repository(path, files=None, kind="plumbing-sha1"):
    """Return the id of a commit with files, in a new repository."""
    make(path, kind)
    return committed(path, PACK if files is None else files)


def committed(path, files):
    tree(path, files)
    git(path, "add", "-A", "-f")
    git(path, "commit", "-q", "-m", "change")
    return git(path, "rev-parse", "HEAD")


def source(path, commit, folder="packs"):
    """Return what ``from`` says of a commit."""
    return f"{{git: 'file://{path}', commit: {commit}, path: {folder}}}"


def snapshot(root):
    """Return every file below a folder, with its bytes."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def _authority(folder, names=("127.0.0.1",)):
    """Write a certificate authority, and a certificate for addresses, and return their paths."""
    now = datetime.now(UTC)
    rows = []
    for common, issuer in (("authority", None), ("server", 0)):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
        above = rows[issuer] if issuer is not None else (subject, key, None)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(above[0])
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        )
        if issuer is not None:
            alternative = [x509.IPAddress(ipaddress.ip_address(name)) for name in names]
            builder = builder.add_extension(x509.SubjectAlternativeName(alternative), critical=False)
        rows.append((subject, key, builder.sign(above[1], hashes.SHA256())))
    ca, chain = folder / "ca.pem", folder / "server.pem"
    ca.write_bytes(rows[0][2].public_bytes(Encoding.PEM))
    key = rows[1][1].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain.write_bytes(rows[1][2].public_bytes(Encoding.PEM) + key)
    return ca, chain


@contextlib.contextmanager
def https(folder, answers):
    """Serve answers by path over https on a loopback port; yields its URL and the file of its authority.

    Args:
        folder: for certificates.
        answers: path to bytes, to (status, headers), or to (status, headers, bytes).
    """
    ca, chain = _authority(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            found = answers.get(self.path, (404, {}))
            status, headers, *body = (200, {}, found) if isinstance(found, bytes) else found
            data = body[0] if body else b""
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(data))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"https://127.0.0.1:{server.server_port}", ca
    finally:
        server.shutdown()
        server.server_close()
