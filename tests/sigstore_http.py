"""The Sigstore world of the tests on a loopback port: signing certificates, both logs, timestamps.

What a client sends is used as the services use it: the certificate is for the key of the request and the
identity of the token, the log writes down what was proposed, the timestamp is over the imprint that was sent.

    with serve(World(now=time)) as service:
        service.client_config(rekor=2)        # JSON of a client trust config that leads here
        service.token()                       # an identity token
        service.failing["/api/v1/timestamp"] = 500
"""

import base64
import contextlib
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key

import sigstore_log as logs
from sigstore_ca import IDENTITY, ISSUER, Leaf, pem
from stella_git.canon import jcs

FULCIO, REKOR1, REKOR2, TSA = (
    "/api/v2/signingCert",
    "/api/v1/log/entries",
    "/api/v2/log/entries",
    "/api/v1/timestamp",
)
AUDIENCE = "sigstore"


def token(now, *, identity=IDENTITY, issuer=ISSUER, audience=AUDIENCE, lifetime=300, **claims):
    """Return an unsigned-looking JWT; nobody here or in the clients verifies its signature."""
    said = {
        "iss": issuer,
        "sub": identity,
        "aud": audience,
        "iat": now,
        "nbf": now - 5,
        "exp": now + lifetime,
    }
    parts = [
        json.dumps({"alg": "RS256", "typ": "JWT"}).encode(),
        json.dumps(said | claims).encode(),
        b"signature",
    ]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def claims_of(text):
    part = text.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


class Service:
    """The state behind the port, and where it is.

    Attributes:
        requests: (path, body) of everything that was asked.
        failing: path to a status code, or to a function that bends the answer's bytes.
        leaf_knobs, entry_knobs, stamp_knobs: keywords that bend what is issued.
    """

    def __init__(self, world):
        self.world, self.url = world, ""
        self.requests, self.failing = [], {}
        self.leaf_knobs, self.entry_knobs, self.stamp_knobs = {}, {}, {}
        self.logged = {1: world.rekor1.others(3), 2: world.rekor2.others(3)}
        self.lock = threading.Lock()
        self.routes = {
            FULCIO: self.certify,
            REKOR1: self.log_v1,
            REKOR2: self.log_v2,
            TSA: self.stamp,
        }

    def token(self, **knobs):
        return token(self.world.now, **knobs)

    def signing_config(self, rekor=2, *, tsa=True):
        window = {"start": "2020-01-01T00:00:00Z"}

        def service(url, version):
            return {"url": url, "majorApiVersion": version, "validFor": window, "operator": "sigstore.test"}

        return {
            "mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json",
            "caUrls": [service(self.url, 1)],
            "oidcUrls": [],
            "rekorTlogUrls": [service(self.url, rekor)],
            "rekorTlogConfig": {"selector": "ANY"},
            "tsaUrls": [service(self.url + TSA, 1)] if tsa else [],
            "tsaConfig": {"selector": "ANY"},
        }

    def client_config(self, rekor=2, *, tsa=True, **root):
        """Return a ClientTrustConfig as JSON; root: keywords of `World.trusted_root`."""
        return {
            "mediaType": "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
            "trustedRoot": self.world.trusted_root(**root),
            "signingConfig": self.signing_config(rekor, tsa=tsa),
        }

    # ---- what the services do ---------------------------------------------------------------------

    def answer(self, path, body, headers):
        with self.lock:
            self.requests.append((path, body))
            failing = self.failing.get(path)
            if isinstance(failing, int):
                return failing, b'{"message": "out of order"}'
            if path not in self.routes:
                return 404, b"{}"
            made = self.routes[path](body, headers)
            return 201, failing(made) if failing else made

    def certify(self, body, headers):
        request = json.loads(body)["certificateSigningRequest"]
        signing_request = x509.load_pem_x509_csr(base64.b64decode(request))
        assert signing_request.is_signature_valid
        claims = claims_of(headers["Authorization"].removeprefix("Bearer "))
        knobs = {"identity": claims.get("email") or claims["sub"], "issuer": claims["iss"]} | self.leaf_knobs
        leaf = self.world.leaf(signing_request.public_key(), **knobs)
        chain = {"certificates": [pem(one).decode() for one in (leaf.der, *leaf.chain)]}
        return json.dumps({"signedCertificateEmbeddedSct": {"chain": chain}}).encode()

    def log_v1(self, body, _headers):
        proposed = json.loads(body)
        made = _canonical_v1(proposed)
        entry = self._enter(self.world.rekor1, made, proposed["kind"], proposed["apiVersion"], 1)
        proof = entry["inclusionProof"]
        inclusion = {
            "logIndex": int(proof["logIndex"]),
            "treeSize": int(proof["treeSize"]),
            "rootHash": _hex(proof["rootHash"]),
            "hashes": [_hex(one) for one in proof["hashes"]],
            "checkpoint": proof["checkpoint"]["envelope"],
        }
        promise = entry["inclusionPromise"]["signedEntryTimestamp"]
        said = {
            "body": entry["canonicalizedBody"],
            "integratedTime": int(entry["integratedTime"]),
            "logID": _hex(entry["logId"]["keyId"]),
            "logIndex": int(entry["logIndex"]),
            "verification": {"inclusionProof": inclusion, "signedEntryTimestamp": promise},
        }
        return json.dumps({hashlib.sha256(made).hexdigest(): said}).encode()

    def log_v2(self, body, _headers):
        asked = json.loads(body)["hashedRekordRequestV002"]
        verifier = asked["signature"]["verifier"]
        who = _who(verifier)
        made = logs.hashedrekord_002(
            who, base64.b64decode(asked["signature"]["content"]), base64.b64decode(asked["digest"])
        )
        return json.dumps(self._enter(self.world.rekor2, made, "hashedrekord", "0.0.2", 2)).encode()

    def _enter(self, log, body, kind, version, which):
        knobs = {"before": self.logged[which], "after": 0} | self.entry_knobs
        entry = log.entry(body, kind, version, **knobs)
        self.logged[which].append(body)
        return entry

    def stamp(self, body, _headers):
        imprint, nonce = parse_request(body)
        return self.world.tsa.stamp(b"", **({"imprint": imprint, "nonce": nonce} | self.stamp_knobs))


def _who(verifier):
    if "x509Certificate" in verifier:
        der = base64.b64decode(verifier["x509Certificate"]["rawBytes"])
        return Leaf(der, x509.load_der_x509_certificate(der).public_key(), ())
    return Leaf(None, load_der_public_key(base64.b64decode(verifier["publicKey"]["rawBytes"])), ())


def _who_v1(encoded):
    text = base64.b64decode(encoded)
    if b"BEGIN CERTIFICATE" in text:
        found = x509.load_pem_x509_certificate(text)
        return Leaf(base64.b64decode(b"".join(text.split(b"\n")[1:-2])), found.public_key(), ())
    return Leaf(None, load_pem_public_key(text), ())


def _canonical_v1(proposed):
    spec = proposed["spec"]
    if proposed["kind"] == "hashedrekord":
        signature = spec["signature"]
        digest = bytes.fromhex(spec["data"]["hash"]["value"])
        return logs.hashedrekord_001(
            _who_v1(signature["publicKey"]["content"]), base64.b64decode(signature["content"]), digest
        )
    envelope = json.loads(spec["proposedContent"]["envelope"])
    (verifier,) = spec["proposedContent"]["verifiers"]
    (signature,) = envelope["signatures"]
    return logs.dsse_001(
        _who_v1(verifier),
        base64.b64decode(signature["sig"]),
        base64.b64decode(envelope["payload"]),
        spec["proposedContent"]["envelope"].encode(),
    )


def _hex(encoded):
    return base64.b64decode(encoded).hex()


def parse_request(request):
    """Return the imprint and the nonce of a TimeStampReq, DER. Source: RFC 3161 section 2.4.1."""
    _tag, inside, _rest = _element(request)
    _tag, _version, rest = _element(inside)
    _tag, imprint, rest = _element(rest)
    _tag, _algorithm, digest = _element(imprint)
    nonce = None
    while rest:
        tag, value, rest = _element(rest)
        if tag == 0x02:
            nonce = int.from_bytes(value, signed=True)
    return _element(digest)[1], nonce


def _element(data):
    size, start = data[1], 2
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(data[2:start])
    return data[0], data[start : start + size], data[start + size :]


@contextlib.contextmanager
def serve(world):
    """Serve a world on a loopback port for a while."""
    service = Service(world)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = service.answer(self.path, body, self.headers)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def write_config(service, path, rekor=2, **options):
    """Write a client trust config into a file, and return its path."""
    path.write_bytes(jcs.dumps(service.client_config(rekor, **options)))
    return path
