import copy
import hashlib
import pickle
import traceback

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from stella_git.errors import ConfigError, EnvironmentFault, InputError
from stella_git.trust import algorithms
from stella_git.trust.algorithms import P256_ORDER, ecdsa
from stella_git.trust.algorithms import ed25519 as edwards
from stella_git.trust.keys import PrivateKey, PublicKey, fingerprint
from trust_cases import needs_mldsa, private

DATA = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
P = 2**255 - 19


def der(native):
    return native.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def ed25519_spki(y, sign=0):
    return bytes.fromhex("302a300506032b6570032100") + (y | sign << 255).to_bytes(32, "little")


ML_DSA = [pytest.param(f"mldsa{level}-ada", marks=needs_mldsa) for level in (44, 65, 87)]
EVERY = ["ada", "ed-ada", "p384-ada", "rsa-ada", "pss-ada", *ML_DSA]


@pytest.mark.parametrize("name", EVERY)
def test_a_signature_verifies_under_its_key_alone(name):
    key, other = private(name), private(f"{name}-2")
    signature = key.sign(DATA)
    assert key.public.verify(DATA, signature, low_s=True)
    assert not key.public.verify(DATA + b"!", signature, low_s=True)
    assert not other.public.verify(DATA, signature, low_s=True)
    assert not key.public.verify(DATA, b"", low_s=True)


@pytest.mark.parametrize("name", ["ada", "ed-ada", "p384-ada", "rsa-ada"])
def test_signing_again_gives_the_same_bytes(name):
    assert private(name).sign(DATA) == private(name).sign(DATA)


@pytest.mark.parametrize("name", ["pss-ada", *ML_DSA])
def test_signing_again_gives_other_bytes_that_are_as_good(name):
    first, second = private(name).sign(DATA), private(name).sign(DATA)
    assert first != second
    assert private(name).public.verify(DATA, second, low_s=True)


def test_p256_signatures_are_those_of_rfc_6979():
    """Appendix A.2.5 of the RFC; the s of "sample" is high there, and comes out as n - s."""
    key = PrivateKey(
        ec.derive_private_key(
            0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721, ec.SECP256R1()
        )
    )
    r, s = decode_dss_signature(key.sign(b"sample"))
    assert r == 0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
    assert s == P256_ORDER - 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8
    r, s = decode_dss_signature(key.sign(b"test"))
    assert r == 0xF1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367
    assert s == 0x019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083


def test_p384_signatures_are_those_of_rfc_6979():
    """Appendix A.2.6 of the RFC, with SHA-384; the s of "sample" is high there, and comes out as n - s."""
    key = PrivateKey(
        ec.derive_private_key(
            0x6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5,
            ec.SECP384R1(),
        )
    )
    r, s = decode_dss_signature(key.sign(b"sample"))
    assert r == int(
        "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46", 16
    )
    assert s == P384_ORDER - int(
        "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8", 16
    )


P384_ORDER = int(
    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973", 16
)


@pytest.mark.parametrize(("name", "order"), [("ada", P256_ORDER), ("p384-ada", P384_ORDER)])
def test_low_s_refuses_the_other_half(name, order):
    key = private(name)
    r, s = decode_dss_signature(key.sign(DATA))
    assert s <= order // 2
    twin = encode_dss_signature(r, order - s)
    assert key.public.verify(DATA, twin, low_s=False)
    assert not key.public.verify(DATA, twin, low_s=True)


def test_only_der_with_r_and_s_in_range_is_a_signature():
    key = private("ada").public
    signature = private("ada").sign(DATA)
    r, s = decode_dss_signature(signature)
    long_form = signature[:1] + b"\x81" + signature[1:]
    padded = b"\x30" + bytes([signature[1] + 1]) + b"\x02" + bytes([signature[3] + 1]) + b"\0" + signature[4:]
    forged = [
        signature + b"\0",
        long_form,
        padded,
        r.to_bytes(32) + s.to_bytes(32),
        *(encode_dss_signature(*pair) for pair in [(0, s), (r, 0), (r + P256_ORDER, s), (r, s + P256_ORDER)]),
        bytes.fromhex("3006020101020181"),  # s = -127
        b"\x30\x00",
    ]
    for bad in forged:
        assert not key.verify(DATA, bad, low_s=False), bad.hex()


def test_an_encoding_that_a_lenient_decoder_takes_is_still_refused(monkeypatch):
    """The decoder of `cryptography` is strict; this check stays good if a later one is not."""
    from cryptography.hazmat.primitives.asymmetric import utils

    signature = private("ada").sign(DATA)
    strict = utils.decode_dss_signature
    monkeypatch.setattr(utils, "decode_dss_signature", lambda data: strict(data.rstrip(b"!")))
    verify = ecdsa.P256.verifier(private("ada").public.spki)
    assert verify(DATA, signature, True)
    assert not verify(DATA, signature + b"!", True)


class Accepting:
    """A library that believes every signature."""

    def verify(self, *arguments):
        pass


HALF = P256_ORDER // 2


@pytest.mark.parametrize(
    ("r", "s", "low_s", "good"),
    [
        (1, 1, True, True),
        (P256_ORDER - 1, HALF, True, True),
        (1, HALF + 1, True, False),
        (1, HALF + 1, False, True),
        (1, P256_ORDER - 1, False, True),
        (0, 1, False, False),
        (1, 0, False, False),
        (P256_ORDER, 1, False, False),
        (1, P256_ORDER, False, False),
        (P256_ORDER + 1, 1, False, False),
    ],
)
def test_the_range_of_r_and_s_is_not_left_to_the_library(monkeypatch, r, s, low_s, good):
    monkeypatch.setattr(ec.EllipticCurvePublicKey, "from_encoded_point", lambda curve, data: Accepting())
    verify = ecdsa.P256.verifier(private("ada").public.spki)
    assert verify(DATA, encode_dss_signature(r, s), low_s) is good


def test_the_key_decides_the_algorithm_not_the_message():
    signature = private("ada").sign(DATA)
    assert not private("ed-ada").public.verify(DATA, signature, low_s=False)
    assert not private("ada").public.verify(DATA, private("ed-ada").sign(DATA), low_s=False)
    native = private("ada")._native
    sha384 = native.sign(DATA, ec.ECDSA(hashes.SHA384()))
    assert not private("ada").public.verify(DATA, sha384, low_s=False)


def test_without_deterministic_signing_nothing_is_signed():
    class Old:
        def sign(self, data, algorithm):
            raise UnsupportedAlgorithm("deterministic")

    with pytest.raises(EnvironmentFault) as caught:
        algorithms.algorithm("ecdsa-p256").sign(Old(), DATA)
    assert caught.value.code == "deterministic-signing-missing"
    assert "pip install" in caught.value.remedy


@pytest.mark.parametrize("name", EVERY)
def test_a_public_key_survives_pem(name):
    key = private(name).public
    assert PublicKey.from_pem(key.to_pem(), key.algorithm) == key
    native = serialization.load_pem_public_key(key.to_pem())
    expected = native.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert key.to_pem() == expected
    assert PublicKey.from_pem(key.to_pem().replace(b"\n", b"\r\n"), key.algorithm) == key


def test_the_key_id_is_the_digest_of_the_spki():
    key = private("ada").public
    assert key.keyid == hashlib.sha256(key.spki).hexdigest()
    assert key.spki == der(private("ada")._native.public_key())


def compressed(key):
    header = bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200")
    return header + key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)


def explicit_parameters():
    """P-256 written out as a prime, two coefficients and a generator instead of its name (RFC 3279)."""
    p = 2**256 - 2**224 + 2**192 + 2**96 - 1

    def tlv(tag, body):
        count = len(body)
        size = [count] if count < 128 else [0x81, count] if count < 256 else [0x82, *divmod(count, 256)]
        return bytes([tag, *size]) + body

    def integer(number):
        return tlv(2, number.to_bytes((number.bit_length() + 8) // 8))

    generator = ec.derive_private_key(1, ec.SECP256R1()).public_key()
    point = generator.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    field = tlv(0x30, bytes.fromhex("06072a8648ce3d0101") + integer(p))
    curve = tlv(0x30, tlv(4, (p - 3).to_bytes(32)) + tlv(4, b.to_bytes(32)))
    parameters = tlv(0x30, integer(1) + field + curve + tlv(4, point) + integer(P256_ORDER) + integer(1))
    algorithm = tlv(0x30, bytes.fromhex("06072a8648ce3d0201") + parameters)
    return tlv(0x30, algorithm + tlv(3, b"\0" + point))


def p256_spki(x, add=0):
    """Return the point of this x, or the next x that has one, with ``add`` added to its coordinate."""
    p = 2**256 - 2**224 + 2**192 + 2**96 - 1
    b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    while True:
        y = pow(x**3 - 3 * x + b, (p + 1) // 4, p)
        if (y * y - x**3 + 3 * x - b) % p == 0:
            return ADA[:-64] + (x + add * p).to_bytes(32) + y.to_bytes(32)
        x += 1


def test_small_coordinates_are_sound_once_reduced():
    assert PublicKey.from_spki(p256_spki(0)).algorithm == "ecdsa-p256"
    assert PublicKey.from_spki(p256_spki(5)).algorithm == "ecdsa-p256"


def der384_compressed():
    point = private("p384-ada")._native.public_key()
    header = bytes.fromhex("3046301006072a8648ce3d020106052b81040022033200")
    return header + point.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
    )


def flipped(spki):
    return spki[:-1] + bytes([spki[-1] ^ 1])


ADA = private("ada").public.spki
MLDSA44 = bytes.fromhex("30820532300b06096086480165030403110382052100") + bytes(1312)
WEAK = {
    "no bytes": (b"", "key-encoding"),
    "not DER": (b"key", "key-encoding"),
    "trailing byte": (ADA + b"\0", "key-encoding"),
    "cut short": (ADA[:-1], "key-encoding"),
    "compressed point": (compressed(private("ada")._native.public_key()), "key-encoding"),
    "explicit curve parameters": (explicit_parameters(), "key-encoding"),
    "point off the curve": (ADA[:-1] + bytes([ADA[-1] ^ 1]), "key-weak"),
    "coordinate not reduced": (ADA[:-64] + b"\xff" * 64, "key-weak"),
    "x is the prime": (p256_spki(0, add=1), "key-weak"),
    "x not reduced": (p256_spki(5, add=1), "key-weak"),
    "secp256k1": (der(ec.derive_private_key(7, ec.SECP256K1()).public_key()), "key-curve"),
    "P-224": (der(ec.derive_private_key(7, ec.SECP224R1()).public_key()), "key-weak"),
    "brainpoolP256r1": (der(ec.derive_private_key(7, ec.BrainpoolP256R1()).public_key()), "key-curve"),
    "P-521": (der(ec.derive_private_key(7, ec.SECP521R1()).public_key()), "key-curve"),
    "P-384 compressed": (der384_compressed(), "key-encoding"),
    "P-384 trailing byte": (private("p384-ada").public.spki + b"\0", "key-encoding"),
    "P-384 off the curve": (flipped(private("p384-ada").public.spki), "key-weak"),
    "P-384 not reduced": (private("p384-ada").public.spki[:-96] + b"\xff" * 96, "key-weak"),
    "ML-DSA-44 cut short": (MLDSA44[:-1], "key-encoding"),
    "ML-DSA-44 trailing byte": (MLDSA44 + b"\0", "key-encoding"),
    "Ed448": (der(ed448.Ed448PrivateKey.from_private_bytes(b"7" * 57).public_key()), "key-algorithm"),
    "Ed25519 trailing byte": (private("ed-ada").public.spki + b"\0", "key-encoding"),
    "Ed25519 off the curve": (ed25519_spki(2), "key-weak"),
    "Ed25519 not reduced": (ed25519_spki(P + 2), "key-encoding"),
    "Ed25519 y is the prime": (ed25519_spki(P), "key-encoding"),
    "Ed25519 identity, not reduced": (ed25519_spki(P + 1), "key-encoding"),
}


@pytest.mark.parametrize("name", sorted(WEAK))
def test_weak_and_foreign_public_keys_are_refused(name):
    spki, code = WEAK[name]
    with pytest.raises(InputError) as caught:
        PublicKey.from_spki(spki)
    assert caught.value.code == code
    assert caught.value.remedy


def test_a_p192_key_is_refused():
    header = bytes.fromhex("3049301306072a8648ce3d020106082a8648ce3d030101033200")
    point = (
        "04ff70118d01d77a14c027bfe15285cbc0cb206c90bce4ad11c6498460916239412f7cea40c3645463e297e9d1c810f593"
    )
    with pytest.raises(InputError) as caught:
        PublicKey.from_spki(header + bytes.fromhex(point))
    assert caught.value.code in {"key-weak", "key-encoding"}  # by what the installed OpenSSL still knows


def order(point):
    """Return the order of an Ed25519 point, up to 8, by adding it to itself."""
    d = -121665 * pow(121666, -1, P) % P

    def add(left, right):
        (x1, y1), (x2, y2) = left, right
        k = d * x1 * x2 * y1 * y2
        return (
            (x1 * y2 + x2 * y1) * pow(1 + k, -1, P) % P,
            (y1 * y2 + x1 * x2) * pow(1 - k, -1, P) % P,
        )

    total, count = point, 1
    while total != (0, 1) and count <= 8:
        total, count = add(total, point), count + 1
    return count


def root_x(y):
    d = -121665 * pow(121666, -1, P) % P
    square = (y * y - 1) * pow(d * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    return x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P


def test_the_table_of_small_points_is_complete_and_right():
    assert sorted(order((root_x(y), y)) for y in edwards._SMALL) == [1, 2, 4, 8, 8]


@pytest.mark.parametrize("y", sorted(edwards._SMALL))
@pytest.mark.parametrize("sign", [0, 1])
def test_ed25519_points_of_small_order_are_refused(y, sign):
    with pytest.raises(InputError) as caught:
        PublicKey.from_spki(ed25519_spki(y, sign))
    assert caught.value.code == "key-weak"


@pytest.mark.parametrize("number", range(20))
def test_real_ed25519_keys_are_not_mistaken_for_weak_ones(number):
    native = ed25519.Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32).public_key()
    assert PublicKey.from_spki(der(native)).algorithm == "ed25519"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
        b"-----BEGIN PUBLIC KEY-----\nAAA\n-----END PUBLIC KEY-----\n",
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        b"text\n" + private("ada").public.to_pem(),
        private("ed-ada").public.to_pem().replace(b"\n-----END", b"=\n-----END"),
        private("ada").public.to_pem().replace(b"\n-----END", b"AAAA\n-----END"),
        private("ada").public.to_pem() * 2,
        b"\n" * (65 << 10),
    ],
)
def test_only_one_pem_block_is_a_public_key_file(text):
    with pytest.raises(InputError) as caught:
        PublicKey.from_pem(text)
    assert caught.value.code == "key-format"


def test_a_private_key_is_not_taken_for_a_public_one():
    with pytest.raises(InputError) as caught:
        PublicKey.from_pem(private("ada").to_pem())
    assert caught.value.code == "key-format"
    assert "pubout" in caught.value.remedy


@pytest.mark.parametrize(
    "algorithm",
    [
        pytest.param(name, marks=needs_mldsa if name in algorithms.EXPERIMENTAL else ())
        for name in algorithms.NAMES
    ],
)
@pytest.mark.parametrize("password", [None, b"pa\xc3\xa9ss"])
def test_a_new_private_key_survives_pem(algorithm, password):
    key = PrivateKey.generate(algorithm)
    pem = key.to_pem(password=password)
    assert (b"ENCRYPTED" in pem) == (password is not None)
    again = PrivateKey.from_pem(pem, password=password, algorithm=algorithm)
    assert again.public == key.public
    assert again.public.verify(DATA, again.sign(DATA), low_s=True)
    assert key.public.algorithm == algorithm


def test_new_keys_differ():
    assert PrivateKey.generate().public != PrivateKey.generate().public


def test_a_password_for_an_open_key_is_not_looked_at():
    assert PrivateKey.from_pem(private("ada").to_pem(), password=b"x").public == private("ada").public


def test_a_phrase_gives_everybody_the_same_key():
    key = PrivateKey.from_phrase(b"a published phrase")
    scalar = int(hashlib.sha256(b"a published phrase").hexdigest(), 16) // 2
    assert key.public == PrivateKey(ec.derive_private_key(scalar, ec.SECP256R1())).public
    assert key.public != PrivateKey.from_phrase(b"another").public


def test_an_unknown_algorithm_is_refused():
    with pytest.raises(ConfigError) as caught:
        PrivateKey.generate("rsa")
    assert caught.value.code == "key-algorithm"


def pkcs8(native, password=None, style=serialization.PrivateFormat.PKCS8):
    protection = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return native.private_bytes(serialization.Encoding.PEM, style, protection)


P521 = ec.derive_private_key(7, ec.SECP521R1())
OLD = serialization.PrivateFormat.TraditionalOpenSSL
REFUSED = {
    "empty": (b"", None, "key-format"),
    "public key": (private("ada").public.to_pem(), None, "key-format"),
    "SEC 1": (pkcs8(private("ada")._native, style=OLD), None, "key-format"),
    "damaged": (b"-----BEGIN PRIVATE KEY-----\nMAAA\n-----END PRIVATE KEY-----\n", None, "key-format"),
    "P-521": (pkcs8(P521), None, "key-curve"),
    "Ed448": (pkcs8(ed448.Ed448PrivateKey.from_private_bytes(b"7" * 57)), None, "key-algorithm"),
    "no password": (private("ada").to_pem(password=b"x"), None, "key-password-missing"),
    "empty password": (private("ada").to_pem(password=b"x"), b"", "key-password-missing"),
    "wrong password": (private("ada").to_pem(password=b"x"), b"y", "key-password-wrong"),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_unusable_private_keys_are_refused(name):
    data, password, code = REFUSED[name]
    with pytest.raises(ConfigError) as caught:
        PrivateKey.from_pem(data, password=password)
    assert caught.value.code == code
    assert caught.value.remedy


def test_a_private_key_does_not_leave_by_accident():
    key = private("ada")
    secret = key._native.private_numbers().private_value
    for text in (repr(key), str(key), f"{key}"):
        assert text == f"PrivateKey(ecdsa-p256, keyid={key.public.keyid})"
        assert str(secret) not in text
    for action in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not pickled"):
            action(key)
    assert not hasattr(key, "__dict__")


def test_errors_about_a_private_key_show_nothing_of_it():
    body = private("ada").to_pem().splitlines()[1]
    damaged = private("ada").to_pem().replace(body[:8], b"AAAAAAAA")
    with pytest.raises(ConfigError) as caught:
        PrivateKey.from_pem(damaged)
    shown = "".join(traceback.format_exception(caught.value))
    assert body[20:40].decode() not in shown
    assert caught.value.__suppress_context__
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("prefix", ["", "sha256:", "SHA256:"])
def test_a_fingerprint_is_all_of_64_hex_digits(prefix):
    assert fingerprint(prefix + "AB" * 32) == "ab" * 32


@pytest.mark.parametrize(
    "text", ["", "ab" * 31, "ab" * 33, "sha512:" + "ab" * 32, " " + "ab" * 32, "zz" * 32]
)
def test_other_fingerprints_are_refused(text):
    with pytest.raises(ConfigError) as caught:
        fingerprint(text)
    assert caught.value.code == "fingerprint"
