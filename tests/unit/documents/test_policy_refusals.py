"""Files that do not say, in the right words, that they are policy files."""

import pytest

from stella_git.documents.validate import validate

OURS = frozenset({"stella"})
CASES = {
    "apiVersoin: stella.ops/v1\nkind: Policy\n": ("D001", 1, "Rename `apiVersoin` to `apiVersion`."),
    "spec: {}\nkind: Policy\n": ("D001", 1, "Add `apiVersion`: stella.ops/v1."),
    "apiVersion: stella.ops/v2\nkind: Policy\n": ("D002", 1, "Write `apiVersion: stella.ops/v1`."),
    "apiVersion: stela.ops/v1\nkind: Policy\n": ("D001", 1, "Write `apiVersion: stella.ops/v1`."),
    "apiVersion: 1\nkind: Policy\n": ("D001", 1, "Write `apiVersion: stella.ops/v1`."),
    "apiVersion: stella.ops/v1\nkind: Polcy\n": ("D002", 2, "Write `Policy`."),
    "apiVersion: stella.ops/v1\nkidn: Policy\n": ("D002", 1, "Rename `kidn` to `kind`."),
}


@pytest.mark.parametrize("text", CASES)
def test_what_to_write_is_said(text):
    (problem,) = validate(text.encode(), path="policies/x.yaml", expect=OURS).problems
    assert (problem.rule, problem.line, problem.remedy) == CASES[text]


@pytest.mark.parametrize("kind", ["7", "Gadget"])
def test_without_a_near_kind_all_are_listed(kind):
    text = f"apiVersion: stella.ops/v1\nkind: {kind}\n".encode()
    (problem,) = validate(text, path="policies/x.yaml", expect=OURS).problems
    assert problem.remedy.startswith("Write one of `Budget`, ")


def test_whoever_wants_something_else_is_told_that():
    text = b"apiVersion: stella.ops/v1\nkind: Polcy\n"
    (problem,) = validate(text, path="x.yaml", expect=frozenset({"sbom"})).problems
    assert problem.rule == "D003"


def test_other_values_of_policy_files():
    (problem,) = validate(b"hello\n", path="policies/x.yaml", expect=OURS).problems
    assert problem.message == 'this is "hello", not a document of a known format'


def test_a_pack_of_others_needs_a_digest():
    text = b"""apiVersion: stella.ops/v1
kind: PolicySet
metadata: {id: shop, revision: 1, owner: 'team:shop'}
spec:
  packs:
    - {name: far, path: packs/far, from: {https: 'https://a.example/p.tgz'}}
"""
    (problem,) = validate(text, path="x.yaml", expect=OURS).problems
    assert (problem.rule, problem.line, problem.remedy) == ("K-dependentRequired", 6, "Add `digest`.")


def test_words_of_our_own_patterns():
    text = b"""apiVersion: stella.ops/v1
kind: Policy
metadata: {id: A B, revision: 1, title: t, owner: shop}
spec:
  mode: deny
  expires: 2026-01-01
  match: {stages: ci}
  requires: [{as: f, predicateType: 'https://x.example/y', signedBy: {keys: [a]}}]
  rules: [{id: r, assert: 'true', violation: {message: m}}]
"""
    said = {each.pointer: each.remedy for each in validate(text, path="x.yaml", expect=OURS).problems}
    assert said["/metadata/owner"] == "Write an owner: `team:NAME` or `user:NAME`."
    assert said["/spec/expires"] == "Write a time in UTC, in whole seconds, such as `2026-01-31T12:00:00Z`."
    assert said["/spec/match/stages"] == "Write a list: [ci]."
    assert (
        said["/spec/requires/0/signedBy/keys"] == "Remove it, or write one of `anyOf`, `role`, `threshold`."
    )
