"""Write schemas/licences/spdx.json: the SPDX licence list as data, with its version.

    npm pack spdx-license-ids@3.0.23 && tar xzf spdx-license-ids-3.0.23.tgz
    python tools/licences.py package

The ids are those of the list that the CycloneDX schemas bring (schemas/cyclonedx/spdx.schema.json), so
that an id and an expression are judged by one list. Which of them are licences, and which are deprecated,
is in the npm package ``spdx-license-ids`` of the same list (CC0-1.0); what is in neither of its files and
is no ``+`` form of a licence is an exception. Standard library only.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "schemas" / "licences" / "spdx.json"
# The package has no list of exceptions; this one has been deprecated since list 2.0.
DEPRECATED_EXCEPTIONS = ("Nokia-Qt-exception-1.1",)


def read(path: Path) -> list[str]:
    """Return a JSON array of ids."""
    return [str(each) for each in json.loads(path.read_text("utf-8"))]


def main(package: Path) -> None:
    """Write the data."""
    schema = json.loads((ROOT / "schemas" / "cyclonedx" / "spdx.schema.json").read_text("utf-8"))
    listed = set(schema["enum"])
    current, old = set(read(package / "index.json")), set(read(package / "deprecated.json"))
    old |= {each for each in listed if each.endswith("+") and each[:-1] in old | current}
    exceptions = listed - current - old
    if current | old > listed or not set(DEPRECATED_EXCEPTIONS) <= exceptions:
        sys.exit("the package is of another version of the list than the schema")
    data = {
        "version": schema["$comment"].rpartition("-")[2],
        "licences": sorted(current),
        "deprecatedLicences": sorted(old),
        "exceptions": sorted(exceptions - set(DEPRECATED_EXCEPTIONS)),
        "deprecatedExceptions": sorted(DEPRECATED_EXCEPTIONS),
    }
    TARGET.write_text(json.dumps(data, indent=1) + "\n", "utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
