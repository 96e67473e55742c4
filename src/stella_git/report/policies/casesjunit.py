"""What came of the cases of policies, as JUnit XML: a test for each case, a suite for each policy.

There is no specification; this keeps to the schema of the Jenkins plug-in xUnit (``junit-10.xsd``).
"""

from typing import TYPE_CHECKING

from stella_git.report.junit import xml_text
from stella_git.report.policies.cases import case_place, details, missing_text, missing_where
from stella_git.report.policies.outcome import shown
from stella_git.report.problems import leading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.policy.testing.runner import Outcome
    from stella_git.policy.testing.session import Missing, Session


def render(session: "Session") -> str:
    """Return the report; what is missing is a test that failed."""
    suites = [_Suite(session, policy) for policy in session.policies]
    tests = sum(suite.tests for suite in suites)
    failures = sum(suite.failures for suite in suites)
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<testsuites name="stella policy test" tests="{tests}" failures="{failures}" errors="0">',
            *(line for suite in suites for line in suite.lines()),
            "</testsuites>",
            "",
        ]
    )


class _Suite:
    def __init__(self, session: "Session", policy: str) -> None:
        self.policy = policy
        self.outcomes = [outcome for tested, outcome in session.outcomes if tested.policy.id == policy]
        self.missing = [each for each in session.missing if each.policy.id == policy]
        self.tests = len(self.outcomes) + len(self.missing)
        self.failures = sum(not outcome.ok for outcome in self.outcomes) + len(self.missing)

    def lines(self) -> "Iterator[str]":
        counts = f'tests="{self.tests}" failures="{self.failures}" errors="0" skipped="0"'
        yield f'  <testsuite name="{xml_text(self.policy)}" {counts}>'
        for outcome in self.outcomes:
            yield from self._case(outcome)
        for each in self.missing:
            yield from self._missing(each)
        yield "  </testsuite>"

    def _case(self, outcome: "Outcome") -> "Iterator[str]":
        head = f'name="{xml_text(outcome.case.name)}" classname="{xml_text(self.policy)}"'
        if outcome.ok:
            yield f"    <testcase {head}/>"
            return
        body = "\n".join(map(xml_text, (leading(case_place(outcome)), *details(outcome))))
        kinds = sorted({"policy-test-failed" for _ in outcome.mismatches} | _kinds(outcome))
        yield f"    <testcase {head}>"
        yield f'      <failure message="not as expected" type="{xml_text(", ".join(kinds))}">{body}</failure>'
        yield "    </testcase>"

    def _missing(self, each: "Missing") -> "Iterator[str]":
        message = xml_text(missing_text(each))
        name = f"{each.rule or self.policy} {'has cases' if each.what == 'cases' else each.what}"
        yield f'    <testcase name="{xml_text(name)}" classname="{xml_text(self.policy)}">'
        place = xml_text(leading(shown(missing_where(each))))
        yield f'      <failure message="{message}" type="policy-test-missing">{place}</failure>'
        yield "    </testcase>"


def _kinds(outcome: "Outcome") -> set[str]:
    return {f"policy-test-{each.kind}" for each in outcome.dependences}
