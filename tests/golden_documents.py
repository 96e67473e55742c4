"""What every layer says of every document of the corpora; ``python tests/golden_documents.py --write``.

One line for each document, canonical JSON: format, the rules that fire and a digest of where, whether it
would be admitted as evidence, its inventory, its scores, how much it claims and finds. Wording is free to
change; anything else is seen in review.
"""

import sys
from pathlib import Path

from documents_cases import GOLDEN
from stella_git.canon import jcs
from stella_git.canon.digest import of_json
from stella_git.documents import elements, findings, inventory
from stella_git.documents.elements import load
from stella_git.documents.validate import admit, validate
from stella_git.errors import InputError
from stella_git.flows.intake import CLAIMS

FOLDERS = ("bom-examples", "cyclonedx", "elements", "findings", "openvex", "rules", "spdx3")
RESULTS = GOLDEN / "RESULTS.jsonl"
ROLES = ("findings", "sbom", "vex")


def documents():
    """Return every document, by its name below the corpora."""
    paths = [
        path
        for folder in FOLDERS
        for path in (GOLDEN / folder).rglob("*")
        if path.suffix in {".json", ".yaml"}
    ]
    names = {path.relative_to(GOLDEN).as_posix(): path for path in paths}
    left_out = ("expected", "context.json")
    return {name: names[name] for name in sorted(names) if not any(word in name for word in left_out)}


def result(name, data):
    """Return what every layer says of one document, as JSON."""
    done = validate(data, path=name)
    rules: dict[str, int] = {}
    for problem in done.problems:
        rules[problem.rule] = rules.get(problem.rule, 0) + 1
    line = {
        "file": name,
        "format": done.format.title if done.format else "",
        "ok": done.ok,
        "rules": rules,
        "admitted": [role for role in ROLES if admit(data, path=name, expect=frozenset({role})).ok],
    }
    if done.problems:
        line["places"] = str(
            of_json([[p.rule, p.severity, p.line, p.column, p.pointer, p.fixable] for p in done.problems])
        )
    if done.ok and done.format is not None:
        line |= layers(done)
    return line


def layers(done):
    found: dict[str, object] = {}
    if "sbom" in done.format.roles:
        listed = inventory.read(done.value, done.format)
        found["inventory"] = str(inventory.digest(listed))
        found["parts"], found["links"] = len(listed.parts), len(listed.links)
        found["scores"] = {name: elements.judge(listed, load.builtin(name)).score for name in load.ids()}
    if "vex" in done.format.roles and done.format.kind in CLAIMS:
        found["claims"] = len(CLAIMS[done.format.kind](done.value))
    try:
        rows, unknowns = findings.from_document(done.value, done.format)
    except InputError:
        return found
    return found | {"findings": len(rows), "unknowns": len(unknowns)}


def lines():
    """Return the lines of the file, in order."""
    return [jcs.dumps(result(name, path.read_bytes())).decode() for name, path in documents().items()]


if __name__ == "__main__":
    text = "\n".join(lines()) + "\n"
    if "--write" in sys.argv:
        Path(RESULTS).write_text(text, encoding="utf-8", newline="\n")
    else:
        sys.stdout.write(text)
