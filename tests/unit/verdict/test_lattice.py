import pytest

from stella_git.canon.clock import Instant
from stella_git.errors import ConfigError, InputError
from stella_git.verdict.lattice import join, resolve, state_of
from stella_git.verdict.weights import Weights
from verdict_cases import AS_OF, BEFORE, DIGEST, PURL, claim

# one class per weight, so that a test can say what a claim weighs
WEIGHTS = Weights(
    classes={f"w{value}": (value, value, value) for value in range(0, 1001, 50)} | {"w1": (1, 1, 1)}
)
DAY = 86_400


def weighing(value: int, status: str = "not_affected", **members):
    row = {"issuer": f"{status}-{value}", "issuer_class": f"w{value}", "timestamp": AS_OF}
    return claim(status, **{**row, **members})


def outcome(*claims):
    return resolve(claims, WEIGHTS, AS_OF)


@pytest.mark.parametrize(
    ("excluded", "affected", "effective", "state"),
    [
        (0, 0, "unknown", "unknown"),
        (500, 0, "not_affected", "not_affected"),
        (450, 0, "unknown", "not_affected"),
        (500, 400, "not_affected", "conflict"),
        (500, 450, "conflict", "conflict"),
        (450, 50, "conflict", "conflict"),  # too light to exclude, and contradicted
        (500, 500, "conflict", "conflict"),
        (400, 500, "affected", "conflict"),
        (450, 500, "conflict", "conflict"),
        (0, 100, "affected", "affected"),
        (0, 50, "unknown", "affected"),
        (1000, 900, "not_affected", "conflict"),
        (900, 1000, "affected", "conflict"),
    ],
)
def test_what_weights_come_to(excluded, affected, effective, state):
    got = outcome(weighing(excluded), weighing(affected, "affected"))
    assert (got.effective, got.state) == (effective, state)
    assert (got.not_affected, got.affected) == (excluded, affected)
    assert got.suppressed is (effective == "not_affected")


def test_without_claims_nothing_is_known():
    got = outcome()
    assert (got.state, got.effective, got.declared, got.claims) == ("unknown", "unknown", "unknown", ())


def test_a_fix_that_wins_makes_it_fixed():
    got = outcome(weighing(600, "fixed"), weighing(550))
    assert (got.effective, got.declared, got.suppressed) == ("fixed", "fixed", True)
    assert [row.outcome for row in got.claims] == ["decides", "agrees"]


def test_of_equals_not_affected_goes_before_fixed():
    assert outcome(weighing(600, "fixed"), weighing(600)).effective == "not_affected"


def test_declared_is_the_status_of_the_heaviest_claim():
    assert outcome(weighing(450)).declared == "not_affected"
    assert outcome(weighing(450), weighing(450, "affected")).declared == "affected"
    assert outcome(weighing(1000, "under_investigation")).declared == "under_investigation"
    assert outcome(weighing(1000, "under_investigation"), weighing(50)).declared == "not_affected"


def test_an_investigation_is_evidence_for_neither():
    got = outcome(weighing(1000, "under_investigation"))
    assert (got.state, got.effective, got.affected, got.not_affected) == ("unknown", "unknown", 0, 0)
    assert [(row.outcome, row.weight) for row in got.claims] == [("neutral", 0)]


def test_a_later_investigation_takes_the_place_of_an_exclusion():
    earlier = claim(timestamp=Instant(AS_OF.seconds - DAY))
    later = claim("under_investigation", timestamp=AS_OF)
    got = resolve((later, earlier), Weights(), AS_OF)
    assert got.effective == "unknown"
    assert {row.claim: row.outcome for row in got.claims} == {earlier: "superseded", later: "neutral"}


def test_an_issuer_nobody_vouches_for_is_listed_and_never_counts():
    stranger = claim(
        "affected", issuer_class=None, timestamp=AS_OF
    )  # in the name of a known issuer, and newer
    known = claim(timestamp=Instant(AS_OF.seconds - DAY))
    got = resolve((stranger, known), Weights(), AS_OF)
    assert got.effective == "not_affected"
    assert [(row.claim, row.outcome, row.weight) for row in got.claims][1] == (stranger, "unverified", 0)


def test_a_claim_from_later_is_listed_and_ignored():
    later = claim("affected", timestamp=Instant(AS_OF.seconds, 1), issuer="x", issuer_class="vendor")
    got = resolve((later, claim()), Weights(), AS_OF)
    assert got.affected == 0
    assert got.claims[1].outcome == "later"
    assert "2026-11-20T00:00:00.000000001Z" in got.claims[1].why


def test_a_claim_of_the_very_instant_counts():
    assert resolve((claim(timestamp=AS_OF),), Weights(), AS_OF).effective == "not_affected"


def test_a_claim_without_time_weighs_as_the_oldest_and_loses_to_any_other():
    timeless = claim("affected", timestamp=None, version=9)
    assert resolve((timeless,), Weights(), AS_OF).affected == 817 * 250 // 1000
    assert resolve((timeless, claim()), Weights(), AS_OF).effective == "not_affected"


def test_the_register_is_ordered_by_time_then_version_then_digest():
    old = claim(timestamp=Instant(AS_OF.seconds - 1), version=5)
    new = claim("affected", timestamp=AS_OF, version=1)
    newer = claim("fixed", timestamp=AS_OF, version=2)
    twin = claim("fixed", timestamp=AS_OF, version=2, document="sha256:" + "e" * 64)
    (held,) = state_of((old, newer, new), "CVE").values()
    assert held is newer
    (held,) = state_of((twin, newer), "CVE").values()
    assert held is max(twin, newer, key=lambda one: one.digest)
    assert join(state_of((old,), "CVE"), state_of((new,), "CVE")) == state_of((new,), "CVE")
    assert join(state_of((new,), "CVE"), state_of((old,), "CVE")) == state_of((new,), "CVE")


def test_products_and_issuers_have_registers_of_their_own():
    claims = (claim(), claim(product=None), claim(issuer="other"))
    assert len(state_of(claims, "CVE")) == 3
    assert len(join(state_of(claims[:1], "CVE"), state_of(claims[1:], "CVE"))) == 3


def test_a_claim_that_weighs_nothing_says_nothing():
    got = outcome(weighing(0), weighing(0, "affected"))
    assert (got.declared, got.state, [row.weight for row in got.claims]) == ("unknown", "unknown", [0, 0])
    least = claim("affected", issuer_class="w1", timestamp=AS_OF)
    assert outcome(least).state == outcome(least).declared == "affected"


def test_the_same_claim_twice_is_one():
    got = resolve((claim(), claim()), Weights(), AS_OF)
    assert len(got.claims) == 1


def test_every_claim_says_what_became_of_it():
    rows = outcome(weighing(1000), weighing(600, "fixed"), weighing(800, "affected"), weighing(0)).claims
    assert [(row.claim.issuer, row.outcome) for row in rows] == [
        ("not_affected-1000", "decides"),
        ("affected-800", "outweighed"),
        ("fixed-600", "agrees"),
        ("not_affected-0", "weightless"),
    ]
    assert [row.why for row in rows] == [
        "1000 against 800",
        "800 against 1000",
        "600; 1000 decides",
        "its class, strength or age leaves nothing",
    ]
    tied = outcome(weighing(500), weighing(450, "affected")).claims
    assert tied[0].why == "500 against 450: too close, or too light to exclude"
    assert [row.outcome for row in tied] == ["undecided"] * 2
    assert [row.outcome for row in outcome(weighing(400), weighing(900, "affected")).claims] == [
        "decides",
        "outweighed",
    ]


def test_weight_is_the_floor_of_the_product():
    # internal: (450*700 + 350*950 + 200*850) // 1000 = 817; not in execute path 800; one year: 500
    old = claim(
        justification="vulnerable_code_not_in_execute_path", timestamp=Instant(AS_OF.seconds - 365 * DAY)
    )
    assert resolve((old,), Weights(), AS_OF).not_affected == 817 * 800 * 500 // 1_000_000 == 326


@pytest.mark.parametrize(
    ("issuer_class", "justification", "days"),
    [
        ("internal", "vulnerable_code_not_present", 283),
        ("vendor", "vulnerable_code_not_present", 296),
        ("distro", "vulnerable_code_not_in_execute_path", 191),
        ("internal", "vulnerable_code_cannot_be_controlled_by_adversary", 91),
        ("vendor", "inline_mitigations_already_exist", 7),
        ("internal", "inline_mitigations_already_exist", -1),
        ("hub", "vulnerable_code_not_present", 209),
        ("distro", None, -1),
    ],
)
def test_how_long_an_exclusion_lasts(issuer_class, justification, days):
    def suppressed(age):
        moment = Instant(AS_OF.seconds - age * DAY)
        said = claim(issuer_class=issuer_class, justification=justification, timestamp=moment)
        return resolve((said,), Weights(), AS_OF).suppressed

    assert days < 0 or suppressed(days)
    assert not suppressed(days + 1)


def test_an_issuer_class_that_is_not_in_the_table_is_an_error():
    with pytest.raises(ConfigError) as caught:
        resolve((claim(issuer_class="friends"),), Weights(), AS_OF)
    assert caught.value.code == "trust-class-unknown"


@pytest.mark.parametrize("members", [{"vulnerabilities": ()}, {"status": "affected?"}])
def test_a_claim_that_says_nothing_is_refused(members):
    with pytest.raises(InputError) as caught:
        claim(**members)
    assert caught.value.code == "claim-malformed"


def test_a_claim_as_json():
    assert claim("affected", product=None, timestamp=None, vulnerabilities=("b", "a", "b")).to_json() == {
        "vulnerabilities": ["a", "b"],
        "issuer": "repository",
        "status": "affected",
        "version": 0,
        "document": DIGEST,
    }
    optional = {"product": PURL, "justification": "vulnerable_code_not_present", "timestamp": str(BEFORE)}
    assert optional.items() <= claim().to_json().items()


def test_the_digest_covers_what_is_said_and_not_who_is_trusted():
    assert claim().digest == claim(issuer_class=None, source="elsewhere").digest
    changed = [
        claim("affected"),
        claim(product=None),
        claim(justification=None),
        claim(timestamp=None),
        claim(version=1),
        claim(vulnerabilities=("CVE-2026-0002",)),
        claim(issuer="other"),
        claim(document="sha256:" + "e" * 64),
    ]
    assert len({claim().digest, *(one.digest for one in changed)}) == len(changed) + 1
