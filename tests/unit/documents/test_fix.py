"""Mending of single documents: which bytes change, and what is left alone."""

import json

import pytest

from documents_cases import bom, data, vex
from fix_cases import ANY, hold
from stella_git.canon.clock import parse_rfc3339
from stella_git.documents.context import Context
from stella_git.documents.detect import Format
from stella_git.documents.fix import state
from stella_git.documents.fix.edits import Edit, edits_of, spans
from stella_git.documents.fix.mend import fix
from stella_git.documents.problems import Mend
from stella_git.documents.settings import Settings
from stella_git.errors import DefectError, InputError

SBOM = frozenset({"sbom"})
PLAIN = {"type": "library", "name": "b", "purl": "pkg:npm/b@1"}
SPELT = {"type": "library", "name": "b", "purl": "pkg:NPM/b@1"}


def component(**members):
    return {"type": "library", "name": "x", **members}


def pointers(fixed):
    return [change.pointer for change in fixed.changes]


def test_a_clean_document_is_given_back():
    clean = data(bom())
    fixed = hold(clean)
    assert (fixed.data, fixed.before, fixed.format.kind) == (clean, clean.decode(), "cyclonedx")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n \t"])
def test_line_ends_and_the_end_of_the_file_stay(newline, end):
    whole = json.dumps(bom(components=[SPELT]), indent="\t", ensure_ascii=False) + end
    before = whole.replace("\n", newline).encode()
    assert hold(before).data == before.replace(b"pkg:NPM/b", b"pkg:npm/b")


def test_escapes_unicode_and_spaces_around_stay():
    before = (
        '{ "bomFormat" :\t"CycloneDX","specVersion":"1.6" , "components":[ '
        '{"name":"\\u00e9é😀\\/\\ud83d\\ude00",'
        '"purl"\r\n: "pkg:NPM\\/b%40\\u0031" ,"type":"library"}],"version" : 1 }'
    ).encode()
    fixed = hold(before)
    assert fixed.data == before.replace(b"pkg:NPM\\/b%40\\u0031", b"pkg:npm/b%401")
    (change,) = fixed.changes
    assert (change.before, change.after) == ('"pkg:NPM\\/b%40\\u0031"', '"pkg:npm/b%401"')
    assert (change.rule, change.line, change.column) == ("C010", 2, 3)


def test_a_bom_ref_that_is_the_purl_stays():
    part = component(**{"bom-ref": "pkg:NPM/b@1", "purl": "pkg:NPM/b@1"})
    value = bom(components=[part], dependencies=[{"ref": "pkg:NPM/b@1", "dependsOn": ["app"]}])
    fixed = hold(data(value))
    assert pointers(fixed) == ["/components/0/purl"]


def test_an_id_of_openvex_stays():
    product = {"@id": "pkg:NPM/b@1", "identifiers": {"purl": "pkg:NPM/b@1"}}
    value = vex()
    value["statements"][0]["products"] = [product]
    assert pointers(hold(data(value))) == ["/statements/0/products/0/identifiers/purl"]


def test_names_with_slashes_and_tildes_are_found():
    odd = {"a/b": {"~": {"0": [{"alg": "sha256", "content": "a" * 64}]}}}
    text = json.dumps(odd)
    assert spans(text, ["/a~1b/~0/0/0/alg", "/a~1b", "/lost"]) == {"/a~1b/~0/0/0/alg": (29, 37)}


@pytest.mark.parametrize(
    ("listed", "kept"),
    [
        (["a", "a"], ["a"]),
        (["a", "b", "a", "a", "b"], ["a", "b"]),
        (["b", "a", "b", "a"], ["b", "a"]),
    ],
)
def test_what_a_list_has_twice_is_taken_out_with_its_comma(listed, kept):
    value = bom(components=[], services=[{"name": name, "bom-ref": name} for name in "ab"])
    value["dependencies"] = [{"ref": "app", "dependsOn": listed}]
    fixed = hold(data(value))
    assert json.loads(fixed.data)["dependencies"][0]["dependsOn"] == kept
    value["dependencies"][0]["dependsOn"] = kept
    assert fixed.data == data(value)
    assert [change.after for change in fixed.changes] == [None] * (len(listed) - len(kept))


def test_an_item_whose_neighbour_is_no_scalar_is_left():
    text = '[{}, "a", "a"]'
    assert edits_of(text, {"/1": Mend(None), "/0": Mend(None), "/2": Mend(None)}) == {"/2": Edit(8, 13, "")}


def test_two_components_are_not_made_one():
    fixed = hold(data(bom(components=[PLAIN, SPELT, component(purl="pkg:NPM/x@1")])))
    assert pointers(fixed) == ["/components/2/purl"]


def test_of_many_only_those_that_do_harm_are_left():
    pairs = [{**part, "name": f"n{number}"} for number in (1, 2) for part in (PLAIN, SPELT)]
    others = [component(name=f"o{number}", purl=f"pkg:NPM/o{number}") for number in range(20)]
    fixed = hold(data(bom(components=[*others[:7], *pairs, *others[7:]])))
    assert len(fixed.changes) == len(others)
    left = [part["purl"] for part in json.loads(fixed.data)["components"] if "NPM" in part["purl"]]
    assert left == ["pkg:NPM/b@1"] * 2


def test_a_document_with_other_mistakes_is_mended_too():
    fixed = hold(data(bom(zzz=1, components=[{**SPELT, "type": 7}, {"purl": "pkg:NPM/c@1", "type": "File"}])))
    assert set(pointers(fixed)) == {"/components/0/purl", "/components/1/purl", "/components/1/type"}


def test_only_some_rules():
    value = data(bom(components=[{**SPELT, "type": "Library"}]))
    assert pointers(hold(value, only=frozenset({"K-enum"}))) == ["/components/0/type"]
    assert pointers(hold(value, only=frozenset({"C016"}))) == []


def test_a_rule_that_is_off_is_left_alone():
    value = data(bom(components=[{**SPELT, "type": "Library"}]))
    assert pointers(hold(value, settings=Settings(severities={"C010": "off"}))) == ["/components/0/type"]


@pytest.mark.parametrize(
    "content", [b'{"a":1,"a":2}', b"\xef\xbb\xbf{}", b"{", b"\xff", b"[NaN]", b"{}{}", b""]
)
def test_what_is_not_strict_json_is_refused(content):
    with pytest.raises(InputError) as caught:
        fix(content, path="x.json", expect=ANY)
    assert caught.value.code.startswith("json-")


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        vex(),
        bom(specVersion="1.2"),
        {"payloadType": "a", "payload": "", "signatures": []},
        {"_type": "https://in-toto.io/Statement/v1", "subject": []},
    ],
)
def test_what_is_no_sbom_is_refused(value):
    with pytest.raises(InputError) as caught:
        fix(data(value), path="x.json", expect=SBOM)
    assert (caught.value.code, caught.value.where.path) == ("fix-format", "x.json")


def test_what_is_signed_as_it_is_is_refused():
    value = {"apiVersion": "stella.ops/v1", "kind": "Findings", "findings": []}
    with pytest.raises(InputError, match="signed or digested"):
        fix(data(value), path="x.json", expect=frozenset({"findings"}))


@pytest.mark.parametrize("edit", [Edit(3, 8, "other"), Edit(0, 1, "[[]")])
def test_an_edit_that_does_something_else_stops_everything(monkeypatch, edit):
    monkeypatch.setattr(
        "stella_git.documents.fix.mend.edits_of", lambda _text, mends: dict.fromkeys(mends, edit)
    )
    with pytest.raises(DefectError) as caught:
        fix(data(bom(components=[SPELT])), path="x", expect=ANY)
    assert caught.value.code == "fix-diverged"


class Before:
    """A history of one revision."""

    def __init__(self, value):
        self.value = value

    def earlier(self, path):
        return None if self.value is None else data(self.value)

    def committed(self):
        return None


def bumped(before, now, **options):
    context = Context(history=Before(before), now=parse_rfc3339("2026-03-01T00:00:00Z"))
    return fix(data(now), path="x", expect=ANY, bump=context, **options)


def test_a_changed_document_gets_its_next_version_where_that_is_asked_for():
    fixed = bumped(bom(version=3), bom(version=3, components=[SPELT]))
    assert pointers(fixed) == ["/components/0/purl", "/version"]
    assert json.loads(fixed.data)["version"] == 4
    assert not bumped(bom(version=3), json.loads(fixed.data)).changes


def test_mending_itself_is_a_change():
    fixed = bumped(bom(components=[SPELT]), bom(components=[SPELT]))
    assert [(change.rule, change.after) for change in fixed.changes] == [
        ("C010", '"pkg:npm/b@1"'),
        ("C016", "2"),
    ]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (bom(), bom()),
        (None, bom()),
        (bom(), bom(version=2, components=[])),
        (bom(), bom(serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b70", components=[])),
    ],
)
def test_no_version_where_none_is_due(before, now):
    assert bumped(before, now).changes == ()


def test_no_version_for_a_rule_that_is_off_or_not_asked_for():
    now = bom(components=[])
    assert bumped(bom(), now, settings=Settings(severities={"C016": "off"})).changes == ()
    assert bumped(bom(), now, only=frozenset({"C010"})).changes == ()


def test_a_version_that_is_not_written_is_not_invented():
    before, now = bom(), bom(components=[])
    del before["version"], now["version"]
    assert bumped(before, now).changes == ()


@pytest.mark.parametrize(
    ("last", "written"),
    [
        (None, {"/version"}),
        ("2026-02-01T00:00:00Z", {"/version", "/last_updated"}),
        ("2027-02-01T00:00:00Z", {"/version"}),
        ("lately", {"/version"}),
    ],
)
def test_openvex_says_when_it_was_last_updated(last, written):
    now = vex(author="Another", **({"last_updated": last} if last else {}))
    fixed = bumped(vex(), now)
    assert set(pointers(fixed)) == written
    after = json.loads(fixed.data)
    assert after["version"] == 2
    if "/last_updated" in written:
        assert after["last_updated"] == "2026-03-01T00:00:00Z"


def test_a_large_document_is_mended_in_linear_time(monkeypatch):
    """A thousand edits take one look at the whole, not a thousand."""
    looks = []
    complaints = state._complaints
    monkeypatch.setattr(
        state, "_complaints", lambda *given, **options: looks.append(1) or complaints(*given, **options)
    )
    parts = [component(name=f"n{number}", purl=f"pkg:NPM/n{number}") for number in range(1000)]
    fixed = fix(data(bom(components=parts)), path="x", expect=ANY)
    assert len(fixed.changes) == 1000
    assert len(looks) == 2


def test_members_are_put_in_order_with_the_spaces_between_them_where_they_were():
    before = (
        '{ "version":1,\r\n\t"components" : [ {"name":"x" , "zzz":[{}, [],1],\n "type" : "library"} ] ,'
        '"\\u0073pecVersion":"1.6",   "bomFormat":"CycloneDX"}'
    )
    after = (
        '{ "bomFormat":"CycloneDX",\r\n\t"\\u0073pecVersion":"1.6" ,"version":1,   '
        '"components" : [ {"type" : "library" , "name":"x",\n "zzz":[{}, [],1]} ]}'
    )
    fixed = fix(before.encode(), path="x", expect=ANY, order=True)
    assert (fixed.data.decode(), fixed.changes, fixed.reordered) == (after, (), True)
    assert not fix(before.encode(), path="x", expect=ANY).changed


def test_a_graph_of_spdx_3_is_left_in_its_order():
    from stella_git.documents.fix.order import ordered

    assert (
        ordered('{"b": 1, "@context": 2}', Format(kind="spdx", version="3.0.1")) == '{"b": 1, "@context": 2}'
    )
