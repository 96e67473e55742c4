"""Approvals: what they are bound to, and whose count."""

from base64 import b64decode, b64encode

import pytest

from stella_git.attest.envelope import PAYLOAD_TYPE, pae
from stella_git.canon.clock import parse_rfc3339
from stella_git.trust import approvals
from stella_git.trust.approvals import Given
from stella_git.trust.keyring import IdentityEntry
from trust_cases import END, NOW, REPOSITORY, START, VERDICT, entry, keyring, private, signer
from waiver_cases import document

DATA = approvals.payload(document(), REPOSITORY)

ROOT = entry("root", "trust")
RING = (entry("ben", "waiver"), entry("cyd", "waiver"))


def given(name, data=DATA, *, key=None, says=None):
    found = approvals.approve(data, signer(key or name), name)
    return found if says is None else found._replace(digest=says)


def codes(*found, ring=None, data=DATA, at=NOW, not_by=("user:ada",)):
    checked = approvals.verify(data, found, keyring(ROOT, *(ring or RING)), at=at, not_by=not_by)
    return {one.identity: one.code for one in checked}


def names(*found, ring=None, at=NOW, not_by=("user:ada",), **options):
    held = keyring(ROOT, *(ring or RING), **options)
    return approvals.names(approvals.verify(DATA, found, held, at=at, not_by=not_by), held)


def test_an_approval_counts():
    assert names(given("ben")) == ("key:ben",)
    assert names(given("cyd"), given("ben")) == ("key:ben", "key:cyd")


@pytest.mark.parametrize("kind", ["ben", "ed-ben", "rsa-ben", "p384-ben"])
def test_keys_of_every_kind_approve(kind):
    assert names(given("ben", key=kind), ring=[entry("ben", "waiver", key=kind)]) == ("key:ben",)


def test_the_payload_is_all_of_the_waiver_but_its_approvals():
    rows = [{"identity": "key:ben", "digest": "sha256:" + "0" * 64, "signature": "QQ=="}]
    assert approvals.payload(document(approvals=rows), REPOSITORY) == DATA
    whole = document(approvals=rows)
    approvals.payload(whole, REPOSITORY)
    assert whole == document(approvals=rows)
    assert DATA.startswith(b'{"repositoryId":"' + REPOSITORY.encode() + b'","waiver":{"apiVersion"')


@pytest.mark.parametrize(
    "other",
    [
        document("v"),
        document(metadata={"owner": "user:eve"}),
        document(metadata={"created": "2026-05-02T00:00:00Z"}),
        document(expires="2026-07-02T00:00:00Z"),
        document(effectiveFrom="2026-05-02T00:00:00Z"),
        document(policy="a.two"),
        document(rule="each"),
        document(match={"fingerprint": "fp:" + "2" * 16}),
        document(effect="downgrade"),
        document(reason="because it can not be reached"),
        document(ticket="A-1"),
    ],
)
def test_an_approval_cannot_be_moved(other):
    data = approvals.payload(other, REPOSITORY)
    assert codes(given("ben", data)) == {"key:ben": "DIGEST_MISMATCH"}
    says = given("ben").digest
    assert codes(given("ben", data, says=says)) == {"key:ben": "BAD_SIGNATURE"}


def test_an_approval_is_for_one_repository():
    data = approvals.payload(document(), "22222222-2222-4333-8444-555555555555")
    assert codes(given("ben", data)) == {"key:ben": "DIGEST_MISMATCH"}
    assert codes(given("ben", data, says=given("ben").digest)) == {"key:ben": "BAD_SIGNATURE"}


def test_a_signature_over_the_same_bytes_as_something_else_is_none():
    for kind in (PAYLOAD_TYPE, "application/vnd.stella.keyring+json"):
        sig = b64encode(signer("ben").sign(pae(kind, DATA)).sig).decode()
        assert codes(given("ben")._replace(signature=sig)) == {"key:ben": "BAD_SIGNATURE"}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b64encode(b64decode(text)[:-1]).decode(),
        lambda text: b64encode(bytes([b64decode(text)[0] ^ 1]) + b64decode(text)[1:]).decode(),
        lambda text: text + "\n",
        lambda text: text.rstrip("=") + "!",
        lambda _: "é",
    ],
)
def test_a_signature_that_was_touched(change):
    found = given("ben")
    assert codes(found._replace(signature=change(found.signature))) == {"key:ben": "BAD_SIGNATURE"}


def test_another_key_under_the_name():
    assert codes(given("ben", key="cyd")) == {"key:ben": "BAD_SIGNATURE"}


@pytest.mark.parametrize(
    ("identity", "code"),
    [
        ("key:eve", "UNKNOWN_KEY"),
        ("key:", "UNKNOWN_KEY"),
        ("ben", "UNKNOWN_KEY"),
        ("identity:ci", "UNKNOWN_IDENTITY"),
        ("identity:ben", "UNKNOWN_IDENTITY"),
    ],
)
def test_a_name_that_is_no_key_of_the_keyring(identity, code):
    assert codes(given("ben")._replace(identity=identity)) == {identity: code}


def test_an_identity_of_the_keyring_cannot_approve():
    identity = IdentityEntry(name="ci", issuer="https://i.example", roles=("waiver",), subject="me")
    held = keyring(ROOT, *RING, identities=[identity])
    (checked,) = approvals.verify(DATA, [given("ben")._replace(identity="identity:ci")], held, at=NOW)
    assert checked.code == "UNKNOWN_IDENTITY"
    assert "approve with a key" in checked.detail


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": "disabled"}, "KEY_DISABLED"),
        ({"status": "revoked", "revoked_at": parse_rfc3339("2026-07-01T00:00:00Z")}, "KEY_REVOKED"),
        ({"not_after": parse_rfc3339("2026-05-31T23:59:59Z")}, "KEY_NOT_VALID"),
        ({"not_before": parse_rfc3339("2026-06-01T00:00:01Z")}, "KEY_NOT_VALID"),
        ({"roles": (VERDICT, "trust", "policy")}, "WRONG_ROLE"),
    ],
)
def test_a_key_that_does_not_count(changes, code):
    assert codes(given("ben"), ring=[entry("ben", "waiver", **changes)]) == {"key:ben": code}


def test_validity_is_that_of_the_time_of_the_decision():
    assert codes(given("ben"), at=START) == {"key:ben": ""}
    assert codes(given("ben"), at=END) == {"key:ben": ""}
    assert codes(given("ben"), at=END.plus(1)) == {"key:ben": "KEY_NOT_VALID"}


def test_the_same_key_counts_once():
    twice = given("ben", key="rsa-ben"), given("ben", key="rsa-ben")
    ring = [entry("ben", "waiver", key="rsa-ben")]
    assert names(*twice, ring=ring) == ("key:ben",)
    again = given("ben")._replace(digest=given("ben").digest)
    assert names(given("ben"), again, given("ben")) == ("key:ben",)


def test_two_keys_of_one_person_count_once():
    ring = [entry("ben", "waiver"), entry("ben-2", "waiver", owner="Ben <ben@example.org>")]
    assert codes(given("ben"), given("ben-2"), ring=ring) == {"key:ben": "", "key:ben-2": "APPROVED_TWICE"}
    assert codes(given("ben-2"), given("ben"), ring=ring) == {"key:ben": "", "key:ben-2": "APPROVED_TWICE"}
    assert names(given("ben"), given("ben-2"), ring=ring) == ("key:ben",)


def test_a_second_key_takes_the_place_of_a_first_that_does_not_count():
    ring = [entry("ben", "waiver", status="disabled"), entry("ben-2", "waiver", owner="ben@example.org")]
    assert names(given("ben"), given("ben-2"), ring=ring) == ("key:ben-2",)


@pytest.mark.parametrize(
    "other",
    ["user:ben@example.org", "user:ben", "Ben <BEN@example.org>", "Somebody <7+ben@users.noreply.example>"],
)
def test_nobody_approves_their_own(other):
    assert codes(given("ben"), not_by=("user:ada", other)) == {"key:ben": "OWN_WAIVER"}
    assert names(given("ben"), given("cyd"), not_by=(other,)) == ("key:cyd",)


def test_the_keyring_may_ask_for_more():
    assert names(given("ben"), thresholds={"waiver": 2}) == ()
    assert names(given("ben"), given("cyd"), thresholds={"waiver": 2}) == ("key:ben", "key:cyd")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("user:ada", "ada", True),
        ("user:ada", "Ada Lovelace <ada@example.org>", True),
        ("user:Ada Lovelace", "ada  lovelace <countess@example.org>", True),
        ("user:ada@example.org", "ADA@example.org", True),
        ("ada+stella@example.org", "user:ada", True),
        ("team:appsec", "TEAM:AppSec", True),
        ("user:ada", "user:ben", False),
        ("user:ada", "team:ada", False),
        ("team:appsec", "appsec@example.org", False),
        ("", "", False),
        ("user:", "<>", False),
        ("Ada <>", "Ben <>", False),
    ],
)
def test_who_may_be_the_same(one, other, same):
    assert approvals.is_same(one, other) is same
    assert approvals.is_same(other, one) is same


def test_what_came_from_a_file_is_escaped():
    (checked,) = approvals.verify(DATA, [Given("key:\x1b[31m", "", "")], keyring(ROOT, *RING), at=NOW)
    assert "\x1b" not in checked.detail


def test_keys_have_their_names():
    assert approvals.approve(DATA, signer("ben"), "ben").identity == "key:ben"
    assert private("ben").public.keyid == signer("ben").public_key.keyid


def test_why_an_approval_does_not_count_is_not_hidden_by_another_that_does():
    ring = [entry("ben", "waiver"), entry("ben-2", "waiver", owner="ben@example.org")]
    moved = given("ben-2", approvals.payload(document("v"), REPOSITORY))
    assert codes(given("ben"), moved, ring=ring) == {"key:ben": "", "key:ben-2": "DIGEST_MISMATCH"}
