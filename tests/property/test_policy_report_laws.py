"""Laws of reports and baselines of policies, whatever documents say."""

import json
import re
from functools import cache
from xml.etree import ElementTree as ET

import jsonschema
from hypothesis import given
from hypothesis import strategies as st

from policyreport_cases import BROKEN, NO_KEV, context, findings, only, ran
from schema_cases import load
from stella_git.canon import jcs
from stella_git.errors import ConfigError
from stella_git.policy import baseline
from stella_git.policy.results import DECISIONS
from stella_git.report.policies import formats
from stella_git.report.policies.outcome import Outcome

# Whatever strict JSON can hold: no half of a surrogate pair.
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
rows = st.lists(
    st.fixed_dictionaries(
        {"id": words, "purl": words, "kev": st.booleans(), "state": st.sampled_from(["open", "fixed"])}
    ),
    max_size=6,
)
names = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,10}", fullmatch=True)
strange = st.builds(
    baseline.Entry, fp=st.from_regex(r"vfp:[0-9a-f]{16}", fullmatch=True), policy=names, rule=names
)
policies = st.sampled_from([(NO_KEV,), (NO_KEV, BROKEN)])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)


@cache
def rules(texts):
    return only(*texts)


def run(texts, found):
    return ran(rules(texts), [findings(found)])


@given(policies, rows, st.data())
def test_a_larger_baseline_never_denies_more(texts, found, data):
    made = run(texts, found)
    all_of_them = [*baseline.entries(made), *data.draw(st.lists(strange, max_size=3))]
    large = data.draw(st.lists(st.sampled_from(all_of_them), max_size=9)) if all_of_them else []
    small = large[: len(large) // 2]
    one, other = baseline.compare(made, tuple(large)), baseline.compare(made, tuple(small))
    assert DECISIONS.index(one.decision) <= DECISIONS.index(other.decision) <= DECISIONS.index(made.decision)
    assert (one.decision == "error") == (made.decision == "error")


@given(policies, rows, st.lists(strange, max_size=4))
def test_every_entry_is_known_or_gone_or_was_not_asked(texts, found, more):
    made = run(texts, found)
    listed = (*baseline.entries(made), *more)
    compared = baseline.compare(made, listed)
    parts = [*compared.known, *compared.gone, *compared.unasked]
    assert len(parts) == len(set(parts))
    assert set(parts) == set(listed)


@given(policies, rows)
def test_a_baseline_of_a_run_excuses_it_but_for_errors(texts, found):
    made = run(texts, found)
    compared = baseline.compare(made, baseline.entries(made))
    assert compared.decision == ("error" if made.decision == "error" else "pass")
    assert compared.gone == compared.unasked == ()


@given(st.lists(strange, max_size=5))
def test_a_baseline_is_the_same_bytes_in_any_order(listed):
    data = baseline.dumps(tuple(listed))
    assert baseline.dumps(tuple(reversed(listed))) == data
    assert set(baseline.read(data, path="x")) == set(listed)


@given(values | st.fixed_dictionaries({"schema": st.just(baseline.SCHEMA), "violations": values}))
def test_reading_ends_with_entries_or_an_error(value):
    code = None
    try:
        baseline.read(jcs.dumps(value), path="x")
    except ConfigError as error:
        code = error.code
    assert code in {None, "baseline-invalid"}


def outcome(texts, found, *, new_only=False):
    made = run(texts, found)
    compared = baseline.compare(made, baseline.entries(made)[:1])
    return Outcome(run=made, context=context(), compared=compared, new_only=new_only)


REPORT = jsonschema.Draft202012Validator(load("policy-report.v1"))


@given(policies, rows, st.booleans())
def test_every_report_is_well_formed(texts, found, new_only):
    made = outcome(texts, found, new_only=new_only)
    REPORT.validate(json.loads(jcs.dumps(formats.render(made, "json", version="0"))))
    jcs.dumps(formats.render(made, "sarif", version="0"))
    jcs.dumps(formats.render(made, "gitlab", version="0"))
    ET.fromstring(formats.render(made, "junit", version="0"))
    markdown = formats.render(made, "markdown", version="0")
    assert not re.search(r"[<>@`\[\]]|https?://", re.sub(r"</?code>|<br>|&#\d+;", "", markdown))
    commands = formats.render(made, "github", version="0").splitlines()
    assert all(re.match(r"::(error|warning|notice) ", line) for line in commands)
    text = formats.render(made, "text", version="0", verbose=True)
    assert all(char.isprintable() or char == "\n" for char in text)
