"""Who wrote a waiver, by history: whoever first brought what it says now, approvals not looked at."""

import pytest

from flows_cases import START, git
from stella_git.canon import jcs
from stella_git.canon.clock import parse_rfc3339
from stella_git.flows import waivers as flow
from stella_git.gitstore.open import open_repository
from stella_git.trust import approvals
from trust_cases import REPOSITORY, entry, keyring, signer
from waiver_cases import document, waiver

PATH = "policies/waivers/w.yaml"
ROWS = [{"identity": "key:ben", "digest": "sha256:" + "0" * 64, "signature": "QQ=="}]


class Story:
    def __init__(self, path):
        self.path = path
        path.mkdir()
        git(path, "init", "--quiet", "--initial-branch=main")
        self.number = 0

    def by(self, name, content=None, path=PATH):
        """Commit a waiver, or its removal, as somebody."""
        target = self.path / path
        if content is None:
            git(self.path, "rm", "--quiet", path)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else jcs.dumps(content))
            git(self.path, "add", "-A")
        self.number += 1
        who = {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": f"{name.lower()}@example.org"}
        git(self.path, "commit", "--quiet", "--allow-empty", "-m", "x", when=START + self.number, env=who)

    def author(self, found=None, tip="HEAD", directory=None):
        with open_repository(directory or self.path) as backend:
            waivers = [found or waiver()]
            return flow.authors_of(backend, backend.resolve(f"{tip}^{{commit}}"), waivers)["w"]


@pytest.fixture
def story(tmp_path):
    return Story(tmp_path / "story")


ADA, BEN = "Ada <ada@example.org>", "Ben <ben@example.org>"


def test_who_brought_it(story):
    story.by("Ada", document())
    story.by("Ben", b"other", path="other.txt")
    assert story.author() == ADA


def test_approvals_and_layout_are_not_looked_at(story):
    story.by("Ada", document())
    story.by("Ben", document(approvals=ROWS))
    story.by("Cyd", b"# a comment\n" + jcs.dumps(document(approvals=ROWS)))
    assert story.author() == ADA


def test_whoever_changed_it_wrote_it(story):
    story.by("Ada", document())
    story.by("Ben", document(expires="2026-06-30T00:00:00Z"))
    assert story.author(waiver(expires="2026-06-30T00:00:00Z")) == BEN


def test_a_change_and_its_undoing_count(story):
    story.by("Ada", document())
    story.by("Cyd", document(ticket="x"))
    story.by("Ben", document())
    assert story.author() == BEN


@pytest.mark.parametrize("between", [None, b"not: [yaml", b"- a\n- list\n", b"spec: none\n", b"{}\n"])
def test_what_was_not_this_waiver_in_between(story, between):
    story.by("Ada", document())
    story.by("Cyd", between)
    story.by("Ben", document())
    assert story.author() == BEN


def test_a_link_in_between(story):
    story.by("Ada", document())
    story.by("Cyd")
    (story.path / PATH).parent.mkdir(parents=True, exist_ok=True)
    (story.path / PATH).symlink_to("nowhere")
    git(story.path, "add", "-A")
    git(story.path, "commit", "--quiet", "-m", "x")
    (story.path / PATH).unlink()
    story.by("Ben", document())
    assert story.author() == BEN


def test_a_merge_keeps_who_wrote_it(story):
    story.by("Ben", b"x", path="x.txt")
    git(story.path, "checkout", "--quiet", "-b", "topic")
    story.by("Ada", document())
    git(story.path, "checkout", "--quiet", "main")
    story.by("Ben", b"y", path="y.txt")
    git(story.path, "merge", "--quiet", "--no-ff", "-m", "Merge", "topic")
    assert story.author() == ADA


@pytest.mark.parametrize("before", ["policies/waivers/draft.yaml", "elsewhere/w.yaml", "w.yaml"])
def test_whoever_moves_it_did_not_write_it(story, before):
    story.by("Cyd", b"x", path="policies/waivers/note.txt")
    story.by("Ada", document(), path=before)
    story.by("Ben", b"y", path="y.txt")
    (story.path / PATH).parent.mkdir(parents=True, exist_ok=True)
    git(story.path, "mv", before, PATH)
    story.by("Ben", document(approvals=ROWS))
    assert story.author(waiver()) == ADA


def test_a_file_beside_it_is_another(story):
    story.by("Ada", document("v"), path="policies/waivers/v.yaml")
    story.by("Ben", document())
    assert story.author() == BEN


def test_what_the_commit_has_not_nobody_wrote(story):
    story.by("Ada", document(ticket="x"))
    assert story.author() is None
    story.by("Ada", document(), path="elsewhere.yaml")
    assert story.author() is None


def test_history_that_is_cut_off_does_not_tell(story, tmp_path):
    story.by("Ada", document())
    story.by("Ben", document(approvals=ROWS))
    shallow = tmp_path / "shallow"
    for depth, author in (("1", None), ("2", ADA)):
        git(tmp_path, "clone", "--quiet", "--depth", depth, f"file://{story.path}", f"{shallow}{depth}")
        assert story.author(directory=f"{shallow}{depth}") == author


def test_history_that_is_cut_off_before_tells(story, tmp_path):
    story.by("Ben", b"x", path="x.txt")
    story.by("Ada", document())
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{story.path}", "shallow")
    assert story.author(directory=tmp_path / "shallow") is None
    story.by("Ben", b"y", path="x.txt")
    git(tmp_path, "clone", "--quiet", "--depth", "3", f"file://{story.path}", "deeper")
    assert story.author(directory=tmp_path / "deeper") == ADA


RING = keyring(entry("root", "trust"), entry("ben", "waiver"))
AT = parse_rfc3339("2026-06-01T00:00:00Z")


def approved(authors, ring=RING, identifier=REPOSITORY):
    data = approvals.payload(document(), REPOSITORY)
    row = approvals.approve(data, signer("ben"), "ben")._asdict()
    found = waiver(approvals=[row])
    return flow.approved([found], keyring=ring, repository_id=identifier, at=AT, authors=authors)["w"]


def test_who_approved_depends_on_who_wrote():
    assert approved(None) == ("key:ben",)
    assert approved({"w": ADA}) == ("key:ben",)
    assert approved({"w": BEN}) == ()
    assert approved({"w": None}) == ()
    assert approved({}) == ()


def test_without_a_keyring_or_an_id_nobody_approved():
    assert approved(None, ring=None) == ()
    assert approved(None, identifier=None) == ()
    for options, word in (
        ({"keyring": None, "repository_id": REPOSITORY}, "keyring"),
        ({"keyring": RING, "repository_id": None}, "no id"),
    ):
        (found,) = flow.standings([waiver()], at=AT, **options)
        assert word in found.unchecked
