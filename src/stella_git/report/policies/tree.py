"""Why a rule says what it says, as a tree of values, for people."""

from typing import TYPE_CHECKING

from stella_git.policy import cel
from stella_git.policy.explain import key_text
from stella_git.report.policies.outcome import shown, waive_command
from stella_git.report.policies.text import shown_in
from stella_git.report.problems import leading, representable
from stella_git.report.text import count, paint, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stella_git.policy.cel import Step, Trace
    from stella_git.policy.evidence import Evidence, Source
    from stella_git.policy.explain import Element, Explanation, Need
    from stella_git.policy.model import Requirement
    from stella_git.policy.results import RuleResult, Violation

_STYLES = {
    "error": "error",
    "fail": "error",
    "not_applicable": "dim",
    "pass": "good",
    "waived": "info",
    "warn": "warning",
}
_VALUE = 120
_TEXT = 72


def text(explanations: "Sequence[Explanation]", *, colour: bool = False) -> str:
    """Return explanations one below the other.

    Args:
        explanations: of one rule each.
        colour: whether to use colour.
    """
    blocks = ["\n".join(_lines(each, colour=colour)) for each in explanations]
    return "\n\n".join(blocks) + "\n"


def _lines(explanation: "Explanation", *, colour: bool) -> "Iterator[str]":
    result = explanation.result
    each = result.rule.for_each
    status = paint(result.status.upper().replace("_", " "), _STYLES[result.status], colour=colour)
    yield f"{status} {paint(result.name, 'bold', colour=colour)}  {leading(shown(result.where))}"
    for label, said in _about(result):
        yield f"  {paint(f'{label:<8}', 'dim', colour=colour)}  {printable(said)}"
    for need in explanation.needs:
        yield from _need_lines(need, colour=colour)
    for name, trace in explanation.lets:
        yield f"  {paint(f'let {name}', 'bold', colour=colour)}"
        yield from _tree(trace, 2)
    if each is not None and explanation.source is not None:
        yield f"  {paint(f'for each {each.item} in', 'bold', colour=colour)}"
        yield from _tree(explanation.source, 2)
    for element in explanation.elements:
        yield from _element_lines(result, element, colour=colour)
    if explanation.more:
        yield f"  and {count(explanation.more, 'violation')} more: name one with --fp or --key"


def _about(result: "RuleResult") -> "Iterator[tuple[str, str]]":
    policy = result.policy
    yield "title", result.rule.title or policy.title
    if policy.description:
        yield "why", " ".join(policy.description.split())
    yield "policy", f"revision {policy.revision}, {policy.file.digest}"
    yield "severity", policy.severity
    yield "owner", policy.owner
    if policy.controls:
        yield "controls", ", ".join(policy.controls)
    later = result.effective_mode != result.mode and policy.effective_on is not None
    yield "mode", f"{result.mode} (warn until {policy.effective_on})" if later else result.mode
    if result.reason:
        yield "because", result.reason
    if result.fault is not None:
        yield "error", f"{result.fault.where}: {result.fault.message} [{result.fault.code}]"
        if result.fault.remedy:
            yield "remedy", result.fault.remedy


def _need_lines(need: "Need", *, colour: bool) -> "Iterator[str]":
    asked = need.requirement
    yield f"  {paint(f'evidence {asked.name}', 'bold', colour=colour)}  {printable(_wanted(asked))}"
    if need.selection is None:
        yield "    nobody looked: the rule was decided before"
        return
    for item in need.selection.chosen:
        for line in _sources(item):
            yield f"    {paint('selected', 'good', colour=colour)}  {line}"
    for item, reason in need.selection.refused:
        for line in _sources(item):
            yield f"    {paint('refused', 'error', colour=colour)}   {line}: {printable(reason)}"
    for item in need.others:
        for line in _sources(item):
            version = item.version or "none"
            yield f"    {paint('other', 'dim', colour=colour)}     {line}: version {printable(version)}"
    if not (need.selection.chosen or need.selection.refused or need.others):
        yield "    there is none of this type"


def _wanted(asked: "Requirement") -> str:
    versions = f" ({', '.join(asked.versions)})" if asked.versions is not None else ""
    parts = [f"{asked.predicate_type}{versions}", f"{asked.minimum} to {asked.maximum}"]
    signed = asked.signed_by
    if signed is not None:
        who = " or ".join(signed.any_of) if signed.any_of is not None else "anybody of the keyring"
        role = f" with the role {signed.role}" if signed.role is not None else ""
        parts.append(f"signed by {signed.threshold} of {who}{role}")
    if asked.max_age_days is not None:
        parts.append(f"at most {count(asked.max_age_days, 'day')} old")
    return ", ".join(parts)


def _sources(item: "Evidence") -> "Iterator[str]":
    if not item.sources:
        yield "(made by the run itself)"
    for source in item.sources:
        yield _source(source)


def _source(source: "Source") -> str:
    made = f", made {source.made}" if source.made is not None else ""
    signers = ", ".join(signer.name for signer in source.signers)
    signed = f", signed by {signers}" if signers else ", not signed"
    path = f" {representable(source.path)}" if source.path is not None else ""
    return printable(f"{source.digest[:19]}{path}{made}{signed}")


def _element_lines(result: "RuleResult", element: "Element", *, colour: bool) -> "Iterator[str]":
    violation = element.violation
    key = printable(key_text(element.key))
    named = f"{element.fp}  {key}".rstrip()
    if violation is None:
        failed = element.condition is not None and element.condition.error is not None
        word = paint("error", "error", colour=colour) if failed else paint("holds", "good", colour=colour)
        yield f"  {word} {named}"
    else:
        word = paint(violation.status, _STYLES.get(violation.status, "dim"), colour=colour)
        yield f"  {word} {named}  {printable(violation.message)}"
    if element.condition is not None:
        yield from _tree(element.condition, 2)
    for name, trace in element.params:
        yield from _tree(trace, 2, f"{name} = ")
    if violation is not None:
        for label, said in _violation(result, violation):
            yield f"    {paint(f'{label:<6}', 'dim', colour=colour)} {said}"


def _violation(result: "RuleResult", violation: "Violation") -> "Iterator[tuple[str, str]]":
    if violation.evidence is not None:
        yield "seen", shown_in(violation)
    for digest in violation.digests:
        yield "of", digest
    if violation.fix:
        yield "fix", printable(violation.fix)
    for note in violation.notes:
        yield "note", printable(note)
    if violation.waiver is not None:
        yield "waiver", printable(violation.waiver)
    elif violation.status in {"fail", "warn"}:
        yield "waive", waive_command(result, violation)


def _tree(trace: "Trace", depth: int, name: str = "") -> "Iterator[str]":
    """Yield a line for each part; a name that is read again is not shown again."""
    pending = [(trace.steps(), depth, name)]
    known: set[str] = set()
    while pending:
        step, level, before = pending.pop()
        if not step.parts and step.text in known:
            continue
        known.add(step.text)
        yield f"{'  ' * level}{before}{_cut(step.text)}  ->  {_value(step)}"
        pending += [(part, level + 1, "") for part in reversed(step.parts)]


def _cut(source: str) -> str:
    said = printable(" ".join(source.split()))
    return said if len(said) <= _TEXT else f"{said[: _TEXT - 3]}..."


def _value(step: "Step") -> str:
    if not step.times:
        return "never asked"
    last = step.last
    said = (
        f"error: {printable(last.message)}"
        if isinstance(last, cel.EvalError)
        else cel.written(last, limit=_VALUE)
    )
    return f"{said}  (last of {step.times})" if step.times > 1 else said
