"""What the fuzz targets share: a table of targets, atheris with good inputs to start from, or random changes.

    python tests/fuzz/fuzz_bundle.py -max_total_time=60                atheris, every target in turn
    python tests/fuzz/fuzz_bundle.py --target bundle -max_total_time=60
    python tests/fuzz/fuzz_bundle.py --random 10000                    without atheris

A crash is any exception but our own; a failing input is printed in hex, and kept by atheris as a file.
"""

import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from stella_git.errors import StellaError

Target = Callable[[bytes], None]
Targets = Mapping[str, tuple[Target, bytes]]  # name -> target, and a good input to start from
Mutate = Callable[[bytes, random.Random], bytes]


def run(target: Target, data: bytes) -> bool:
    """Return whether the target took the input; raise whatever is not one of our errors."""
    try:
        target(data)
    except StellaError:
        return False
    return True


def main(
    targets: Mapping[str, tuple[Target, bytes]], mutate: Callable[[bytes, random.Random], bytes]
) -> None:
    """Run what the command line says."""
    if "--random" in sys.argv:
        _randomly(targets, mutate, int(sys.argv[sys.argv.index("--random") + 1]))
    elif "--target" in sys.argv:
        at = sys.argv.index("--target")
        name = sys.argv[at + 1]
        _with_atheris(*targets[name], [sys.argv[0], *sys.argv[1:at], *sys.argv[at + 2 :]])
    else:  # atheris never returns: a process for each
        for name in targets:
            sys.stderr.write(f"=== {name}\n")
            subprocess.run([sys.executable, sys.argv[0], "--target", name, *sys.argv[1:]], check=True)


def _with_atheris(target: Target, start: bytes, argv: list[str]) -> None:
    import atheris

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "start").write_bytes(start)
        atheris.instrument_all()
        atheris.Setup([*argv, f"-max_len={4 * len(start) + 256}", folder], lambda data: run(target, data))
        atheris.Fuzz()


def _randomly(targets: Targets, mutate: Mutate, count: int) -> None:
    source = random.Random(count)
    for name, (target, start) in targets.items():
        assert run(target, start), name
        taken = 0
        for _ in range(count):
            data = mutate(start, source)
            try:
                taken += run(target, data)
            except Exception:
                sys.stderr.write(f"{name}: {data.hex()}\n")
                raise
        sys.stdout.write(f"{name}: {count} inputs, {taken} taken\n")
