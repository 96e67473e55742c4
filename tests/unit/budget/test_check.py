import pytest

from budget_cases import AS_OF, POINTS, ago, budget, finding, inputs, waiver
from stella_git.budget import check
from stella_git.canon.clock import Instant
from stella_git.canon.digest import of_json
from stella_git.errors import ConfigError, InputError


def run(the_budget, the_inputs, **arguments):
    return check(the_budget, the_inputs, **{"environment": "prod", "as_of": AS_OF, **arguments})


def counts(outcome):
    return outcome.check["counts"]


def lone_line(outcome):
    (line,) = outcome.lines
    return line


@pytest.mark.parametrize(
    ("vex", "listed", "counted"),
    [
        ("affected", ["affected"], True),
        ("unknown", ["affected"], False),
        ("not_affected", ["not_affected"], True),
        ("fixed", ["fixed"], False),  # fixed never counts, even if it is listed
    ],
)
def test_a_finding_counts_if_its_state_is_listed(vex, listed, counted):
    outcome = run(budget(count={"vexStates": listed}), inputs(finding(vex=vex)))
    assert counts(outcome)["findings"]["total"] == int(counted)
    assert lone_line(outcome).why == ("counted" if counted else "vex-state")


@pytest.mark.parametrize(("age", "counted", "left"), [(6, False, 1), (7, True, 0), (8, True, 0)])
def test_grace_ends_after_as_many_days(age, counted, left):
    outcome = run(budget(count={"graceDays": {"high": 7}}), inputs(finding(first_seen=ago(age))))
    line = lone_line(outcome)
    assert (line.counted, line.grace_left) == (counted, left)


def test_days_are_calendar_days_of_utc():
    late = Instant(seconds=AS_OF.seconds - 1)  # the last second of the day before
    outcome = run(budget(count={"graceDays": {"high": 1}}), inputs(finding(first_seen=late)))
    assert lone_line(outcome).counted


def test_a_severity_without_grace_counts_at_once():
    assert lone_line(
        run(budget(count={"graceDays": {"low": 90}}), inputs(finding(first_seen=ago(0))))
    ).counted


def test_what_was_first_seen_later_does_not_count_yet():
    assert lone_line(run(budget(), inputs(finding(first_seen=ago(-1))))).why == "grace"


@pytest.mark.parametrize(
    ("ignores", "kev", "counted"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_kev_may_have_no_grace(ignores, kev, counted):
    rules = {"graceDays": {"high": 7}, "kevIgnoresGrace": ignores}
    for age in (0, 1):
        outcome = run(budget(count=rules), inputs(finding(first_seen=ago(age), kev=kev)))
        assert lone_line(outcome).counted is counted


@pytest.mark.parametrize(
    ("start", "end", "live"),
    [(0, -1, True), (1, 0, False), (-1, -2, False), (10, -10, True), (20, 10, False)],
)
def test_a_waiver_is_live_from_its_first_instant_to_before_its_last(start, end, live):
    outcome = run(budget(), inputs(finding(), waivers=(waiver(start=start, end=end),)))
    assert counts(outcome)["waivers"] == {"total": int(live)}
    assert counts(outcome)["findings"]["total"] == int(not live)
    assert lone_line(outcome).why == ("waived" if live else "counted")


def test_waived_findings_count_twice_over_when_included():
    outcome = run(budget(count={"includeWaived": True}), inputs(finding(), waivers=(waiver(),)))
    assert counts(outcome)["findings"]["total"] == 1
    assert counts(outcome)["waivers"] == {"total": 1}


def test_two_waivers_of_one_finding_are_one_waived_finding():
    second = waiver(1, start=9)
    outcome = run(budget(), inputs(finding(), waivers=(waiver(), second)))
    assert counts(outcome)["waivers"] == {"total": 1}
    assert lone_line(outcome).waivers == ("W-1",)


def test_a_waiver_of_nothing_counts_nothing():
    assert counts(run(budget(), inputs(finding(1), waivers=(waiver(2),))))["waivers"] == {"total": 0}


@pytest.mark.parametrize(
    ("members", "points"),
    [
        ({}, 10),
        ({"severity": "low"}, 0),  # a severity that is not named earns nothing
        ({"kev": True}, 50),
        ({"epss_ppm": 99_999}, 10),
        ({"epss_ppm": 100_000}, 20),
        ({"epss_ppm": 500_000}, 40),  # every step that is reached adds
        ({"reachability": "reachable"}, 20),
        ({"reachability": "unreachable"}, 2),  # 2.5, floored
        ({"severity": "critical", "kev": True, "epss_ppm": 1_000_000, "reachability": "reachable"}, 220),
    ],
)
def test_points(members, points):
    outcome = run(budget(points=POINTS), inputs(finding(**members)))
    assert counts(outcome)["riskPoints"] == points
    assert lone_line(outcome).points == points


def test_unknown_epss_reaches_no_step_above_zero():
    points = POINTS | {"epss": [{"atLeastPpm": 1, "add": 5}, {"atLeastPpm": 0, "add": 1}]}
    assert counts(run(budget(points=points), inputs(finding(epss_ppm=None))))["riskPoints"] == 11


def test_points_are_floored_per_finding():
    rows = [finding(number, reachability="unreachable") for number in (1, 2)]
    assert counts(run(budget(points=POINTS), inputs(*rows)))["riskPoints"] == 4


def test_without_points_there_is_no_risk_metric():
    outcome = run(budget(), inputs(finding()))
    assert "riskPoints" not in counts(outcome)
    assert lone_line(outcome).points == 0


def test_what_does_not_count_earns_no_points():
    outcome = run(budget(points=POINTS), inputs(finding(vex="not_affected")))
    assert counts(outcome)["riskPoints"] == 0


def test_points_beyond_the_integers_are_an_error():
    points = POINTS | {
        "high": 2**53 - 1,
        "reachability": {"reachable": 1000, "unknown": 1000, "unreachable": 0},
    }
    assert counts(run(budget(points=points), inputs(finding(1))))["riskPoints"] == 2**53 - 1
    with pytest.raises(ConfigError) as caught:
        run(budget(points=points), inputs(finding(1), finding(2)))
    assert caught.value.code == "budget-points-range"


@pytest.mark.parametrize(
    ("used", "limit", "state"),
    [
        (0, 0, "green"),
        (1, 0, "exhausted"),
        (6, 10, "green"),
        (7, 10, "yellow"),
        (8, 10, "yellow"),
        (9, 10, "red"),
        (10, 10, "red"),
        (11, 10, "exhausted"),
    ],
)
def test_state_of_a_metric(used, limit, state):
    rows = [finding(number) for number in range(used)]
    outcome = run(budget(limits={"findings": {"total": limit}}), inputs(*rows))
    assert outcome.state == state
    assert outcome.check["checks"] == [
        {"metric": "findings.total", "limit": limit, "used": used, "state": state}
    ]


@pytest.mark.parametrize(("action", "result"), [("block", "fail"), ("warn", "warn"), ("audit", "pass")])
def test_result_of_an_exhausted_budget(action, result):
    limits = {"findings": {"total": 0}}
    assert run(budget(action=action, limits=limits), inputs(finding())).result == result
    assert run(budget(action=action, limits=limits), inputs()).result == "pass"


@pytest.mark.parametrize(
    ("used", "state"), [(2099, "green"), (2100, "yellow"), (2699, "yellow"), (2700, "red")]
)
def test_state_changes_at_the_very_permille(used, state):
    points = POINTS | {"high": used}
    assert run(budget(points=points, limits={"riskPoints": 3000}), inputs(finding())).state == state


def test_the_worst_metric_gives_the_state():
    limits = {"findings": {"total": 10, "high": 1}}
    outcome = run(budget(limits=limits), inputs(finding(1)))
    assert [row["state"] for row in outcome.check["checks"]] == ["red", "green"]
    assert outcome.state == "red"


def test_an_absent_limit_is_unchecked():
    outcome = run(budget(limits={"kev": 0}), inputs(*(finding(number) for number in range(50))))
    assert outcome.state == "green"


def test_violations_name_their_drivers_in_order():
    limits = {
        "findings": {"total": 1},
        "fixable": {"high": 0},
        "waivers": {"total": 0},
        "unknowns": {"total": 0},
    }
    rows = inputs(
        finding(3, fixable=True),
        finding(1),
        finding(2),
        unknowns=[("z", "Identity"), ("a", "Provenance"), ("a", "Identity")],
        waivers=(waiver(2),),
    )
    outcome = run(budget(limits=limits), rows)
    assert [(row["metric"], row["over"], row["drivers"]) for row in outcome.check["violations"]] == [
        ("findings.total", 1, ["fp:0001", "fp:0003"]),
        ("fixable.high", 1, ["fp:0003"]),
        ("unknowns.total", 3, ["a", "z"]),
        ("waivers.total", 1, ["fp:0002"]),
    ]
    assert outcome.drivers["findings.high"] == ("fp:0001", "fp:0003")


def test_drivers_of_risk_points_are_the_findings_that_have_some():
    rows = inputs(finding(1, severity="low"), finding(2))
    outcome = run(budget(points=POINTS, limits={"riskPoints": 0}), rows)
    assert outcome.check["violations"][0]["drivers"] == ["fp:0002"]


def test_reasons_are_listed_when_present_or_limited():
    limits = {"unknowns": {"byReason": {"Provenance": 1}}}
    outcome = run(
        budget(limits=limits), inputs(unknowns=[("u", "Identity"), ("v", "Identity"), ("u", "Identity")])
    )
    assert counts(outcome)["unknowns"] == {"total": 2, "byReason": {"Identity": 2, "Provenance": 0}}


NEEDS = {
    "kev limit": ({"limits": {"kev": 0}}, {"kev": None}, 1),
    "kev points": ({"points": POINTS | {"epss": []}}, {"kev": None}, 1),
    "one kev point": ({"points": POINTS | {"epss": [], "kev": 1}}, {"kev": None}, 1),
    "no kev points": ({"points": POINTS | {"epss": [], "kev": 0}}, {"kev": None}, 0),
    "epss steps": ({"points": POINTS}, {"epss_ppm": None}, 1),
    "no epss steps": ({"points": POINTS | {"epss": []}}, {"epss_ppm": None}, 0),
    "both are one": ({"points": POINTS}, {"epss_ppm": None, "kev": None}, 1),
    "nothing needed": ({}, {"epss_ppm": None, "kev": None}, 0),
    "not counted": ({"points": POINTS}, {"epss_ppm": None, "kev": None, "vex": "not_affected"}, 0),
    "kev might end its grace": (
        {"count": {"graceDays": {"high": 7}, "kevIgnoresGrace": True}},
        {"kev": None, "first_seen": ago(1)},
        1,
    ),
    "kev might end its grace today": (
        {"count": {"graceDays": {"high": 7}, "kevIgnoresGrace": True}},
        {"kev": None, "first_seen": ago(0)},
        1,
    ),
    "kev known in grace": (
        {"count": {"graceDays": {"high": 7}, "kevIgnoresGrace": True}},
        {"kev": False, "first_seen": ago(1)},
        0,
    ),
    "grace for all": ({"count": {"graceDays": {"high": 7}}}, {"kev": None, "first_seen": ago(1)}, 0),
    "kev would not count either": (
        {"count": {"graceDays": {"high": 7}, "kevIgnoresGrace": True}},
        {"kev": None, "first_seen": ago(-1)},
        0,
    ),
}


@pytest.mark.parametrize("name", NEEDS)
def test_missing_data_that_the_budget_needs_is_a_feed_gap(name):
    spec, members, gaps = NEEDS[name]
    outcome = run(budget(**spec), inputs(finding(**members)))
    assert counts(outcome)["unknowns"]["total"] == gaps
    assert counts(outcome)["unknowns"]["byReason"] == ({"FeedGap": 1} if gaps else {})
    assert lone_line(outcome).feed_gap is bool(gaps)


def test_a_feed_gap_is_named_after_its_finding_and_is_no_input():
    limits = {"kev": 0, "unknowns": {"byReason": {"FeedGap": 0}}}
    without = inputs(finding(kev=None))
    outcome = run(budget(limits=limits), without)
    assert outcome.drivers["unknowns.byReason.FeedGap"] == ("feedgap:fp:0001",)
    assert outcome.result == "fail"
    assert {row["role"]: row["digest"] for row in outcome.check["inputs"]}["unknowns"] == str(of_json([]))


def test_different_findings_of_one_fingerprint_are_an_error():
    with pytest.raises(InputError) as caught:
        run(budget(), inputs(finding(1), finding(1, severity="low")))
    assert caught.value.code == "finding-conflict"


def test_a_budget_of_another_environment_is_an_error():
    with pytest.raises(ConfigError) as caught:
        run(budget(), inputs(), environment="dev")
    assert caught.value.code == "budget-environment"
    assert caught.value.where.pointer == "/spec/environments"


def test_a_fraction_of_a_second_is_dropped():
    outcome = run(budget(), inputs(), as_of=Instant(seconds=AS_OF.seconds, nanos=999_999_999))
    assert outcome.check["asOf"] == "2026-11-20T00:00:00Z"
    assert outcome.check_id == run(budget(), inputs()).check_id


def test_the_predicate_has_id_and_check():
    outcome = run(budget(), inputs(finding()))
    assert outcome.to_predicate() == {"checkId": outcome.check_id, "check": outcome.check}
    assert outcome.check_id == f"budget:{of_json(outcome.check)}"
