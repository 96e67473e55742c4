"""Make the generated files of ``examples/demo`` again, or check that they are the recorded ones.

    python tools/make_demo_data.py --cyclonedx-py PATH    locks, SBOMs, broken documents, table of digests
    python tools/make_demo_data.py --check                digests and broken documents only, offline

The first needs ``uv`` and the package registry; ``examples/demo/ORIGIN.md`` names the versions used.
What people wrote (application, VEX, findings, budget) is left alone.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

DEMO = Path(__file__).resolve().parent.parent / "examples" / "demo"
STAGES = {"before": "2026-11-02T09:00:00Z", "after": "2026-11-02T09:20:00Z"}
PYTHON = "3.11"
LOCK = ["uv", "pip", "compile", "--no-config", "--universal", "--python-version", PYTHON, "--generate-hashes"]
UNRECORDED = ("ORIGIN.md",)

# (what the tool wrote, what somebody made of it by hand); each must occur exactly once
LIBRARY = '"purl": "pkg:pypi/pyyaml@5.3.1",\n      "type": "%s",'
DEPENDS = '"PyYAML==5.3.1",\n        "click==%s"'
VERSION = '"version": "5.3.1"'
BROKEN = {
    "broken/sbom.cdx.json": (
        (LIBRARY % "library", LIBRARY % "libary"),
        ('"id": "MIT"', '"id": "MIT License"'),
        (DEPENDS % "8.5.0", DEPENDS % "8.4.2"),
    ),
    "broken/duplicate.cdx.json": ((VERSION, VERSION + ',\n      "version": "6.0.3"'),),
}


def main() -> int:
    """Run the command line and return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything differs")
    parser.add_argument("--cyclonedx-py", default="cyclonedx-py", help="the program of cyclonedx-bom")
    options = parser.parse_args()
    if not options.check:
        for stage, when in STAGES.items():
            make(stage, when, options.cyclonedx_py)
    wrong = [name for name, text in expected().items() if not same(name, text, write=not options.check)]
    for name in wrong:
        print(f"{name} is not what it is made from", file=sys.stderr)
    return 1 if wrong else 0


def make(stage: str, when: str, cyclonedx_py: str) -> None:
    """Lock the dependencies of a stage, install exactly these, and let cyclonedx-py describe them."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        shutil.copytree(DEMO / "app", place, dirs_exist_ok=True)
        shutil.copy(DEMO / stage / "pyproject.toml", place)
        run(place, *LOCK, "--exclude-newer", when, "--output-file", "requirements.txt", "pyproject.toml")
        run(place, "uv", "venv", "--python", PYTHON, "venv")
        run(place, "uv", "pip", "sync", "--require-hashes", "--python", "venv", "requirements.txt")
        seconds = int(datetime.fromisoformat(when).timestamp())
        command = [cyclonedx_py, "environment", "--pyproject", "pyproject.toml", "--spec-version", "1.6"]
        command += [
            "--output-reproducible",
            "--output-format",
            "JSON",
            "--output-file",
            "sbom.cdx.json",
            "venv",
        ]
        run(place, *command, SOURCE_DATE_EPOCH=str(seconds))
        for made in ("requirements.txt", "sbom.cdx.json"):
            shutil.copyfile(place / made, DEMO / stage / made)


def run(place: Path, *command: str, **environment: str) -> None:
    """Run a program in a directory; its failure ends everything."""
    subprocess.run(
        command, cwd=place, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **environment}
    )


def expected() -> dict[str, str]:
    """Return the content that the broken documents and the table of digests must have."""
    original = (DEMO / "before" / "sbom.cdx.json").read_bytes().decode()
    contents: dict[str, str] = {}
    for name, changes in BROKEN.items():
        text = original
        for old, new in changes:
            if text.count(old) != 1:
                raise SystemExit(f"{old!r} occurs {text.count(old)} times in before/sbom.cdx.json")
            text = text.replace(old, new)
        contents[name] = text
    origin = (DEMO / "ORIGIN.md").read_bytes().decode()
    table = "| file | SHA-256 |\n|---|---|\n" + "".join(f"| `{n}` | `{d}` |\n" for n, d in digests(contents))
    contents["ORIGIN.md"] = re.sub(r"\| file \| SHA-256 \|\n(\|.*\n)+", lambda _: table, origin)
    return contents


def digests(contents: dict[str, str]) -> list[tuple[str, str]]:
    """Return (name, SHA-256) of every file of the demo, sorted by name."""
    files = {
        path.relative_to(DEMO).as_posix(): path.read_bytes() for path in DEMO.rglob("*") if path.is_file()
    }
    files |= {name: text.encode() for name, text in contents.items()}
    return sorted((n, hashlib.sha256(data).hexdigest()) for n, data in files.items() if n not in UNRECORDED)


def same(name: str, content: str, *, write: bool) -> bool:
    """Return whether a file has this content; with ``write`` it has afterwards."""
    path = DEMO / name
    if write:
        path.write_bytes(content.encode())
    return path.exists() and path.read_bytes() == content.encode()


if __name__ == "__main__":
    sys.exit(main())
