"""The policies that travel with the program: they compile, are tried, and are written down."""

import importlib.util
import json
import re
from functools import cache

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from house_cases import ROOT
from stella_git import resources
from stella_git.canon.clock import parse_rfc3339
from stella_git.canon.record import replace
from stella_git.cli.main import main
from stella_git.errors import ConfigError
from stella_git.flows import policyfiles
from stella_git.flows.policytests import with_cases
from stella_git.policy import load
from stella_git.policy.compiled import compile_policy
from stella_git.policy.consistency import within
from stella_git.policy.context import Context
from stella_git.policy.evidence import Given, Signer, Source
from stella_git.policy.predicates import OURS, find, number, split
from stella_git.policy.ruleset import assemble
from stella_git.policy.run import run
from stella_git.policy.testing.compare import compare
from stella_git.policy.testing.mutants import mutants
from stella_git.policy.testing.runner import ask

PACKS = ("baseline", "provenance", "release", "vex", "vuln")
FILES = sorted((ROOT / "policies/packs").glob("*/*.yaml"))
TESTS = sorted((ROOT / "policies/tests").glob("*/*.test.yaml"))


def read(path):
    return load.read(path.read_bytes(), path=path.relative_to(ROOT).as_posix())


@cache
def validator(name):
    """Return what holds a value to one of our schemas, which may refer to others of ours."""
    found = [json.loads(path.read_bytes()) for path in (ROOT / "schemas/stella").glob("*.schema.json")]
    registry = Registry().with_resources((schema["$id"], Resource.from_contents(schema)) for schema in found)
    return Draft202012Validator(json.loads((ROOT / "schemas" / name).read_bytes()), registry=registry)


@pytest.fixture(scope="module", params=FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def policy(request):
    return load.policy(read(request.param))


@pytest.fixture(scope="module")
def pages():
    """Return the module that makes the pages."""
    spec = importlib.util.spec_from_file_location("policy_pages", ROOT / "tools/policies.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def tested():
    paths = [str(ROOT / "policies/packs"), str(ROOT / "policies/tests")]
    return {each.policy.id: each for each in with_cases(paths)}


@pytest.fixture
def home(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_the_example_set_lists_every_pack_and_every_policy_compiles(home):
    rules = policyfiles.rules(["policies"])
    assert rules.policy_set is not None
    assert sorted(pack.name for pack in rules.policy_set.packs) == sorted(PACKS)
    assert len(rules.policies) == len(FILES) == 18
    for name in rules.policies:
        rules.compiled(name)


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_stands_alone(name):
    files = [
        (path.relative_to(ROOT).as_posix(), path.read_bytes()) for path in FILES if path.parent.name == name
    ]
    rules = assemble(files)
    assert rules.policies
    assert all(within(row.policy.file.path, f"policies/packs/{name}") for row in rules.bound("prod"))


def test_every_policy_has_a_test_of_its_own_beside_its_pack():
    assert {path.relative_to(ROOT / "policies/packs").with_suffix("").as_posix() for path in FILES} == {
        path.relative_to(ROOT / "policies/tests").as_posix().removesuffix(".test.yaml") for path in TESTS
    }


def test_the_packs_travel_with_the_program(policy):
    assert resources.data_path(policy.file.path).read_bytes() == policy.file.data


def test_every_case_comes_out_as_it_expects(home, capsys):
    assert main(["policy", "test", "policies"]) == 0
    assert "all as expected" in capsys.readouterr().out


def test_lint_has_nothing_to_say(home, capsys):
    assert main(["policy", "lint", "--as-of", "2026-11-21T00:00:00Z", "policies"]) == 0
    assert capsys.readouterr().out.strip().endswith("no problems")


def test_all_files_are_laid_out(home, capsys):
    files = ["policies/packs", "policies/tests", "policies/policy-set.yaml"]
    assert main(["policy", "fmt", "--check", *files]) == 0, capsys.readouterr().out


def test_no_change_of_a_policy_goes_unnoticed(policy, tested):
    mine = tested[policy.id]
    survivors = []
    for mutant in mutants(mine.policy, mine.compiled):
        try:
            compiled = compile_policy(mutant.policy)
        except ConfigError:
            continue
        changed = replace(mine, policy=mutant.policy, compiled=compiled)
        runs = ((case, ask(changed, suite, case)) for suite, case in mine.cases)
        if not any(compare(case, run.results, run.decision) for case, run in runs):
            survivors.append((mutant.kind, mutant.pointer, mutant.old, mutant.new))
    assert survivors == []


def test_inline_evidence_is_what_the_program_would_make_of_it(policy, tested):
    wrong = []
    for _, case in tested[policy.id].cases:
        for each in case.evidence:
            known = find(each.predicate_type)
            assert known is not None, each.predicate_type
            schemas = {number(version): name for version, name in known.schemas}
            name = schemas.get(number(each.version)) or ""
            rows = each.value if known.view else [each.value]
            if name.startswith("stella/") and not all(map(validator(name).is_valid, rows)):
                wrong.append((case.name, each.predicate_type))
    assert wrong == []


def test_it_says_why_whose_and_which_control(policy, pages):
    assert len(policy.description.split(". ")) in {2, 3}
    assert policy.owner == "team:security"
    assert policy.controls
    for control in policy.controls:
        assert control.partition("/")[0] in pages.CONTROLS
    assert all(param.description for param in policy.params)
    assert all(param.default is not None for param in policy.params)
    assert all(param.minimum is not None for param in policy.params if param.kind == "int")


def test_every_rule_says_how_to_satisfy_it_with_commands_that_exist(policy):
    known = set(re.findall(r"(?m)^## `(stella [a-z ]+)`$", (ROOT / "docs/reference/commands.md").read_text()))
    for rule in policy.rules:
        assert rule.violation.fix
        for command in re.findall(r"stella [a-z]+(?: [a-z]+)?", rule.violation.fix):
            assert command in known or command.rpartition(" ")[0] in known, command


def test_no_policy_asks_for_a_format_of_sbom(policy):
    types = {split(need.predicate_type)[0] for need in policy.requires}
    assert not types & {"https://cyclonedx.org/bom", "https://spdx.dev/Document"}


def test_the_pages_are_up_to_date(pages):
    for name, text in pages.wanted().items():
        assert (ROOT / name).read_text(encoding="utf-8") == text
    there = {path.name for path in (ROOT / "docs/policies").glob("*.md")}
    assert there == {f"{policy.id}.md" for _, policy in pages.policies()}


def test_a_repository_that_takes_all_packs_is_in_order(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["policy", "init", *(word for name in PACKS for word in ("--pack", name))]) == 0
    assert main(["policy", "test"]) == 0, capsys.readouterr().out
    assert main(["policy", "lint", "--as-of", "2026-11-21T00:00:00Z"]) == 0, capsys.readouterr().out


def test_large_evidence_does_not_exhaust_a_policy(home):
    many = 20_000
    made = parse_rfc3339("2026-06-14T00:00:00Z")
    empty = ("cpes", "identifiers", "hashes", "declared", "concluded", "producers", "contacts", "properties")
    components = [
        {
            "name": f"a-package-with-a-name-{i}",
            "version": f"{i}.0.0",
            "purl": f"pkg:npm/a-package-with-a-name-{i}@{i}.0.0",
            "licences": ["Apache-2.0" if i % 2 else "MIT"],
            **{name: [] for name in empty},
        }
        for i in range(many)
    ]
    lists = ("authors", "authorContacts", "lifecycles", "completeness", "external")
    root = {"name": "shop", **{name: [] for name in (*empty, "licences")}}
    sbom = {
        "format": {"kind": "cyclonedx", "version": "1.6"},
        "root": root,
        "roots": [root],
        "components": components,
        "links": [{"source": "root", "kind": "depends-on", "target": str(i)} for i in range(many)],
        "timestamp": "2026-06-14T00:00:00Z",
        "tools": ["scanner"],
        **{name: [] for name in lists},
    }
    findings = [
        {
            "fp": f"fp:{i:016x}",
            "id": f"CVE-2026-{i}",
            "aliases": [],
            "purl": component["purl"],
            "severity": "low",
            "fixable": False,
            "kev": False,
            "epssPpm": 1,
            "epssDate": "2026-06-14",
            "firstSeen": "2026-06-14T00:00:00Z",
            "reachability": "unknown",
            "vex": {"state": "unknown", "effective": "unknown", "claims": []},
            "source": "findings.json",
        }
        for i, component in enumerate(components)
    ]
    values = {"findings": findings, "inventory": sbom, "unknowns": []}
    evidence = [
        Given(
            predicate_type=f"{OURS}{name}",
            version="v1",
            value=value,
            sources=(
                Source(
                    digest=f"sha256:{'0' * 64}",
                    predicate_type=f"{OURS}{name}/v1",
                    signers=(Signer(name="key:ci"),),
                    made=made,
                ),
            ),
        )
        for name, value in values.items()
    ]
    context = Context(environment="test", stage="release", as_of=parse_rfc3339("2026-06-15T00:00:00Z"))
    packs = ["policies/packs/baseline", "policies/packs/vuln", "policies/packs/vex"]
    answer = run(policyfiles.rules(packs), context, evidence, places=False)
    assert {(result.name, result.fault) for result in answer.results if result.fault} == set()
    assert answer.decision == "pass"


def test_the_policy_of_the_guide_for_newcomers_compiles():
    text = (ROOT / "docs/how-to/coming-from-rego.md").read_text(encoding="utf-8")
    (spec,) = re.findall(r"(?s)```yaml\n(spec:.*?)```", text)
    head = "apiVersion: stella.ops/v1\nkind: Policy\nmetadata:\n"
    facts = "  {id: a.b, revision: 1, title: t, owner: 'team:t', severity: low}\n"
    compile_policy(load.policy(load.read((head + facts + spec).encode(), path="guide.yaml")))
