import pytest

from attest_cases import (
    COMMIT,
    DIGEST,
    REPOSITORY,
    ROOT_COMMIT,
    TREE,
    TWIN,
    binding,
    budget_check,
    change,
    verdict_predicate,
    without,
)
from stella_git.attest.predicates import (
    ALSO_READ,
    TYPES,
    Binding,
    BudgetCheckPredicate,
    VerdictPredicate,
    resolve,
)
from stella_git.errors import InputError, RefusedError

OTHER = "sha256:" + "f" * 64


def test_every_type_is_its_own_and_found():
    assert len(set(TYPES.values())) == len(TYPES)
    assert all(resolve(uri) == name for name, uri in TYPES.items())
    assert not set(ALSO_READ) & set(TYPES.values())


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("stella.ops/promotion@v1", "promotion"),
        ("stella.ops/provcache@v1", "provcache"),
        ("stella.ops/verdict@v1", "verdict"),
        ("https://spdx.dev/Document/v2.3", "spdx"),
        ("stella.ops/vsa@v1", None),
        ("stella.ops/verdict@v2", None),
        ("https://stella.ops/attestation/verdict/v2", None),
        ("https://stella.ops/attestation/verdict/v1/", None),
        ("https://stella.ops/attestation/VERDICT/v1", None),
        ("https://stella.ops/attestation/verdict", None),
        ("https://slsa.dev/provenance/v0.2", None),
        ("", None),
        ("verdict", None),
    ],
)
def test_types_are_compared_exactly(uri, name):
    assert resolve(uri) == name


# fixture -> (change, pointer)
BAD_BINDINGS = {
    "repository id missing": ({"repositoryId": None}, "/b"),
    "repository id not a UUID": ({"repositoryId": "shop"}, "/b/repositoryId"),
    "repository id in capitals": ({"repositoryId": REPOSITORY.upper()}, "/b/repositoryId"),
    "repository id with a line feed": ({"repositoryId": REPOSITORY + "\n"}, "/b/repositoryId"),
    "root commits missing": ({"rootCommits": None}, "/b"),
    "root commits a string": ({"rootCommits": ROOT_COMMIT}, "/b/rootCommits"),
    "root commits out of order": ({"rootCommits": ["c" * 40, "a" * 40]}, "/b/rootCommits"),
    "a root commit twice": ({"rootCommits": ["c" * 40, "c" * 40]}, "/b/rootCommits"),
    "a short root commit": ({"rootCommits": ["c" * 39]}, "/b/rootCommits/0"),
    "a root commit that is a number": ({"rootCommits": [1]}, "/b/rootCommits/0"),
    "no root commits in a whole history": ({"rootCommits": []}, "/b"),
    "root commits in a shallow history": ({"shallow": True}, "/b"),
    "shallow false": ({"shallow": False}, "/b/shallow"),
    "shallow a number": ({"shallow": 1, "rootCommits": []}, "/b/shallow"),
    "ref missing": ({"ref": None}, "/b"),
    "a short ref": ({"ref": "main"}, "/b/ref"),
    "a ref with a space": ({"ref": "refs/heads/a b"}, "/b/ref"),
    "a ref with a glob": ({"ref": "refs/heads/*"}, "/b/ref"),
    "a ref with a line feed": ({"ref": "refs/heads/main\n"}, "/b/ref"),
    "an empty ref": ({"ref": ""}, "/b/ref"),
    "a commit in capitals": ({"gitCommit": "A" * 40}, "/b/gitCommit"),
    "a tree missing": ({"gitTree": None}, "/b"),
    "a tree of another length": ({"gitTree": "b" * 64}, "/b"),
    "a twin missing": ({"treeSha256": None}, "/b"),
    "a twin of 40 digits": ({"treeSha256": "d" * 40}, "/b/treeSha256"),
    "a policy revision missing": ({"policyRevision": None}, "/b"),
    "a policy revision that is a ref": ({"policyRevision": "refs/heads/main"}, "/b/policyRevision"),
    "a policy revision of another length": ({"policyRevision": "c" * 64}, "/b"),
    "an expiry that is a day": ({"expires": "2026-12-31"}, "/b/expires"),
    "an expiry out of the calendar": ({"expires": "2026-02-30T00:00:00Z"}, "/b/expires"),
    "an expiry that is a number": ({"expires": 0}, "/b/expires"),
    "supersedes missing": ({"supersedes": None}, "/b"),
    "supersedes without algorithm": ({"supersedes": ["e" * 64]}, "/b/supersedes/0"),
    "supersedes out of order": ({"supersedes": [OTHER, DIGEST]}, "/b/supersedes"),
    "an unknown member": ({"note": "x"}, "/b/note"),
}


@pytest.mark.parametrize(("members", "pointer"), BAD_BINDINGS.values(), ids=BAD_BINDINGS.keys())
def test_a_binding_is_read_strictly(members, pointer):
    with pytest.raises(InputError) as caught:
        Binding.from_json(binding(**members), ("b",))
    assert caught.value.code == "binding-member"
    assert caught.value.where.pointer == pointer
    assert caught.value.remedy


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"gitCommit": None},
        {"expires": None, "supersedes": []},
        {"supersedes": [DIGEST, OTHER]},
        {"ref": "HEAD"},
        {"ref": "refs/heads/größe"},
        {"rootCommits": [], "shallow": True},
        {"rootCommits": ["a" * 64], "gitCommit": "b" * 64, "gitTree": TWIN, "policyRevision": "c" * 64},
    ],
)
def test_a_binding_is_written_as_it_was_read(members):
    value = binding(**members)
    assert Binding.from_json(value).to_json() == value


def test_a_binding_is_written_in_order():
    made = Binding(
        repository_id=REPOSITORY,
        root_commits=("c" * 40, "a" * 40, "c" * 40),
        ref="refs/heads/main",
        git_commit=COMMIT,
        git_tree=TREE,
        tree_sha256=TWIN,
        policy_revision=ROOT_COMMIT,
        supersedes=(OTHER, DIGEST, OTHER),
    )
    assert made.to_json()["rootCommits"] == ["a" * 40, "c" * 40]
    assert made.to_json()["supersedes"] == [DIGEST, OTHER]
    assert "shallow" not in made.to_json()
    assert "expires" not in made.to_json()
    assert Binding.from_json(made.to_json()).to_json() == made.to_json()


def test_a_binding_is_an_object():
    with pytest.raises(InputError):
        Binding.from_json([])


# fixture -> (path, value, code, pointer); the value ... takes the member away
BAD_VERDICTS = {
    "no id": (["verdictId"], ..., "verdict-member", ""),
    "an id of another kind": (["verdictId"], "budget:" + DIGEST, "verdict-member", "/verdictId"),
    "an id in capitals": (["verdictId"], "verdict:sha256:" + "E" * 64, "verdict-member", "/verdictId"),
    "no verdict": (["verdict"], ..., "verdict-member", ""),
    "a verdict that is text": (["verdict"], "{}", "verdict-member", "/verdict"),
    "no binding": (["binding"], ..., "verdict-member", ""),
    "a binding that is null": (["binding"], None, "binding-member", "/binding"),
    "a binding without tree": (["binding", "gitTree"], ..., "binding-member", "/binding"),
    "no run": (["run"], ..., "verdict-member", ""),
    "a run that is a list": (["run"], [], "verdict-member", "/run"),
    "an unknown member": (["extra"], 1, "verdict-member", "/extra"),
    "a run without tool": (["run", "tool"], ..., "verdict-run", "/run"),
    "a run without inputs": (["run", "inputs"], ..., "verdict-run", "/run"),
    "a run without messages": (["run", "messages"], ..., "verdict-run", "/run"),
    "an unknown member of run": (["run", "host"], "x", "verdict-run", "/run/host"),
    "a version that is a number": (["run", "toolVersion"], 1, "verdict-run", "/run/toolVersion"),
    "a start that is a day": (["run", "startedOn"], "2026-11-20", "verdict-run", "/run/startedOn"),
    "an input that is text": (["run", "inputs", 0], "x", "verdict-run", "/run/inputs/0"),
    "an input without digest": (["run", "inputs", 0, "digest"], ..., "verdict-run", "/run/inputs/0"),
    "an input without uri": (["run", "inputs", 1, "uri"], ..., "verdict-run", "/run/inputs/1"),
    "an input at a foreign uri": (
        ["run", "inputs", 0, "uri"],
        "https://example.org",
        "verdict-run",
        "/run/inputs/0/uri",
    ),
    "an input at no path": (["run", "inputs", 0, "uri"], "tree:", "verdict-run", "/run/inputs/0/uri"),
    "an input in the cas, with a path": (
        ["run", "inputs", 0, "uri"],
        "cas:x",
        "verdict-run",
        "/run/inputs/0/uri",
    ),
    "an input with an empty path": (["run", "inputs", 1, "path"], "", "verdict-run", "/run/inputs/1/path"),
    "an unknown member of an input": (
        ["run", "inputs", 0, "size"],
        1,
        "verdict-run",
        "/run/inputs/0/size",
    ),
    "a message without code": (["run", "messages", 0, "code"], ..., "verdict-run", "/run/messages/0"),
    "a message without text": (["run", "messages", 0, "text"], ..., "verdict-run", "/run/messages/0"),
}


@pytest.mark.parametrize(("path", "new", "code", "pointer"), BAD_VERDICTS.values(), ids=BAD_VERDICTS.keys())
def test_a_verdict_predicate_is_read_strictly(path, new, code, pointer):
    value = verdict_predicate()
    value = without(value, path) if new is ... else change(value, path, new)
    with pytest.raises(InputError) as caught:
        VerdictPredicate.from_json(value)
    assert caught.value.code == code
    assert (caught.value.where.pointer or "") == pointer


def test_a_verdict_predicate_is_written_as_it_was_read():
    value = verdict_predicate()
    found = VerdictPredicate.from_json(value)
    assert found.to_json() == value
    assert found.binding.git_commit == COMMIT
    found.require_id()
    assert found.computed_id() == found.verdict_id


def test_an_edited_verdict_has_another_id():
    value = change(verdict_predicate(), ["verdict", "decision"], "pass")
    found = VerdictPredicate.from_json(value)
    with pytest.raises(RefusedError) as caught:
        found.require_id()
    assert caught.value.code == "VERDICT_ID"
    assert found.computed_id() != found.verdict_id


def test_binding_and_run_are_outside_the_id():
    value = change(verdict_predicate(), ["binding", "ref"], "refs/heads/other")
    VerdictPredicate.from_json(change(value, ["run", "tool"], "other")).require_id()


def test_the_order_of_members_is_outside_the_id():
    value = verdict_predicate()
    value["verdict"] = dict(reversed(value["verdict"].items()))
    VerdictPredicate.from_json(value).require_id()


def test_a_verdict_without_canonical_form_has_no_id():
    found = VerdictPredicate.from_json(verdict_predicate(verdict={"x": float("nan")}))
    with pytest.raises(InputError) as caught:
        found.require_id()
    assert caught.value.code == "jcs-unserialisable"


def test_the_published_budget_check_has_its_id():
    value = budget_check()
    found = BudgetCheckPredicate.from_json(value)
    assert found.to_json() == value
    found.require_id()


def test_an_edited_budget_check_has_another_id():
    found = BudgetCheckPredicate.from_json(change(budget_check(), ["check", "result"], "pass"))
    with pytest.raises(RefusedError) as caught:
        found.require_id()
    assert caught.value.code == "BUDGET_ID"


@pytest.mark.parametrize(
    ("path", "new", "pointer"),
    [
        (["checkId"], ..., ""),
        (["checkId"], "verdict:" + DIGEST, "/checkId"),
        (["check"], ..., ""),
        (["check"], [], "/check"),
        (["extra"], 1, "/extra"),
    ],
)
def test_a_budget_check_predicate_is_read_strictly(path, new, pointer):
    value = without(budget_check(), path) if new is ... else change(budget_check(), path, new)
    with pytest.raises(InputError) as caught:
        BudgetCheckPredicate.from_json(value)
    assert caught.value.code == "budget-check-member"
    assert (caught.value.where.pointer or "") == pointer
