"""``stella policy eval --policies`` and ``stella policy explain``, over documents from disk."""

import json

import jsonschema
import pytest

import trust_cases
import waiver_cases
from schema_cases import load
from stella_git.cli.main import main
from stella_git.policy.results import violation_fingerprint
from stella_git.trust import approvals

NO_KEV = """\
apiVersion: stella.ops/v1
kind: Policy
metadata: {id: vuln.no-kev, revision: 1, title: No KEV, owner: team:appsec, severity: critical}
spec:
  mode: deny
  requires: [{as: findings, predicateType: "https://stella.ops/attestation/findings", versions: [v1]}]
  params: {most: {type: int, default: 5, min: 0, max: 9}, names: {type: strings, default: []}}
  rules:
    - id: kev
      forEach: {item: f, in: findings, key: f.id, onEmpty: pass}
      assert: '!(has(f.kev) && f.kev) || f.id in params.names'
      violation:
        params: {id: f.id, purl: f.purl}
        message: "{id} in {purl} is on the KEV list"
        fix: Upgrade.
    - id: few
      assert: findings.size() <= params.most
      violation: {message: too many}
"""
QUALITY = """\
apiVersion: stella.ops/v1
kind: Policy
metadata: {id: sbom.quality, revision: 1, title: Versions, owner: team:appsec, severity: low}
spec:
  mode: warn
  match: {stages: [release]}
  requires: [{as: sbom, predicateType: "https://stella.ops/attestation/inventory", versions: [v1]}]
  rules:
    - id: version
      forEach: {item: c, in: sbom.components, key: c.name, onEmpty: pass}
      assert: has(c.version)
      violation: {message: "{key} has no version"}
"""
SET = """\
apiVersion: stella.ops/v1
kind: PolicySet
metadata: {id: shop, revision: 1, owner: team:shop}
spec:
  packs: [{name: all, path: packs}]
  params: {vuln.no-kev: {most: 3}}
  environments: {dev: {modes: {vuln.no-kev: "off"}, params: {vuln.no-kev: {most: 9}}}}
"""
FINDINGS = {
    "apiVersion": "stella.ops/v1",
    "kind": "Findings",
    "metadata": {"source": {"name": "scanner"}, "generatedAt": "2026-11-19T00:00:00Z"},
    "findings": [
        {
            "id": f"CVE-2026-000{number}",
            "purl": "pkg:pypi/x@1.0",
            "severity": "high",
            "kev": number < 3,
            "fixable": False,
        }
        for number in (1, 2, 3)
    ],
}
BOM = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "version": 1,
    "components": [
        {"type": "library", "name": "a", "version": "1", "purl": "pkg:npm/a@1"},
        {"type": "library", "name": "b"},
    ],
}
START = "2026-01-15T00:00:00Z"
AS_OF = ("--as-of", "2026-11-20T00:00:00Z")


def fp(key, rule="kev"):
    return violation_fingerprint("vuln.no-kev", rule, None, key)


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "policies/policy-set.yaml": SET,
        "policies/packs/no-kev.yaml": NO_KEV,
        "policies/packs/quality.yaml": QUALITY,
        "findings.json": json.dumps(FINDINGS, indent=1),
        "bom.json": json.dumps(BOM, indent=1),
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def ask(*words, evidence=("findings.json", "bom.json")):
    return main(["policy", "eval", "--policies", "policies", "--evidence", *evidence, *AS_OF, *words])


def report(capsys, *words, code=1):
    assert ask("--format", "json", *words) == code
    return json.loads(capsys.readouterr().out)


def violations(found):
    return {row["key"]: row for result in found["results"] for row in result["violations"]}


def test_a_denial_names_the_policy_and_the_line_of_the_finding(place, capsys):
    assert ask() == 1
    lines = capsys.readouterr().out.splitlines()
    at = lines.index(
        "DENY vuln.no-kev/kev  policies/packs/no-kev.yaml:9  "
        "CVE-2026-0001 in pkg:pypi/x@1.0 is on the KEV list"
    )
    (seen,) = [line for line in lines[at : at + 4] if line.startswith("  seen")]
    row = (place / "findings.json").read_text(encoding="utf-8").splitlines().index("  {", 1)
    assert seen.startswith(f"  seen   findings.json:{row + 1}")
    assert lines[-1].startswith(
        "FAIL  local, ci, 2026-11-20T00:00:00Z: 2 rules asked, 1 passed; "
        "violations: 2 denied; 1 not applicable"
    )


def test_the_report_keeps_to_its_schema(place, capsys):
    found = report(capsys, "--environment", "prod", "--stage", "release", "--ref", "refs/heads/x")
    jsonschema.Draft202012Validator(load("policy-report.v1")).validate(found)
    assert found["context"] == {
        "asOf": "2026-11-20T00:00:00Z",
        "environment": "prod",
        "stage": "release",
        "ref": "refs/heads/x",
    }
    assert set(violations(found)) == {"CVE-2026-0001", "CVE-2026-0002", "b"}
    assert violations(found)["b"]["evidence"]["path"] == "bom.json"


def test_warnings_pass(place, capsys):
    found = report(capsys, "--only", "sbom.quality", "--stage", "release", code=0)
    assert (found["decision"], found["ran"]) == ("warn", 1)


def test_one_rule_is_asked_alone(place, capsys):
    found = report(capsys, "--only", "vuln.no-kev/few", code=0)
    assert [row["rule"] for row in found["results"]] == ["few"]
    assert [row["id"] for row in found["policies"]] == ["vuln.no-kev"]


def test_the_subject_is_part_of_a_fingerprint(place, capsys):
    plain = violations(report(capsys))["CVE-2026-0001"]
    other = violations(report(capsys, "--subject", "shop"))["CVE-2026-0001"]
    assert plain["fp"] == fp("CVE-2026-0001") != other["fp"]


def test_nothing_asked_is_no_pass(place, capsys):
    found = report(capsys, "--only", "sbom.quality")
    assert (found["decision"], found["ran"]) == ("error", 0)
    assert [row["code"] for row in found["notices"]] == ["no-rules"]


def test_missing_evidence_denies(place, capsys):
    assert ask("--only", "vuln.no-kev", "--environment", "prod", evidence=["bom.json"]) in {0, 1}
    assert main(["policy", "eval", "--policies", "policies", "--stage", "release", *AS_OF]) == 1
    assert "there is not enough evidence sbom" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("param", "status"),
    [("most=2", "fail"), ("most=3", "pass"), ("names=CVE-2026-0001,CVE-2026-0002", "pass")],
)
def test_a_parameter_is_stronger_than_the_policy_set(place, capsys, param, status):
    rule = "vuln.no-kev/kev" if param.startswith("names") else "vuln.no-kev/few"
    found = report(capsys, "--only", rule, "--param", f"vuln.no-kev.{param}", code=int(status == "fail"))
    assert found["results"][0]["status"] == status
    assert [row["code"] for row in found["notices"]] == ["param-given"]


@pytest.mark.parametrize(
    ("words", "code", "remedy"),
    [
        (["--param", "vuln.no-kev.most=10"], "policy-param-given", "keep within"),
        (["--param", "vuln.no-kev.most=x"], "policy-param-given", "keep within"),
        (["--param", "vuln.no-kev.mosst=1"], "policy-param-given", "did you mean 'most'"),
        (["--param", "vuln.no-kef.most=1"], "policy-param-given", "did you mean vuln.no-kev.most"),
        (["--param", "most"], "policy-param-given", "write for example"),
        (["--only", "vuln.no-kef"], "policy-only", "did you mean 'vuln.no-kev'"),
        (["--only", "vuln.no-kev/kef"], "policy-only", "did you mean 'kev'"),
        (["--new-only"], "policy-eval-arguments", "--baseline FILE"),
        (["--trace"], "policy-eval-arguments", "leave one"),
        (["--input", "a=bom.json"], "policy-eval-arguments", "leave one"),
        (["1 == 1"], "policy-eval-arguments", "give EXPRESSION, or --policies"),
        (["--as-of", "today"], "time-malformed", "write it like"),
        (["--evidence", "-", "-"], "stdin-repeated", "give - once"),
        (["--evidence", "gone.json"], "file-missing", "check the path"),
        (["--baseline", "gone.json"], "file-missing", "check the path"),
    ],
)
def test_what_is_wrong_with_options_is_said(place, capsys, words, code, remedy):
    assert ask(*words) == 2
    said = capsys.readouterr()
    assert f"error[{code}]" in said.err
    assert remedy in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    "words",
    [
        ["--only", "x"],
        ["--new-only"],
        ["--verbose"],
        ["--format", "json"],
        ["--evidence", "bom.json"],
        ["--as-of", "2026-11-20T00:00:00Z"],
        ["--write-baseline", "x.json"],
    ],
)
def test_options_of_policies_do_not_go_with_an_expression(place, capsys, words):
    assert main(["policy", "eval", "1 == 1", *words]) == 2
    assert "goes with --policies, not with an expression" in capsys.readouterr().err
    assert not (place / "x.json").exists()


def test_evidence_alone_asks_the_policies_of_the_folder(place, capsys):
    assert main(["policy", "eval", "--evidence", "bom.json", "findings.json"]) == ask()
    assert "rule" in capsys.readouterr().out


def test_neither_is_refused(place, capsys):
    assert main(["policy", "eval"]) == 2
    assert "policy-eval-arguments" in capsys.readouterr().err


def test_a_policy_that_cannot_be_used_is_2(place, capsys):
    (place / "policies/packs/no-kev.yaml").write_text(NO_KEV.replace("f.kev)", "f.kef)"), encoding="utf-8")
    assert ask() == 2
    assert "policies/packs/no-kev.yaml:11:24" in capsys.readouterr().err


def test_a_document_that_is_none_is_1(place, capsys):
    (place / "bom.json").write_text('{"bomFormat":"CycloneDX","specVersion":"1.6","bad":1}', encoding="utf-8")
    assert ask() == 1
    assert "bom.json" in capsys.readouterr().err


def test_yaml_can_be_an_input_of_an_expression(place, capsys):
    words = ["policy", "eval", "p.spec.rules.size()", "--input", "p=policies/packs/no-kev.yaml"]
    assert main(words) == 0
    assert capsys.readouterr().out == "2\n"


def test_a_baseline_lets_only_new_violations_fail(place, capsys):
    assert ask("--write-baseline", "known.json") == 1
    data = (place / "known.json").read_bytes()
    jsonschema.Draft202012Validator(load("policy-baseline.v1")).validate(json.loads(data))
    assert data.endswith(b"]}\n")
    capsys.readouterr()
    found = report(capsys, "--baseline", "known.json", "--new-only", code=0)
    assert found["decision"] == "pass"
    assert {row["baseline"] for row in violations(found).values()} == {"known"}
    assert report(capsys, "--baseline", "known.json")["decision"] == "fail"
    more = {**FINDINGS["findings"][0], "id": "CVE-2026-0004"}
    changed = {**FINDINGS, "findings": [*FINDINGS["findings"][1:2], more]}
    (place / "findings.json").write_text(json.dumps(changed), encoding="utf-8")
    found = report(capsys, "--baseline", "known.json", "--new-only")
    assert {key: row["baseline"] for key, row in violations(found).items()} == {
        "CVE-2026-0002": "known",
        "CVE-2026-0004": "new",
    }
    assert found["baseline"]["gone"] == [
        {"fp": fp("CVE-2026-0001"), "policy": "vuln.no-kev", "rule": "kev"},
    ]


def test_writing_a_baseline_keeps_what_was_not_asked(place, capsys):
    assert ask("--write-baseline", "known.json", "--stage", "release") == 1
    before = json.loads((place / "known.json").read_bytes())["violations"]
    assert {row["policy"] for row in before} == {"sbom.quality", "vuln.no-kev"}
    words = ("--baseline", "known.json", "--write-baseline", "known.json", "--only", "vuln.no-kev/few")
    assert ask(*words) == 0
    assert json.loads((place / "known.json").read_bytes())["violations"] == before


def test_a_baseline_that_is_none_is_2(place, capsys):
    (place / "known.json").write_text("{}", encoding="utf-8")
    assert ask("--baseline", "known.json") == 2
    assert "baseline-invalid" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["text", "json", "sarif", "junit", "github", "gitlab", "markdown"])
def test_the_same_bytes_come_out_every_time(place, capsysbinary, name):
    assert ask("--format", name) == ask("--format", name, evidence=("bom.json", "findings.json")) == 1
    out = capsysbinary.readouterr().out
    assert out[: len(out) // 2] == out[len(out) // 2 :]


def test_actions_gets_annotations_behind_the_text(place, capsys, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert ask() == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("::stop-commands::stella-")
    word = lines[0].removeprefix("::stop-commands::")
    assert lines[lines.index(f"::{word}::") + 1].startswith("::error file=findings.json,line=")


def test_the_time_is_that_of_the_source_date(place, capsys, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795132800")
    words = ["policy", "eval", "--policies", "policies", "--evidence", "findings.json", "--format", "json"]
    assert main(words) == 1
    assert json.loads(capsys.readouterr().out)["context"]["asOf"] == "2026-11-20T00:00:00Z"


def explain(*words):
    return main(
        [
            "policy",
            "explain",
            *words,
            "--evidence",
            "findings.json",
            "bom.json",
            "--environment",
            "prod",
            *AS_OF,
        ]
    )


def test_a_rule_is_explained_by_its_values(place, capsys):
    assert explain("vuln.no-kev/kev") == 0
    text = capsys.readouterr().out
    assert "FAIL vuln.no-kev/kev  policies/packs/no-kev.yaml:9" in text
    assert f"  fail {fp('CVE-2026-0002')}  CVE-2026-0002  CVE-2026-0002 in pkg:pypi/x@1.0" in text
    assert "        (has(f.kev) && f.kev)  ->  true" in text
    assert "vuln.no-kev/few" not in text


def test_actions_obeys_nothing_of_an_explanation(place, capsys, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert explain("vuln.no-kev/kev") == 0
    first, *_, last = capsys.readouterr().out.rstrip("\n").splitlines()
    assert first.startswith("::stop-commands::stella-")
    assert last == f"::{first.removeprefix('::stop-commands::')}::"


@pytest.mark.parametrize("words", [("--key", "CVE-2026-0003"), ("--fp", fp("CVE-2026-0003"))])
def test_one_element_is_explained(place, capsys, words):
    assert explain("vuln.no-kev/kev", *words, "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(load("policy-explanation.v1")).validate(found)
    ((element,),) = [row["elements"] for row in found["rules"]]
    assert (element["key"], "status" in element) == ("CVE-2026-0003", False)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["vuln.no-kev/kev", "--key", "CVE-1"], "no element that was asked has 'CVE-1'"),
        (["vuln.no-kev", "--fp", "vfp:0000000000000000"], "no element that was asked has"),
        (["vuln.no-kev", "--environment", "dev"], "vuln.no-kev is off in 'dev'"),
    ],
)
def test_what_cannot_be_explained_is_said(place, capsys, words, said):
    assert main(["policy", "explain", *words, "--evidence", "findings.json", *AS_OF]) == 2
    error = capsys.readouterr().err
    assert "error[policy-explain]" in error
    assert said in error


def test_a_rule_about_nothing_is_explained(place, capsys):
    (place / "findings.json").write_text(json.dumps({**FINDINGS, "findings": []}), encoding="utf-8")
    assert explain("vuln.no-kev/kev") == 0
    text = capsys.readouterr().out
    assert text.startswith("PASS vuln.no-kev/kev")
    assert "    findings  ->  []" in text
    assert explain("vuln.no-kev/kev", "--key", "CVE-2026-0001") == 2


def test_what_does_not_apply_is_explained(place, capsys):
    assert explain("sbom.quality", "--stage", "ci") == 0
    assert "because   it is for release, not the stage ci" in capsys.readouterr().out


def test_a_policy_that_is_not_there_is_2(place, capsys):
    assert explain("vuln.no-kef") == 2
    assert "did you mean 'vuln.no-kev'" in capsys.readouterr().err


SIGNED = """\
apiVersion: stella.ops/v1
kind: Policy
metadata: {id: build.signed, revision: 1, title: Signed, owner: team:appsec, severity: high}
spec:
  mode: deny
  requires:
    - as: build
      predicateType: "https://example.org/build/v1"
      signedBy: {anyOf: ["key:ada"], threshold: 1}
  rules:
    - {id: good, assert: build.good, violation: {message: it is not good}}
"""


@pytest.fixture
def trusted(place):
    """Return a place with a keyring, an envelope that ada signed, and a waiver that ben approved."""
    said = trust_cases.statement("https://example.org/build/v1", predicate={"good": False})
    (place / "build.dsse.json").write_bytes(trust_cases.envelope("ada", said=said).to_bytes())
    ring = trust_cases.payload(
        trust_cases.entry("ada", "trust", "https://example.org/build/v1"), trust_cases.entry("ben", "waiver")
    )
    (place / "keyring.json").write_bytes(ring)
    (place / "policies/packs/signed.yaml").write_text(SIGNED, encoding="utf-8")
    (place / ".git").mkdir()
    config = f'[repository]\nid = "{trust_cases.REPOSITORY}"\nname = "shop"\n'
    (place / "stella.toml").write_text(config, encoding="utf-8")
    violated = violation_fingerprint("build.signed", "good", trust_cases.REPOSITORY, "")
    waiver = waiver_cases.document(
        "w-1",
        match={"fingerprint": violated},
        policy="build.signed",
        effectiveFrom=START,
        expires="2026-02-01T00:00:00Z",
    )
    data = approvals.payload(waiver, trust_cases.REPOSITORY)
    given = approvals.approve(data, trust_cases.signer("ben"), "ben")
    waiver["spec"]["approvals"] = [
        {"identity": given.identity, "digest": given.digest, "signature": given.signature}
    ]
    (place / "policies/waivers").mkdir()
    (place / "policies/waivers/w-1.yaml").write_text(json.dumps(waiver), encoding="utf-8")
    return place


def ask_signed(capsys, *words, at="2026-01-20T00:00:00Z"):
    code = main(
        [
            *("policy", "eval", "--policies", "policies", "--evidence", "build.dsse.json", "--as-of", at),
            *("--only", "build.signed", "--format", "json", *words),
        ]
    )
    (result,) = json.loads(capsys.readouterr().out)["results"]
    return code, result


def test_without_a_keyring_nobody_signed_and_nobody_approved(trusted, capsys):
    code, result = ask_signed(capsys)
    (violation,) = result["violations"]
    assert (code, violation["code"]) == (1, "evidence-missing")
    assert "nobody that the keyring knows signed it" in violation["message"]


def test_a_keyring_says_who_signed_and_whose_approval_holds(trusted, capsys):
    code, result = ask_signed(capsys, "--keyring", "keyring.json")
    (violation,) = result["violations"]
    assert (code, result["status"]) == (0, "waived")
    assert (violation["status"], violation["waiver"]) == ("waived", "w-1")


def test_an_approval_for_another_repository_is_none(trusted, capsys):
    config = (trusted / "stella.toml").read_text(encoding="utf-8")
    other = config.replace(trust_cases.REPOSITORY, "99999999-2222-4333-8444-555555555555")
    assert other != config
    (trusted / "stella.toml").write_text(other, encoding="utf-8")
    # a waiver of that violation, as the fingerprint says, and yet approved elsewhere
    code, result = ask_signed(capsys, "--keyring", "keyring.json", "--subject", trust_cases.REPOSITORY)
    (violation,) = result["violations"]
    assert (code, violation["status"]) == (1, "fail")
    assert violation["notes"] == ["waiver w-1 has 0 of 1 approvals that count"]


def test_inside_a_repository_its_id_is_the_subject(trusted, capsys):
    _, inside = ask_signed(capsys, "--keyring", "keyring.json")
    _, named = ask_signed(capsys, "--keyring", "keyring.json", "--subject", trust_cases.REPOSITORY)
    _, other = ask_signed(capsys, "--keyring", "keyring.json", "--subject", "other")
    found = [result["violations"][0]["fp"] for result in (inside, named, other)]
    assert found[0] == found[1] != found[2]


def test_an_expired_waiver_is_said(trusted, capsys):
    code, result = ask_signed(capsys, "--keyring", "keyring.json", at="2026-02-01T00:00:00Z")
    (violation,) = result["violations"]
    assert (code, violation["notes"]) == (1, ["waiver w-1 expired at 2026-02-01T00:00:00Z"])


def test_another_keyring_knows_nobody(trusted, capsys):
    (trusted / "keyring.json").write_bytes(trust_cases.payload(trust_cases.entry("ben")))
    code, result = ask_signed(capsys, "--keyring", "keyring.json")
    assert (code, result["violations"][0]["code"]) == (1, "evidence-missing")


def test_a_keyring_that_is_none_is_2(trusted, capsys):
    assert ask("--keyring", "findings.json") == 2
    assert "error[keyring" in capsys.readouterr().err


TRUST = """\
apiVersion: stella.ops/v1
kind: Trust
metadata: {id: default, revision: 1, title: Weights, owner: team:appsec}
spec: {}
"""


def test_two_trust_files_are_one_too_many(place, capsys):
    for name in ("a", "b"):
        (place / f"policies/{name}.yaml").write_text(TRUST, encoding="utf-8")
    assert ask() == 2
    assert "error[policy-trust-twice]" in capsys.readouterr().err


FLAG = """\
apiVersion: stella.ops/v1
kind: Policy
metadata: {id: flag, revision: 1, title: Flag, owner: team:appsec, severity: high}
spec:
  mode: deny
  params: {on: {type: bool, default: false}}
  rules: [{id: "on", assert: params.on, violation: {message: it is off}}]
"""


@pytest.mark.parametrize(("value", "code"), [("true", 0), ("false", 1), ("1", 2), ("True", 2)])
def test_a_parameter_without_a_policy_set(tmp_path, monkeypatch, capsys, value, code):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flag.yaml").write_text(FLAG.replace("{on:", '{"on":'), encoding="utf-8")
    words = ["policy", "eval", "--policies", "flag.yaml", "--param", f"flag.on={value}", *AS_OF]
    assert main(words) == code
    capsys.readouterr()
