"""Results of policies as JUnit XML: a test for each rule.

There is no specification; this keeps to the schema of the Jenkins plug-in xUnit (``junit-10.xsd``).
"""

from typing import TYPE_CHECKING

from stella_git.report.junit import xml_text
from stella_git.report.policies.outcome import because, level, place, shown, waived_by
from stella_git.report.problems import leading
from stella_git.report.text import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.policy.results import Fault, RuleResult
    from stella_git.report.policies.outcome import Outcome


def render(outcome: "Outcome") -> str:
    """Return the report: a rule that denies is a failure, one that could not be asked an error.

    What warns, is waived, recorded or known is what the test has printed. If no rule was asked at all, there
    is one test that is an error: a report without tests passes everywhere.
    """
    cases = [_Case(outcome, result) for result in outcome.run.results]
    lines = [line for case in cases for line in case.lines()]
    tests, errors = len(cases), sum(case.result.fault is not None for case in cases)
    if outcome.decision == "error" and not errors:
        lines += _undecided(outcome)
        tests, errors = tests + 1, 1
    failures = sum(bool(case.denied) for case in cases)
    skipped = sum(case.result.status == "not_applicable" for case in cases)
    numbers = f'tests="{tests}" failures="{failures}" errors="{errors}"'
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<testsuites name="stella" {numbers}>',
            f'  <testsuite name="stella policies" {numbers} skipped="{skipped}">',
            *lines,
            "  </testsuite>",
            "</testsuites>",
            "",
        ]
    )


def _undecided(outcome: "Outcome") -> list[str]:
    errors = [str(notice.get("text", "")) for notice in outcome.run.notices if level(notice) == "error"]
    said = "\n".join(errors) or "no rule was asked"
    return [
        '    <testcase name="decision" classname="stella policies">',
        f'      <error message="the decision is an error" type="decision">{xml_text(said)}</error>',
        "    </testcase>",
    ]


class _Case:
    def __init__(self, outcome: "Outcome", result: "RuleResult") -> None:
        self.outcome = outcome
        self.result = result
        self.denied: list[str] = []
        self.printed: list[str] = []
        for violation in result.violations:
            state = outcome.state(result, violation)
            facts = f" ({because(violation)})" if violation.params else ""
            where = leading(shown(place(result, violation)))
            waived = f" {waived_by(outcome, violation)}" if violation.waiver else ""
            fix = f". {violation.fix}" if violation.fix else ""
            notes = "".join(f". {note}" for note in violation.notes)
            line = f"{where}: {state}{waived}: {violation.message}{facts} [{violation.fp}]{fix}{notes}"
            (self.denied if state == "fail" else self.printed).append(line)

    def lines(self) -> "Iterator[str]":
        result = self.result
        name = f'name="{xml_text(result.rule.id)}" classname="{xml_text(result.policy.id)}"'
        inside = [*self._inside()]
        if not inside:
            yield f"    <testcase {name}/>"
            return
        yield f"    <testcase {name}>"
        yield from inside
        yield "    </testcase>"

    def _inside(self) -> "Iterator[str]":
        result = self.result
        if result.status == "not_applicable":
            yield f'      <skipped message="{xml_text(result.reason)}"/>'
        if result.fault is not None:
            yield _error(result.fault)
        if self.denied:
            codes = ", ".join(sorted({violation.code for violation in result.violations}))
            message = count(len(self.denied), "violation")
            head = f'message="{message}" type="{xml_text(codes)}"'
            yield f"      <failure {head}>{_body(self.denied)}</failure>"
        if self.printed:
            yield f"      <system-out>{_body(self.printed)}</system-out>"


def _error(fault: "Fault") -> str:
    body = f"{leading(shown(fault.where))}: {fault.message}. {fault.remedy}"
    message = f'message="{xml_text(fault.message)}" type="{xml_text(fault.code)}"'
    return f"      <error {message}>{xml_text(body)}</error>"


def _body(lines: list[str]) -> str:
    return "\n".join(map(xml_text, lines))
