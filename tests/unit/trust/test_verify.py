from dataclasses import replace

import pytest

from stella_git.attest.envelope import Signature
from stella_git.trust.verify import canonical_type
from trust_cases import (
    BUDGET,
    END,
    NOW,
    START,
    VERDICT,
    entry,
    envelope,
    keyring,
    private,
    signer,
    statement,
    verify,
    with_signatures,
)

PAIR = keyring(entry("ada"), entry("ben"), thresholds={VERDICT: 2})


def statuses(outcome):
    return {check.name: check.status for check in outcome.report.checks}


def details(outcome):
    return {check.name: check.detail for check in outcome.report.checks}


@pytest.mark.parametrize("name", ["ada", "ed-ada"])
def test_a_good_envelope_gives_the_signed_statement(name):
    outcome = verify(envelope(name), keyring(entry(name)))
    report, found = outcome.report, outcome.statement
    assert report.ok
    assert report.code == ""
    assert found == statement()
    assert outcome.signers == (f"key:{name}",)
    assert statuses(outcome) == dict.fromkeys(
        ("envelope", "signatures", "statement", "type", "keys", "role", "threshold"), "passed"
    )


def test_enough_distinct_keys_reach_the_threshold():
    outcome = verify(envelope("ada", "ben"), PAIR)
    assert outcome.statement == statement()
    assert outcome.signers == ("key:ada", "key:ben")
    outcome = verify(envelope("ada"), PAIR)
    assert (outcome.report.code, outcome.statement) == ("THRESHOLD", None)
    assert outcome.signers == ("key:ada",)


def test_the_caller_can_ask_for_more_and_not_for_less():
    assert verify(envelope("ada"), threshold=2).report.code == "THRESHOLD"
    for number in (0, -1, 1):
        assert verify(envelope("ada"), PAIR, threshold=number).report.code == "THRESHOLD"
        assert verify(envelope("ada"), threshold=number).report.ok


def test_a_key_counts_for_the_types_in_its_roles():
    ring = keyring(entry("ada", "trust", BUDGET), entry("ben", "trust", VERDICT))
    assert verify(envelope("ada"), ring).report.code == "WRONG_ROLE"
    assert verify(envelope("ada", said=statement(BUDGET)), ring).report.ok
    both = verify(envelope("ada", "ben"), ring)
    assert both.signers == ("key:ben",)
    assert details(both)["role"] == "ignored: key:ada"


def test_the_bare_form_of_a_type_needs_the_same_role_and_threshold():
    bare = statement("stella.ops/verdict@v1")
    assert verify(envelope("ada", said=bare)).statement == bare
    assert verify(envelope("ada", said=bare), PAIR).report.code == "THRESHOLD"
    assert canonical_type("stella.ops/verdict@v1") == VERDICT
    assert canonical_type("https://example.org/x") == "https://example.org/x"


@pytest.mark.parametrize("asked", [VERDICT, "stella.ops/verdict@v1", None])
def test_the_type_asked_for_may_be_spelt_in_each_accepted_way(asked):
    assert verify(envelope("ada"), predicate_type=asked).report.ok


def test_another_type_than_asked_for_is_refused():
    assert verify(envelope("ada"), predicate_type=BUDGET).report.code == "WRONG_TYPE"


@pytest.mark.parametrize(
    ("changes", "code", "detail"),
    [
        ({"status": "disabled"}, "KEY_DISABLED", "key:ada disabled"),
        ({"status": "revoked", "revoked_at": NOW.plus(9)}, "KEY_REVOKED", "revoked at"),
        ({"not_after": NOW.plus(-1)}, "KEY_NOT_VALID", "valid from"),
        ({"not_before": NOW.plus(1)}, "KEY_NOT_VALID", "valid from"),
    ],
)
def test_a_key_that_is_not_usable_now_does_not_count(changes, code, detail):
    ring = keyring(entry("ada", **changes), entry("ben"))
    alone = verify(envelope("ada"), ring)
    assert (alone.report.code, alone.statement, alone.signers) == (code, None, ())
    assert detail in details(alone)["keys"]
    both = verify(envelope("ada", "ben"), ring)
    assert both.signers == ("key:ben",)
    assert details(both)["keys"].startswith("ignored: key:ada")


@pytest.mark.parametrize("now", [START, END])
def test_both_ends_of_validity_are_inside(now):
    assert verify(envelope("ada"), now=now).report.ok


@pytest.mark.parametrize("now", [START.plus(-1), END.plus(1)])
def test_outside_the_ends_nothing_counts(now):
    assert verify(envelope("ada"), now=now).report.code == "KEY_NOT_VALID"


def test_the_gravest_reason_is_shown_first():
    ring = keyring(
        entry("ada", not_after=NOW.plus(-1)),
        entry("ben", status="revoked", revoked_at=START),
        entry("cyd", status="disabled"),
        entry("dan"),
    )
    assert verify(envelope("ada", "ben", "cyd"), ring).report.code == "KEY_REVOKED"
    assert verify(envelope("ada", "cyd"), ring).report.code == "KEY_DISABLED"


def test_signatures_of_unknown_keys_are_ignored_and_reported():
    outcome = verify(envelope("ada", "eve"))
    assert outcome.report.ok
    assert details(outcome)["signatures"] == "key:ada; 1 of unknown keys ignored"


def test_only_unknown_keys_is_a_refusal_that_names_them():
    outcome = verify(envelope("eve"))
    assert outcome.report.code == "UNKNOWN_KEY"
    assert private("eve").public.keyid[:16] in details(outcome)["signatures"]
    assert verify(with_signatures(envelope("ada"))).report.code == "UNKNOWN_KEY"


def test_a_hostile_key_id_is_escaped():
    hostile = Signature(sig=b"x", keyid="\x1b[2Jé\u202e")
    outcome = verify(with_signatures(envelope("ada"), hostile))
    assert outcome.report.code == "UNKNOWN_KEY"
    assert details(outcome)["signatures"].isascii()
    assert details(outcome)["signatures"].isprintable()


def test_a_bad_signature_of_a_known_key_is_never_ignored():
    good = envelope("ada", "ben")
    one, two = good.signatures
    broken = with_signatures(good, one, replace(two, sig=one.sig))
    outcome = verify(broken, keyring(entry("ada"), entry("ben")))
    assert outcome.report.code == "BAD_SIGNATURE"
    assert "key:ben" in details(outcome)["signatures"]
    assert "key:ada" not in details(outcome)["signatures"]


def test_nothing_is_parsed_before_a_signature_verifies(monkeypatch):
    from stella_git.attest.statement import Statement

    def forbidden(*arguments):
        raise AssertionError

    monkeypatch.setattr(Statement, "from_bytes", forbidden)
    assert verify(envelope("eve")).report.code == "UNKNOWN_KEY"
    assert verify(envelope("ada", payload_type="text/plain")).report.code == "WRONG_TYPE"


def test_an_unreadable_payload_is_refused_though_it_is_signed():
    outcome = verify(envelope("ada", data=b"{}"))
    assert (outcome.report.code, outcome.statement) == ("UNREADABLE", None)
    assert "statement-member" in details(outcome)["statement"]
    assert outcome.report.failures[0].remedy == "add _type"


def test_the_signer_of_the_case_signs_what_is_verified():
    found = envelope("ada")
    assert found.signatures == (signer("ada").sign(found.pae()),)
