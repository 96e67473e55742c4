import json

import jsonschema

from stella_git import resources
from stella_git.documents.vexdiff import Change, Said, VexDiff
from stella_git.report import vexdiff

BEFORE = Said(
    vulnerability="CVE-2026-0001",
    product="pkg:npm/left-pad@1.3.0",
    status="not_affected",
    justification="component_not_present",
)
AFTER = Said(
    vulnerability="CVE-2026-0001",
    product="pkg:npm/left-pad@1.3.0",
    status="fixed",
    timestamp="2026-01-31T09:30:00Z",
)
OTHER = Said(vulnerability="CVE-2026-0002", product="", status="affected")
FOUND = VexDiff(
    added=(OTHER,),
    removed=(BEFORE,),
    changed=(Change(before=BEFORE, after=AFTER, fields=("status", "justification", "timestamp")),),
    same=3,
)
NONE = VexDiff(added=(), removed=(), changed=(), same=1)


def test_text_has_a_line_for_each_difference():
    assert vexdiff.text(FOUND, colour=False) == (
        "- CVE-2026-0001 pkg:npm/left-pad@1.3.0: not_affected (component_not_present)\n"
        "+ CVE-2026-0002 (no product named): affected\n"
        "~ CVE-2026-0001 pkg:npm/left-pad@1.3.0: status not_affected -> fixed; "
        "justification component_not_present -> none; timestamp none -> 2026-01-31T09:30:00Z\n"
        "1 added, 1 removed, 1 changed, 3 unchanged\n"
    )
    assert vexdiff.text(NONE, colour=False) == "no differences in 1 claim\n"


def test_text_is_coloured_when_asked():
    assert "\x1b[" in vexdiff.text(FOUND, colour=True)


def test_what_a_document_says_does_not_move_the_cursor():
    evil = Said(vulnerability="CVE-2026-0002", product="\x1b[2J\u202e", status="affected")
    assert "\x1b" not in vexdiff.text(VexDiff(added=(evil,), removed=(), changed=(), same=0), colour=False)


def test_json_conforms_to_its_schema():
    schema = json.loads(resources.schema("stella/vex-diff.v1.schema.json"))
    for found in (FOUND, NONE):
        value = vexdiff.as_json(found, before="HEAD:a.json", after="a.json")
        jsonschema.Draft202012Validator(schema).validate(value)
        assert value["equal"] is found.equal
