"""Many waivers over many violations are linear work, and each covers what it covers however it is found."""

import pytest

from growth_cases import grows_in_proportion
from stella_git.canon.digest import of_json
from stella_git.policy.results import violation_fingerprint
from stella_git.policy.waivers.matching import Index
from waiver_cases import ran, row, waiver, waiver_file

CVE = "CVE-2026-0001"


def covering(purl, *patterns):
    waivers = [
        waiver(f"w{number}", match={"vuln": CVE, "purl": pattern}) for number, pattern in enumerate(patterns)
    ]
    found = Index(waivers).by_finding({"id": CVE, "purl": purl}, "prod", None)
    return sorted(each.purl for each in found)


@pytest.mark.parametrize(
    ("purl", "patterns"),
    [
        ("pkg:npm/lib@1.0", ["pkg:npm/lib", "pkg:npm/lib@1.0", "pkg:npm/lib@*", "pkg:npm/l?b", "pkg:npm/*"]),
        ("pkg:npm/lib", ["pkg:npm/lib"]),
        (
            "pkg:npm/%40scope/lib@1.0",
            ["pkg:npm/%40scope/lib", "pkg:npm/@scope/lib@1.*", "pkg:npm/%40scope/*"],
        ),
        ("pkg:npm/LIB@1.0?arch=x#sub", ["pkg:npm/lib"]),
        ("pkg:pypi/A_b@1.0", ["pkg:pypi/a-b@1.0"]),
    ],
)
def test_a_package_is_covered_however_it_is_looked_up(purl, patterns):
    others = ["pkg:npm/other", "pkg:npm/lib@2.0", "pkg:pypi/A_b", "pkg:npm/lib/more"]
    assert covering(purl, *patterns, *others) == sorted(patterns)


def test_what_is_no_package_url_is_covered_by_nothing():
    assert covering("lib@1.0", "pkg:npm/lib", "pkg:npm/*") == []
    assert covering("", "pkg:npm/lib", "pkg:npm/*") == []


@pytest.mark.parametrize("subject", [None, "shop", 'a"\u00e9\U0001f600'])
@pytest.mark.parametrize("key", ["", "x", 'a"\\\n\u00e9\U0001f600', 0, 7, True, False])
def test_a_fingerprint_is_a_digest_of_canonical_json(subject, key):
    whole = of_json(["a.one", "each", subject or "*", key]).hex
    assert violation_fingerprint("a.one", "each", subject, key) == f"vfp:{whole[:16]}"


def many(size):
    """Return as many rows as waivers, all about one vulnerability, each about a package of its own."""
    waivers = [
        waiver_file(f"w{number}", match={"vuln": CVE, "purl": f"pkg:npm/lib{number}@*"})
        for number in range(size)
    ]
    return [row(number, id=CVE) for number in range(size)], waivers


def test_waivers_of_one_vulnerability_are_not_all_held_against_every_package():
    def apply(given):
        rows, index = given
        return [list(index.by_finding(each, "prod", None)) for each in rows]

    def make(size):
        rows, _ = many(size)
        return rows, Index(
            waiver(f"w{number}", match={"vuln": CVE, "purl": f"pkg:npm/lib{number}@*"})
            for number in range(size)
        )

    assert all(len(found) == 1 for found in apply(make(5)))
    grows_in_proportion(apply, make, 100)


def test_each_of_many_waivers_covers_its_own():
    rows, waivers = many(20)
    outcome = ran(*rows, waivers=waivers)
    assert all(each.status == "waived" for result in outcome.results for each in result.violations)
    assert [len(each["applied"]) for each in outcome.waivers] == [1] * 20
