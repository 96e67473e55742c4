"""The source tree as data, for the tests of the architecture."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "stella_git"
FLOORS = ("canon", "attest", "trust", "gitstore", "documents", "budget", "policy", "verdict", "flows")


@cache
def modules():
    """Return the syntax tree of each module of the package, by its path below ``src/stella_git``."""
    return {
        path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(SOURCE.rglob("*.py"))
    }


def table(path, columns):
    """Return the rows of the markdown tables in a file, without their heads."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.replace("\\|", "\0").split("|")[1:-1]]
        if len(cells) == columns and set(cells[0]) - set("-: "):
            rows.append([cell.replace("\0", "|") for cell in cells])
    return rows
