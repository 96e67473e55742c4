"""Fails closed, and loudly: every sentence is a test."""

import pytest

from policy_cases import AS_OF, EACH, OWN, SPEC, asked, context, given, only, policy
from stella_git.canon.digest import of_json
from stella_git.errors import ConfigError
from stella_git.policy.evidence import Given, Signer
from stella_git.policy.ruleset import assemble
from stella_git.policy.run import run

GOOD, BAD = given({"good": True}), given({"good": False})


def spec(text, old="assert: facts.good", base=SPEC):
    assert old in base
    return base.replace(old, text)


def with_spec(lines, base=SPEC):
    return base.replace("  mode: deny\n", f"  mode: deny\n{lines}")


def test_a_rule_that_holds_passes():
    outcome = asked(SPEC, GOOD)
    assert (outcome.decision, only(outcome).status, outcome.ran) == ("pass", "pass", 1)


def test_a_rule_that_does_not_hold_fails():
    outcome = asked(SPEC, BAD)
    result = only(outcome)
    assert (outcome.decision, result.status) == ("fail", "fail")
    (violation,) = result.violations
    assert violation.message == "it is not good"
    assert violation.fp == "vfp:" + of_json(["a.one", "good", "*", ""]).hex[:16]
    assert (result.where.path, result.where.line) == ("policies/a.yaml", 14)


def test_the_fingerprint_is_of_the_subject_too():
    violation = only(asked(SPEC, BAD, subject="repo")).violations[0]
    assert violation.fp == "vfp:" + of_json(["a.one", "good", "repo", ""]).hex[:16]


@pytest.mark.parametrize("value", [{}, {"good": None}, {"good": 1}, {"good": "true"}, [], "x", None])
def test_what_is_neither_true_nor_false_is_an_error(value):
    outcome = asked(SPEC, given(value))
    assert (outcome.decision, only(outcome).status) == ("error", "error")
    assert only(outcome).violations == ()


def test_a_missing_member_is_an_error_with_its_place():
    fault = only(asked(SPEC, given({}))).fault
    assert fault.code == "cel-evaluation"
    assert (fault.where.path, fault.where.line, fault.where.column) == ("policies/a.yaml", 15, 15)


def test_fuel_that_is_exhausted_is_an_error_that_no_or_catches():
    big = given({"good": True, "rows": list(range(3000))})
    outcome = asked(spec("assert: facts.good || facts.rows.all(a, facts.rows.all(b, a >= 0))"), big)
    assert outcome.decision == "pass"  # the left side decides, and nothing else runs
    outcome = asked(spec("assert: facts.rows.all(a, facts.rows.all(b, a >= 0)) || facts.good"), big)
    assert only(outcome).fault.code == "cel-fuel"


def test_fuel_is_shared_by_the_elements_of_a_rule():
    rows = [{"name": str(number), "good": True} for number in range(1500)]
    text = EACH.replace("assert: row.good", "assert: facts.rows.all(a, a.name != 'x')")
    assert only(asked(text, given({"rows": rows}))).fault.code == "cel-fuel"
    assert only(asked(text, given({"rows": rows[:100]}))).status == "pass"


def test_a_let_that_fails_fails_every_rule_that_reads_it_and_no_other():
    text = """\
    spec:
      mode: deny
      requires: [{as: facts, predicateType: https://example.com/facts}]
      let: {wrong: facts.nothing, right: facts.good}
      rules:
        - {id: reads, assert: right || wrong, violation: {message: m}}
        - {id: other, assert: right, violation: {message: m}}
    """
    reads, other = asked(text, GOOD).results
    assert (reads.status, other.status) == ("error", "pass")
    assert reads.fault.where.line == 12


def test_lets_read_each_other_in_any_order():
    text = spec("assert: a == 3").replace("  rules:", "  let: {a: b + 1, b: c + 1, c: 'size([0])'}\n  rules:")
    assert asked(text, GOOD).decision == "pass"


def test_a_circle_of_lets_is_refused():
    text = spec("assert: a == 3").replace("  rules:", "  let: {a: b + 1, b: a + 1}\n  rules:")
    with pytest.raises(ConfigError) as caught:
        asked(text, GOOD)
    assert (caught.value.code, caught.value.where.line) == ("policy-cycle", 13)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("assert: fact.good", "cel-unknown"),
        ("assert: params.limit > 1", "cel-unknown"),
        ("assert: context.now > 1", "cel-unknown"),
        ("assert: evidence.fact.size() > 0", "cel-unknown"),
        ("assert: evidence.facts[0].sha == ''", "cel-unknown"),
        ("assert: nothing(1)", "cel-unknown"),
        ("assert: 1 +", "cel-syntax"),
        ("assert: 1 + 1", "cel-type"),
        ("assert: '''x'''", "cel-type"),
    ],
)
def test_an_expression_that_can_only_fail_is_refused_with_its_place(text, code):
    with pytest.raises(ConfigError) as caught:
        asked(spec(text), GOOD)
    assert (caught.value.code, caught.value.where.path, caught.value.where.line) == (
        code,
        "policies/a.yaml",
        15,
    )


def test_zero_rules_is_an_error():
    empty = run(assemble([]), context(), [])
    assert (empty.decision, empty.ran, empty.notices[0]["code"]) == ("error", 0, "no-rules")
    elsewhere = asked(with_spec("  match: {environments: [dev]}\n"), GOOD)
    assert (elsewhere.decision, only(elsewhere).status) == ("error", "not_applicable")
    off = asked(SPEC.replace("mode: deny", 'mode: "off"'), BAD)
    assert (off.decision, off.results) == ("error", ())
    assert off.policies[0]["effectiveMode"] == "off"


@pytest.mark.parametrize(
    ("mode", "status", "violation", "decision"),
    [
        ("deny", "fail", "fail", "fail"),
        ("warn", "warn", "warn", "warn"),
        ("audit", "pass", "audit", "pass"),
    ],
)
def test_modes(mode, status, violation, decision):
    outcome = asked(SPEC.replace("mode: deny", f"mode: {mode}"), BAD)
    assert (outcome.decision, only(outcome).status) == (decision, status)
    assert [row.status for row in only(outcome).violations] == [violation]


@pytest.mark.parametrize("mode", ["deny", "warn", "audit"])
def test_an_error_denies_in_every_mode(mode):
    assert asked(SPEC.replace("mode: deny", f"mode: {mode}"), given({})).decision == "error"


def test_before_it_is_effective_deny_is_warn_and_the_result_says_so():
    text = with_spec("  effectiveOn: 2026-06-01T00:00:01Z\n")
    early, due = asked(text, BAD), asked(text, BAD, at="2026-06-01T00:00:01Z")
    assert (early.decision, only(early).mode, only(early).effective_mode) == ("warn", "deny", "warn")
    assert early.policies[0]["effectiveMode"] == "warn"
    assert due.decision == "fail"


def test_before_it_is_effective_audit_stays_audit():
    text = with_spec("  effectiveOn: 2026-07-01T00:00:00Z\n").replace("mode: deny", "mode: audit")
    assert asked(text, BAD).policies[0]["effectiveMode"] == "audit"


def test_an_expired_policy_is_an_error():
    text = with_spec("  expires: 2026-06-01T00:00:01Z\n")
    assert asked(text, GOOD).decision == "pass"
    over = asked(text, GOOD, at="2026-06-01T00:00:01Z")
    assert (over.decision, only(over).fault.code) == ("error", "policy-expired")
    assert "renew it, or delete it" in only(over).fault.remedy


@pytest.mark.parametrize(
    ("match", "members", "applies"),
    [
        ("stages: [release]", {"stage": "release"}, True),
        ("stages: [release]", {"stage": "ci"}, False),
        ("environments: [prod, dev]", {}, True),
        ("environments: [dev]", {}, False),
        ('refs: ["refs/heads/*"]', {"ref": "refs/heads/main"}, True),
        ('refs: ["refs/heads/*"]', {"ref": "refs/heads/a/b"}, False),
        ('refs: ["refs/heads/**"]', {"ref": "refs/heads/a/b"}, True),
        ('subjects: ["pkg:oci/**"]', {"subject": "pkg:oci/a/b"}, True),
        ('subjects: ["pkg:oci/**"]', {"subject": "pkg:npm/a"}, False),
        ('stages: [ci], refs: ["refs/heads/x"]', {"ref": "refs/heads/main"}, False),
    ],
)
def test_match(match, members, applies):
    result = only(asked(with_spec(f"  match: {{{match}}}\n"), BAD, **members))
    assert result.status == ("fail" if applies else "not_applicable")
    assert bool(result.reason) is not applies


@pytest.mark.parametrize(
    ("match", "code"), [('refs: ["refs/heads/*"]', "policy-ref"), ('subjects: ["a/**"]', "policy-subject")]
)
def test_a_policy_for_what_nobody_names_is_an_error(match, code):
    outcome = asked(with_spec(f"  match: {{{match}}}\n"), GOOD)
    assert (outcome.decision, only(outcome).fault.code) == ("error", code)


def test_a_ref_that_nobody_names_is_a_missing_member():
    outcome = asked(spec("assert: context.ref == 'refs/heads/main'"), GOOD)
    assert outcome.decision == "error"
    assert asked(spec("assert: context.ref == 'a'"), GOOD, ref="a").decision == "pass"


REQUIRES = "    - {as: facts, predicateType: https://example.com/facts}"


def requiring(more, base=SPEC):
    return base.replace(REQUIRES, REQUIRES.replace("facts}", f"facts, {more}}}"))


def test_missing_evidence_denies():
    outcome = asked(SPEC)
    (violation,) = only(outcome).violations
    assert (outcome.decision, violation.code, violation.key) == ("fail", "evidence-missing", "requires/facts")
    assert violation.params == {"as": "facts", "predicateType": OWN, "reason": "there is none"}


@pytest.mark.parametrize(
    ("on_missing", "status"), [("deny", "fail"), ("warn", "warn"), ("not_applicable", "not_applicable")]
)
def test_on_missing(on_missing, status):
    assert only(asked(requiring(f"onMissing: {on_missing}"))).status == status


def test_missing_evidence_in_the_mode_warn_is_never_more_than_a_warning():
    assert asked(SPEC.replace("mode: deny", "mode: warn")).decision == "warn"


def test_of_several_that_are_missing_what_denies_most_decides():
    text = SPEC.replace(
        REQUIRES,
        REQUIRES + "\n    - {as: other, predicateType: https://example.com/o, onMissing: not_applicable}",
    )
    outcome = asked(text)
    assert (outcome.decision, len(only(outcome).violations)) == ("fail", 1)


def test_more_than_was_asked_for_is_an_error():
    twice = [given({"good": True}), given({"good": False}, digest="sha256:" + "1" * 64)]
    outcome = asked(SPEC, *twice)
    assert (outcome.decision, only(outcome).fault.code) == ("error", "evidence-ambiguous")
    text = requiring("max: 2", spec("assert: facts.exists(f, f.good)"))
    assert asked(text, *twice).decision == "pass"
    assert asked(text, twice[0]).decision == "pass"


def test_fewer_than_the_minimum_is_missing():
    text = requiring("min: 2, max: 5", spec("assert: size(facts) >= 2"))
    assert only(asked(text, GOOD)).violations[0].params["reason"] == "there are 1, and it takes 2"
    assert asked(text, GOOD, given({}, digest="sha256:" + "1" * 64)).decision == "pass"


@pytest.mark.parametrize(
    ("versions", "version", "selected"),
    [("[v1, v2]", "v2", True), ("[v1]", "v2", False), ("[v1]", "", False)],
)
def test_versions(versions, version, selected):
    outcome = asked(requiring(f"versions: {versions}"), given({"good": True}, version=version))
    assert (outcome.decision == "pass") is selected


def test_the_version_may_be_written_out():
    text = SPEC.replace("https://example.com/facts", "https://example.com/facts/v1")
    assert asked(text, given({"good": True}, version="v1")).decision == "pass"
    assert asked(text, given({"good": True}, version="v2")).decision == "fail"


@pytest.mark.parametrize(
    ("signed_by", "signers", "good"),
    [
        ("anyOf: [ci]", ["key:ci"], True),
        ("anyOf: ['key:ci']", ["key:ci"], True),
        ("anyOf: ['identity:ci']", ["key:ci"], False),
        ("anyOf: [ci]", ["key:other"], False),
        ("anyOf: [ci]", [], False),
        ("anyOf: [a, b], threshold: 2", ["key:a", "key:b"], True),
        ("anyOf: [a, b], threshold: 2", ["key:a", "key:a"], False),
        ("anyOf: [a, b], threshold: 2", ["key:a", "key:c"], False),
        ("role: release", [Signer(name="key:a", roles=("release",))], True),
        ("role: release", [Signer(name="key:a", roles=("log",))], False),
        ("role: release, anyOf: [b]", [Signer(name="key:a", roles=("release",)), "key:b"], False),
        ("threshold: 1", ["key:a"], True),
    ],
)
def test_signers(signed_by, signers, good):
    outcome = asked(requiring(f"signedBy: {{{signed_by}}}"), given({"good": True}, signers=signers))
    assert outcome.decision == ("pass" if good else "fail")


@pytest.mark.parametrize(
    ("made", "good"),
    [
        ("2026-05-30T00:00:00Z", True),
        ("2026-05-29T23:59:59Z", False),
        (AS_OF, True),
        ("2026-06-01T00:00:01Z", False),
        (None, False),
    ],
)
def test_age(made, good):
    outcome = asked(requiring("maxAgeDays: 2"), given({"good": True}, made=made))
    assert outcome.decision == ("pass" if good else "fail")


def test_evidence_without_sources_is_neither_signed_nor_young():
    bare = Given(predicate_type=OWN, value={"good": True})
    assert asked(SPEC, bare).decision == "pass"
    assert asked(requiring("signedBy: {anyOf: [a]}"), bare).decision == "fail"
    assert asked(requiring("maxAgeDays: 3"), bare).decision == "fail"


def test_rules_see_where_evidence_came_from():
    text = spec(
        "assert: evidence.facts[0].signers.exists(s, s.name == 'key:a') && evidence.facts.size() == 1"
    )
    assert asked(text, given({}, signers=["key:a"])).decision == "pass"


def test_params_have_defaults_and_a_policy_set_changes_them():
    text = spec("assert: size(facts.rows) <= params.most").replace(
        "  rules:", "  params: {most: {type: int, default: 1, min: 0, max: 5}}\n  rules:"
    )
    rows = given({"rows": [1, 2]})
    assert asked(text, rows).decision == "fail"
    assert asked(text, rows, files=[policy_set("params: {a.one: {most: 2}}")]).decision == "pass"
    changed = policy_set("environments: {prod: {params: {a.one: {most: 2}}}, dev: {modes: {a.one: warn}}}")
    assert asked(text, rows, files=[changed]).decision == "pass"
    assert asked(text, rows, files=[changed], environment="dev").decision == "warn"


def policy_set(more, packs="[{name: p, path: .}]"):
    text = f"""\
apiVersion: stella.ops/v1
kind: PolicySet
metadata: {{id: set, revision: 1, owner: "team:a"}}
spec:
  packs: {packs}
  {more}
"""
    return "policies/policy-set.yaml", text.encode()


@pytest.mark.parametrize(
    ("more", "code", "pointer"),
    [
        ("modes: {a.on: warn}", "policy-unknown", "/spec/modes/a.on"),
        ("params: {a.one: {mos: 2}}", "policy-unknown", "/spec/params/a.one/mos"),
        ("params: {a.one: {most: 6}}", "policy-param", "/spec/params/a.one/most"),
        ("params: {a.one: {most: -1}}", "policy-param", "/spec/params/a.one/most"),
        ("params: {a.one: {most: x}}", "policy-param", "/spec/params/a.one/most"),
        ("params: {a.one: {most: true}}", "policy-param", "/spec/params/a.one/most"),
        ("environments: {dev: {modes: {b: warn}}}", "policy-unknown", "/spec/environments/dev/modes/b"),
        ("mode: {a.one: warn}", "policy-invalid", "/spec/mode"),
    ],
)
def test_what_a_policy_set_cannot_say(more, code, pointer):
    text = SPEC.replace("  rules:", "  params: {most: {type: int, default: 1, min: 0, max: 5}}\n  rules:")
    with pytest.raises(ConfigError) as caught:
        asked(text, GOOD, files=[policy_set(more)])
    assert (caught.value.code, caught.value.where.pointer) == (code, pointer)
    assert caught.value.where.line == 6
    assert caught.value.remedy


def test_a_policy_in_no_pack_is_an_error():
    with pytest.raises(ConfigError) as caught:
        asked(SPEC, GOOD, files=[policy_set("modes: {}", "[{name: p, path: other}]")])
    assert caught.value.code == "policy-pack-empty"
    other = ("policies/other/b.yaml", policy(id="b"))
    with pytest.raises(ConfigError) as caught:
        asked(SPEC, GOOD, files=[policy_set("modes: {}", "[{name: p, path: other}]"), other])
    assert (caught.value.code, caught.value.where.path) == ("policy-unlisted", "policies/a.yaml")


def test_a_param_without_value_is_an_error():
    text = SPEC.replace("  rules:", "  params: {most: {type: int}}\n  rules:")
    with pytest.raises(ConfigError) as caught:
        asked(text, GOOD)
    assert (caught.value.code, caught.value.where.pointer) == ("policy-param", "/spec/params/most")


@pytest.mark.parametrize(
    "param",
    [
        "{type: int, default: x}",
        "{type: int, default: 3, max: 2}",
        "{type: int, default: 1, min: 3, max: 2}",
        "{type: string, default: c, enum: [a, b]}",
        "{type: strings, default: [a, c], enum: [a, b]}",
        "{type: strings, default: a}",
        "{type: bool, default: 1}",
    ],
)
def test_a_default_is_within_its_own_bounds(param):
    with pytest.raises(ConfigError) as caught:
        asked(SPEC.replace("  rules:", f"  params: {{most: {param}}}\n  rules:"), GOOD)
    assert caught.value.code == "policy-param"


ROWS = {"rows": [{"name": "a", "good": True}, {"name": "b", "good": False}]}


def test_each_element_is_asked():
    outcome = asked(EACH, given(ROWS))
    (violation,) = only(outcome).violations
    assert (violation.key, violation.params, violation.message) == ("b", {"name": "b"}, "b is not good")
    assert violation.fix == "mend b"
    assert violation.fp == "vfp:" + of_json(["a.one", "each", "*", "b"]).hex[:16]


@pytest.mark.parametrize(
    ("on_empty", "status"), [("pass", "pass"), ("violate", "fail"), ("not_applicable", "not_applicable")]
)
def test_on_empty(on_empty, status):
    outcome = asked(EACH.replace("onEmpty: pass", f"onEmpty: {on_empty}"), given({"rows": []}))
    assert only(outcome).status == status


@pytest.mark.parametrize("rows", [None, 1, "ab", {"a": 1}])
def test_what_is_not_a_list_is_an_error(rows):
    assert only(asked(EACH, given({"rows": rows}))).fault.code == "policy-list"


@pytest.mark.parametrize("name", [None, 1.5, [1], {"a": 1}, 2**53])
def test_a_key_identifies_or_it_is_an_error(name):
    outcome = asked(EACH, given({"rows": [{"name": name, "good": True}]}))
    assert only(outcome).fault.code == "policy-key"


@pytest.mark.parametrize("name", [1.5, None, {"a": 1}, [[1]], ["a", 0.5], "\ud800"])
def test_a_fact_can_stand_in_a_verdict_or_it_is_an_error(name):
    text = EACH.replace("key: row.name", "key: row.id").replace("assert: row.good", "assert: row.good")
    outcome = asked(text, given({"rows": [{"id": 1, "name": name, "good": False}]}))
    assert only(outcome).fault.code == "policy-fact"


def test_an_error_about_one_element_is_an_error_of_the_rule():
    rows = {"rows": [{"name": "a", "good": False}, {"name": "b"}]}
    outcome = asked(EACH, given(rows))
    assert (only(outcome).status, only(outcome).violations) == ("error", ())


def test_the_order_of_elements_makes_no_difference():
    rows = [{"name": str(number), "good": False} for number in range(20)]
    one, other = (only(asked(EACH, given({"rows": each}))) for each in (rows, rows[::-1]))
    assert [row.fp for row in one.violations] == [row.fp for row in other.violations]


def test_too_many_violations_are_an_error():
    rows = [{"name": number, "good": False} for number in range(10_001)]
    assert only(asked(EACH, given({"rows": rows}))).fault.code == "policy-violations"
    assert len(only(asked(EACH, given({"rows": rows[1:]}))).violations) == 10_000


def test_messages_write_facts_as_people_do():
    text = EACH.replace("params: {name: row.name}", "params: {name: row.names, flag: row.good}").replace(
        '"{name} is not good"', '"{{{name}}} {flag} {key} {fp}"'
    )
    rows = {"rows": [{"name": 7, "names": ["a", "b"], "good": False}]}
    (violation,) = only(asked(text, given(rows))).violations
    assert violation.message == f"{{a, b}} false 7 {violation.fp}"


@pytest.mark.parametrize("message", ["{nam}", "{", "}", "{ name }", "{}"])
def test_a_placeholder_that_stands_for_nothing_is_refused(message):
    with pytest.raises(ConfigError) as caught:
        asked(EACH.replace('"{name} is not good"', f'"a{message}"'), given(ROWS))
    assert (caught.value.code, caught.value.where.line) == ("policy-placeholder", 19)
    assert caught.value.where.column == 20


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("as: facts,", "as: params,"),
        ("item: row,", "item: facts,"),
        ("item: row,", "item: context,"),
        ("  rules:", "  let: {facts: '1'}\n  rules:"),
        ("  rules:", "  let: {evidence: '1'}\n  rules:"),
    ],
)
def test_one_name_for_two_things_is_refused(old, new):
    with pytest.raises(ConfigError) as caught:
        asked(EACH.replace(old, new), given(ROWS))
    assert caught.value.code in {"policy-name", "cel-unknown"}


def test_everything_in_a_policy_that_is_wrong_is_counted():
    text = EACH.replace("assert: row.good", "assert: fact.good").replace("in: facts.rows", "in: fact.rows")
    with pytest.raises(ConfigError, match=r"\(and 1 more\)"):
        asked(text, given(ROWS))


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([("a.yaml", policy()), ("b.yaml", policy())], "policy-twice"),
        ([policy_set("modes: {}"), ("c/policy-set.yaml", policy_set("modes: {}")[1])], "policy-set-twice"),
        ([("a.yaml", b"kind: Policy")], "policy-invalid"),
        ([("a.yaml", b"kind: Polciy")], "policy-kind-unsupported"),
        ([("a.yaml", b"[]")], "policy-kind-unsupported"),
        ([("a.yaml", b"a: [")], "policy-unreadable"),
        ([("a.yaml", policy(SPEC + SPEC[SPEC.index("    - id") :]))], "policy-twice"),
        ([("a.yaml", policy(with_spec("  expires: 2026-02-30T00:00:00Z\n")))], "policy-instant"),
    ],
)
def test_files_that_cannot_be_put_together(files, code):
    with pytest.raises(ConfigError) as caught:
        assemble(files)
    assert caught.value.code == code
    assert caught.value.where.path
    assert caught.value.remedy


def test_a_misspelt_member_is_named_with_the_nearest_one():
    with pytest.raises(ConfigError) as caught:
        asked(SPEC.replace("assert:", "asert:"), GOOD)
    assert (caught.value.code, caught.value.where.line) == ("policy-invalid", 14)
    assert "assert" in caught.value.message + caught.value.remedy


def test_a_schema_of_ones_own_is_held_to():
    text = SPEC.replace("facts}", "facts, schema: facts.schema.json}").replace("facts.good", "facts.goo")
    schema = b'{"type": "object", "properties": {"good": {"type": "boolean"}}, "additionalProperties": false}'
    with pytest.raises(ConfigError) as caught:
        asked(text, GOOD, files=[("policies/facts.schema.json", schema)])
    assert caught.value.code == "cel-unknown"
    with pytest.raises(ConfigError) as caught:
        asked(text, GOOD)
    assert caught.value.code == "policy-own-schema"
    with pytest.raises(ConfigError) as caught:
        asked(text, GOOD, files=[("policies/facts.schema.json", b'{"type": }')])
    assert (caught.value.code, caught.value.where.column) == ("policy-unreadable", 10)


def test_a_violation_knows_where_its_element_stands():
    places = []

    def locate(pointer):
        places.append(pointer)

    evidence = Given(predicate_type=OWN, value=ROWS, sources=given({}).sources, locate=locate)
    asked(EACH, evidence)
    assert places == ["/rows/1"]
    asked(EACH.replace("        fix:", "        at: \"'/rows/0/name'\"\n        fix:"), evidence)
    assert places[1:] == ["/rows/0/name"]
    asked(EACH, evidence, places=False)
    assert len(places) == 2


def test_who_watches_is_told_every_evaluation_and_changes_nothing():
    class Watch:
        def __init__(self):
            self.told = []
            self.chosen = []

        def selected(self, policy, selections):
            self.chosen += [(each.requirement.name, each.enough) for each in selections]

        def saw(self, policy, expression, trace, key):
            self.told.append((expression.pointer, trace.value, key))

    watch = Watch()
    watched = asked(EACH, given(ROWS), watch=watch)
    assert watched.results[0].violations == asked(EACH, given(ROWS)).results[0].violations
    assert watch.chosen == [("facts", True)]
    each = "/spec/rules/0"
    assert watch.told == [
        (f"{each}/forEach/in", ROWS["rows"], None),
        (f"{each}/forEach/key", "a", None),
        (f"{each}/assert", True, "a"),
        (f"{each}/forEach/key", "b", None),
        (f"{each}/assert", False, "b"),
        (f"{each}/violation/params/name", "b", "b"),
    ]


def test_policies_are_asked_in_the_order_of_their_ids():
    files = [("z.yaml", policy(id="a")), ("a.yaml", policy(id="z"))]
    outcome = run(assemble(files), context(), [BAD])
    assert [result.name for result in outcome.results] == ["a/good", "z/good"]


def test_the_ref_matters_only_to_who_asks_for_it():
    assert not assemble([("a.yaml", policy())]).reads_ref
    for text in (
        spec("assert: context.ref == 'x'"),
        spec("assert: context['ref'] == 'x'"),
        spec("assert: has(context.ref)"),
        spec("assert: size(context) > 1"),
        with_spec('  match: {refs: ["refs/heads/main"]}\n'),
    ):
        assert assemble([("a.yaml", policy(text))]).reads_ref
    assert not assemble([("a.yaml", policy(spec("assert: context.stage == 'ci'")))]).reads_ref


@pytest.mark.parametrize(
    "condition",
    [
        'context.stage == "relase"',
        'params.level == "hihg"',
        '"hihg" in params.levels',
    ],
)
def test_a_text_that_can_never_be_is_refused(condition):
    params = (
        "  params:\n"
        "    level: {type: string, default: high, enum: [high, low]}\n"
        "    levels: {type: strings, default: [high], enum: [high, low]}\n"
    )
    text = spec(f"assert: '{condition}'").replace("  rules:", f"{params}  rules:")
    with pytest.raises(ConfigError) as caught:
        asked(text, GOOD)
    assert caught.value.code == "cel-value"
    good = text.replace("relase", "release").replace("hihg", "high")
    assert asked(good, GOOD).decision in {"pass", "fail"}
