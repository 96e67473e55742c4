"""What asking policies costs: ten rules over SBOMs, small inputs, many policies and waivers, cold starts.

    python benchmarks/bench_policies.py            # all of it
    python benchmarks/bench_policies.py --quick    # without the SBOM of 18 MB
    python benchmarks/bench_policies.py --cold     # the commands, in processes of their own, too

Prints milliseconds of the processor, the best of a few rounds. Beside each row stands the same work done in
another way in the same run: a ratio says something on any machine. The expressions alone are measured
beside other engines by ``bench_cel.py``; here each violation is a row with a fingerprint, a message and a
place. Where regopy (rego-cpp) is installed, it says the same messages by the same rule in Rego.
"""

import argparse
import contextlib
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from bench_cel import RULES, SMALL, document

from policy_cases import HEAD, context, given
from stella_git.canon.reader import parse_json
from stella_git.documents.detect import detect
from stella_git.documents.inventory import read as inventory
from stella_git.flows.policyevidence.inventory import InventoryView
from stella_git.flows.policyfiles import gather
from stella_git.policy.compiled import compile_policy
from stella_git.policy.evidence import Given
from stella_git.policy.ruleset import assemble
from stella_git.policy.run import run
from waiver_cases import FINDINGS, POLICY, row, waiver_file

ROOT = Path(__file__).parents[1]
ROUNDS = 5
BOM = "https://cyclonedx.org/bom"
FACTS = "https://example.com/facts"
MANY = 5_000
REGO = """package rules

deny contains message if {
    some c in input.components
    not c.nothing
    message := sprintf("%s is not good (%s)", [c.name, c.purl])
}
"""
COMMANDS = (
    ("--help",),
    ("policy", "lint", "policies"),
    ("policy", "test", "policies"),
    ("policy", "fmt", "--check", "policies"),
    ("policy", "eval", "--policies", "policies", "--as-of", "2026-06-01T00:00:00Z"),
)


def timed(work, rounds=ROUNDS):
    """Return the least milliseconds of this process, and the last result."""
    times, result = [], None
    for _ in range(rounds):
        start = time.process_time()
        result = work()
        times.append((time.process_time() - start) * 1e3)
    return min(times), result


def shown(name, found, beside="", other=None):
    ratio = "" if other is None else f"   {found / other:6.2f} x {beside} ({other:.1f} ms)"
    print(f"{name:<66} {found:9.1f} ms{ratio}")


def ten_rules(identifier="a.ten"):
    """Return a policy file of the rules that ``bench_cel.py`` asks as expressions."""
    lines = [
        "spec:",
        "  mode: deny",
        "  requires:",
        f"    - {{as: sbom, predicateType: {BOM}}}",
        f"    - {{as: findings, predicateType: {FACTS}}}",
        "  rules:",
    ]
    for number, rule in enumerate(RULES):
        lines += [
            f"    - id: r{number}",
            f"      assert: {json.dumps(rule.replace('production', 'prod'))}",
            "      violation: {message: bad}",
        ]
    return (HEAD.format(id=identifier) + "\n".join(lines) + "\n").encode()


def each_component():
    """Return a policy that no component keeps to: a violation for each."""
    text = f"""\
spec:
  mode: deny
  requires:
    - {{as: sbom, predicateType: {BOM}}}
  rules:
    - id: each
      forEach: {{item: c, in: sbom.components, key: c.purl, onEmpty: pass}}
      assert: has(c.nothing)
      violation:
        params: {{name: c.name}}
        message: "{{name}} is not good ({{key}})"
"""
    return (HEAD.format(id="a.each") + text).encode()


def evidence_of(bindings):
    """Return the documents as evidence that was parsed already."""
    return (
        given(bindings["sbom"], type_=BOM, version="1.6"),
        given(bindings["findings"], type_=FACTS),
    )


def compiling():
    rules = assemble([("policies/ten.yaml", ten_rules())])
    (policy,) = rules.policies.values()
    compile_policy(policy)
    once, _ = timed(lambda: compile_policy(policy))
    shown("compile ten rules", once)
    files = gather([str(ROOT / "policies")])
    reading, rules = timed(lambda: assemble(files))
    every, _ = timed(
        lambda: [compile_policy(each, schemas=rules.schemas) for each in rules.policies.values()]
    )
    shown(f"compile {len(rules.policies)} reference policies", every, "reading them", reading)


def asking(bindings, label):
    from stella_git.policy import cel

    rules = assemble([("policies/ten.yaml", ten_rules())])
    evidence = evidence_of(bindings)
    names = {**bindings, "context": {"environment": "production"}}
    programs = [cel.compile(rule, names=dict.fromkeys(names)) for rule in RULES]
    bare, _ = timed(lambda: [program.evaluate(names) for program in programs])
    found, outcome = timed(lambda: run(rules, context(), evidence))
    assert outcome.decision == "pass", [result.fault for result in outcome.results]
    shown(f"ten rules, {label}", found, "their expressions alone", bare)
    data = json.dumps(bindings["sbom"]).encode()
    reading, _ = timed(lambda: parse_json(data, limit=1 << 28))
    shown("    of that", found, "parsing the SBOM", reading)
    sbom = bindings["sbom"]
    kind = detect(sbom)
    value, _ = timed(lambda: InventoryView(lambda: inventory(sbom, kind), str).value(), 2)
    shown("    the inventory view of it", value, "parsing the SBOM", reading)


def violating(bindings, label):
    rules = assemble([("policies/each.yaml", each_component())])
    evidence = evidence_of(bindings)
    rows = bindings["sbom"]["components"][:9_000]
    few = (given({**bindings["sbom"], "components": rows}, type_=BOM, version="1.6"), *evidence[1:])
    without, _ = timed(lambda: run(rules, context(), few, places=False))
    located = [
        Given(predicate_type=BOM, version="1.6", value=few[0].value, sources=few[0].sources, locate=str)
    ]
    found, outcome = timed(lambda: run(rules, context(), located))
    assert len(outcome.results[0].violations) == len(rows), outcome.results[0].fault
    shown(f"{len(rows):,} violations with pointers, {label}", found, "without", without)
    if len(rows) < MANY:
        by_rego(rows, label, found)


def by_rego(rows, label, other):
    try:
        import regopy
    except ImportError as error:
        print(f"    regopy is not here: {error}")
        return
    engine = regopy.Interpreter()
    engine.add_module("rules", REGO)

    def ask():
        engine.set_input({"components": rows})
        return json.loads(str(engine.query("x = data.rules.deny")))["bindings"]["x"]

    found, said = timed(ask, 1)
    assert len(said) == len(rows)
    shown(f"    regopy, {label}: as many messages, no fingerprints", found, "ours", other)


def small_inputs():

    from stella_git.policy import cel

    spec = (
        "spec:\n  mode: deny\n  requires:\n"
        f"    - {{as: finding, predicateType: {FACTS}}}\n"
        f"  rules:\n    - {{id: r, assert: {json.dumps(f'!({SMALL})')}, violation: {{message: bad}}}}\n"
    )
    rules = assemble([("policies/small.yaml", (HEAD.format(id="a.small") + spec).encode())])
    values = [
        {"severity": ["low", "high"][n % 2], "fixable": n % 3 == 0, "ageDays": n % 90} for n in range(10_000)
    ]
    inputs = [(given(value),) for value in values]
    program = cel.compile(SMALL, names={"finding": None})
    bare, _ = timed(lambda: [program.evaluate({"finding": value}) for value in values], 3)
    at = context()
    found, _ = timed(lambda: [run(rules, at, each) for each in inputs], 3)
    shown("10,000 runs of one rule over a small input", found, "its expression", bare)


def many_policies(bindings):
    one = assemble([("policies/p0.yaml", ten_rules("a.p0"))])
    many = [(f"policies/p{n}.yaml", ten_rules(f"a.p{n}")) for n in range(50)]
    evidence = evidence_of(bindings)
    spec = (
        "spec:\n  mode: deny\n  requires:\n"
        f"    - {{as: findings, predicateType: {FACTS}}}\n"
        "  rules:\n    - {id: r, assert: size(findings) > 0, violation: {message: bad}}\n"
    )
    files = [(f"policies/s{n}.yaml", (HEAD.format(id=f"a.s{n}") + spec).encode()) for n in range(500)]
    reading, rules = timed(lambda: assemble(files), 2)
    compiling, _ = timed(lambda: [compile_policy(policy) for policy in rules.policies.values()], 2)
    shown("compile 500 policies of one rule", compiling, "reading them", reading)
    for name in rules.policies:
        rules.compiled(name)
    found, _ = timed(lambda: run(rules, context(), evidence))
    shown("ask 500 policies of one rule", found, "reading them", reading)
    run(one, context(), evidence)
    single, _ = timed(lambda: run(one, context(), evidence))
    fifty = assemble(many)
    run(fifty, context(), evidence)
    found, _ = timed(lambda: run(fifty, context(), evidence), 2)
    shown("ask 50 policies of ten rules over the SBOM", found, "asking one of them", single)


def many_waivers():
    bodies = [row(number) for number in range(5_000)]
    spec = FINDINGS.encode()
    policy_file = ("policies/a.yaml", HEAD.format(id=POLICY).encode() + spec)
    files = [
        waiver_file(f"w{number}", match={"vuln": f"CVE-2026-{number:04d}", "purl": f"pkg:npm/lib{number}@*"})
        for number in range(2_000)
    ]
    none = assemble([policy_file])
    reading, rules = timed(lambda: assemble([policy_file, *files]), 1)
    approved = {each.id: ("key:ben",) for each in rules.waivers}
    evidence = (given({"rows": bodies}),)
    bare, _ = timed(lambda: run(none, context(), evidence), 3)
    found, outcome = timed(lambda: run(rules, context(), evidence, approved=approved), 3)
    lifted = sum(violation.status == "waived" for violation in outcome.results[0].violations)
    shown(f"5,000 violations, 2,000 waivers lift {lifted:,}", found, "without waivers", bare)
    shown("    read the waivers", reading)


def cold():
    """Processes of their own, with compiled modules, as a user has them."""
    base = None
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = folder
        for argv in COMMANDS:
            times = []
            for _ in range(ROUNDS):
                before = os.times()
                code = "from stella_git.cli.main import run; run()"
                with contextlib.suppress(subprocess.CalledProcessError):
                    subprocess.run(
                        [sys.executable, "-c", code, *argv],
                        cwd=ROOT,
                        env=environment,
                        check=True,
                        capture_output=True,
                    )
                after = os.times()
                user = after.children_user - before.children_user
                times.append((user + after.children_system - before.children_system) * 1e3)
            base = base or min(times)
            shown("stella " + " ".join(argv), min(times), "stella --help", base)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without the large SBOM")
    parser.add_argument("--cold", action="store_true", help="the commands too")
    options = parser.parse_args()
    gc.set_threshold(200_000)  # as the command does
    compiling()
    small_inputs()
    for times in (1,) if options.quick else (1, 20):
        bindings = document(times)
        size = len(json.dumps(bindings["sbom"])) / 1e6
        asking(bindings, f"{size:.1f} MB and {len(bindings['findings'])} findings")
        violating(bindings, f"{size:.1f} MB")
    many_policies(document())
    many_waivers()
    if options.cold:
        cold()


if __name__ == "__main__":
    main()
