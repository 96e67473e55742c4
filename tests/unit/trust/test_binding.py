import pytest

from stella_git.attest.statement import ResourceDescriptor, Statement, commit_subjects
from stella_git.trust.binding import check_binding
from trust_cases import COMMIT, NOW, REPOSITORY, ROOT, TREE, TWIN, VERDICT, binding, facts, statement

OTHER = "0f" * 20
OTHER_REPOSITORY = "00000000-0000-4000-8000-000000000000"


def outcome(said=None, bound=None, asked=None, now=NOW):
    checks = check_binding(said or statement(), bound or binding(), asked or facts(), now=now)
    assert [check.name for check in checks] == ["repository", "subject", "history", "ref", "expiry"]
    assert all(check.remedy for check in checks if check.status == "failed")
    return {check.name: check.code or check.status for check in checks}


ALL = dict.fromkeys(("repository", "subject", "history", "ref", "expiry"), "passed")


def subjects(*pairs):
    found = tuple(ResourceDescriptor(name=name, digest=digest) for name, digest in pairs)
    return Statement(subject=found, predicate_type=VERDICT, predicate={})


def tree_anchored(**changes):
    return {"said": statement(commit=None), "bound": binding(git_commit=None, **changes)}


def test_a_statement_about_this_commit_here_and_now_passes():
    assert outcome() == ALL


def test_a_statement_about_a_tree_covers_every_commit_with_it():
    assert outcome(**tree_anchored()) == ALL
    assert outcome(**tree_anchored(), asked=facts(commit=OTHER)) == ALL
    assert outcome(**tree_anchored(), asked=facts(commit=None)) == ALL


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"commit": OTHER, "tree": OTHER, "tree_sha256": "0f" * 32}, "COPIED"),
        ({"commit": OTHER}, "COPIED"),
        ({"commit": None}, "COPIED"),
        ({"tree": OTHER, "tree_sha256": "0f" * 32}, "STALE_TREE"),
        ({"tree": OTHER}, "STALE_TREE"),
        ({"tree_sha256": "0f" * 32}, "STALE_TREE"),
        ({"object_format": "sha256"}, "WRONG_OBJECT_FORMAT"),
    ],
)
def test_a_statement_about_something_else_is_refused(changes, code):
    assert outcome(asked=facts(**changes)) == ALL | {"subject": code}


def test_a_statement_about_another_tree_alone_is_stale():
    assert outcome(**tree_anchored(), asked=facts(tree=OTHER))["subject"] == "STALE_TREE"


def test_a_copied_statement_says_whether_the_tree_is_the_same():
    checks = check_binding(statement(), binding(), facts(commit=OTHER), now=NOW)
    assert "its tree is the same" in checks[1].detail
    checks = check_binding(statement(), binding(), facts(commit=OTHER, tree=OTHER), now=NOW)
    assert "with another tree" in checks[1].detail
    assert checks[1].detail.endswith(f"not {OTHER}")
    checks = check_binding(statement(), binding(), facts(commit=None), now=NOW)
    assert checks[1].detail.endswith(f"not tree {TREE}")


NAMED = (REPOSITORY, {"gitCommit": COMMIT})
TREED = (f"{REPOSITORY}#tree", {"gitTree": TREE})
TWINNED = (f"{REPOSITORY}#tree-sha256", {"gitTree": TWIN})


@pytest.mark.parametrize(
    "pairs",
    [
        [NAMED, TREED],
        [NAMED, TWINNED],
        [TREED, TWINNED],
        [NAMED],
        [NAMED, TREED, TWINNED, (f"{REPOSITORY}#other", {"gitTree": TREE})],
        [NAMED, TREED, TWINNED, (f"{REPOSITORY}#tree", {"gitTree": OTHER})],
        [NAMED, TREED, TWINNED, (f"{REPOSITORY}#tree", {"gitTree": TREE})],
        [NAMED, TREED, (f"{REPOSITORY}#tree-sha256", {"gitTree": "0f" * 32})],
        [(REPOSITORY, {"gitCommit": COMMIT, "sha256": TWIN}), TREED, TWINNED],
        [(REPOSITORY, {"gitTree": COMMIT}), TREED, TWINNED],
        [(REPOSITORY, {"gitCommit": OTHER}), TREED, TWINNED],
    ],
)
def test_all_subjects_must_be_there_and_agree_with_the_binding(pairs):
    assert outcome(subjects(*pairs)) == ALL | {"subject": "WRONG_SUBJECT"}


def test_a_binding_that_says_other_ids_than_the_subjects_is_refused():
    for changes in (
        {"git_commit": None},
        {"git_commit": OTHER},
        {"git_tree": OTHER},
        {"tree_sha256": "0f" * 32},
    ):
        assert outcome(bound=binding(**changes))["subject"] == "WRONG_SUBJECT"


def test_another_repository_is_refused_wherever_it_is_named():
    assert outcome(asked=facts(repository_id=OTHER_REPOSITORY))["repository"] == "WRONG_REPOSITORY"
    assert outcome(bound=binding(repository_id=OTHER_REPOSITORY))["repository"] == "WRONG_REPOSITORY"
    moved = statement().subject[:2] + commit_subjects(
        OTHER_REPOSITORY, git_commit=None, git_tree=TREE, tree_sha256=TWIN
    )
    said = Statement(subject=moved, predicate_type=VERDICT, predicate={})
    assert outcome(said)["repository"] == "WRONG_REPOSITORY"
    assert (
        outcome(subjects((None, {"gitCommit": COMMIT}), TREED, TWINNED))["repository"] == "WRONG_REPOSITORY"
    )


def test_a_repository_started_from_a_copy_is_another_one():
    assert outcome(asked=facts(root_commits=(OTHER,)))["history"] == "WRONG_REPOSITORY"
    assert outcome(bound=binding(root_commits=(ROOT, OTHER)))["history"] == "WRONG_REPOSITORY"


def test_a_history_that_has_grown_a_root_is_the_same():
    assert outcome(asked=facts(root_commits=(OTHER, ROOT))) == ALL


def test_a_shallow_clone_says_that_it_does_not_know():
    here = check_binding(statement(), binding(), facts(root_commits=None), now=NOW)[2]
    assert (here.status, "this clone is shallow" in here.detail) == ("skipped", True)
    there = check_binding(statement(), binding(root_commits=(), shallow=True), facts(), now=NOW)[2]
    assert (there.status, "the signer's clone is shallow" in there.detail) == ("skipped", True)


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (None, "skipped"),
        ((), "skipped"),
        (("refs/heads/main",), "passed"),
        (("refs/tags/*", "refs/heads/*"), "passed"),
        (("refs/**",), "passed"),
        (("refs/*",), "WRONG_REF"),
        (("refs/heads/mai",), "WRONG_REF"),
        (("refs/heads/main2",), "WRONG_REF"),
        (("refs.heads.main",), "WRONG_REF"),
    ],
)
def test_the_ref_must_be_one_that_is_accepted(patterns, expected):
    assert outcome(asked=facts(ref_patterns=patterns))["ref"] == expected


@pytest.mark.parametrize(
    ("expires", "expected"), [(NOW.plus(1), "passed"), (NOW, "passed"), (NOW.plus(-1), "EXPIRED")]
)
def test_a_statement_expires_after_its_last_instant(expires, expected):
    assert outcome(bound=binding(expires=str(expires)))["expiry"] == expected


def test_every_defect_is_reported_at_once():
    asked = facts(repository_id=OTHER_REPOSITORY, root_commits=(), tree=OTHER, ref_patterns=("refs/tags/*",))
    assert outcome(bound=binding(expires=str(NOW.plus(-1))), asked=asked) == {
        "repository": "WRONG_REPOSITORY",
        "subject": "STALE_TREE",
        "history": "WRONG_REPOSITORY",
        "ref": "WRONG_REF",
        "expiry": "EXPIRED",
    }


def test_text_of_another_is_escaped():
    said = subjects(("\x1b[2J", {"gitCommit": COMMIT}))
    checks = check_binding(said, binding(), facts(), now=NOW)
    assert all(check.detail.isprintable() for check in checks)
