"""What waivers lift, what they do not, and what is said of those that do not hold."""

from functools import partial

import pytest

from stella_git.canon.clock import parse_rfc3339
from stella_git.canon.digest import sha256
from stella_git.errors import ConfigError
from waiver_cases import END, FINDINGS, START, days_after, ran, row, statuses, vfp, waiver_file

ONE, TWO = "fp:" + f"{1:016x}", "fp:" + f"{2:016x}"
LATE = "2026-06-25T00:00:00Z"


def by(fingerprint, name="w", **members):
    return waiver_file(name, match={"fingerprint": fingerprint}, **members)


def of(vuln="CVE-2026-0001", purl="pkg:npm/lib1", name="w", **members):
    match = {"vuln": vuln, "purl": purl} | {
        key: members.pop(key) for key in ("environments", "subjects") if key in members
    }
    return waiver_file(name, match=match, **members)


def only(outcome, rule="each"):
    return next(result for result in outcome.results if result.rule.id == rule)


def test_a_violation_is_waived_by_its_fingerprint():
    file = by(vfp(1))
    outcome = ran(row(1), waivers=[file])
    assert (outcome.decision, only(outcome).status) == ("pass", "waived")
    (violation,) = only(outcome).violations
    assert (violation.status, violation.waiver, violation.notes) == ("waived", "w", ())
    assert outcome.waivers == ({"id": "w", "digest": str(sha256(file[1])), "applied": [vfp(1)]},)


def test_a_finding_is_waived_by_its_fingerprint_in_every_rule_of_the_policy():
    outcome = ran(row(1, fine=False), waivers=[by(ONE)])
    assert set(statuses(outcome).values()) == {"waived"}
    assert outcome.waivers[0]["applied"] == sorted([vfp(1), vfp(1, "other")])
    narrow = ran(row(1, fine=False), waivers=[by(ONE, rule="other")])
    assert statuses(narrow) == {("each", ONE): "fail", ("other", ONE): "waived"}


def test_a_fingerprint_of_another_rule_or_subject_is_of_something_else():
    assert ran(row(1), waivers=[by(vfp(1, "other"))]).decision == "fail"
    assert ran(row(1), waivers=[by(vfp(1))], subject="repo").decision == "fail"
    assert ran(row(1), waivers=[by(vfp(1, subject="repo"))], subject="repo").decision == "pass"


def test_one_of_two_violations_stays():
    outcome = ran(row(1), row(2), waivers=[by(ONE)])
    assert (outcome.decision, only(outcome).status) == ("fail", "fail")
    assert statuses(outcome) == {("each", ONE): "waived", ("each", TWO): "fail"}


def test_a_downgrade_makes_a_warning_of_a_failure():
    outcome = ran(row(1), waivers=[by(ONE, effect="downgrade")])
    assert (outcome.decision, only(outcome).status) == ("warn", "warn")
    assert only(outcome).violations[0].waiver == "w"
    warning = ran(row(1), waivers=[by(ONE, effect="downgrade")], spec=FINDINGS.replace("deny", "warn"))
    assert (warning.decision, only(warning).status) == ("warn", "warn")


def test_of_two_that_hold_the_one_that_waives_goes_first():
    files = [by(ONE, "a", effect="downgrade"), by(ONE, "b"), by(ONE, "c")]
    outcome = ran(row(1), waivers=files)
    assert only(outcome).violations[0].waiver == "b"
    assert [(each["id"], each["applied"]) for each in outcome.waivers] == [
        ("a", []),
        ("b", [vfp(1)]),
        ("c", []),
    ]
    assert not [notice for notice in outcome.notices if notice["code"] == "waiver-orphan"]


def test_in_audit_a_rule_passes_with_and_without():
    spec = FINDINGS.replace("deny", "audit")
    assert only(ran(row(1), spec=spec)).status == "pass"
    outcome = ran(row(1), waivers=[by(ONE)], spec=spec)
    assert (only(outcome).status, only(outcome).violations[0].status) == ("pass", "waived")


@pytest.mark.parametrize(
    ("vuln", "purl"),
    [
        ("CVE-2026-0001", "pkg:npm/lib1@1.1.0"),
        ("cve-2026-0001", "pkg:npm/lib1"),
        ("CVE-2026-0001", "pkg:npm/*@1.*"),
        ("CVE-2026-0001", "pkg:*/lib1"),
        ("GHSA-jfh8-c2jp-5v3q", "pkg:npm/lib1"),
    ],
)
def test_a_vulnerability_in_a_package(vuln, purl):
    finding = row(1, aliases=["ghsa-JFH8-c2jp-5v3q"])
    assert ran(finding, waivers=[of(vuln, purl)]).decision == "pass"
    assert ran(finding, waivers=[of(vuln, purl, rule="other")]).decision == "fail"


@pytest.mark.parametrize(
    ("vuln", "purl"),
    [
        ("CVE-2026-0002", "pkg:npm/lib1"),
        ("CVE-2026-0001", "pkg:npm/lib1@1.1"),
        ("CVE-2026-0001", "pkg:npm/lib"),
        ("CVE-2026-000", "pkg:npm/lib1"),
        ("CVE-2026-0001", "pkg:pypi/lib1"),
    ],
)
def test_another_vulnerability_or_package(vuln, purl):
    assert ran(row(1), waivers=[of(vuln, purl)]).decision == "fail"


def test_what_is_no_package_url_is_not_covered():
    assert ran(row(1, purl="lib1"), waivers=[of(purl="pkg:npm/*")]).decision == "fail"


def test_an_element_that_is_no_finding_is_matched_by_its_parameters():
    spec = (
        FINDINGS.replace("in: facts.rows, key: row.fp", "in: 'facts.rows.map(r, r.purl)', key: row")
        .replace("assert: row.good\n", "assert: 'false'\n")
        .replace("params: {id: row.id, purl: row.purl}", "params: {vuln: \"'CVE-2026-0001'\", purl: row}")
    )
    spec = spec[: spec.index("    - id: other")]
    assert ran(row(1), waivers=[of()], spec=spec).decision == "pass"
    assert ran(row(2), waivers=[of()], spec=spec).decision == "fail"


def test_environments_and_subjects():
    assert ran(row(1), waivers=[of(environments=["prod"])]).decision == "pass"
    assert ran(row(1), waivers=[of(environments=["dev"])]).decision == "fail"
    assert ran(row(1), waivers=[of(subjects=["team/*"])], subject="team/app").decision == "pass"
    assert ran(row(1), waivers=[of(subjects=["team/*"])], subject="other/app").decision == "fail"
    assert ran(row(1), waivers=[of(subjects=["team/*"])]).decision == "fail"


def test_two_elements_under_one_fingerprint_do_not_lend_each_other_their_names():
    spec = FINDINGS.replace("key: row.fp", "key: \"'same'\"").replace(
        "params: {id: row.id, purl: row.purl}", "params: {}"
    )
    spec = spec[: spec.index("    - id: other")]
    assert ran(row(1), waivers=[of()], spec=spec).decision == "pass"
    assert ran(row(1), row(2), waivers=[of()], spec=spec).decision == "fail"
    assert ran(row(2), row(1), waivers=[of()], spec=spec).decision == "fail"


@pytest.mark.parametrize("purl", ["pkg:**", "pkg:*/**", "pkg:*"])
def test_everything_is_not_a_scope(purl):
    with pytest.raises(ConfigError) as caught:
        ran(row(1), waivers=[of(purl=purl)])
    assert caught.value.code == "waiver-scope"


def test_every_subject_is_not_a_scope():
    with pytest.raises(ConfigError) as caught:
        ran(row(1), waivers=[of(subjects=["**"])])
    assert caught.value.code == "waiver-scope"


@pytest.mark.parametrize("members", [{"policy": "a.two"}, {"rule": "nothing"}])
def test_what_is_not_there_cannot_be_waived(members):
    with pytest.raises(ConfigError) as caught:
        ran(row(1), waivers=[by(ONE, **members)])
    assert caught.value.code == "policy-unknown"


def test_an_error_stays_an_error():
    spec = FINDINGS.replace("assert: row.good\n", "assert: row.nothing\n")
    outcome = ran(row(1), waivers=[by(ONE), by(vfp(1), "x"), of(name="y")], spec=spec)
    assert (outcome.decision, only(outcome).status) == ("error", "error")
    assert [each["applied"] for each in outcome.waivers] == [[], [], []]
    assert not [notice for notice in outcome.notices if notice["code"] == "waiver-orphan"]


def test_missing_evidence_can_be_waived():
    from policy_cases import context, policy
    from stella_git.policy.results import violation_fingerprint
    from stella_git.policy.ruleset import assemble
    from stella_git.policy.run import run

    fingerprints = [
        violation_fingerprint("a.one", rule, None, "requires/facts") for rule in ("each", "other")
    ]
    files = [by(fingerprint, f"w{index}") for index, fingerprint in enumerate(fingerprints)]
    rules = assemble([("policies/a.yaml", policy(FINDINGS)), *files])
    approved = {"w0": ("key:ben",), "w1": ("key:ben",)}
    assert run(rules, context(), [], approved=approved).decision == "pass"
    assert run(rules, context(), [], approved={"w0": ("key:ben",)}).decision == "fail"


@pytest.mark.parametrize(
    ("members", "options", "note"),
    [
        ({"expires": "2026-06-01T00:00:00Z"}, {}, "waiver w expired at 2026-06-01T00:00:00Z"),
        ({"effectiveFrom": LATE}, {}, f"waiver w begins at {LATE}"),
        ({}, {"approvers": ()}, "waiver w has 0 of 1 approvals that count"),
        (
            {"expires": "2026-12-01T00:00:00Z"},
            {},
            f"waiver w lasts from {START} to 2026-12-01T00:00:00Z, longer than 90 days",
        ),
    ],
)
@pytest.mark.parametrize("make", [partial(by, ONE), of])
def test_one_that_does_not_hold_changes_nothing_but_notes(make, members, options, note):
    outcome = ran(row(1), waivers=[make(**members)], **options)
    assert outcome.decision == "fail"
    (violation,) = only(outcome).violations
    assert (violation.status, violation.waiver, violation.notes) == ("fail", None, (note,))
    assert outcome.waivers == ()
    assert [notice["level"] for notice in outcome.notices] == ["note"]


def test_a_waiver_that_holds_does_not_hide_the_note_of_one_that_does_not():
    outcome = ran(row(1), waivers=[by(ONE, "a", expires="2026-06-01T00:00:00Z"), by(ONE, "b")])
    (violation,) = only(outcome).violations
    assert (violation.waiver, violation.notes) == ("b", ("waiver a expired at 2026-06-01T00:00:00Z",))


@pytest.mark.parametrize(
    ("days", "seconds", "level", "decision"),
    [
        (0, 0, "warning", "pass"),
        (13, 0, "warning", "pass"),
        (14, -1, "warning", "pass"),
        (14, 0, "error", "error"),
        (15, 0, "error", "error"),
        (-1, 0, "warning", "pass"),
    ],
)
def test_one_that_covers_nothing_is_an_error_after_a_while(days, seconds, level, decision):
    first = parse_rfc3339(days_after("2026-06-01T00:00:00Z", -days, -seconds))
    outcome = ran(row(1, good=True), waivers=[by(ONE)], orphans={"w": first})
    assert outcome.decision == decision
    (notice,) = outcome.notices
    assert (notice["code"], notice["level"], notice["since"]) == ("waiver-orphan", level, str(first))


def test_one_that_covers_nothing_is_noticed_now():
    outcome = ran(row(1, good=True), waivers=[by(ONE)])
    assert [notice["since"] for notice in outcome.notices] == ["2026-06-01T00:00:00Z"]


@pytest.mark.parametrize(
    "file",
    [
        by(ONE, expires="2026-06-01T00:00:00Z"),
        of(environments=["dev"]),
        of(subjects=["repo"]),
    ],
)
def test_one_that_is_not_asked_for_here_is_no_orphan(file):
    long_ago = {"w": parse_rfc3339(START)}
    outcome = ran(row(1, good=True), waivers=[file], orphans=long_ago)
    assert outcome.decision == "pass"
    assert not [notice for notice in outcome.notices if notice["code"] == "waiver-orphan"]


def test_a_policy_that_does_not_run_makes_no_orphans():
    long_ago = {"w": parse_rfc3339(START)}
    off = ran(row(1), waivers=[by(ONE)], orphans=long_ago, spec=FINDINGS.replace("deny", "'off'"))
    assert [notice["code"] for notice in off.notices] == ["no-rules"]
    elsewhere = FINDINGS.replace("  requires:", "  match: {environments: [dev]}\n  requires:")
    outcome = ran(row(1), waivers=[by(ONE)], orphans=long_ago, spec=elsewhere)
    assert [notice["code"] for notice in outcome.notices] == ["no-rules"]


def test_one_that_ends_soon_is_noticed():
    outcome = ran(row(1), waivers=[by(ONE)], at=days_after(END, -14, 1))
    assert [(each["code"], each["level"]) for each in outcome.notices] == [("waiver-expires", "note")]
    assert "expires in 13 days" in outcome.notices[0]["text"]
    assert ran(row(1), waivers=[by(ONE)], at=days_after(END, -14)).notices == ()
