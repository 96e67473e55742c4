import copy

import pytest

from budget_cases import finding, inputs, vector, waiver
from stella_git.budget import BudgetFinding, BudgetInputs
from stella_git.budget.inputs import set_digest
from stella_git.canon.digest import sha256
from stella_git.errors import InputError

GOOD = vector("budget_inputs.json")


def broken(role, member, value, *, drop=False):
    document = copy.deepcopy(GOOD)
    row = document[role][0]
    if drop:
        del row[member]
    else:
        row[member] = value
    return document


@pytest.mark.parametrize(
    ("document", "code", "pointer"),
    [
        (broken("findings", "severity", "hihg"), "value-enum", "/findings/0/severity"),
        (broken("findings", "kev", None), "value-type", "/findings/0/kev"),
        (broken("findings", "epssPpm", 1_000_001), "value-range", "/findings/0/epssPpm"),
        (broken("findings", "epssPpm", 0.5), "value-type", "/findings/0/epssPpm"),
        (broken("findings", "cvss", 98), "member-unknown", "/findings/0/cvss"),
        (broken("findings", "vex", "", drop=True), "member-missing", "/findings/0"),
        (broken("findings", "fp", ""), "value-pattern", "/findings/0/fp"),
        (broken("findings", "firstSeen", "2026-10-01"), "value-pattern", "/findings/0/firstSeen"),
        (broken("findings", "firstSeen", "2026-02-30T00:00:00Z"), "value-instant", "/findings/0/firstSeen"),
        (broken("unknowns", "reason", "Dunno"), "value-enum", "/unknowns/0/reason"),
        (broken("waivers", "expires", "2026-12-01T00:00:00.5Z"), "value-pattern", "/waivers/0/expires"),
        ([], "value-type", ""),
        ({"findings": [], "unknowns": []}, "member-missing", ""),
    ],
)
def test_refusals_say_what_and_where(document, code, pointer):
    with pytest.raises(InputError) as caught:
        BudgetInputs.from_json(document, path="in.json")
    error = caught.value
    assert (error.code, error.where.pointer, error.where.path) == (code, pointer, "in.json")


def test_bytes_give_line_and_column():
    data = b'{\n "findings": [],\n "unknowns": [],\n "waivers": {}\n}'
    with pytest.raises(InputError) as caught:
        BudgetInputs.from_bytes(data, path="in.json")
    assert (caught.value.where.line, caught.value.where.column) == (4, 13)


def test_what_is_read_is_what_is_written():
    read = BudgetInputs.from_json(GOOD)
    assert [row.to_json() for row in read.findings] == GOOD["findings"]
    assert [row.to_json() for row in read.unknowns] == GOOD["unknowns"]
    assert [row.to_json() for row in read.waivers] == GOOD["waivers"]


def test_what_was_not_checked_is_absent():
    row = finding(kev=None, epss_ppm=None).to_json()
    assert "kev" not in row
    assert "epssPpm" not in row
    assert BudgetFinding.from_json(row) == finding(kev=None, epss_ppm=None)


def test_a_set_is_digested_in_the_order_of_its_canonical_bytes():
    expected = str(sha256(b'["a",{"b":1}]'))
    assert set_digest([{"b": 1}, "a", {"b": 1}]) == expected
    assert set_digest([]) == str(sha256(b"[]"))


def test_bytes_decide_the_order_and_not_code_units():
    # U+FF61 sorts after U+1F600 by UTF-16 code units, before it by bytes
    assert set_digest(["\U0001f600", "\uff61"]) == str(sha256('["\uff61","\U0001f600"]'.encode()))


def test_digests_by_role():
    digests = inputs(finding(), waivers=(waiver(),)).digests()
    assert sorted(digests) == ["findings", "unknowns", "waivers"]
    assert digests["unknowns"] == set_digest([])
    assert digests["findings"] == set_digest([finding().to_json()])
