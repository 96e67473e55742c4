"""Signed certificate timestamps, in certificates that our authority of the tests makes."""

import hashlib
import struct

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509 import ObjectIdentifier, load_der_x509_certificate

from sigstore_ca import CtLog, authority, sct_list
from sigstore_cases import OTHER, ROOT, WORLD
from sigstore_keys import b64, p256, p384, spki
from sigstore_world import World, _ct_instance
from stella_git.trust import sct
from trust_cases import rsa_native
from verify_cases import NOW, SIGNED, check, codes, read_root

LOG = WORLD.ct_log
WINDOW = WORLD._window(None)
AT = SIGNED - 30  # when certificates of the world begin, and their timestamps say that they were made


class Recorder(CtLog):
    """Remembers what a certificate's timestamps are to be over, and makes none that counts."""

    def sct(self, *asked, **options):
        self.asked, self.options = asked, options
        return b""


def of(log=LOG, **bent):
    return lambda tbs, key, options: log.sct(tbs, key, **(options | bent))


def logged(*made, **leaf):
    """Return a certificate with timestamps made to order, of several logs in one list."""
    recorder = Recorder("recorder")
    WORLD.leaf(ct_log=recorder, **leaf)
    scts = [make(*recorder.asked, recorder.options) for make in made]
    return WORLD.leaf(sct_bytes=sct_list(scts), **leaf)


def outcome(*made, root=None, now=NOW):
    return check(WORLD.bundle(leaf=logged(*made)), root=root or read_root(), now=now)


def sct_codes(*made, **options):
    return codes(outcome(*made, **options))


@pytest.mark.parametrize("extensions", [b"", b"x", bytes(300)])
def test_extensions_are_signed(extensions):
    assert sct_codes(of(extensions=extensions)) == []


def test_a_second_log_may_be_unknown_and_none_may_lie():
    unknown, lying = of(OTHER.ct_log), of(key=p256("thief"))
    assert sct_codes(of(), unknown) == []
    assert sct_codes(unknown, of()) == []
    assert sct_codes(of(), of()) == []
    assert sct_codes(unknown, unknown) == ["SCT_UNKNOWN_LOG"]
    for made in ((of(), lying), (lying, of()), (lying, unknown)):
        assert sct_codes(*made) == ["SCT_INVALID"]


def test_the_detail_counts_the_good_ones():
    found = outcome(of(), of(OTHER.ct_log)).report.checks
    assert next(one.detail for one in found if one.name == "sct").startswith("1 of 2 ")


def test_several_logs_count():
    rows = [_ct_instance(log, WINDOW) for log in (OTHER.ct_log, LOG)]
    root = read_root(ctlogs=rows)
    assert sct_codes(of(), of(OTHER.ct_log), root=root) == []
    assert sct_codes(of(OTHER.ct_log), root=root) == []
    assert sct_codes(of(), of(OTHER.ct_log, key=p256("thief")), root=root) == ["SCT_INVALID"]


@pytest.mark.parametrize(
    ("window", "code"),
    [
        ((AT, AT + 1), []),
        ((AT + 1, None), ["SCT_LOG_NOT_VALID"]),
        ((0, AT), []),
        ((0, AT - 1), ["SCT_LOG_NOT_VALID"]),
    ],
)
def test_the_window_of_the_log_holds_at_both_ends(window, code):
    root = read_root(windows={"ct": window})
    assert sct_codes(of(at=AT), root=root) == code


def test_milliseconds_are_part_of_the_time():
    root = read_root(windows={"ct": (0, AT)})
    assert sct_codes(of(at=AT + 0.001), root=root) == ["SCT_LOG_NOT_VALID"]


def test_a_log_that_came_back_counts_again():
    windows = [WORLD._window((0, 9)), WORLD._window((AT, AT + 9))]
    assert sct_codes(of(), root=read_root(ctlogs=[_ct_instance(LOG, one) for one in windows])) == []


def test_a_timestamp_from_the_future_is_none():
    assert sct_codes(of(at=NOW.seconds)) == []
    assert sct_codes(of(at=NOW.seconds + 0.001)) == ["SCT_IN_FUTURE"]


@pytest.mark.parametrize("seconds", [2**38, 253_402_300_800, 2**53])
def test_a_time_that_no_calendar_has_is_refused(seconds):
    assert sct_codes(of(at=seconds)) == ["SCT_INVALID"]


@pytest.mark.parametrize("algorithm", [(4, 1), (5, 3), (2, 3), (4, 2)])
def test_only_the_algorithms_of_the_standard_count(algorithm):
    assert sct_codes(of(algorithm=algorithm)) == ["SCT_INVALID"]


def test_a_log_may_sign_with_rsa():
    key = rsa_native("rsa-log")

    class RsaLog(CtLog):
        def __init__(self):
            super().__init__("rsa")
            self.key = key

    def rsa_sign(data):
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())

    log = RsaLog()

    def make(tbs, issuer_key, options):
        plain = LOG.sct(tbs, issuer_key, **(options | {"log_id": log.log_id, "algorithm": (4, 1)}))
        at = int(options["at"] * 1000)
        signed = struct.pack("!BBQH", 0, 0, at, 1)
        signed += hashes_of(issuer_key) + len(tbs).to_bytes(3) + tbs + b"\0\0"
        signature = rsa_sign(signed)
        return plain[:45] + struct.pack("!H", len(signature)) + signature

    row = {
        "baseUrl": log.url,
        "hashAlgorithm": "SHA2_256",
        "publicKey": {"rawBytes": b64(spki(key)), "keyDetails": "PKIX_RSA_PKCS1V5"} | WINDOW,
        "logId": {"keyId": b64(log.log_id)},
    }
    assert sct_codes(make, root=read_root(ctlogs=[row])) == []
    ecdsa = of(log_id=log.log_id)
    assert sct_codes(ecdsa, root=read_root(ctlogs=[row])) == ["SCT_INVALID"]
    weak = row | {"publicKey": row["publicKey"] | {"keyDetails": "PKIX_RSA_PSS_2048_SHA256"}}
    assert sct_codes(make, root=read_root(ctlogs=[weak])) == ["SCT_INVALID"]


def hashes_of(key):
    return hashlib.sha256(spki(key)).digest()


def test_a_key_that_is_not_what_the_root_says_verifies_nothing():
    (row,) = ROOT["ctlogs"]
    bent = row | {"publicKey": row["publicKey"] | {"keyDetails": "PKIX_ECDSA_P384_SHA_384"}}
    assert sct_codes(of(), root=read_root(ctlogs=[bent])) == ["SCT_INVALID"]


@pytest.mark.parametrize("data", [b"", b"\x04\x00", b"\x04\x02\x00\x05", b"junk"])
def test_a_list_that_cannot_be_read_refuses_the_certificate(data):
    assert codes(check(WORLD.bundle(leaf={"sct_bytes": data}))) == ["CERTIFICATE_PROFILE"]


def test_an_empty_list_is_none():
    assert codes(check(WORLD.bundle(leaf={"sct_bytes": sct_list([])}))) == ["SCT_MISSING"]


def test_another_version_cannot_be_read():
    assert sct_codes(of(version=1)) == ["CERTIFICATE_PROFILE"]


def test_a_certificate_that_was_logged_by_a_delegate_names_its_issuers_issuer():
    """RFC 6962 section 3.2: a precertificate signing certificate stands between; its issuer's key counts."""
    precert, root_key = p384("precert signer"), WORLD.fulcio.root_key
    between = authority(
        "sigstore-precert",
        precert,
        window=WORLD.fulcio.window,
        above=("sigstore", root_key),
        path_length=0,
        eku=ObjectIdentifier("1.3.6.1.4.1.11129.2.4.4"),
    )
    for signer, counts in ((root_key, True), (precert, False)):
        leaf = logged(
            lambda tbs, _, options, key=signer: LOG.sct(tbs, key, **options),
            issuer_key=precert,
            issuer_name="sigstore-precert",
        )
        path = [load_der_x509_certificate(der) for der in (leaf.der, between, WORLD.fulcio.root)]
        found = sct.check_sct(path, read_root().ct_logs, NOW)
        assert (found.status == "passed") == counts
        assert found.code == ("" if counts else "SCT_INVALID")


def test_worlds_do_not_share_logs():
    assert World("other").ct_log.log_id != LOG.log_id


def test_a_certificate_without_a_list_has_none():
    assert codes(check(WORLD.bundle(leaf={"scts": 0}))) == ["SCT_MISSING"]


def test_an_issuer_for_any_purpose_is_the_issuer():
    key = p384("any purpose")
    between = authority(
        "any", key, window=WORLD.fulcio.window, above=("sigstore", WORLD.fulcio.root_key), path_length=0
    )
    leaf = WORLD.leaf(issuer_key=key, issuer_name="any")
    assert codes(check(WORLD.bundle(version="0.2", leaf=leaf, chain=(between,)))) == []
