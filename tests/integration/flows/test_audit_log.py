"""The audit log of a real clone: what goes in, and what is found when somebody was at it."""

import json
import multiprocessing
import os

import pytest

from flows_cases import CLEAN, make, story
from stella_git.canon.clock import FixedClock, Instant
from stella_git.errors import EnvironmentFault
from stella_git.flows.audit import FileSink, recording
from stella_git.flows.workspace import open_workspace
from stella_git.trust import auditreading
from stella_git.trust.audit import Event

CLOCK = FixedClock(Instant(1_767_000_000))


def sink(folder):
    return FileSink(directory=folder, clock=CLOCK, who="Ada <ada@example.org>", account="uid:1")


def verify(log):
    return auditreading.verify(log.lines(), remembered=log.head())


def records(place):
    path = place.path / ".git/stella/audit.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_signature_and_every_key_is_in_the_log(tmp_path):
    place = story(tmp_path / "a")
    place.attest()
    place.json("keys", "generate", "--name", "other")

    rows = records(place)
    assert [(row["operation"], row["outcome"]) for row in rows] == [
        ("init", "ok"),
        ("init", "ok"),
        ("attest.create", "ok"),
        ("keys.generate", "ok"),
    ]
    assert rows[1]["payloadDigest"].startswith("sha256:")
    assert rows[2]["predicateType"] == "https://stella.ops/attestation/verdict/v1"
    assert rows[2]["keyId"] == rows[0]["keyId"]
    assert rows[2]["who"] == "Ada Tester <ada@example.org>"
    if os.name == "posix":
        assert rows[2]["account"] == f"uid:{os.getuid()}"
        assert (place.path / ".git/stella/audit.jsonl").stat().st_mode & 0o777 == 0o600
    assert place.json("audit", "verify")["ok"]
    assert "attest.create" in place.run("audit", "show")
    assert place.run("audit", "show", "--last", 1).count("\n") == 1
    assert place.run("audit", "show", "--format", "jsonl").count("\n") == 4


def test_what_was_attested_before_signs_and_records_nothing(tmp_path):
    place = story(tmp_path / "a")
    place.attest()
    place.attest()

    assert len([row for row in records(place) if row["operation"] == "attest.create"]) == 1


def test_failures_are_recorded_too(tmp_path):
    place = make(tmp_path / "a")
    place.commit(CLEAN)
    place.commit({"sbom/app.cdx.json": b"{"})
    place.run("attest", "create", expect=1)
    place.run("keys", "generate", "--name", "no name", expect=2)

    assert [(row["outcome"], row["code"]) for row in records(place)[2:]] == [
        ("failed", records(place)[2]["code"]),
        ("failed", "key-name"),
    ]


def test_nothing_is_signed_without_a_record(tmp_path):
    place = story(tmp_path / "a")
    log = place.path / ".git/stella/audit.jsonl"
    log.unlink()
    log.mkdir()

    assert "file-unwritable" in place.run("attest", "create", expect=4)
    assert place.note_refs() == []
    assert "key-exists" in place.run("keys", "generate", expect=2), "a failure stays that failure"
    assert "file-unreadable" in place.run("audit", "verify", expect=4)


def test_tampering_is_found_by_the_command(tmp_path):
    place = story(tmp_path / "a")
    head = place.run("audit", "show", "--head").strip()
    place.attest()
    log = place.path / ".git/stella/audit.jsonl"
    whole = log.read_bytes()
    assert "1 after it" in place.run("audit", "verify", "--head", head)

    log.write_bytes(whole.replace(b"attest.create", b"attest.delete"))
    assert "AUDIT_TRUNCATED" in place.run("audit", "verify", expect=1)
    log.write_bytes(b"".join(whole.splitlines(keepends=True)[1:]))
    assert "AUDIT_TAMPERED" in place.run("audit", "verify", expect=1)
    log.write_bytes(b"x\n")
    assert "no record" in place.run("audit", "show")
    log.unlink()
    log.with_name("audit.head").unlink()
    place.run("audit", "verify")
    assert "AUDIT_TRUNCATED" in place.run("audit", "verify", "--head", head, expect=1)
    assert "nothing was recorded" in place.run("audit", "show", "--head")
    for wrong in ("x", "1:sha256:0", "1:" + "0" * 64, ":sha256:" + "0" * 64):
        assert "audit-head" in place.run("audit", "verify", "--head", wrong, expect=2)


@pytest.mark.parametrize("torn", [b'{"account"', b"\xff\x00", b'{"a"\n{"b', b"x" * 70_000])
def test_a_torn_line_stops_nothing_and_is_reported(tmp_path, torn):
    log = sink(tmp_path)
    log.append(Event("a"))
    with log.path.open("ab") as stream:
        stream.write(torn)

    record = log.append(Event("b"))
    assert record.seq == 1
    assert record.torn is not None
    log.append(Event("c"))
    if len(torn) < 1000:
        report = verify(log)
        assert report.ok
        assert "torn" in report.checks[0].detail


def test_a_log_that_is_torn_from_its_first_byte_goes_on(tmp_path):
    log = sink(tmp_path)
    log.path.write_bytes(b'{"acc')

    assert log.append(Event("a")).seq == 0
    assert verify(log).ok


def test_a_record_without_its_newline_is_a_record(tmp_path):
    log = sink(tmp_path)
    log.append(Event("a"))
    log.path.write_bytes(log.path.read_bytes().rstrip())

    assert log.append(Event("b")).seq == 1
    assert verify(log).ok


def test_a_crash_before_the_head_is_remembered_loses_nothing(tmp_path):
    log = sink(tmp_path)
    log.append(Event("a"))
    before = (tmp_path / "audit.head").read_bytes()
    log.append(Event("b"))
    (tmp_path / "audit.head").write_bytes(before)

    assert "1 after it" in verify(log).checks[1].detail
    assert log.append(Event("c")).seq == 2
    assert verify(log).ok


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b"x" * len(data)])
def test_a_cut_or_spoilt_end_stays_visible_after_further_records(tmp_path, damage):
    log = sink(tmp_path)
    for name in "abcd":
        log.append(Event(name))
    log.path.write_bytes(damage(log.path.read_bytes()))

    assert log.append(Event("e")).seq == 4
    assert [check.status for check in verify(log).checks] == ["failed", "passed"]


@pytest.mark.parametrize("head", [b"", b"[]", b'{"seq":"0"}', b"\xff"])
def test_a_head_that_says_nothing_is_no_head(tmp_path, head):
    log = sink(tmp_path)
    log.append(Event("a"))
    (tmp_path / "audit.head").write_bytes(head)

    assert log.head() is None
    assert verify(log).ok


def write_many(folder, name):
    log = sink(folder)
    for index in range(25):
        log.append(Event(f"{name}{index}"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_several_processes_share_one_log(tmp_path):
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=write_many, args=(tmp_path, name)) for name in "ab"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert [worker.exitcode for worker in workers] == [0, 0]
    reading = auditreading.read(sink(tmp_path).lines())
    assert (reading.records, reading.problems) == (50, ())


def test_a_failure_that_cannot_be_recorded_stays_that_failure(tmp_path):
    place = story(tmp_path / "a")
    log = place.path / ".git/stella/audit.jsonl"
    log.unlink()
    log.mkdir()
    with (
        open_workspace(place.path) as workspace,
        pytest.raises(EnvironmentFault) as caught,
        recording(workspace, "x"),
    ):
        raise EnvironmentFault("gone", code="x")

    assert caught.value.code == "x"
    assert "not recorded" in caught.value.__notes__[0]
