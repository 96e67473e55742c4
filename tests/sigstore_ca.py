"""A certificate authority and a certificate transparency log, like Fulcio's, for the tests.

Source: Fulcio certificate specification; RFC 5280; RFC 6962 sections 3.2 and 3.3.
"""

import hashlib
import struct
from datetime import UTC, datetime
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

import sigstore_der as der
from sigstore_keys import p256, p384, public, sign, spki

IDENTITY = "https://github.com/acme/widget/.github/workflows/release.yml@refs/heads/main"
ISSUER = "https://token.actions.githubusercontent.com"
OID_ISSUER, OID_ISSUER_V2 = "1.3.6.1.4.1.57264.1.1", "1.3.6.1.4.1.57264.1.8"
OID_SCT_LIST = "1.3.6.1.4.1.11129.2.4.2"
CODE_SIGNING = ExtendedKeyUsageOID.CODE_SIGNING
TIME_STAMPING = ExtendedKeyUsageOID.TIME_STAMPING
YEAR = 365 * 86_400
KEY_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


class Leaf(NamedTuple):
    """A certificate, DER, with its key (private, or public if only that is known) and those above it."""

    der: bytes
    key: object
    chain: tuple[bytes, ...]


def utc(seconds):
    return datetime.fromtimestamp(seconds, UTC)


def pem(certificate):
    return x509.load_der_x509_certificate(certificate).public_bytes(Encoding.PEM)


def name(*common):
    """Return a distinguished name; without an argument, the empty one."""
    parts = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "sigstore.test")] if common else []
    return x509.Name(parts + [x509.NameAttribute(NameOID.COMMON_NAME, text) for text in common])


def key_usage(*names):
    return x509.KeyUsage(**{one: one in names for one in KEY_USAGES})


def serial(*parts):
    """Return a positive serial number made of what is certified."""
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:16]) >> 1 | 1


def certificate(key, *, subject, issuer, issuer_key, window, extensions, number):
    """Return a certificate, not yet in DER; extensions are (value, critical), in the order they get."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public(key))
        .serial_number(number)
        .not_valid_before(utc(window[0]))
        .not_valid_after(utc(window[1]))
    )
    for value, critical in extensions:
        builder = builder.add_extension(value, critical)
    digest = hashes.SHA384() if issuer_key.curve.name == "secp384r1" else hashes.SHA256()
    return builder.sign(issuer_key, digest, ecdsa_deterministic=True)


def raw(dotted, value):
    return x509.UnrecognizedExtension(ObjectIdentifier(dotted), value)


def key_ids(key, issuer_key):
    return [
        (x509.SubjectKeyIdentifier.from_public_key(public(key)), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(public(issuer_key)), False),
    ]


def authority(common, key, *, window, above=None, path_length=None, eku=None):
    """Return the DER of an authority's certificate; above is (common name, key) of the one that signs it."""
    above_name, above_key = above or (common, key)
    constraints = x509.BasicConstraints(ca=True, path_length=path_length)
    extensions = [(key_usage("key_cert_sign", "crl_sign"), True), (constraints, True)]
    if eku:
        extensions.append((x509.ExtendedKeyUsage([eku]), False))
    return certificate(
        key,
        subject=name(common),
        issuer=name(above_name),
        issuer_key=above_key,
        window=window,
        extensions=extensions + key_ids(key, above_key),
        number=serial(common, above_name),
    ).public_bytes(Encoding.DER)


class CtLog:
    """A certificate transparency log, P-256."""

    def __init__(self, label):
        self.url = f"https://ctfe.{label}.test/2026"
        self.key = p256(f"{label} ct log")
        self.log_id = hashlib.sha256(spki(self.key)).digest()

    def sct(
        self,
        tbs,
        issuer_key,
        *,
        at,
        extensions=b"",
        log_id=None,
        key=None,
        version=0,
        signed_at=None,
        algorithm=(4, 3),
    ):
        """Return the SerializedSCT of a precertificate: tbs is the DER without the SCT extension.

        Source: RFC 6962 section 3.2. algorithm is (hash, signature) of RFC 5246; at is in seconds.
        """
        when = int((at if signed_at is None else signed_at) * 1000)
        entry = hashlib.sha256(spki(issuer_key)).digest() + len(tbs).to_bytes(3) + tbs
        signed = struct.pack("!BBQH", 0, 0, when, 1) + entry + struct.pack("!H", len(extensions)) + extensions
        signature = sign(key or self.key, signed)
        return (
            struct.pack("!B32sQH", version, log_id or self.log_id, int(at * 1000), len(extensions))
            + extensions
            + struct.pack("!BBH", *algorithm, len(signature))
            + signature
        )


def sct_list(scts):
    """Return the value of the extension that carries SCTs, a TLS list in an OCTET STRING."""
    rows = b"".join(struct.pack("!H", len(one)) + one for one in scts)
    return der.octets(struct.pack("!H", len(rows)) + rows)


class Fulcio:
    """A root (P-384), an intermediate (P-384), and certificates that last ten minutes.

    Args:
        label: names it and makes its keys; two worlds with different labels share nothing.
        now: seconds since the epoch that the authority is valid around.
        window: first and last second of root and intermediate.
    """

    def __init__(self, label, now, *, window=None, intermediate_window=None):
        self.uri, self.now = f"https://fulcio.{label}.test", now
        self.ct_log = CtLog(label)
        self.window = window or (now - 2 * YEAR, now + 8 * YEAR)
        self.root_key, self.key = p384(f"{label} fulcio root"), p384(f"{label} fulcio intermediate")
        self.root = authority("sigstore", self.root_key, window=self.window, path_length=1)
        self.intermediate = authority(
            "sigstore-intermediate",
            self.key,
            window=intermediate_window or self.window,
            above=("sigstore", self.root_key),
            path_length=0,
            eku=CODE_SIGNING,
        )
        self.chain = (self.intermediate, self.root)

    def leaf(
        self,
        key=None,
        *,
        identity=IDENTITY,
        san=None,
        issuer=ISSUER,
        issuer_v2=True,
        extra=(),
        at=None,
        lifetime=600,
        eku=(CODE_SIGNING,),
        usage=("digital_signature",),
        ca=False,
        scts=1,
        sct=None,
        ct_log=None,
        sct_bytes=None,
        issuer_key=None,
        issuer_name="sigstore-intermediate",
        subject=(),
        names=True,
    ):
        """Return a signing certificate.

        Args:
            key: private or public key to certify; a P-256 key of the world.
            identity: e-mail address or URI; san replaces it by any list of general names, [] leaves it out.
            issuer: OIDC issuer for 1.1 (raw) and, with issuer_v2, 1.8; None leaves both out; bytes for
                issuer_v2 are the value of 1.8 as they are.
            extra: more (dotted oid, DER value) extensions.
            at: first valid second; lifetime: how many there are.
            eku: extended key usages, () for none; usage: key usages, None for no extension; ca: a CA leaf.
            scts: how many; sct: keywords for `CtLog.sct`; ct_log: another log; sct_bytes: the list as it is.
            issuer_key, issuer_name: who signs; by default the intermediate.
        """
        key = key or p256("leaf")
        at = self.now - 30 if at is None else at
        above = issuer_key or self.key
        members = {
            "subject": name(*subject),
            "issuer": name(issuer_name),
            "issuer_key": above,
            "window": (at, at + lifetime - 1),
            "number": serial(spki(key), identity, issuer, at),
        }
        extensions = [(key_usage(*usage), True)] if usage is not None else []
        extensions += [(x509.ExtendedKeyUsage(eku), False)] if eku else []
        extensions += [(x509.BasicConstraints(ca=True, path_length=None), True)] if ca else []
        extensions += key_ids(key, above)
        alternatives = [_general_name(identity)] if san is None else san
        extensions += [(x509.SubjectAlternativeName(alternatives), True)] if alternatives else []
        extensions += [(raw(oid, value), False) for oid, value in (*_issuer(issuer, issuer_v2), *extra)]
        before = certificate(key, extensions=extensions, **members)
        if scts or sct_bytes is not None:
            log = ct_log or self.ct_log
            options = {"at": at + 0.123} | (sct or {})
            made = [log.sct(before.tbs_certificate_bytes, above, **options)] * scts
            extensions.append(
                (raw(OID_SCT_LIST, sct_bytes if sct_bytes is not None else sct_list(made)), False)
            )
        made = certificate(key, extensions=extensions, **members)
        return Leaf(made.public_bytes(Encoding.DER), key, self.chain)


def _general_name(identity):
    return x509.UniformResourceIdentifier(identity) if "://" in identity else x509.RFC822Name(identity)


def _issuer(issuer, second):
    if issuer is None:
        return ()
    value = second if isinstance(second, bytes) else der.utf8(issuer)
    return ((OID_ISSUER, issuer.encode()), *(((OID_ISSUER_V2, value),) if second else ()))
