import pytest

from stella_git.errors import RefusedError
from stella_git.trust.report import Check, Report, failed, passed, skipped

GOOD = passed("signatures", "key:ada")
BAD = failed("threshold", "1 of 2", code="THRESHOLD", remedy="have it signed again")
SKIP = skipped("ref", "no ref was asked about")


@pytest.mark.parametrize(
    ("checks", "ok"),
    [
        ((), False),
        ((SKIP,), False),
        ((GOOD,), True),
        ((GOOD, SKIP), True),
        ((GOOD, BAD), False),
        ((BAD,), False),
    ],
)
def test_a_report_is_ok_if_something_passed_and_nothing_failed(checks, ok):
    assert Report(checks).ok is ok


def test_the_first_failure_gives_the_code():
    other = failed("role", "x", code="WRONG_ROLE", remedy="y")
    report = Report((GOOD, BAD, other))
    assert report.failures == (BAD, other)
    assert report.code == "THRESHOLD"
    assert Report((GOOD,)).code == ""


def test_checks_are_added_at_the_end():
    report = Report((GOOD,), ("key:ada",)).plus([BAD])
    assert report == Report((GOOD, BAD), ("key:ada",))


def test_require_raises_the_first_failure():
    Report((GOOD,)).require()
    with pytest.raises(RefusedError, match="threshold: 1 of 2") as caught:
        Report((GOOD, BAD)).require()
    assert (caught.value.code, caught.value.remedy) == ("THRESHOLD", "have it signed again")
    with pytest.raises(RefusedError) as caught:
        Report((SKIP,)).require()
    assert caught.value.code == "UNVERIFIED"


def test_absent_members_are_absent():
    assert Report((GOOD, BAD, SKIP), ("key:ada",)).to_json() == {
        "ok": False,
        "checks": [
            {"name": "signatures", "status": "passed", "detail": "key:ada"},
            {
                "name": "threshold",
                "status": "failed",
                "code": "THRESHOLD",
                "detail": "1 of 2",
                "remedy": "have it signed again",
            },
            {"name": "ref", "status": "skipped", "detail": "no ref was asked about"},
        ],
        "signers": ["key:ada"],
    }
    assert Report((Check(name="x", status="passed"),)).to_json() == {
        "ok": True,
        "checks": [{"name": "x", "status": "passed"}],
    }
