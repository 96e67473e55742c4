"""Compare what is made from the profiles of minimum elements with them; ``--write`` writes it.

Needs PyYAML, so it is no part of ``tools/generate.py``; a conformance test runs it.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from stella_git.canon import jcs
from stella_git.documents.elements import Element, Profile, builtin, ids
from stella_git.documents.elements.facts import COMPONENT, DOCUMENT, PROPERTY
from stella_git.documents.elements.forms import WORDS
from stella_git.documents.elements.model import AtLeast, Every, Has, Predicate

ROOT = Path(__file__).resolve().parent.parent
RULES = "policies/minimum-elements/rules.json"
PAGE = "docs/how-to/minimum-elements.md"


def rules() -> bytes:
    """Return what the rules ``E-...`` say, as canonical JSON, a line for each."""
    rows = {}
    for profile in map(builtin, ids()):
        for element in profile.elements:
            rows[profile.rule(element)] = {
                "severity": element.level.severity,
                "what": f"{_WHO[element.scope]} lacks {element.title}, an element of {profile.id}.",
                "why": element.why,
                "remedy": element.remedy,
                "source": f"{profile.source.document}, {_section(element.section)}",
            }
    lines = [jcs.dumps(name) + b": " + jcs.dumps(row) for name, row in sorted(rows.items())]
    return b"{\n" + b",\n".join(lines) + b"\n}\n"


_WHO = {
    "component": "A component",
    "document": "The document",
    "root": "The component that the document is about",
}


def page(old: str) -> str:
    """Return the page with its tables made anew."""
    for name, lines in (("profiles", profile_tables()), ("facts", fact_tables())):
        new = f"<!-- {name} -->\n\n" + "\n".join(lines).strip() + f"\n\n<!-- /{name} -->"
        old = re.sub(rf"(?s)<!-- {name} -->.*<!-- /{name} -->", lambda _, new=new: new, old)
    return old


def profile_tables() -> Iterator[str]:
    """Return what each profile asks."""
    for profile in map(builtin, ids()):
        yield from (f"### `{profile.id}`", "", f"{profile.title}. Status: {profile.status}.", "")
        source = (
            f"Source: <{profile.source.url}>, {profile.source.document}, {_section(profile.source.section)}."
        )
        yield from (source, "", profile.note, "")
        yield from ("| element | of | level | satisfied by |", "|---|---|---|---|")
        yield from (_row(profile, element) for element in profile.elements)
        yield from (
            "",
            "Not judged:",
            "",
            *(f"- {title}: {_lower(why)}" for title, why in profile.unjudged),
            "",
        )


def _row(profile: Profile, element: Element) -> str:
    link = f"[`{element.id}`](../rules/{profile.rule(element)}.md) {element.title}"
    scope = {"component": "each component", "document": "the document", "root": "the root"}[element.scope]
    names = [FORMATS[kind] for kind in element.applies.formats]
    formats = f", in {' and '.join(names)} only" if names else ""
    if not element.applies.logical:
        scope += " that contains no others"
    if element.applies.kinds_except:
        scope += f" but {', '.join(element.applies.kinds_except)}"
    return f"| {link} | {scope}{formats} | {element.level.id} | {words(element.requires)} |"


FORMATS = {"cyclonedx": "CycloneDX", "spdx": "SPDX", "spdx2": "SPDX 2.3", "spdx3": "SPDX 3"}


def words(predicate: Predicate) -> str:
    """Return a predicate in words."""
    if isinstance(predicate, Has):
        return _has(predicate)
    if isinstance(predicate, AtLeast):
        return " or ".join(f"{FORMATS[kind]} {version}" for kind, version in predicate.versions)
    return (" and " if isinstance(predicate, Every) else " or ").join(map(words, predicate.parts))


def _has(wanted: Has) -> str:
    text = f"`{wanted.fact.removeprefix(PROPERTY)}`"
    if wanted.among:
        text += f" ({', '.join(f'`{each}`' for each in wanted.among)})"
    if wanted.form:
        text += f" ({WORDS[wanted.form]})"
    return text + (" (may say unknown)" if wanted.unknown else "")


def fact_tables() -> Iterator[str]:
    """Return where each fact is read."""
    for title, table in (("Of a document", DOCUMENT), ("Of a component", COMPONENT)):
        yield from (
            f"### {title}",
            "",
            "| fact | values | CycloneDX | SPDX 2.3 | SPDX 3.0.1 |",
            "|---|---|---|---|---|",
        )
        for name, fact in sorted(table.items()):
            yield f"| `{name}` | {fact.what} | {fact.cyclonedx} | {fact.spdx2} | {fact.spdx3} |"
        yield ""


def _section(name: str) -> str:
    word = "sections" if "," in name else "section"
    return f"{word} {name}" if name[:1].isdigit() else name


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def main() -> int:
    """Return 1 if a file differs and was not written."""
    write = "--write" in sys.argv[1:]
    old = (ROOT / PAGE).read_text(encoding="utf-8")
    stale = 0
    for name, data in ((RULES, rules()), (PAGE, page(old).encode())):
        path = ROOT / name
        if path.exists() and path.read_bytes() == data:
            continue
        if write:
            path.write_bytes(data)
            print(f"wrote {name}")
        else:
            stale = 1
            print(f"{name} is out of date: run `python tools/elements.py --write`.")
    return stale


if __name__ == "__main__":
    raise SystemExit(main())
