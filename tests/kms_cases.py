"""A key management service on loopback that speaks as AWS KMS does, as far as signing goes.

It signs the digest that it is given, as it is: a service of tests that hashed it once more would hide that a
client sends a digest of a digest.

Source: AWS KMS API reference, GetPublicKey and Sign; AWS JSON 1.1 protocol.
"""

import base64
import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from trust_cases import private

ALGORITHMS = {
    "ecdsa-p256": ["ECDSA_SHA_256"],
    "ecdsa-p384": ["ECDSA_SHA_384"],
    "rsa": [
        f"RSASSA_{kind}_SHA_{bits}" for kind in ("PKCS1_V1_5", "PSS") for bits in (256, 384, 512)
    ],
}  # fmt: skip
DIGESTS = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI-not-a-real-secret",
    "AWS_SESSION_TOKEN": "session-token-that-nobody-may-see",
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/nonexistent",
    "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
    "AWS_MAX_ATTEMPTS": "1",
}


class RefusalError(Exception):
    """What the service says no with."""


class Service:
    """Keys by name, and what was asked.

    Args:
        keys: name that a URI may have -> name of `trust_cases.private`.
    """

    def __init__(self, keys):
        self.keys = keys
        self.calls = []
        self.hashes_again = False
        self.denied = False

    def answer(self, action, request):
        self.calls.append((action, request))
        if self.denied:
            raise RefusalError("AccessDeniedException")
        if request["KeyId"] not in self.keys:
            raise RefusalError("NotFoundException")
        key = private(self.keys[request["KeyId"]])
        kind = "rsa" if key.public.algorithm.startswith("rsa") else key.public.algorithm
        if action == "GetPublicKey":
            return {
                "KeyId": request["KeyId"],
                "KeyUsage": "SIGN_VERIFY",
                "PublicKey": base64.b64encode(key.public.spki).decode(),
                "SigningAlgorithms": ALGORITHMS[kind],
            }
        return {
            "KeyId": request["KeyId"],
            "Signature": base64.b64encode(self.signature(key, kind, request)).decode(),
            "SigningAlgorithm": request["SigningAlgorithm"],
        }

    def signature(self, key, kind, request):
        name = request["SigningAlgorithm"]
        message = base64.b64decode(request["Message"])
        digest = DIGESTS[name[-3:]]
        if name not in ALGORITHMS[kind]:
            raise RefusalError("InvalidKeyUsageException")
        if request.get("MessageType") != "DIGEST" or len(message) != digest.digest_size:
            raise RefusalError("ValidationException")
        if self.hashes_again:
            again = hashes.Hash(digest)
            again.update(message)
            message = again.finalize()
        if kind != "rsa":
            return key._native.sign(message, ec.ECDSA(Prehashed(digest)))
        pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
        return key._native.sign(message, pss if "PSS" in name else padding.PKCS1v15(), Prehashed(digest))


@contextmanager
def served(service):
    """Serve on loopback, and yield the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            prefix, _, action = self.headers["X-Amz-Target"].partition(".")
            assert prefix == "TrentService"
            assert self.headers["Content-Type"] == "application/x-amz-json-1.1"
            assert "Credential=AKIDEXAMPLE/" in self.headers["Authorization"]
            try:
                code, answer = 200, service.answer(action, body)
            except RefusalError as refusal:
                code, answer = 400, {"__type": str(refusal), "message": "arn:aws:iam::123456789012:user/ada"}
            data = json.dumps(answer).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
