"""Records of the audit log, and what a reading of the lines shows."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stella_git.canon import jcs
from stella_git.errors import InputError
from stella_git.trust import audit, auditreading
from stella_git.trust.audit import Event, Head, Record
from trust_cases import NOW

EVENT = Event(
    "keys.add", key_id="a" * 64, payload_digest="sha256:" + "b" * 64, predicate_type="t", detail="d"
)


def log(*events):
    """Return the lines of a log, and its head."""
    lines, head = [], None
    for event in events or (EVENT, Event("init"), Event("attest.create", "failed", code="x"), EVENT):
        record = audit.following(head, event, time=NOW, who="Ada <ada@example.org>", account="uid:1")
        lines.append(record.to_line() + b"\n")
        head = Head(record.seq, audit.digest_of(lines[-1]))
    return lines, head


LINES, HEAD = log()


def verify(lines, remembered=HEAD, kept=None):
    return auditreading.verify(lines, remembered=remembered, kept=kept)


def codes(lines, remembered=HEAD, kept=None):
    return [check.code or check.status for check in verify(lines, remembered, kept).checks]


def test_a_record_is_read_as_it_was_written():
    for line in LINES:
        record = Record.from_line(line.removesuffix(b"\n"))
        assert record.to_line() + b"\n" == line
    assert record.event == EVENT


def test_absent_members_are_absent():
    first = json.loads(LINES[0])

    assert "prev" not in first
    assert "code" not in first
    assert first["seq"] == 0
    assert json.loads(LINES[1])["prev"] == audit.digest_of(LINES[0])


@pytest.mark.parametrize(
    "change",
    [
        {"seq": -1},
        {"seq": "1"},
        {"seq": True},
        {"seq": 1.5},
        {"seq": None},
        {"who": 1},
        {"who": None},
        {"extra": "x"},
        {"time": "now"},
        {"time": "2026-06-01T01:00:00+01:00"},
        {"operation": None},
    ],
)
def test_what_is_no_record_is_refused(change):
    row = json.loads(LINES[0]) | change
    row = {name: value for name, value in row.items() if value is not None}
    with pytest.raises(InputError):
        Record.from_line(json.dumps(row, sort_keys=True, separators=(",", ":")).encode())


@pytest.mark.parametrize("line", [b"", b"[]", b"1", b"{}", LINES[0], b" " + LINES[0].strip()])
def test_a_line_is_exactly_one_canonical_object(line):
    with pytest.raises(InputError):
        Record.from_line(line)


def test_no_text_from_outside_breaks_a_line():
    lines, _ = log(Event("keys.add", detail="a\nb\x1b\ud800" + "x" * 9999, predicate_type="\u202e"))

    assert lines[0].count(b"\n") == 1
    assert len(lines[0]) < audit.LINE_LIMIT
    assert Record.from_line(lines[0].strip()).event.detail.startswith("a\\nb\\x1b\\ud800x")
    assert verify(lines, None).checks[0].status == "passed"


def test_a_whole_log_holds():
    report = verify(LINES, HEAD, Head(1, audit.digest_of(LINES[1])))

    assert report.ok
    assert [check.name for check in report.checks] == ["audit-chain", "audit-head", "audit-kept"]
    assert report.checks[2].detail == "record 1 is there, 2 after it"


def test_an_empty_log_is_whole_and_a_head_that_is_gone_is_said():
    assert codes([], None) == ["passed", "passed"]
    assert codes(LINES, None) == ["passed", "skipped"]
    assert codes([]) == ["passed", "AUDIT_TRUNCATED"]


@given(st.data())
def test_every_change_of_the_lines_is_found(data):
    lines = list(LINES)
    kind = data.draw(st.sampled_from(["flip", "drop", "swap", "copy", "forge"]))
    index = data.draw(st.integers(0, len(lines) - 1))
    if kind == "flip":
        place = data.draw(st.integers(0, len(lines[index]) - 2))
        flipped = bytearray(lines[index])
        flipped[place] ^= data.draw(st.integers(1, 255))
        lines[index] = bytes(flipped)
    elif kind == "drop":
        del lines[index]
    elif kind == "swap":
        other = data.draw(st.integers(0, len(lines) - 1).filter(lambda number: number != index))
        lines[index], lines[other] = lines[other], lines[index]
    elif kind == "copy":
        lines.insert(index, lines[index])
    else:
        row = json.loads(lines[index]) | {"who": "Mallory <m@example.org>"}
        lines[index] = jcs.dumps(row) + b"\n"
    assert not verify(b"".join(lines).splitlines(keepends=True)).ok


def test_the_place_of_the_change_is_named():
    row = json.loads(LINES[1]) | {"who": "Mallory"}
    forged = [LINES[0], jcs.dumps(row) + b"\n", *LINES[2:]]

    assert "line 3" in verify(forged).checks[0].detail
    assert "line 2: record 2 stands where 1 belongs" in verify([LINES[0], *LINES[2:]]).checks[0].detail


def test_a_cut_end_shows_by_the_head_and_by_nothing_else():
    assert codes(LINES[:-1]) == ["passed", "AUDIT_TRUNCATED"]
    assert codes(LINES[:-1], None) == ["passed", "skipped"]
    assert codes(LINES[:-1], None, HEAD) == ["passed", "skipped", "AUDIT_TRUNCATED"]


def test_a_log_that_was_written_again_shows_by_a_kept_head():
    other, head = log(Event("init"))

    assert codes(other, head) == ["passed", "passed"]
    assert codes(other, head, Head(0, audit.digest_of(LINES[0]))) == ["passed", "passed", "AUDIT_TRUNCATED"]


def after_torn(torn, named):
    """Return a log in which torn bytes stand before the last record."""
    record = audit.following(Head(2, audit.digest_of(LINES[2])), EVENT, time=NOW, who="x", account=None)
    line = jcs.dumps(record.to_json() | ({"torn": audit.digest_of(named)} if named else {}))
    return [*LINES[:3], *torn, line + b"\n"]


def test_a_torn_end_is_told_from_damage():
    report = verify([*LINES, b'{"seq":4,"who'])

    assert report.ok
    assert "torn by an interrupted write: line 5" in report.checks[0].detail
    assert not verify([*LINES, b'{"seq":4,"who\n']).ok


def test_a_last_record_that_lacks_only_its_newline_is_one():
    assert verify([*LINES[:-1], LINES[-1].strip()]).ok


@pytest.mark.parametrize(
    ("torn", "named", "ok"),
    [
        ([b'{"se\n'], b'{"se', True),
        ([b'{"se\n', b"{\n"], b'{"se\n{', True),
        ([b'{"se\n'], b"", False),
        ([b'{"se\n'], b"other", False),
        ([], b"other", False),
        ([b'{"se\n', b"{\n"], b'{"se', False),
    ],
)
def test_torn_lines_are_excused_by_the_record_that_names_them(torn, named, ok):
    report = verify(after_torn(torn, named), None)

    assert (report.checks[0].status == "passed") is ok


def test_problems_are_counted_and_bounded():
    found = auditreading.read([b"x\n"] * 500)

    assert len(found.problems) == 100
    assert (found.records, found.head) == (0, None)
    assert "(100 problems)" in verify([b"x\n"] * 500, None).checks[0].detail
