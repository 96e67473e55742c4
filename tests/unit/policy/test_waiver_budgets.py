"""Waivers as budgets count them."""

import pytest

from policy_cases import context, policy
from stella_git.canon.clock import parse_rfc3339
from stella_git.policy.ruleset import assemble
from stella_git.policy.waivers import budget_waivers
from waiver_cases import END, FINDINGS, POLICY, START, row, vfp, waiver

ONE = "fp:" + f"{1:016x}"
POLICIES = assemble([("policies/a.yaml", policy(FINDINGS, POLICY))]).policies


def counted(*waivers, findings=(), approved=None, at="2026-06-01T00:00:00Z", **members):
    return budget_waivers(
        waivers,
        findings or (row(1), row(2)),
        POLICIES,
        context=context(at, **members),
        approved={each.id: ("key:ben",) for each in waivers} if approved is None else approved,
    )


def by(fingerprint, name="w", **members):
    return waiver(name, match={"fingerprint": fingerprint}, **members)


def of(name="w", **match):
    return waiver(name, match={"vuln": "CVE-2026-0001", "purl": "pkg:npm/lib1"} | match)


ROW = ("w", ONE, parse_rfc3339(START), parse_rfc3339(END))


@pytest.mark.parametrize(
    "found",
    [
        by(ONE),
        by(ONE, policy="a-budget"),
        by(vfp(1)),
        by(vfp(1, "other")),
        by(vfp(1), rule="each"),
        of(),
        of(environments=["prod"]),
        of(vuln="cve-2026-0001", purl="pkg:npm/*@1.1.*"),
    ],
)
def test_a_finding_is_covered(found):
    assert counted(found) == (ROW,)


@pytest.mark.parametrize(
    "found",
    [
        by("fp:" + "f" * 16),
        by(ONE, effect="downgrade"),
        by(vfp(1), rule="other"),
        by(vfp(1), policy="a-budget"),
        by(vfp(1, subject="repo")),
        by(ONE, expires="2026-06-01T00:00:00Z"),
        by(ONE, effectiveFrom="2026-06-01T00:00:01Z"),
        by(ONE, expires="2026-12-01T00:00:00Z"),
        of(environments=["dev"]),
        of(subjects=["repo"]),
        of(purl="pkg:npm/lib"),
        of(vuln="CVE-2026-0003"),
    ],
)
def test_a_finding_is_not_covered(found):
    assert counted(found) == ()


def test_only_approved_ones_count():
    assert counted(by(ONE), approved={}) == ()
    assert counted(by(ONE), approved={"w": ("user:ada",)}) == ()


def test_the_subject_is_part_of_the_fingerprint_of_a_violation():
    assert counted(by(vfp(1, subject="repo")), subject="repo") == (ROW,)
    assert counted(of(subjects=["re*"]), subject="repo") == (ROW,)


def test_rows_are_sorted_and_each_is_there_once():
    waivers = (by(ONE, "b"), of("a"), by(vfp(1), "c"))
    assert [each[0] for each in counted(*waivers)] == ["a", "b", "c"]
    assert counted(*waivers) == counted(*reversed(waivers))
    assert counted(by(ONE), findings=(row(1), row(1))) == (ROW,)


def test_a_finding_without_a_fingerprint_cannot_be_covered():
    assert counted(of(), findings=({"id": "CVE-2026-0001", "purl": "pkg:npm/lib1"},)) == ()
