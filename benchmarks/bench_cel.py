"""Ten rules over an SBOM with findings, a small input many times, and compiling, beside other engines.

    python benchmarks/bench_cel.py              # those of the peers that are installed take part
    python benchmarks/bench_cel.py --quick      # without the SBOM of 18 MB

Peers: cel-expr-python (the C++ engine), common-expression-language (Rust), cel-python (Python), and, for
the same rules in Rego, regopy (rego-cpp). Times are those of the processor, with what an engine needs to take
parsed JSON in. Answers that differ from what is right, and errors, are printed. `regorus` takes part where
somebody has built it: its makers publish no wheel.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 5
PATIENCE = 1.5
"""Seconds for the ten rules over the smaller SBOM; who needs more is not asked about the larger one."""
RULES = [
    "sbom.components.all(c, has(c.version) && c.version != '')",
    "sbom.components.all(c, has(c.purl) && c.purl.startsWith('pkg:'))",
    "sbom.components.exists(c, c.name == 'component-2399')",
    "sbom.components.filter(c, c.type == 'application').size() == 0",
    "sbom.components.all(c, c.licenses.exists(l, l.license.id in ['MIT', 'Apache-2.0', 'BSD-3-Clause']))",
    "findings.filter(f, f.severity == 'critical' && f.fixable).size() <= 100",
    "findings.all(f, f.severity != 'critical' || f.ageDays < 400)",
    "findings.exists_one(f, f.id == 'CVE-2026-00599')",
    "findings.map(f, f.cvssDeci).all(s, s >= 0 && s <= 100)",
    "size(findings) < 1000 && context.environment == 'production'",
]
SMALL = "finding.severity in ['critical', 'high'] && finding.fixable && finding.ageDays > 30"


REGO = """package rules

r0 if { every c in input.sbom.components { c.version != "" } }
r1 if { every c in input.sbom.components { startswith(c.purl, "pkg:") } }
r2 if { some c in input.sbom.components; c.name == "component-2399" }
r3 if count([c | some c in input.sbom.components; c.type == "application"]) == 0
r4 if { every c in input.sbom.components {
    some l in c.licenses; l.license.id in ["MIT", "Apache-2.0", "BSD-3-Clause"]
} }
r5 if count([f | some f in input.findings; f.severity == "critical"; f.fixable]) <= 100
r6 if { every f in input.findings { young(f) } }
young(f) if f.severity != "critical"
young(f) if f.ageDays < 400
r7 if count([f | some f in input.findings; f.id == "CVE-2026-00599"]) == 1
r8 if { scores := [f.cvssDeci | some f in input.findings]; every s in scores { s >= 0; s <= 100 } }
r9 if { count(input.findings) < 1000; input.context.environment == "production" }
"""
REGO_SMALL = """package rules

r0 if { input.finding.severity in ["critical", "high"]; input.finding.fixable; input.finding.ageDays > 30 }
"""
PROBES = {
    "code points": ("size('\u00ff')", 1),
    "the end of a text": ("'abc'.substring(1, 3)", "bc"),
    "exact numbers": ("whole > half", True),
    "order of maps": ("{'b': 1, 'a': 2, 'c': 3}.map(k, k) == ['a', 'b', 'c']", True),
    "10,000 elements": ("many.all(x, x >= 0)", True),
    "errors: -false": ("-false", None),
    "errors: !!5": ("!!five", None),
    "errors: absent": ("maps.nothing == 1", None),
}
"""Expression and value; None for an error."""
PROBED = {"many": list(range(10_000)), "five": 5, "whole": 2**53 + 1, "half": 2.0**53, "maps": {"a": 1}}
DEEP = """
import sys; sys.path.insert(0, {folder!r}); import bench_cel
start, evaluate = bench_cel.CEL[{name!r}]()
value = 0
for _ in range(100_000): value = [value]
evaluate(start(["size(x)"], ["x"]), {{"x": value}})
"""


def document(times=1):
    """Return bindings: an SBOM of about 0.9 MB, so many times, and 600 findings."""
    licences = ["MIT", "Apache-2.0", "BSD-3-Clause"]
    components = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/component-{n}@1.{n % 40}.{n % 7}",
            "name": f"component-{n}",
            "version": f"1.{n % 40}.{n % 7}",
            "purl": f"pkg:pypi/component-{n}@1.{n % 40}.{n % 7}",
            "licenses": [{"license": {"id": licences[n % 3]}}],
            "hashes": [{"alg": "SHA-256", "content": f"{n:064x}"}],
            "supplier": {"name": f"Supplier {n % 50}"},
        }
        for n in range(2_400 * times)
    ]
    findings = [
        {
            "id": f"CVE-2026-{n:05}",
            "purl": components[n]["purl"],
            "severity": ["low", "medium", "high", "critical"][n % 4],
            "cvssDeci": n % 100,
            "fixable": n % 3 == 0,
            "ageDays": n % 365,
        }
        for n in range(600)
    ]
    sbom = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components}
    return {"sbom": sbom, "findings": findings, "context": {"environment": "production"}}


def small_inputs():
    return [
        {"finding": {"severity": ["low", "high"][n % 2], "fixable": n % 3 == 0, "ageDays": n % 90}}
        for n in range(10_000)
    ]


# An engine is two functions: one compiles expressions, the other takes that and bindings, and answers.


def attempt(evaluate):
    try:
        return evaluate()
    except Exception as error:  # noqa: BLE001 - whatever a peer raises is an answer that is printed
        return f"{type(error).__name__}: {str(error)[:60]}"


def ours():
    from stella_git.policy import cel

    def start(rules, names):
        return [cel.compile(rule, names=dict.fromkeys(names)) for rule in rules]

    return start, lambda programs, bindings: [attempt(lambda p=p: p.evaluate(bindings)) for p in programs]


def cpp():
    from cel_expr_python import cel
    from cel_expr_python.ext import ext_strings

    def start(rules, names):
        environment = cel.NewEnv(
            variables=dict.fromkeys(names, cel.Type.DYN), extensions=[ext_strings.ExtStrings()]
        )
        return environment, [environment.compile(rule, disable_check="-false" in rule) for rule in rules]

    def evaluate(started, bindings):
        environment, programs = started
        activation = environment.Activation(bindings)  # converted once for all rules
        return [attempt(lambda p=p: plain(p.eval(activation))) for p in programs]

    def plain(found):
        if found.type() == cel.Type.ERROR:
            raise ValueError(str(found.value()))
        return found.value()

    return start, evaluate


def rust():
    import cel

    def start(rules, names):  # noqa: ARG001
        return [cel.compile(rule) for rule in rules]

    return start, lambda programs, bindings: [attempt(lambda p=p: p.execute(bindings)) for p in programs]


def python():
    import celpy

    environment = celpy.Environment()

    def start(rules, names):  # noqa: ARG001
        return [environment.program(environment.compile(rule)) for rule in rules]

    def evaluate(programs, bindings):
        converted = {name: celpy.json_to_cel(value) for name, value in bindings.items()}
        return [attempt(lambda p=p: plain(p.evaluate(converted))) for p in programs]

    def plain(found):
        return bool(found) if "Bool" in type(found).__name__ else found

    return start, evaluate


def regopy():
    import regopy as binding

    def start(rules, names):  # noqa: ARG001
        engine = binding.Interpreter()
        engine.add_module("rules", REGO if len(rules) > 1 else REGO_SMALL)
        return engine, len(rules)

    def evaluate(started, bindings):
        engine, count = started
        engine.set_input(bindings)
        found = json.loads(str(engine.query("x = data.rules")))["bindings"]["x"]
        return [found.get(f"r{number}", False) for number in range(count)]

    return start, evaluate


def regorus():
    import regorus as binding

    def start(rules, names):  # noqa: ARG001
        engine = binding.Engine()
        engine.add_policy("rules.rego", REGO if len(rules) > 1 else REGO_SMALL)
        return engine, len(rules)

    def evaluate(started, bindings):
        engine, count = started
        engine.set_input_json(json.dumps(bindings))
        found = json.loads(engine.eval_rule_as_json("data.rules"))
        return [found.get(f"r{number}", False) for number in range(count)]

    return start, evaluate


CEL = {"ours": ours, "cel-expr-python": cpp, "common-expression-language": rust, "cel-python": python}
ENGINES = {**CEL, "regopy": regopy, "regorus": regorus}


def timed(work, rounds=ROUNDS):
    """Return the least seconds of this process, whatever else the machine does, and the last result."""
    times = []
    result = None
    for _ in range(rounds):
        start = time.process_time()
        result = work()
        times.append(time.process_time() - start)
    return min(times), result


def measured(make, large, small, larger):
    """Return seconds (ten rules, small inputs, compiling, large SBOM or None), and answers for both SBOMs."""
    start, evaluate = make()
    names = list(large)
    first, _ = timed(lambda: evaluate(start(RULES, names), large), 1)
    rounds = 1 if first > PATIENCE else ROUNDS
    compiling, programs = timed(lambda: start(RULES, names), rounds)
    running, answers = timed(lambda: evaluate(programs, large), rounds)
    one = start([SMALL], ["finding"])
    many, _ = timed(lambda: [evaluate(one, each) for each in small], min(rounds, 3))
    slow = larger is None or running > PATIENCE
    huge, others = (None, []) if slow else timed(lambda: evaluate(programs, larger), min(rounds, 2))
    return (running, many, compiling, huge), answers, others


def probe(make):
    """Yield what an engine makes of expressions whose value, or error, is known."""
    start, evaluate = make()
    for what, (source, right) in PROBES.items():
        answer = attempt(lambda s=source: evaluate(start([s], list(PROBED)), PROBED)[0])
        wrong = not isinstance(answer, str) or ": " not in answer if right is None else answer != right
        if wrong:
            yield f"{what}: {source} is {answer!r}"


def survives(name):
    """Return what becomes of a process in which an engine takes in what is nested 100,000 deep."""
    code = DEEP.format(folder=str(Path(__file__).parent), name=name)
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    return "ends" if ended.returncode >= 0 else f"is killed by signal {-ended.returncode}"


def main():
    large, small = document(), small_inputs()
    larger = None if "--quick" in sys.argv else document(20)
    print(f"SBOM {len(json.dumps(large['sbom'])) / 1e6:.2f} MB, findings {len(large['findings'])}", end="; ")
    print("the other one" if larger is None else f"{len(json.dumps(larger['sbom'])) / 1e6:.1f} MB")
    base = None
    for name, make in ENGINES.items():
        try:
            times, answers, others = measured(make, large, small, larger)
        except ImportError as error:
            print(f"{name:28} not here: {error}")
            continue
        base = base or times
        pairs = zip(times, base, strict=True)
        shown = ["-" if each is None else f"{each * 1e3:9.1f} ms {each / of:6.1f}x" for each, of in pairs]
        print(
            f"{name:28} ten rules {shown[0]}  10,000 small {shown[1]}  compile {shown[2]}  large {shown[3]}"
        )
        for rule, found in [*zip(RULES, answers, strict=True), *zip(RULES, others, strict=False)]:
            # In the large SBOM there are more components, and the same answers.
            if found is not True:
                print(f"    {found!r}: {rule}")
        if name in CEL:
            for line in probe(make):
                print(f"    {line}")
            print(f"    a process with an input nested 100,000 deep {survives(name)}")


if __name__ == "__main__":
    main()
