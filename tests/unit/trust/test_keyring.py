import base64
import json

import pytest

from stella_git.canon import jcs
from stella_git.canon.digest import sha256
from stella_git.errors import ConfigError
from stella_git.trust.keyring import IdentityEntry, Keyring, new_keyring, sign_keyring, with_key
from trust_cases import BUDGET, END, NOW, START, VERDICT, entry, keyring, payload, private, signed, signer

IDENTITY = IdentityEntry(
    name="ci",
    issuer="https://token.example.org",
    subject_pattern="^https://ci.example.org/**$",
    roles=(VERDICT,),
)
DAN = IdentityEntry(name="dan", issuer="https://a.example", subject="d@a", roles=("waiver",))
FULL = payload(
    entry("ada", "trust", VERDICT),
    entry("ben", "trust", status="revoked", revoked_at=NOW, reason="lost"),
    entry("ed-cyd", "log", status="disabled", reason="moved"),
    thresholds={"trust": 2, VERDICT: 2},
    identities=[
        IDENTITY,
        IdentityEntry(name="dan", issuer="https://a.example", subject="d@a", roles=("waiver",)),
    ],
    trusted_roots=[sha256(b"b"), sha256(b"a")],
)


def refusal(data, signatures=None):
    with pytest.raises(ConfigError) as caught:
        Keyring.from_bytes(data, signatures)
    assert caught.value.remedy
    assert caught.value.where.path in {"stella.keyring.json", "stella.keyring.sigs.json"}
    return caught.value


def changed(change, data=FULL):
    """Return a payload with something changed in its JSON, in canonical form again."""
    value = json.loads(data)
    change(value)
    return jcs.dumps(value)


def put(*path_and_value):
    """Return a change that sets, or with `...` removes, the member at a path."""
    *path, last, value = path_and_value

    def change(top):
        for name in path:
            top = top[name]
        if value is ...:
            del top[last]
        else:
            top[last] = value

    return change


def test_a_keyring_says_what_was_written():
    found = Keyring.from_bytes(FULL)
    assert (found.version, found.expires) == (1, END)
    assert [one.name for one in found.keys] == ["ada", "ben", "ed-cyd"]
    ada = found.by_name("ada")
    assert ada == entry("ada", "trust", VERDICT)
    assert found.by_keyid(ada.key.keyid) is ada
    assert found.by_keyid("0" * 64) is None
    assert found.by_name("eve") is None
    assert found.by_name("ben").revoked_at == NOW
    assert [one.name for one in found.with_role("trust")] == ["ada", "ben"]
    assert (found.threshold(VERDICT), found.threshold("trust"), found.threshold("log")) == (2, 2, 1)
    assert [one.name for one in found.identities] == ["ci", "dan"]
    assert found.identities[0] == IDENTITY
    assert found.trusted_roots == tuple(sorted([sha256(b"a"), sha256(b"b")]))
    assert found.digest == sha256(FULL)
    assert found.payload is FULL
    assert hash(found) == hash(Keyring.from_bytes(FULL))


def test_the_payload_is_canonical_json_and_optional_members_are_absent():
    data = payload()
    assert data == jcs.dumps(json.loads(data))
    assert sorted(json.loads(data)) == ["expires", "keys", "version"]


@pytest.mark.parametrize(
    ("moment", "valid"),
    [(START.plus(-1), False), (START, True), (NOW, True), (END, True), (END.plus(1), False)],
)
def test_validity_includes_both_ends(moment, valid):
    assert entry("ada").valid_at(moment) is valid
    assert entry("ada").usable("trust", moment) is valid


@pytest.mark.parametrize("status", ["disabled", "revoked"])
def test_only_an_active_key_with_the_role_is_usable(status):
    assert not entry("ada", status=status).usable("trust", NOW)
    assert not entry("ada").usable("log", NOW)


ADA = ("keys", "ada")
TEXT = "x" * 513
WRONG = {
    "version missing": (put("version", ...), "keyring-value", "/version"),
    "version 0": (put("version", 0), "keyring-value", "/version"),
    "version negative": (put("version", -1), "keyring-value", "/version"),
    "version true": (put("version", True), "keyring-value", "/version"),
    "version text": (put("version", "1"), "keyring-value", "/version"),
    "expires missing": (put("expires", ...), "keyring-value", "/expires"),
    "expires no time": (put("expires", "tomorrow"), "keyring-value", "/expires"),
    "expires with offset": (put("expires", "2027-01-01T00:00:00+00:00"), "keyring-value", "/expires"),
    "expires number": (put("expires", 1), "keyring-value", "/expires"),
    "keys missing": (put("keys", ...), "keyring-value", "/keys"),
    "keys array": (put("keys", []), "keyring-value", "/keys"),
    "keys null": (put("keys", None), "keyring-value", "/keys"),
    "no trust key": (
        lambda top: put("thresholds", {})(top) or put("keys", {})(top),
        "keyring-threshold",
        "/keys",
    ),
    "unknown member": (put("threshold", {}), "keyring-unknown-member", "/threshold"),
    "unknown key member": (put(*ADA, "role", []), "keyring-unknown-member", "/keys/ada/role"),
    "name upper case": (put("keys", "Ada", {}), "keyring-name", "/keys/Ada"),
    "name empty": (put("keys", "", {}), "keyring-name", "/keys/"),
    "name too long": (put("keys", "a" * 65, {}), "keyring-name", "/keys/" + "a" * 65),
    "name dot first": (put("keys", ".a", {}), "keyring-name", "/keys/.a"),
    "name final newline": (put("keys", "ada\n", {}), "keyring-name", "/keys/ada\n"),
    "entry no object": (put("keys", "ada", 1), "keyring-value", "/keys/ada"),
    "spki missing": (put(*ADA, "spki", ...), "keyring-value", "/keys/ada/spki"),
    "spki number": (put(*ADA, "spki", 1), "keyring-value", "/keys/ada/spki"),
    "spki empty": (put(*ADA, "spki", ""), "keyring-value", "/keys/ada/spki"),
    "spki not base64": (put(*ADA, "spki", "A"), "keyring-value", "/keys/ada/spki"),
    "spki junk": (put(*ADA, "spki", "é==="), "keyring-value", "/keys/ada/spki"),
    "spki newline": (put(*ADA, "spki", "AAAA\n"), "keyring-value", "/keys/ada/spki"),
    "spki stray bits": (put(*ADA, "spki", "AB=="), "keyring-value", "/keys/ada/spki"),
    "spki url-safe": (put(*ADA, "spki", "-_8="), "keyring-value", "/keys/ada/spki"),
    "spki no key": (put(*ADA, "spki", "AAAA"), "key-encoding", "/keys/ada/spki"),
    "algorithm of another": (put(*ADA, "algorithm", "ed25519"), "keyring-algorithm", "/keys/ada/algorithm"),
    "algorithm unknown": (put(*ADA, "algorithm", "none"), "keyring-algorithm", "/keys/ada/algorithm"),
    "owner empty": (put(*ADA, "owner", ""), "keyring-value", "/keys/ada/owner"),
    "owner too long": (put(*ADA, "owner", TEXT), "keyring-value", "/keys/ada/owner"),
    "owner with escape": (put(*ADA, "owner", "\x1b[2J"), "keyring-value", "/keys/ada/owner"),
    "owner null": (put(*ADA, "owner", None), "keyring-value", "/keys/ada/owner"),
    "roles empty": (put(*ADA, "roles", []), "keyring-value", "/keys/ada/roles"),
    "roles text": (put(*ADA, "roles", "trust"), "keyring-value", "/keys/ada/roles"),
    "roles twice": (put(*ADA, "roles", ["trust", "trust"]), "keyring-value", "/keys/ada/roles"),
    "role misspelt": (put(*ADA, "roles", ["trsut"]), "keyring-role", "/keys/ada/roles/0"),
    "role number": (put(*ADA, "roles", [1]), "keyring-value", "/keys/ada/roles/0"),
    "role bare form": (put(*ADA, "roles", ["stella.ops/verdict@v1"]), "keyring-role", "/keys/ada/roles/0"),
    "role other spelling": (
        put(*ADA, "roles", ["https://spdx.dev/Document/v2.3"]),
        "keyring-role",
        "/keys/ada/roles/0",
    ),
    "role with a space": (
        put(*ADA, "roles", ["https://example.org/ x"]),
        "keyring-role",
        "/keys/ada/roles/0",
    ),
    "role not ASCII": (put(*ADA, "roles", ["https://example.org/é"]), "keyring-role", "/keys/ada/roles/0"),
    "role of nothing": (put(*ADA, "roles", ["https://"]), "keyring-role", "/keys/ada/roles/0"),
    "role too long": (put(*ADA, "roles", ["https://" + "x" * 193]), "keyring-role", "/keys/ada/roles/0"),
    "role plain http": (put(*ADA, "roles", ["http://example.org/x"]), "keyring-role", "/keys/ada/roles/0"),
    "dates the wrong way": (
        put(*ADA, "notAfter", str(START.plus(-1))),
        "keyring-validity",
        "/keys/ada/notAfter",
    ),
    "dates equal": (put(*ADA, "notAfter", str(START)), "keyring-validity", "/keys/ada/notAfter"),
    "status unknown": (put(*ADA, "status", "ok"), "keyring-value", "/keys/ada/status"),
    "status list": (put(*ADA, "status", ["active"]), "keyring-value", "/keys/ada/status"),
    "revoked without time": (put(*ADA, "status", "revoked"), "keyring-status", "/keys/ada/revokedAt"),
    "time without revoked": (put(*ADA, "revokedAt", str(NOW)), "keyring-status", "/keys/ada/revokedAt"),
    "reason empty": (put(*ADA, "reason", ""), "keyring-value", "/keys/ada/reason"),
    "threshold 0": (put("thresholds", "trust", 0), "keyring-threshold", "/thresholds/trust"),
    "threshold negative": (put("thresholds", "trust", -1), "keyring-threshold", "/thresholds/trust"),
    "threshold true": (put("thresholds", "trust", True), "keyring-threshold", "/thresholds/trust"),
    "threshold text": (put("thresholds", "trust", "1"), "keyring-threshold", "/thresholds/trust"),
    "threshold too high": (put("thresholds", "trust", 3), "keyring-threshold", "/thresholds/trust"),
    "threshold of nobody": (put("thresholds", "policy", 1), "keyring-threshold", "/thresholds/policy"),
    "threshold no role": (put("thresholds", "turst", 1), "keyring-role", "/thresholds/turst"),
    "thresholds array": (put("thresholds", []), "keyring-value", "/thresholds"),
    "identity name": (put("identities", "C I", {}), "keyring-name", "/identities/C I"),
    "identity both": (put("identities", "ci", "subject", "x"), "keyring-value", "/identities/ci"),
    "identity neither": (put("identities", "ci", "subjectPattern", ...), "keyring-value", "/identities/ci"),
    "identity issuer": (put("identities", "ci", "issuer", "x"), "keyring-value", "/identities/ci/issuer"),
    "identity of trust": (
        put("identities", "ci", "roles", ["trust"]),
        "keyring-role",
        "/identities/ci/roles",
    ),
    "identity open at its end": (
        put("identities", "ci", "subjectPattern", "^https://ci.example.org/"),
        "keyring-value",
        "/identities/ci/subjectPattern",
    ),
    "identity open at its beginning": (
        put("identities", "ci", "subjectPattern", "ci.example.org/$"),
        "keyring-value",
        "/identities/ci/subjectPattern",
    ),
    "root no digest": (put("trustedRoots", ["sha256:ab"]), "keyring-value", "/trustedRoots"),
    "root upper case": (put("trustedRoots", ["sha256:" + "AB" * 32]), "keyring-value", "/trustedRoots"),
    "roots text": (put("trustedRoots", "x"), "keyring-value", "/trustedRoots"),
    "root number": (put("trustedRoots", [1]), "keyring-value", "/trustedRoots/0"),
    "no object": (None, "keyring-value", None),
}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_keyring_that_contradicts_itself_is_refused(name):
    change, code, pointer = WRONG[name]
    error = refusal(b"[]" if change is None else changed(change))
    assert (error.code, error.where.pointer) == (code, pointer)


def test_a_misspelt_word_gets_the_nearest_one():
    assert "'thresholds'" in refusal(changed(put("threshhold", {}))).remedy
    assert "'trust'" in refusal(changed(put(*ADA, "roles", ["trsut"]))).remedy
    assert f"'{VERDICT}'" in refusal(changed(put(*ADA, "roles", ["stella.ops/verdict@v1"]))).remedy
    assert "known here" in refusal(changed(put("zzzzzzzzzzz", {}))).remedy


def test_the_longest_and_the_smallest_are_accepted():
    name, role = "a" * 64, "https://" + "x" * 192
    long = entry(name, "trust", role, key="ada", owner="o" * 512)
    found = keyring(long, thresholds={"trust": 1, role: 1})
    assert found.keys == (long,)
    assert found.thresholds == {"trust": 1, role: 1}


def test_a_foreign_predicate_type_may_be_a_role():
    role = "https://example.org/predicate/v1"
    assert keyring(entry("ada", "trust", role)).keys[0].roles == ("trust", role)


def test_one_key_under_two_names_is_refused():
    with pytest.raises(ConfigError) as caught:
        payload(entry("ada"), entry("ada-2", key="ada"))
    assert caught.value.code == "keyring-duplicate-key"
    assert caught.value.where.pointer == "/keys/ada-2/spki"


def test_one_key_in_two_encodings_is_refused():
    """A second encoding is not a key at all here, so it cannot make a second entry."""
    native = private("ada")._native.public_key()
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    point = native.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    spki = bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200") + point
    row = entry("ada").to_json() | {"spki": base64.b64encode(spki).decode()}
    error = refusal(changed(put("keys", "zoe", row)))
    assert (error.code, error.where.pointer) == ("key-encoding", "/keys/zoe/spki")


@pytest.mark.parametrize("name", ["keys", "identities"])
def test_a_name_is_given_once(name):
    twice = {"keys": (entry("ada"), entry("ada", key="ben"))}.get(name, (entry("ada"),))
    identities = (IDENTITY, IDENTITY) if name == "identities" else ()
    with pytest.raises(ConfigError) as caught:
        new_keyring(twice, expires=END, identities=identities)
    assert (caught.value.code, caught.value.where.pointer) == ("keyring-name-twice", f"/{name}")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (FULL + b"\n", "keyring-not-canonical"),
        (b" " + FULL, "keyring-not-canonical"),
        (FULL.replace(b'"version":1', b'"version":1.0'), "keyring-not-canonical"),
        (json.dumps(json.loads(FULL)).encode(), "keyring-not-canonical"),
        (FULL.replace(b'"version":1', b'"version":1,"version":2'), "json-duplicate-member"),
        (b"\xef\xbb\xbf" + FULL, "json-encoding"),
        (FULL + FULL, "json-trailing-data"),
        (b"", "json-syntax"),
        (b'"' + b"x" * (1 << 20) + b'"', "json-too-large"),
    ],
)
def test_only_canonical_bytes_are_a_keyring(data, code):
    assert refusal(data).code == code


def test_signatures_are_read_beside_the_payload():
    data = payload(entry("ada"), entry("ben"))
    found = Keyring.from_bytes(data, signed(data, "ben", "ada"))
    keyids = [one.keyid for one in found.signatures]
    assert keyids == sorted(private(name).public.keyid for name in ("ada", "ben"))
    for one in found.signatures:
        assert found.by_keyid(one.keyid).key.verify(found.pae(), one.sig, low_s=True)
    assert found.pae().startswith(b"DSSEv1 35 application/vnd.stella.keyring+json ")


def test_signing_keeps_the_signatures_of_others():
    data = payload(entry("ada"), entry("ben"))
    first = Keyring.from_bytes(data, signed(data, "ada")).signatures
    both = sign_keyring(data, [signer("ben")], existing=first)
    assert both == signed(data, "ada", "ben")
    assert sign_keyring(data, [signer("ada")], existing=first) == signed(data, "ada")


def test_only_a_keyring_is_signed():
    with pytest.raises(ConfigError):
        sign_keyring(b"{}", [signer("ada")])


SIGNATURES = json.loads(signed(FULL, "ada"))


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        (put("payloadType", "application/vnd.in-toto+json"), "keyring-value", "/payloadType"),
        (put("payloadType", ...), "keyring-value", "/payloadType"),
        (put("signatures", {}), "keyring-value", "/signatures"),
        (put("signatures", SIGNATURES["signatures"] * 65), "keyring-value", "/signatures"),
        (put("signatures", 0, "keyid", "AB" * 32), "keyring-value", "/signatures/0/keyid"),
        (put("signatures", 0, "keyid", 1), "keyring-value", "/signatures/0/keyid"),
        (put("signatures", 0, "sig", ""), "keyring-value", "/signatures/0/sig"),
        (put("signatures", 0, "sig", "AAA"), "keyring-value", "/signatures/0/sig"),
        (put("signatures", 0, "cert", "x"), "keyring-unknown-member", "/signatures/0/cert"),
        (put("payload", "x"), "keyring-unknown-member", "/payload"),
    ],
)
def test_a_signatures_file_is_read_strictly(change, code, pointer):
    error = refusal(FULL, changed(change, signed(FULL, "ada")))
    assert (error.code, error.where.pointer) == (code, pointer)
    assert error.where.path == "stella.keyring.sigs.json"


def test_as_many_signatures_are_read_as_an_envelope_may_have():
    data = changed(put("signatures", SIGNATURES["signatures"] * 64), signed(FULL, "ada"))
    assert len(Keyring.from_bytes(FULL, data).signatures) == 64


def test_the_next_version_adds_or_changes_one_key():
    first = Keyring.from_bytes(FULL)
    second = Keyring.from_bytes(with_key(first, entry("eve", BUDGET)))
    assert second.version == 2
    assert [one.name for one in second.keys] == ["ada", "ben", "ed-cyd", "eve"]
    assert (second.thresholds, second.identities) == (first.thresholds, first.identities)
    assert (second.trusted_roots, second.expires) == (first.trusted_roots, END)
    closed = entry("ada", "trust", VERDICT, status="revoked", revoked_at=NOW)
    third = Keyring.from_bytes(with_key(second, closed, expires=END.plus(1)))
    assert third.by_name("ada") == closed
    assert (third.version, third.expires, len(third.keys)) == (3, END.plus(1), 4)


def test_a_keyring_of_many_keys_is_looked_up_by_id():
    ring = keyring(*(entry(f"k{number}") for number in range(40)))
    for one in ring.keys:
        assert ring.by_keyid(one.key.keyid) is one


TWO = keyring(
    entry("ada"),
    identities=[
        IdentityEntry(name="any", issuer="https://a.example", subject_pattern="^**$", roles=(VERDICT,)),
        IdentityEntry(name="dan", issuer="https://a.example", subject="d@a", roles=(VERDICT,)),
        IdentityEntry(name="gus", issuer="https://a.example", subject_pattern="^*@a$", roles=(BUDGET,)),
    ],
)


@pytest.mark.parametrize(
    ("issuer", "subject", "role", "name"),
    [
        ("https://a.example", "d@a", VERDICT, "dan"),
        ("https://a.example", "d@a", None, "dan"),
        ("https://a.example", "e@a", VERDICT, "any"),
        ("https://a.example", "d@a", BUDGET, "gus"),
        ("https://a.example", "d@a", "log", None),
        ("https://a.example/", "d@a", VERDICT, None),
        ("https://A.example", "d@a", VERDICT, None),
    ],
)
def test_a_certificate_is_one_signer_however_many_entries_match(issuer, subject, role, name):
    found = TWO.identity_of(issuer, subject, role)

    assert (found and found.name) == name
