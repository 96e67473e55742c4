"""RFC 3161 timestamps: whose they are, over what, when; and that only what is signed is believed."""

import hashlib

import pytest

import sigstore_der as der
from sigstore_ca import CODE_SIGNING, TIME_STAMPING, YEAR, authority, name
from sigstore_cases import OTHER, WORLD
from sigstore_keys import p256, p384
from sigstore_tsa import Tsa
from stella_git.attest.trustedroot import Authority, Window
from stella_git.canon.clock import Instant
from stella_git.trust.timestamp import check_timestamps, verify_timestamp
from stella_git.trust.validity import TrustedTime
from stella_git.trust.x509 import Refusal
from verify_cases import ROOT, SIGNED

MESSAGE = b"a signature"
TSA = WORLD.tsa
AUTHORITIES = ROOT.timestamp_authorities
AT = SIGNED + 1
GOOD = TrustedTime(Instant(AT), f"timestamp:{TSA.uri}")


def authority_of(tsa=TSA, chain=None, first=0, last=None, uri=None):
    window = Window(start=Instant(first), end=None if last is None else Instant(last))
    return Authority(
        uri=tsa.uri if uri is None else uri, certificates=tuple(chain or tsa.chain), window=window
    )


def answer(stamp=None, *, message=MESSAGE, authorities=AUTHORITIES, tsa=TSA, asked=None, **bent):
    """Return the trusted time, or the code of the refusal."""
    made = tsa.stamp(MESSAGE, **bent) if stamp is None else stamp
    found = verify_timestamp(made, message, authorities, **(asked or {}))
    if isinstance(found, Refusal):
        assert found.remedy
        assert found.detail
        return found.code
    return found


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize("embed", [True, False])
def test_a_timestamp_shows_when(algorithm, embed):
    assert answer(algorithm=algorithm, embed=embed) == GOOD


def test_fractions_of_a_second_are_cut_off():
    """The library does not give them: a time is right to the second."""
    assert answer(fraction=".25") == GOOD


def test_the_certificate_is_the_one_of_the_trusted_root_whatever_the_response_says_of_it():
    assert answer(ess=b"another certificate") == GOOD
    assert answer(ess=False) == GOOD


BENT = {
    "other message": ({"message": b"other"}, "TIMESTAMP_MISMATCH"),
    "other imprint": ({"imprint": bytes(32)}, "TIMESTAMP_MISMATCH"),
    "short imprint": ({"imprint": hashlib.sha256(MESSAGE).digest()[:31]}, "TIMESTAMP_MISMATCH"),
    "not granted": ({"status": 2}, "TIMESTAMP_NOT_GRANTED"),
    "granted with changes": ({"status": 1}, "TIMESTAMP_NOT_GRANTED"),
    "nothing": ({"stamp": b""}, "TIMESTAMP_MALFORMED"),
    "junk": ({"stamp": b"junk"}, "TIMESTAMP_MALFORMED"),
    "trailing byte": ({"trailing": b"\0"}, "TIMESTAMP_MALFORMED"),
    "status without token": ({"token": b""}, "TIMESTAMP_MALFORMED"),
    "no time": (
        {"stamp": der.seq(der.seq(der.integer(0)), der.seq(der.oid("1.2.3")))},
        "TIMESTAMP_MALFORMED",
    ),
    "thief": ({"key": p256("thief")}, "TIMESTAMP_SIGNATURE"),
    "no signature": ({"signature": b""}, "TIMESTAMP_SIGNATURE"),
    "digest attribute": ({"message_digest": bytes(32)}, "TIMESTAMP_SIGNATURE"),
    "another's serial number": ({"signer": (name("tsa-root"), 7)}, "TIMESTAMP_UNTRUSTED"),
    "another's issuer": ({"signer": (name("other"), TSA.number)}, "TIMESTAMP_UNTRUSTED"),
    "unknown authority": ({"tsa": OTHER.tsa}, "TIMESTAMP_UNTRUSTED"),
    "no authority": ({"authorities": ()}, "TIMESTAMP_UNTRUSTED"),
    "no signer": ({"signers": 0}, "TIMESTAMP_UNTRUSTED"),
    "leaf alone": ({"authorities": [authority_of(chain=TSA.chain[:1])]}, "TIMESTAMP_UNTRUSTED"),
    "unreadable chain": ({"authorities": [authority_of(chain=[*TSA.chain, b"x"])]}, "TIMESTAMP_UNTRUSTED"),
    "other anchor": (
        {"authorities": [authority_of(chain=[TSA.leaf, OTHER.tsa.root])]},
        "TIMESTAMP_SIGNATURE",
    ),
    "before the window": ({"authorities": [authority_of(first=AT + 1)]}, "TIMESTAMP_OUTSIDE_WINDOW"),
    "after the window": ({"authorities": [authority_of(last=AT - 1)]}, "TIMESTAMP_OUTSIDE_WINDOW"),
    "other nonce": ({"nonce": 6, "asked": {"nonce": 7}}, "TIMESTAMP_NONCE"),
    "no nonce": ({"asked": {"nonce": 7}}, "TIMESTAMP_NONCE"),
    "other policy": ({"asked": {"policy": "1.2.3"}}, "TIMESTAMP_POLICY"),
}


@pytest.mark.parametrize("case", BENT)
def test_what_is_bent_is_refused_for_its_reason(case):
    options, code = BENT[case]
    assert answer(**options) == code


def test_the_window_holds_at_both_ends():
    assert answer(authorities=[authority_of(first=AT, last=AT)]) == GOOD


def test_the_request_is_answered():
    policy = "1.3.6.1.4.1.57264.2"
    assert answer(nonce=7, asked={"nonce": 7, "policy": policy}) == GOOD
    assert answer(nonce=7, policy="1.2.3") == GOOD


@pytest.mark.parametrize(
    ("options", "good"),
    [
        ({"window": (AT, AT + 1)}, True),
        ({"window": (AT + 1, AT + 9)}, False),
        ({"window": (AT - 9, AT - 1)}, False),
        ({"root_window": (AT, AT + 1)}, True),
        ({"root_window": (AT + 1, AT + 9)}, False),
        ({"root_window": (AT - 9, AT - 1)}, False),
    ],
)
def test_certificates_of_the_authority_are_valid_at_both_ends(options, good):
    tsa = Tsa("edge", SIGNED, **options)
    found = answer(tsa=tsa, authorities=[authority_of(tsa)])
    assert found == (
        GOOD._replace(source=f"timestamp:{tsa.uri}") if good else "TIMESTAMP_CERTIFICATE_NOT_VALID"
    )


def test_an_authority_that_expired_since_stamped_then():
    tsa = Tsa("old", SIGNED - 20 * YEAR)
    assert answer(tsa=tsa, authorities=[authority_of(tsa)]).instant == Instant(AT - 20 * YEAR)


@pytest.mark.parametrize(
    "options",
    [
        {"eku": ()},
        {"eku": (CODE_SIGNING,)},
        {"eku": (TIME_STAMPING, CODE_SIGNING)},
        {"eku_critical": False},
    ],
)
def test_the_authority_stamps_and_does_nothing_else(options):
    tsa = Tsa("usage", SIGNED, **options)
    assert answer(tsa=tsa, authorities=[authority_of(tsa)]) == "TIMESTAMP_USAGE"


def test_another_authoritys_window_is_not_borrowed():
    later, earlier = authority_of(first=AT + 1), authority_of(last=AT - 1)
    assert answer(authorities=[later, earlier]) == "TIMESTAMP_OUTSIDE_WINDOW"
    wide = authority_of(OTHER.tsa)
    assert answer(authorities=[wide, later]) == "TIMESTAMP_OUTSIDE_WINDOW"
    assert answer(authorities=[wide, later, authority_of()]) == GOOD


def test_a_decoy_of_the_same_name_does_not_stand_in_the_way():
    decoy = Tsa("decoy", SIGNED)
    decoy.number = TSA.number
    twin = authority("tsa-root", p384("decoy root"), window=(AT - 9, AT + 9), path_length=0)
    rows = [authority_of(chain=[TSA.leaf, twin]), authority_of(decoy), authority_of()]
    assert answer(authorities=rows) == GOOD
    assert answer(authorities=rows[:2]) == "TIMESTAMP_SIGNATURE"


def test_an_authority_without_an_address_has_no_name():
    assert answer(authorities=[authority_of(uri="")]).source == "timestamp:unnamed"


def test_an_intermediate_leads_to_the_anchor():
    root_key, key = p384("long root"), TSA.root_key
    root = authority("long-root", root_key, window=(AT - YEAR, AT + YEAR))
    between = authority(
        "tsa-root",
        key,
        window=(AT - 9, AT + 9),
        above=("long-root", root_key),
        path_length=0,
        eku=TIME_STAMPING,
    )
    assert answer(authorities=[authority_of(chain=[TSA.leaf, between, root])]) == GOOD
    assert answer(authorities=[authority_of(chain=[TSA.leaf, root])]) == "TIMESTAMP_SIGNATURE"


# All of them together.


def test_every_timestamp_has_to_be_good():
    good, bad = TSA.stamp(MESSAGE), TSA.stamp(b"other")
    later = TSA.stamp(MESSAGE, at=AT + 5)
    check, times = check_timestamps([good, later], MESSAGE, AUTHORITIES)
    assert (check.status, [time.instant for time in times]) == ("passed", [Instant(AT), Instant(AT + 5)])
    for stamps in ([good, bad], [bad, good]):
        check, times = check_timestamps(stamps, MESSAGE, AUTHORITIES)
        assert (check.code, times) == ("TIMESTAMP_MISMATCH", ())
        assert f"timestamp {stamps.index(bad)}:" in check.detail
    check, times = check_timestamps([], MESSAGE, AUTHORITIES)
    assert (check.status, times) == ("skipped", ())


def test_only_what_nobody_signs_can_be_changed():
    """CMS signs neither its version numbers nor the name of the signature's algorithm."""
    stamp = TSA.stamp(MESSAGE)
    signer = der.seq(name("tsa-root").public_bytes(), der.integer(TSA.number))
    algorithm = der.oid(der.ECDSA_SHA256)
    unsigned = {stamp.index(der.integer(3)) + 2, stamp.rindex(signer) - 1}
    unsigned |= {stamp.rindex(algorithm) + 2 + index for index in range(len(algorithm) - 2)}
    changed = set()
    for index in range(len(stamp)):
        for bit in (0, 3, 7):
            bent = bytearray(stamp)
            bent[index] ^= 1 << bit
            found = answer(bytes(bent))
            assert isinstance(found, str) or found == GOOD
            if not isinstance(found, str):
                changed.add(index)
    assert changed <= unsigned
