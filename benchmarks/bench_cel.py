"""Ten rules over an SBOM with findings, a small input many times, and compiling, beside other engines.

    python benchmarks/bench_cel.py              # those of the peers that are installed take part

Peers: cel-expr-python (the C++ engine), common-expression-language (Rust), cel-python (Python). What they
need to take parsed JSON in, they do within the time. Answers that differ from ours, and errors, are printed.
"""

import json
import statistics
import time

ROUNDS = 7
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


def document():
    """Return bindings: an SBOM of about 0.9 MB and 600 findings."""
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
        for n in range(2_400)
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


def ours():
    from stella_git.policy import cel

    return (lambda source, names: cel.compile(source, names=dict.fromkeys(names))), (
        lambda program, bindings: program.evaluate(bindings)
    )


def cpp():
    from cel_expr_python import cel

    def compile_(source, names):
        environment = cel.NewEnv(variables=dict.fromkeys(names, cel.Type.DYN))
        return environment.compile(source)

    return compile_, lambda program, bindings: program.eval(data=bindings).value()


def rust():
    import cel

    return (lambda source, names: cel.compile(source)), (  # noqa: ARG005
        lambda program, bindings: program.execute(bindings)
    )


def python():
    import celpy

    environment = celpy.Environment()

    def compile_(source, names):  # noqa: ARG001
        return environment.program(environment.compile(source))

    def evaluate(program, bindings):
        return bool(program.evaluate({name: celpy.json_to_cel(value) for name, value in bindings.items()}))

    return compile_, evaluate


def timed(work, rounds=ROUNDS):
    """Return the median of seconds, and what ``work`` returned last."""
    times = []
    result = None
    for _ in range(rounds):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return statistics.median(times), result


def attempt(evaluate, program, bindings):
    try:
        return evaluate(program, bindings)
    except Exception as error:  # noqa: BLE001 - whatever a peer raises is an answer that is printed
        return f"{type(error).__name__}: {str(error)[:60]}"


def main():
    large, small = document(), small_inputs()
    print(f"SBOM {len(json.dumps(large['sbom'])) / 1e6:.2f} MB, findings {len(large['findings'])}")
    wanted = None
    engines = {"ours": ours, "cel-expr-python": cpp, "common-expression-language": rust, "cel-python": python}
    for name, make in engines.items():
        try:
            compile_, evaluate = make()
        except ImportError as error:
            print(f"{name:28} not here: {error}")
            continue
        rounds = 1 if name == "cel-python" else ROUNDS
        compiling, programs = timed(lambda c=compile_: [c(rule, list(large)) for rule in RULES], rounds)
        running, answers = timed(
            lambda e=evaluate, ps=programs: [attempt(e, program, large) for program in ps], rounds
        )
        program = compile_(SMALL, ["finding"])
        many, _ = timed(lambda e=evaluate, p=program: [attempt(e, p, each) for each in small], min(rounds, 3))
        print(
            f"{name:28} ten rules {running * 1e3:9.2f} ms   10,000 small {many * 1e3:9.1f} ms   "
            f"compile ten {compiling * 1e3:7.2f} ms"
        )
        wanted = wanted or answers
        for rule, found, right in zip(RULES, answers, wanted, strict=True):
            if found != right:
                print(f"    {found!r}, ours {right!r}: {rule}")


if __name__ == "__main__":
    main()
