"""Fetching: what arrives, where, and what never does."""

import pytest

from gitstore_cases import REF, WHEN, WHO, commit_file, git, make, opened, set_ref
from stella_git.gitstore import cas, notes, porcelain, refs, setup, summary


@pytest.fixture
def remote(tmp_path):
    directory = make(tmp_path / "remote")
    commit = commit_file(directory)
    return directory, commit


@pytest.fixture
def clone(tmp_path, remote):
    porcelain.clone(remote[0], tmp_path / "clone")
    with opened(tmp_path / "clone") as backend:
        for _ in range(2):
            setup.add_refspecs(backend, "origin")
            setup.add_display_ref(backend)
        assert len(backend.config_get_all("remote.origin.fetch")) == 1 + len(refs.fetch_refspecs("origin"))
        assert backend.config_get_all("notes.displayRef") == [refs.SUMMARY]
        assert setup.has_refspecs(backend, "origin")
        assert setup.has_display_ref(backend)
    return tmp_path / "clone"


def names(directory):
    return git(directory, "for-each-ref", "--format=%(refname)").splitlines()


def test_a_remote_that_has_none_of_our_refs(clone):
    porcelain.fetch(clone)
    assert not [name for name in names(clone) if "stella" in name]


def test_notes_and_log_arrive_beside_ours_evidence_and_summaries_do_not(clone, remote):
    directory, commit = remote
    with opened(directory) as backend:
        notes.add_notes(backend, REF, {commit: [b"theirs"]}, message="x", who=WHO, when=WHEN)
        cas.put(backend, "b" * 64, [b"evidence"], who=WHO, when=WHEN)
        summary.write_summary(backend, {commit: "PASS"}, who=WHO, when=WHEN)
        tip = backend.resolve(REF)
        for name in (refs.SEALED, refs.LOG, refs.CAS_SEALED, refs.SEEN):
            set_ref(backend, name, tip)
    with opened(clone) as backend:
        mine = notes.add_notes(backend, REF, {commit: [b"mine"]}, message="x", who=WHO, when=WHEN)
    for _ in range(2):
        porcelain.fetch(clone)
    found = [name for name in names(clone) if "stella" in name]
    there = refs.tracking("origin")
    assert found == [
        REF,
        f"{there}log",
        f"{there}notes/attest",
        f"{there}notes/w/{'a' * 32}",
    ]
    with opened(clone) as backend:
        assert backend.resolve(REF) == mine
        lines = {line.data: line.refs for line in notes.note_lines(backend, commit).lines}
        assert lines[b"mine"] == (REF,)
        assert lines[b"theirs"] == (f"{there}notes/attest", f"{there}notes/w/{'a' * 32}")
        digest = cas.sha256(b"evidence")
        assert cas.get(backend, digest) is None
        git(clone, "fetch", "-q", "origin", refs.evidence_refspec("origin"))
        assert cas.get(backend, digest) == b"evidence"


def test_undoing(clone):
    with opened(clone) as backend:
        for _ in range(2):
            setup.remove_refspecs(backend, "origin")
            setup.remove_display_ref(backend)
        assert backend.config_get_all("remote.origin.fetch") == ["+refs/heads/*:refs/remotes/origin/*"]
        assert backend.config_get_all("notes.displayRef") == []
        assert not setup.has_refspecs(backend, "origin")
        assert not setup.has_display_ref(backend)


def test_git_log_shows_summaries_escaped(clone, remote):
    with opened(clone) as backend:
        text = "PASS\x1b[31m prod\r\u202egnp \x9b\nby ä\ttab"
        summary.write_summary(backend, {remote[1]: "first"}, who=WHO, when=WHEN)
        summary.write_summary(backend, {remote[1]: text}, who=WHO, when=WHEN)
    shown = porcelain.log(clone)
    assert "PASS\\x1b[31m prod\\r\\u202egnp \\x9b\n    by ä\\ttab" in shown
    assert "first" not in shown
    assert "\x1b" not in shown


def test_a_partial_clone_fetches_what_it_needs(tmp_path, remote):
    directory, commit = remote
    git(directory, "config", "uploadpack.allowFilter", "true")
    git(directory, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{directory}", "partial")
    with opened(tmp_path / "partial") as backend:
        blob = git(directory, "rev-parse", "HEAD:file")
        assert backend.blob(blob) == b"content\n"
        assert backend.commit(commit).id == commit


def test_a_shallow_clone_says_so(tmp_path, remote):
    commit_file(remote[0], data=b"two")
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{remote[0]}", "shallow")
    with opened(tmp_path / "shallow") as backend:
        assert backend.is_shallow
