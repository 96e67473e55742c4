"""Rules of the profiles of minimum elements: one for each element, ``E-PROFILE-ELEMENT``.

The profiles are YAML (``policies/minimum-elements``), but looking up a rule must not load a YAML parser, nor
does the interpreter that makes the pages have one. So ``tools/elements.py`` writes what the rules say as JSON
beside them, and a test holds the two together.
"""

from typing import TYPE_CHECKING

from stella_git.documents.rules.model import Rule

if TYPE_CHECKING:
    from stella_git.documents.severity import Severity

_FILE = "policies/minimum-elements/rules.json"
_SEVERITIES: tuple["Severity", ...] = ("error", "warning", "info")


def _read() -> dict[str, Rule]:
    from stella_git.canon.reader import parse_json
    from stella_git.documents.read import text
    from stella_git.resources import data_path

    found = parse_json(data_path(_FILE).read_bytes(), path=_FILE)
    rules: dict[str, Rule] = {}
    for name, row in sorted(found.items()) if isinstance(found, dict) else ():
        given = text(row, "severity")
        rules[name] = Rule(
            severity=next((each for each in _SEVERITIES if each == given), "error"),
            what=text(row, "what") or "",
            why=text(row, "why") or "",
            remedy=text(row, "remedy") or "",
            source=text(row, "source") or "",
        )
    return rules


RULES: dict[str, Rule] = _read()
