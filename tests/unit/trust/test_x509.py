"""Signing certificates: what they have to be like, whom they name, and to whom they lead."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ObjectIdentifier, OtherName, RFC822Name, UniformResourceIdentifier

import sigstore_der as der
from sigstore_ca import CODE_SIGNING, IDENTITY, ISSUER, OID_ISSUER_V2, TIME_STAMPING, YEAR, authority, name
from sigstore_cases import WORLD
from sigstore_keys import ed, p384
from stella_git.attest.trustedroot import Authority, Window
from stella_git.canon.clock import Instant
from stella_git.trust import paths
from stella_git.trust.x509 import Leaf, Refusal, instant, load, moment, read_leaf
from trust_cases import rsa_native
from verify_cases import SIGNED

FULCIO = WORLD.fulcio
USER = ObjectIdentifier("1.3.6.1.4.1.57264.1.7")
AT = Instant(SIGNED)


def read(**options):
    """Return the leaf, or the code of the refusal."""
    found = read_leaf(WORLD.leaf(**options).der)
    return found.code if isinstance(found, Refusal) else found


@pytest.mark.parametrize(("size", "taken"), [(60_000, True), (66_000, False)])
def test_a_certificate_has_a_size(size, taken):
    found = read(extra=(("1.2.3.4", bytes(size)),))
    assert isinstance(found, Leaf) if taken else found == "CERTIFICATE_PROFILE"


def test_a_leaf_says_who_and_when():
    leaf = read()
    assert isinstance(leaf, Leaf)
    assert (leaf.subject, leaf.issuer) == (IDENTITY, ISSUER)
    assert (leaf.not_before, leaf.not_after) == (Instant(SIGNED - 30), Instant(SIGNED + 569))
    assert leaf.key.kind == "secp256r1"
    assert leaf.claims == ()


@pytest.mark.parametrize("data", [b"", b"junk", b"\x30\x00", WORLD.leaf().der + b"\0", WORLD.leaf().der[:-1]])
def test_junk_is_no_certificate(data):
    assert read_leaf(data).code == "CERTIFICATE_PROFILE"
    assert load(data) is None


PROFILES = {
    "authority": {"ca": True},
    "signs certificates": {"usage": ("digital_signature", "key_cert_sign")},
    "signs nothing": {"usage": ("key_agreement",)},
    "usage unsaid": {"usage": None},
    "purpose unsaid": {"eku": ()},
    "other purpose": {"eku": (TIME_STAMPING,)},
    "nobody": {"san": []},
    "two names": {"san": [UniformResourceIdentifier(IDENTITY), RFC822Name("ada@example.org")]},
    "a host": {"san": [x509.DNSName("example.org")]},
    "an address": {"san": [x509.RegisteredID(USER)]},
    "other name of another kind": {"san": [OtherName(ObjectIdentifier("1.2.3"), der.utf8("ada"))]},
    "user name that is no text": {"san": [OtherName(USER, der.octets(b"ada"))]},
    "user name in no UTF-8": {"san": [OtherName(USER, b"\x0c\x01\xff")]},
    "issuers that differ": {"issuer_v2": der.utf8(ISSUER + "x")},
    "issuer with a byte after it": {"issuer_v2": der.utf8(ISSUER) + b"\0"},
    "issuer of another type": {"issuer_v2": der.octets(ISSUER.encode())},
    "issuer cut short": {"issuer_v2": der.utf8(ISSUER)[:-1]},
    "issuer empty": {"issuer_v2": b"\x0c"},
    "issuer with a long length": {"issuer_v2": b"\x0c\x81" + der.utf8(ISSUER)[1:]},
    "issuer with a padded length": {"issuer_v2": b"\x0c\x82\x00" + der.utf8(ISSUER)[1:]},
}


@pytest.mark.parametrize("case", PROFILES)
def test_a_certificate_that_is_not_for_signing_is_refused(case):
    assert read(**PROFILES[case]) == "CERTIFICATE_PROFILE"


def test_more_purposes_do_no_harm():
    assert read(eku=(TIME_STAMPING, CODE_SIGNING)).subject == IDENTITY


@pytest.mark.parametrize(
    ("san", "subject"),
    [
        ([RFC822Name("ada@example.org")], "ada@example.org"),
        ([OtherName(USER, der.utf8("ada"))], "ada"),
        ([OtherName(USER, der.utf8("\u00e4" * 100))], "\u00e4" * 100),
    ],
)
def test_names(san, subject):
    assert read(san=san).subject == subject


def test_issuers():
    long = "https://issuer.example/" + "x" * 200
    assert read(issuer_v2=False).issuer == ISSUER
    assert read(issuer=None).issuer == ""
    assert read(issuer=None, extra=((OID_ISSUER_V2, der.utf8(ISSUER)),)).issuer == ISSUER
    assert read(issuer=long).issuer == long
    short = read_leaf(WORLD.leaf(issuer=None, extra=((OID_ISSUER_V2, b"\x0c\x81\x05short"),)).der)
    assert short.code == "CERTIFICATE_PROFILE"


def test_what_fulcio_says_of_a_build():
    arc = "1.3.6.1.4.1.57264.1."
    extra = ((f"{arc}12", der.utf8("https://github.com/acme/widget")), (f"{arc}14", b"raw"))
    assert read(extra=extra).claims == (("sourceRepositoryURI", "https://github.com/acme/widget"),)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (p384("leaf"), "secp384r1"),
        (ec.derive_private_key(7, ec.SECP521R1()), "secp521r1"),
        (ed("leaf"), "ed25519"),
        (rsa_native("rsa-ada"), "rsa"),
        (ec.derive_private_key(7, ec.SECP256K1()), None),
        (ec.derive_private_key(7, ec.SECP224R1()), None),
        (rsa_native("rsa-short", 1024), None),
    ],
)
def test_keys(key, kind):
    found = read(key=key)
    assert (found if kind is None else found.key.kind) == ("WEAK_KEY" if kind is None else kind)


def test_a_certificate_of_version_1_has_no_profile():
    leaf = WORLD.leaf().der
    version = der.context(0, der.integer(2))
    tbs = x509.load_der_x509_certificate(leaf).tbs_certificate_bytes
    start = tbs.index(version)
    old = der.seq(tbs[start + len(version) : tbs.rindex(b"\xa3\x82")])
    made = der.seq(old, der.algorithm(der.ECDSA_SHA384), der.tlv(3, b"\0", b"x"))
    assert load(made) is not None
    assert read_leaf(made).code == "CERTIFICATE_PROFILE"


def test_an_extension_that_stands_there_twice_makes_it_unreadable():
    twice = WORLD.leaf(extra=((OID_ISSUER_V2 + "9", b"x"),)).der
    assert load(twice) is not None
    other = twice.replace(der.oid(OID_ISSUER_V2 + "9"), der.oid("1.3.6.1.4.1.57264.1.89"))
    assert load(other) is not None
    same = WORLD.leaf(extra=(("1.3.6.1.4.1.57264.1.9", b"x"),)).der
    assert load(same.replace(der.oid("1.3.6.1.4.1.57264.1.9"), der.oid(OID_ISSUER_V2))) is None


def test_times_are_the_same_there_and_back():
    for seconds, nanos in ((0, 0), (SIGNED, 250_000_000), (-1, 1000), (253_402_300_799, 999_999_000)):
        assert instant(moment(Instant(seconds, nanos))) == Instant(seconds, nanos)


# Paths.


def trusted(*chain, first=0, last=None):
    window = Window(start=Instant(first), end=None if last is None else Instant(last))
    return Authority(uri="", certificates=tuple(chain), window=window)


def path(leaf=None, given=(), authorities=(), at=AT):
    """Return how many certificates lead from the leaf to the anchor, or the code of the refusal."""
    found = read_leaf((leaf or WORLD.leaf()).der)
    result = paths.find_path(found, given, authorities or [trusted(*FULCIO.chain)], at)
    return result.code if isinstance(result, Refusal) else len(result)


def test_a_path_leads_to_the_last_certificate_of_the_authority():
    found = paths.find_path(read_leaf(WORLD.leaf().der), (), [trusted(*FULCIO.chain)], AT)
    assert [one.public_bytes(Encoding.DER) for one in found] == [WORLD.leaf().der, *FULCIO.chain]


def test_nobody_is_trusted_without_an_authority():
    assert path(authorities=[trusted()]) == "UNTRUSTED_CA"
    assert path(authorities=[trusted(b"junk")]) == "UNTRUSTED_CA"
    assert path(authorities=[trusted(*FULCIO.chain, first=SIGNED + 1)]) == "UNTRUSTED_CA"
    assert path(authorities=[trusted(*FULCIO.chain, last=SIGNED - 1)]) == "UNTRUSTED_CA"
    assert path(authorities=[trusted(*FULCIO.chain, first=SIGNED, last=SIGNED)]) == 3


def test_an_authority_may_be_one_certificate():
    root = authority("lone", p384("lone"), window=FULCIO.window, path_length=0)
    leaf = WORLD.leaf(issuer_key=p384("lone"), issuer_name="lone")
    assert path(leaf, authorities=[trusted(root)]) == 2


def test_the_chain_of_an_authority_may_stand_in_any_order_below_its_anchor():
    between = authority(
        "lower", p384("lower"), window=FULCIO.window, above=("sigstore", p384("upper")), path_length=0
    )
    upper = authority(
        "sigstore", p384("upper"), window=FULCIO.window, above=("top", p384("top")), path_length=1
    )
    top = authority("top", p384("top"), window=FULCIO.window, path_length=2)
    leaf = WORLD.leaf(issuer_key=p384("lower"), issuer_name="lower")
    for chain in ((between, upper, top), (upper, between, top)):
        assert path(leaf, authorities=[trusted(*chain)]) == 4
    assert path(leaf, given=(between,), authorities=[trusted(upper, top)]) == 4
    assert path(leaf, given=(upper, between), authorities=[trusted(top)]) == 4


def test_an_authority_has_no_more_authorities_below_it_than_it_allows():
    between = authority(
        "lower", p384("lower"), window=FULCIO.window, above=("sigstore", p384("upper")), path_length=0
    )
    leaf = WORLD.leaf(issuer_key=p384("lower"), issuer_name="lower")
    top = authority("top", p384("top"), window=FULCIO.window, path_length=1)
    for length, allowed in ((0, False), (1, True), (None, True)):
        upper = authority(
            "sigstore", p384("upper"), window=FULCIO.window, above=("top", p384("top")), path_length=length
        )
        for chain, given in (((between, upper), ()), ((upper,), (between,))):
            found = path(leaf, given=given, authorities=[trusted(*chain, top)])
            assert found == "UNTRUSTED_CA"  # the top allows one, and there are two
        wide = authority("top", p384("top"), window=FULCIO.window, path_length=None)
        for chain, given in (((between, upper), ()), ((upper,), (between,))):
            found = path(leaf, given=given, authorities=[trusted(*chain, wide)])
            assert found == (4 if allowed else "UNTRUSTED_CA")


@pytest.mark.parametrize("which", ["root", "intermediate"])
@pytest.mark.parametrize(
    ("window", "good"),
    [
        ((SIGNED, SIGNED), True),
        ((SIGNED + 1, SIGNED + 9), False),
        ((SIGNED - 9, SIGNED - 1), False),
    ],
)
def test_every_certificate_of_the_path_is_valid_at_the_time(which, window, good):
    windows = {"root": FULCIO.window, "intermediate": FULCIO.window} | {which: window}
    root = authority("top", p384("top"), window=windows["root"], path_length=1)
    between = authority(
        "lower", p384("lower"), window=windows["intermediate"], above=("top", p384("top")), path_length=0
    )
    leaf = WORLD.leaf(issuer_key=p384("lower"), issuer_name="lower")
    assert path(leaf, authorities=[trusted(between, root)]) == (3 if good else "UNTRUSTED_CA")


def test_an_authority_that_did_not_issue_the_one_below_it_vouches_for_nobody():
    """However well the lower one has signed the leaf."""
    stranger = authority("sigstore", p384("stranger"), window=FULCIO.window, path_length=1)
    assert path(authorities=[trusted(FULCIO.intermediate, stranger)]) == "UNTRUSTED_CA"
    renamed = authority("other", FULCIO.root_key, window=FULCIO.window, path_length=1)
    assert path(authorities=[trusted(FULCIO.intermediate, renamed)]) == "UNTRUSTED_CA"


def bare(common, key, *, above, extensions):
    """Return a certificate of an authority with these extensions alone."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(common))
        .issuer_name(name(above[0]))
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(moment(Instant(SIGNED - YEAR)))
        .not_valid_after(moment(Instant(SIGNED + YEAR)))
    )
    for value, critical in extensions:
        builder = builder.add_extension(value, critical)
    return builder.sign(above[1], hashes.SHA384(), ecdsa_deterministic=True).public_bytes(Encoding.DER)


def usage(**names):
    members = (
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
    return x509.KeyUsage(**{one: names.get(one, False) for one in members})


TOP = p384("top")
KEYID = (x509.SubjectKeyIdentifier.from_public_key(TOP.public_key()), False)
CA = (x509.BasicConstraints(ca=True, path_length=None), True)
SIGNS = (usage(key_cert_sign=True), True)
ANCHORS = {
    "plain": ([CA, SIGNS, KEYID], True),
    "no authority": ([(x509.BasicConstraints(ca=False, path_length=None), True), SIGNS, KEYID], False),
    "does not sign certificates": ([CA, (usage(digital_signature=True), True), KEYID], False),
    "constraints unsaid": ([SIGNS, KEYID], False),
    "for other purposes": ([CA, SIGNS, KEYID, (x509.ExtendedKeyUsage([TIME_STAMPING]), False)], False),
    "for signing": ([CA, SIGNS, KEYID, (x509.ExtendedKeyUsage([CODE_SIGNING]), False)], True),
    "unknown, critical": (
        [CA, SIGNS, KEYID, (x509.UnrecognizedExtension(ObjectIdentifier("1.2.3"), b"x"), True)],
        False,
    ),
    "unknown, not critical": (
        [CA, SIGNS, KEYID, (x509.UnrecognizedExtension(ObjectIdentifier("1.2.3"), b"x"), False)],
        True,
    ),
}


@pytest.mark.parametrize("case", ANCHORS)
def test_whoever_stands_at_the_top_is_an_authority(case):
    extensions, good = ANCHORS[case]
    root = bare("top", TOP, above=("top", TOP), extensions=extensions)
    between = authority("lower", p384("lower"), window=FULCIO.window, above=("top", TOP), path_length=0)
    leaf = WORLD.leaf(issuer_key=p384("lower"), issuer_name="lower")
    for chain, given in (((between, root), ()), ((root,), (between,))):
        assert path(leaf, given=given, authorities=[trusted(*chain)]) == (3 if good else "UNTRUSTED_CA")


@pytest.mark.parametrize("case", ANCHORS)
def test_whoever_stands_in_between_is_an_authority(case):
    extensions, good = ANCHORS[case]
    between = bare("lower", p384("lower"), above=("top", TOP), extensions=[*extensions, KEYS])
    root = authority("top", TOP, window=FULCIO.window, path_length=1)
    leaf = WORLD.leaf(issuer_key=p384("lower"), issuer_name="lower")
    for chain, given in (((between, root), ()), ((root,), (between,))):
        assert path(leaf, given=given, authorities=[trusted(*chain)]) == (3 if good else "UNTRUSTED_CA")


KEYS = (x509.AuthorityKeyIdentifier.from_issuer_public_key(TOP.public_key()), False)


def test_a_chain_that_brings_an_anchor_is_refused():
    assert path(given=(FULCIO.root,)) == "ROOT_IN_BUNDLE"
    assert path(given=(b"junk",)) == "ROOT_IN_BUNDLE"
    assert path(given=(FULCIO.intermediate,)) == 3
    alone = trusted(FULCIO.intermediate)
    assert path(given=(FULCIO.intermediate,), authorities=[alone]) == "ROOT_IN_BUNDLE"
    assert path(authorities=[alone]) == 2


def test_a_key_of_an_authority_that_signs_with_another_name_is_another():
    leaf = WORLD.leaf(issuer_name="sigstore")
    assert path(leaf) == "UNTRUSTED_CA"
    assert path(WORLD.leaf(issuer_key=p384("other"))) == "UNTRUSTED_CA"


def test_a_certificate_is_valid_at_the_time():
    assert path(at=Instant(SIGNED - 30)) == path(at=Instant(SIGNED + 569)) == 3
    assert path(at=Instant(SIGNED - 31)) == path(at=Instant(SIGNED + 570)) == "CERTIFICATE_NOT_VALID"
    assert path(at=Instant(SIGNED + 569, 1)) == "CERTIFICATE_NOT_VALID"
