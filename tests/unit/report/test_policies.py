"""What policies said: for people, as JSON, SARIF, JUnit, GitHub, GitLab and Markdown."""

import json
import re
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from policyreport_cases import (
    BROKEN,
    ELSEWHERE,
    EVIL,
    FINDINGS,
    MISSING,
    NO_KEV,
    WAIVER,
    context,
    findings,
    fp,
    only,
    ran,
    rules,
)
from schema_cases import load
from stella_git import resources
from stella_git.canon import jcs
from stella_git.canon.record import replace
from stella_git.documents.formats import FORMATS
from stella_git.errors import Where
from stella_git.policy import baseline
from stella_git.report.policies import formats
from stella_git.report.policies.outcome import Outcome

NAMES = ("text", "json", "sarif", "junit", "github", "gitlab", "markdown")
ONE, TWO = fp("vuln.no-kev/kev", "CVE-2026-0001"), fp("vuln.no-kev/kev", "CVE-2026-0002")


def outcome(made=None, evidence=None, **changed):
    made = rules() if made is None else made
    run = ran(made, evidence)
    return Outcome(run=run, context=context(), waivers={row.id: row for row in made.waivers}, **changed)


def everything():
    return outcome(rules(policies__broken=BROKEN, policies__missing=MISSING))


def hostile():
    row = {"id": EVIL, "purl": EVIL, "kev": True, "state": "open"}
    found = outcome(only(NO_KEV), [findings([row], path="-")])
    (kev, few) = found.run.results
    policy = replace(kev.policy, title=EVIL, owner=f"team:{EVIL}", description=EVIL, controls=(EVIL,))
    violations = tuple(replace(row, fix=EVIL, notes=(EVIL,)) for row in kev.violations)
    results = (replace(kev, policy=policy, violations=violations), replace(few, policy=policy))
    return replace(found, run=replace(found.run, results=results, notices=({"code": "x", "text": EVIL},)))


def compared(found, entries, *, new_only=False):
    return replace(found, compared=baseline.compare(found.run, entries), new_only=new_only)


def known():
    return (baseline.Entry(fp=ONE, policy="vuln.no-kev", rule="kev"),)


def render(found, name, **options):
    made = formats.render(found, name, version="0.1.0", **options)
    return made if isinstance(made, str) else json.loads(jcs.dumps(made))


def test_a_denial_reads_as_a_line_with_what_to_do_below():
    lines = render(outcome(), "text").splitlines()
    at = lines.index(
        "DENY vuln.no-kev/kev  policies/no-kev.yaml:18  CVE-2026-0001 in pkg:pypi/x@1 is on the KEV list"
    )
    assert lines[at + 1 : at + 6] == [
        "  why    id=CVE-2026-0001, purl=pkg:pypi/x@1",
        "  seen   findings.json:2 [/0]",
        f"  fix    Upgrade, or: stella policy waive {ONE}",
        "  owner  team:appsec",
        (
            f"  waive  stella policy waive {ONE} --policy vuln.no-kev/kev --type risk_accepted "
            '--reason "..." --expires 30d'
        ),
    ]


def test_what_is_waived_says_by_what_and_until_when():
    text = render(outcome(), "text")
    (line,) = [line for line in text.splitlines() if line.startswith("  waived ")]
    assert line == (
        "  waived by w-1 of team:shop until 2026-12-01T00:00:00Z: "
        "It is not reachable, we looked at it. (SHOP-1)"
    )
    assert f"waive {TWO}" not in text


def test_what_is_downgraded_says_by_what():
    text = WAIVER.format(fp=ONE).replace("effect: waive", "effect: downgrade")
    found = outcome(rules(**{"policies__waivers__w-1": text}))
    shown = render(found, "text")
    assert "WARN vuln.no-kev/kev  policies/no-kev.yaml:18  CVE-2026-0001" in shown
    assert "  eased  by w-1 of team:shop" in shown
    (_, results) = sarif_results(found)
    assert (results[ONE]["level"], "suppressions" in results[ONE]) == ("warning", False)


def test_what_denies_stands_before_what_is_waived():
    text = render(outcome(), "text")
    assert text.index("DENY vuln.no-kev/kev") < text.index("WAIVED vuln.no-kev/kev")


def test_a_policy_that_is_not_effective_says_from_when():
    assert "denies from 2027-01-01T00:00:00Z on; until then it warns" in render(outcome(), "text")


def test_an_error_has_its_place_and_code():
    text = render(everything(), "text")
    assert (
        "ERROR vuln.broken/member  policies/broken.yaml:10:15  "
        "there is no member 'nothing' [cel-evaluation]" in text
    )
    assert text.splitlines()[-1].startswith("ERROR  prod, release, 2026-11-20T00:00:00Z: 6 rules asked")


def test_the_last_line_counts():
    assert render(outcome(), "text").splitlines()[-1] == (
        "FAIL  prod, release, 2026-11-20T00:00:00Z: 4 rules asked, 2 passed; "
        "violations: 1 denied, 3 warned, 1 waived, 1 recorded; 1 not applicable"
    )


def test_notices_are_told_by_how_much_they_matter():
    found = outcome(only(NO_KEV))
    notices = (
        {"code": "waiver-orphan", "level": "warning", "text": "it covers nothing", "path": "w.yaml"},
        {"code": "waiver-expires", "level": "note", "text": "soon"},
        {"code": "other", "text": "x"},
    )
    found = replace(found, run=replace(found.run, notices=notices))
    text = render(found, "text")
    assert "\nwarning: it covers nothing\nnote: soon\nnote: x\n" in text
    assert "::warning file=w.yaml,title=waiver-orphan::it covers nothing\n" in render(found, "github")
    assert "soon" not in render(found, "github")
    (invocation,) = render(found, "sarif")["runs"][0]["invocations"]
    assert [row["level"] for row in invocation["toolExecutionNotifications"]] == ["warning", "note", "note"]
    assert invocation["executionSuccessful"] is True


def test_what_is_quiet_is_listed_on_demand():
    assert "PASS" not in render(outcome(), "text")
    text = render(outcome(), "text", verbose=True)
    assert "PASS vuln.no-kev/few  policies/no-kev.yaml:26" in text
    assert "NOT APPLICABLE vuln.elsewhere/never  policies/elsewhere.yaml:8  it is for staging" in text


def test_colour_is_only_there_on_demand():
    assert "\x1b" not in render(everything(), "text")
    assert "\x1b[1;31mDENY\x1b[0m" in render(outcome(), "text", colour=True)


def test_nothing_asked_is_an_error_that_is_said():
    found = outcome(only(ELSEWHERE))
    assert found.decision == "error"
    assert "no rule was asked, and that is an error" in render(found, "text")
    assert render(found, "sarif")["runs"][0]["invocations"] == [
        {
            "executionSuccessful": False,
            "exitCode": 1,
            "toolExecutionNotifications": [
                {
                    "descriptor": {"id": "no-rules"},
                    "level": "error",
                    "message": {"text": "no rule applies here: nothing was checked"},
                }
            ],
        }
    ]
    assert ET.fromstring(render(found, "junit"))[0].get("errors") == "1"
    assert render(found, "github") == ("::error title=no-rules::no rule applies here: nothing was checked\n")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("made", [outcome, everything, hostile, lambda: outcome(only(ELSEWHERE))])
def test_every_format_holds_everything_and_is_always_the_same(made, name):
    assert render(made(), name) == render(made(), name)


@pytest.mark.parametrize("name", ["text", "github", "markdown"])
def test_nothing_from_outside_moves_the_terminal(name):
    text = render(hostile(), name, **({"verbose": True} if name == "text" else {}))
    assert all(char.isprintable() or char == "\n" for char in text)
    assert not [line for line in text.splitlines() if line.startswith("::error::x")]


@pytest.mark.parametrize("made", [outcome, everything, hostile])
def test_json_keeps_to_its_schema(made):
    judge = jsonschema.Draft202012Validator(load("policy-report.v1"))
    judge.validate(render(made(), "json"))
    judge.validate(render(compared(made(), known()), "json"))


def test_json_holds_places_and_waivers():
    report = render(outcome(), "json")
    (kev,) = [row for row in report["results"] if row["rule"] == "kev"]
    first = next(row for row in kev["violations"] if row["fp"] == ONE)
    assert first["evidence"] == {"path": "findings.json", "line": 2, "column": 3, "pointer": "/0"}
    assert kev["place"] == {
        "path": "policies/no-kev.yaml",
        "line": 18,
        "column": 7,
        "pointer": "/spec/rules/0",
    }
    assert [row.get("waiver") for row in kev["violations"]] == [
        "w-1" if row["fp"] == TWO else None for row in kev["violations"]
    ]
    assert report["decision"] == "fail"


@pytest.fixture(scope="module")
def judge():
    checker = jsonschema.FormatChecker(formats=())
    for name, check in FORMATS.items():
        checker.checks(name)(lambda value, check=check: not isinstance(value, str) or check(value))
    schema = json.loads(resources.schema("sarif/sarif-schema-2.1.0.json"))
    return jsonschema.Draft4Validator(schema, format_checker=checker)


@pytest.mark.parametrize("made", [outcome, everything, hostile, lambda: outcome(only(ELSEWHERE))])
def test_sarif_is_valid(judge, made):
    for found in (made(), compared(made(), known()), compared(made(), known(), new_only=True)):
        assert [error.message for error in judge.iter_errors(render(found, "sarif"))] == []


def sarif_results(found):
    (run,) = render(found, "sarif")["runs"]
    return run, {row["partialFingerprints"].get("stellaViolation/v1"): row for row in run["results"]}


def test_sarif_points_at_the_evidence_and_relates_the_rule():
    run, results = sarif_results(outcome())
    row = results[ONE]
    assert (row["ruleId"], row["level"]) == ("vuln.no-kev/kev", "error")
    assert run["tool"]["driver"]["rules"][row["ruleIndex"]]["id"] == "vuln.no-kev/kev"
    assert row["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "findings.json"},
        "region": {"startLine": 2, "startColumn": 3},
    }
    assert row["relatedLocations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "policies/no-kev.yaml"
    }
    assert "suppressions" not in row


def test_sarif_describes_rules():
    run, _ = sarif_results(outcome())
    rule = next(rule for rule in run["tool"]["driver"]["rules"] if rule["id"] == "vuln.no-kev/kev")
    assert rule["shortDescription"] == {"text": "No finding is on the KEV list"}
    assert rule["properties"]["security-severity"] == "9.5"
    assert rule["properties"]["tags"] == ["security", "NIST-SSDF/RV.2.2"]


def test_sarif_suppresses_what_is_waived():
    _, results = sarif_results(outcome())
    (suppression,) = results[TWO]["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert "w-1 of team:shop until 2026-12-01" in suppression["justification"]


def test_sarif_tells_errors_twice_and_as_results_too():
    (run,) = render(everything(), "sarif")["runs"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    codes = [row["descriptor"]["id"] for row in invocation["toolExecutionNotifications"]]
    assert codes[0] == "cel-evaluation"
    (row,) = [row for row in run["results"] if "stellaPolicyFault/v1" in row["partialFingerprints"]]
    assert (row["ruleId"], row["level"]) == ("vuln.broken/member", "error")
    assert row["locations"][0]["physicalLocation"]["region"]["startLine"] == 10


def test_sarif_compares_with_a_baseline():
    _, results = sarif_results(compared(outcome(), known()))
    assert results[ONE]["baselineState"] == "unchanged"
    assert {row["baselineState"] for mark, row in results.items() if mark != ONE} == {"new"}
    assert "suppressions" not in results[ONE]
    _, results = sarif_results(compared(outcome(), known(), new_only=True))
    assert results[ONE]["suppressions"][0]["justification"] == "It is in the baseline."


def test_documents_write_no_links_in_sarif():
    assert "](" not in json.dumps(render(hostile(), "sarif")["runs"][0]["results"][0]["message"])


def test_junit_has_a_test_for_each_rule():
    (suite,) = ET.fromstring(render(everything(), "junit"))
    assert {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "7",
        "failures": "2",
        "errors": "1",
        "skipped": "1",
    }
    cases = {f"{case.get('classname')}/{case.get('name')}": [child.tag for child in case] for case in suite}
    assert cases == {
        "sbom.present/there": ["failure"],
        "vuln.audit/none": ["system-out"],
        "vuln.broken/member": ["error"],
        "vuln.elsewhere/never": ["skipped"],
        "vuln.later/fixed": ["system-out"],
        "vuln.no-kev/few": [],
        "vuln.no-kev/kev": ["failure", "system-out"],
    }


def test_junit_holds_whatever_a_document_says():
    root = ET.fromstring(render(hostile(), "junit"))
    assert "<&>\"'" in "".join(root.itertext())


def test_github_puts_what_denies_first_and_names_the_evidence():
    lines = render(outcome(), "github").splitlines()
    assert lines[0].startswith("::error file=findings.json,line=2,col=3,title=vuln.no-kev/kev::CVE-2026-0001")
    assert [line.split(" ")[0] for line in lines] == ["::error", *["::warning"] * 3, *["::notice"] * 2]


@pytest.mark.parametrize("path", ["/tmp/findings.json", "../findings.json", "-", None])
def test_github_points_at_the_rule_where_evidence_is_not_of_the_repository(path):
    made = outcome(only(NO_KEV))
    (kev, few) = made.run.results
    rows = tuple(replace(row, evidence=Where(path, line=1)) for row in kev.violations)
    run = replace(made.run, results=(replace(kev, violations=rows), few))
    text = render(replace(made, run=run), "github")
    assert set(re.findall(r"file=([^,]+)", text)) == {"policies/0.yaml"}


def test_gitlab_leaves_out_what_does_not_count():
    rows = render(everything(), "gitlab")
    assert len({row["fingerprint"] for row in rows}) == len(rows)
    assert [(row["check_name"], row["severity"]) for row in rows] == [
        ("vuln.broken/member", "blocker"),
        ("sbom.present/there", "major"),
        *[("vuln.later/fixed", "info")] * 3,
        ("vuln.no-kev/kev", "critical"),
    ]
    assert all(row["location"]["lines"]["begin"] >= 1 for row in rows)


def test_markdown_has_a_table_for_each_state():
    text = render(everything(), "markdown")
    assert re.findall(r"^#+ (.+)$", text, re.MULTILINE) == [
        "⛔ Policies: error",
        "Could not be asked (1)",
        "Denied (2)",
        "Warnings (3)",
        "Waived (1)",
        "Recorded (1)",
    ]


def test_markdown_holds_no_markup_of_others():
    text = render(hostile(), "markdown")
    widths = {line.count("|") for line in text.splitlines() if line.startswith("|")}
    assert widths == {8}
    plain = re.sub(r"</?code>|<br>|&#\d+;", "", text)
    assert not re.search(r"[<>@`\[\]*_]|https?://|www\.", plain)


def test_many_rows_are_cut_in_markdown_alone():
    rows = [{**FINDINGS[0], "id": f"CVE-{number}"} for number in range(299)]
    found = outcome(only(NO_KEV), [findings(rows)])
    assert "And 100 more." in render(found, "markdown")
    assert len(re.findall(r"(?m)^DENY ", render(found, "text"))) == 300


def test_a_baseline_changes_the_decision_only_on_demand():
    plain, new = (compared(outcome(), known(), new_only=each) for each in (False, True))
    assert (plain.decision, new.decision) == ("fail", "warn")
    assert "DENY vuln.no-kev/kev" in render(plain, "text")
    text = render(new, "text")
    assert "KNOWN vuln.no-kev/kev" in text
    assert "1 known" in text
    assert "DENY" not in text


def test_entries_that_are_gone_are_named():
    gone = [baseline.Entry(fp=f"vfp:{number:016x}", policy="vuln.no-kev", rule="few") for number in range(30)]
    text = render(compared(outcome(), (*known(), *gone)), "text")
    assert "30 violations of the baseline no longer there; take these out of it:" in text
    assert "  vfp:0000000000000000 vuln.no-kev/few" in text
    assert "  and 10 more (--format json)" in text
    assert len(render(compared(outcome(), gone), "json")["baseline"]["gone"]) == 30
    assert "In the baseline, and no longer there (30)" in render(compared(outcome(), gone), "markdown")
