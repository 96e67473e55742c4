"""Fuzz target for the readers of scanners' reports: only our errors come out, and documents stay as they are.

How to run it: `harness`.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from fuzz.fuzz_attest import mutate
from fuzz.harness import main
from ingest_cases import NAMES, canonical, fixture
from stella_git.documents import ingest


def report(data: bytes) -> None:
    made = canonical(ingest.read(data, path="report"))
    assert canonical(ingest.read(made, path="again")) == made


if __name__ == "__main__":
    main({name.removesuffix(".json"): (report, fixture(name)) for name in NAMES}, mutate)
