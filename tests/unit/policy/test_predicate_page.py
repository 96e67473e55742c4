"""The page about evidence: its examples, its table, and the members that it lists."""

import re

import pytest

from house_cases import ROOT
from stella_git.policy import cel, predicates

PAGE = (ROOT / "docs" / "reference" / "policy-evidence.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^### (.+?)\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))
TABLE = dict(re.findall(r"^\| \[`(https:.+?)`\]\(#(.+?)\)", PAGE, re.MULTILINE))
PINNED = {"spdx": ["2.3"], "provenance": ["v1"]}


def test_every_type_with_a_schema_has_a_section_and_no_other():
    with_schema = {
        uri for uri, known in predicates.PREDICATES.items() if any(name for _, name in known.schemas)
    }
    assert set(TABLE) == with_schema
    assert {*TABLE.values(), "any other"} == SECTIONS.keys()


def test_the_table_has_the_versions_that_are_known():
    for uri, known in predicates.PREDICATES.items():
        if uri in TABLE:
            (shown,) = re.findall(rf"`{re.escape(uri)}`\]\(.+?\) \| (.+?) \|", PAGE)
            wanted = (
                " to ".join((known.versions[0], known.versions[-1]))
                if "to" in shown
                else ", ".join(known.versions)
            )
            assert shown == wanted


@pytest.mark.parametrize(("uri", "section"), TABLE.items())
def test_every_example_compiles(uri, section):
    (source,) = re.findall(r"```cel\n(.+?)\n```", SECTIONS[section])
    name = re.search(r"[a-z]+", source)[0]
    names = {name: predicates.type_of(uri, PINNED.get(section)), "params": None}
    assert str(cel.compile(source, names=names).type) in {"bool", "dyn"}


@pytest.mark.parametrize("section", ["findings", "vex", "waivers"])
def test_every_member_of_a_view_is_listed(section):
    uri = next(uri for uri, name in TABLE.items() if name == section)
    row = predicates.type_of(uri).parameters[0]
    assert {*row.members} - set(re.findall(r"`([A-Za-z]+)[?{`]", SECTIONS[section])) == set()
    inner = row.members["vex"].members["claims"].parameters[0].members if section == "findings" else ()
    for name in inner:
        assert name in SECTIONS[section]
