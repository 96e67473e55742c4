"""A timestamp authority for the tests.

Source: RFC 3161; RFC 5652 section 5; RFC 5816.
"""

import hashlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

import sigstore_der as der
from sigstore_ca import TIME_STAMPING, YEAR, authority, certificate, key_ids, key_usage, name, serial
from sigstore_keys import p256, p384, sign

SIGNED_DATA, DATA = "1.2.840.113549.1.7.2", "1.2.840.113549.1.7.1"
TST_INFO = "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_TIME, SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.5", "1.2.840.113549.1.9.16.2.47"
POLICY = "1.3.6.1.4.1.57264.2"
HASHES = {"sha256": der.SHA256, "sha384": der.SHA384, "sha512": der.SHA512}


class Tsa:
    """A root (P-384) and a leaf (P-256) that stamps.

    Args:
        label: names it and makes its keys.
        now: seconds since the epoch that its certificates are valid around.
        eku: extended key usages of the leaf, () for none; eku_critical as RFC 3161 demands.
        window: first and last second of the leaf; root_window of the root.
        ca: a leaf that is an authority.
    """

    def __init__(
        self, label, now, *, eku=(TIME_STAMPING,), eku_critical=True, window=None, root_window=None, ca=False
    ):
        self.uri, self.now = f"https://timestamp.{label}.test/api/v1/timestamp", now
        self.window = window or (now - YEAR, now + 8 * YEAR)
        self.root_key, self.key = p384(f"{label} tsa root"), p256(f"{label} tsa leaf")
        root_window = root_window or (now - 2 * YEAR, now + 9 * YEAR)
        self.root = authority("tsa-root", self.root_key, window=root_window, path_length=0)
        self.number = serial("tsa-leaf", label)
        extensions = [(key_usage("digital_signature"), True), *key_ids(self.key, self.root_key)]
        extensions += [(x509.ExtendedKeyUsage(eku), eku_critical)] if eku else []
        extensions += [(x509.BasicConstraints(ca=True, path_length=None), True)] if ca else []
        self.leaf = certificate(
            self.key,
            subject=name("tsa-leaf"),
            issuer=name("tsa-root"),
            issuer_key=self.root_key,
            window=self.window,
            extensions=extensions,
            number=self.number,
        ).public_bytes(Encoding.DER)
        self.chain = (self.leaf, self.root)

    def stamp(self, data, *, status=0, token=None, trailing=b"", **knobs):
        """Return a TimeStampResp, DER, over bytes; further keywords go to `tst_info` and `signed_data`."""
        if token is None:
            inner = {key: knobs.pop(key) for key in tuple(knobs) if key in INFO_KNOBS}
            token = self.signed_data(self.tst_info(data, **inner), **knobs)
        return der.seq(der.seq(der.integer(status)), token) + trailing

    def tst_info(
        self,
        data,
        *,
        at=None,
        fraction="",
        imprint=None,
        algorithm="sha256",
        policy=POLICY,
        nonce=None,
        version=1,
        accuracy=True,
        number=7,
        info_extra=b"",
    ):
        """Return a TSTInfo, DER: at in seconds, imprint the digest to claim, policy a dotted OID."""
        digest = imprint if imprint is not None else hashlib.new(algorithm, data).digest()
        at = self.now + 1 if at is None else at
        return der.seq(
            der.integer(version),
            der.oid(policy),
            der.seq(der.algorithm(HASHES[algorithm]), der.octets(digest)),
            der.integer(number),
            der.generalized_time(at, fraction),
            der.seq(der.integer(1)) if accuracy else b"",
            der.integer(nonce) if nonce is not None else b"",
            info_extra,
        )

    def signed_data(
        self,
        info,
        *,
        embed=True,
        certificates=None,
        key=None,
        content_type=TST_INFO,
        attribute_type=TST_INFO,
        message_digest=None,
        ess=True,
        attributes=(),
        signature=None,
        signers=1,
        outer=SIGNED_DATA,
        signer=None,
    ):
        """Return the ContentInfo of a signed TSTInfo.

        Args:
            embed: carry the leaf; certificates: carry exactly these DER certificates.
            key: another key to sign with; signature: these bytes instead of a signature.
            content_type: of the encapsulated content; attribute_type: of the signed attribute.
            message_digest: another digest attribute; ess: carry ESSCertIDv2 (bytes: of that certificate).
            attributes: more DER attributes; signers: how many times the signer info stands there.
            signer: (issuer name, serial number) to claim.
        """
        inner = [
            der.seq(der.oid(CONTENT_TYPE), der.set_of(der.oid(attribute_type))),
            der.seq(
                der.oid(MESSAGE_DIGEST),
                der.set_of(der.octets(message_digest or hashlib.sha256(info).digest())),
            ),
            *attributes,
        ]
        if ess:
            digest = hashlib.sha256(ess if isinstance(ess, bytes) else self.leaf).digest()
            inner.append(
                der.seq(
                    der.oid(SIGNING_CERTIFICATE_V2), der.set_of(der.seq(der.seq(der.seq(der.octets(digest)))))
                )
            )
        attrs = der.set_of(*inner)
        issuer, number = signer or (name("tsa-root"), self.number)
        one = der.seq(
            der.integer(1),
            der.seq(issuer.public_bytes(), der.integer(number)),
            der.algorithm(der.SHA256),
            b"\xa0" + attrs[1:],
            der.algorithm(der.ECDSA_SHA256),
            der.octets(signature if signature is not None else sign(key or self.key, attrs, hashes.SHA256())),
        )
        carried = certificates if certificates is not None else ((self.leaf,) if embed else ())
        return der.seq(
            der.oid(outer),
            der.context(
                0,
                der.seq(
                    der.integer(3),
                    der.set_of(der.algorithm(der.SHA256)),
                    der.seq(der.oid(content_type), der.context(0, der.octets(info))),
                    der.context(0, *carried) if carried else b"",
                    der.set_of(*[one] * signers),
                ),
            ),
        )


INFO_KNOBS = frozenset(Tsa.tst_info.__kwdefaults__)
