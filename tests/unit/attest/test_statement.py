import json

import pytest

from attest_cases import REPOSITORY, dumps, statement
from stella_git.attest.envelope import PAYLOAD_TYPE, Envelope
from stella_git.attest.statement import (
    MAX_SUBJECTS,
    STATEMENT_V01,
    STATEMENT_V1,
    ResourceDescriptor,
    Statement,
    commit_subjects,
)
from stella_git.canon.digest import DigestSet
from stella_git.errors import InputError

SHA = {"sha256": "e" * 64}


def _subject(*rows):
    return statement(subject=list(rows))


def _without(name):
    value = statement()
    del value[name]
    return value


# fixture -> (value, code, pointer)
REFUSED = {
    "an array": ([], "statement-member", ""),
    "null": (None, "statement-member", ""),
    "no type": (_without("_type"), "statement-member", ""),
    "no subject": (_without("subject"), "statement-member", ""),
    "no predicate type": (_without("predicateType"), "statement-member", ""),
    "type of version 2": (statement(_type="https://in-toto.io/Statement/v2"), "statement-type", "/_type"),
    "type of version 0.2": (statement(_type="https://in-toto.io/Statement/v0.2"), "statement-type", "/_type"),
    "type in capitals": (statement(_type="https://in-toto.io/statement/v1"), "statement-type", "/_type"),
    "type with a slash": (statement(_type="https://in-toto.io/Statement/v1/"), "statement-type", "/_type"),
    "type with a space": (statement(_type=" https://in-toto.io/Statement/v1"), "statement-type", "/_type"),
    "type without TLS": (statement(_type="http://in-toto.io/Statement/v1"), "statement-type", "/_type"),
    "type a list": (statement(_type=[STATEMENT_V1]), "statement-type", "/_type"),
    "type null": (statement(_type=None), "statement-type", "/_type"),
    "predicate type empty": (statement(predicateType=""), "statement-member", "/predicateType"),
    "predicate type a number": (statement(predicateType=1), "statement-member", "/predicateType"),
    "predicate null": (statement(predicate=None), "statement-member", "/predicate"),
    "predicate a list": (statement(predicate=[]), "statement-member", "/predicate"),
    "predicate a string": (statement(predicate="{}"), "statement-member", "/predicate"),
    "subject empty": (statement(subject=[]), "statement-subject", "/subject"),
    "subject an object": (statement(subject={}), "statement-subject", "/subject"),
    "subject null": (statement(subject=None), "statement-subject", "/subject"),
    "too many subjects": (
        _subject(*({"name": str(n), "digest": SHA} for n in range(MAX_SUBJECTS + 1))),
        "statement-subject",
        "/subject",
    ),
    "a subject that is no object": (_subject("x"), "descriptor-member", "/subject/0"),
    "a subject without digest": (_subject({"name": "x", "uri": "u"}), "statement-subject", "/subject/0"),
    "a second subject without anything": (
        _subject({"digest": SHA}, {"name": "x"}),
        "descriptor-empty",
        "/subject/1",
    ),
    "a digest set without digest": (_subject({"digest": {}}), "digest-set-empty", "/subject/0/digest"),
    "a digest set that is a string": (
        _subject({"digest": "e" * 64}),
        "digest-set-empty",
        "/subject/0/digest",
    ),
    "a digest in capitals": (
        _subject({"digest": {"sha256": "E" * 64}}),
        "digest-malformed",
        "/subject/0/digest",
    ),
    "a digest that is too short": (
        _subject({"digest": {"sha256": "e" * 62}}),
        "digest-malformed",
        "/subject/0/digest",
    ),
    "a digest with a prefix": (
        _subject({"digest": {"sha256": "sha256:" + "e" * 64}}),
        "digest-malformed",
        "/subject/0/digest",
    ),
    "a digest of odd length": (
        _subject({"digest": {"other": "abc"}}),
        "digest-malformed",
        "/subject/0/digest",
    ),
    "a second digest that is malformed": (
        _subject({"digest": {**SHA, "gitCommit": "0" * 41}}),
        "digest-malformed",
        "/subject/0/digest",
    ),
    "a name that is null": (
        _subject({"name": None, "digest": SHA}),
        "descriptor-member",
        "/subject/0/name",
    ),
    "a media type that is a list": (
        _subject({"mediaType": [], "digest": SHA}),
        "descriptor-member",
        "/subject/0/mediaType",
    ),
    "a uri that is a number": (_subject({"uri": 1, "digest": SHA}), "descriptor-member", "/subject/0/uri"),
    "content that is not base64": (
        _subject({"content": "e30", "digest": SHA}),
        "descriptor-base64",
        "/subject/0/content",
    ),
    "annotations that are a list": (
        _subject({"annotations": [], "digest": SHA}),
        "descriptor-member",
        "/subject/0/annotations",
    ),
}


@pytest.mark.parametrize(("value", "code", "pointer"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_statement_is_refused_with_a_code_and_a_place(value, code, pointer):
    with pytest.raises(InputError) as caught:
        Statement.from_bytes(json.dumps(value).encode(), path="s.json")
    assert caught.value.code == code
    assert (caught.value.where.pointer or "") == pointer
    assert caught.value.where.path == "s.json"
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (dumps(statement()) + b" {}", "json-trailing-data"),
        (dumps(statement()).replace(b'"n":1', b'"n":1,"n":2'), "json-duplicate-member"),
        (dumps(statement()).replace(b'"n":1', b'"n":9007199254740993'), "json-integer-range"),
        (dumps(statement()).replace(b'"n":1', b'"n":NaN'), "json-not-finite"),
        (dumps(statement())[:-1], "json-syntax"),
    ],
)
def test_the_payload_is_read_strictly(data, code):
    with pytest.raises(InputError) as caught:
        Statement.from_bytes(data)
    assert caught.value.code == code


def test_the_size_is_bounded():
    data = dumps(statement())
    assert Statement.from_bytes(data, limit=len(data)).subject
    with pytest.raises(InputError) as caught:
        Statement.from_bytes(data, limit=len(data) - 1)
    assert caught.value.code == "json-too-large"


def test_a_place_needs_no_file():
    with pytest.raises(InputError) as caught:
        Statement.from_bytes(b"{}")
    assert caught.value.where.path is None


def test_everything_is_kept():
    row = {
        "name": "a",
        "uri": "https://example.org/a",
        "digest": {"sha256": "e" * 64, "dirHash": "f" * 64},
        "content": "e30=",
        "downloadLocation": "https://example.org/a.tgz",
        "mediaType": "text/plain",
        "annotations": {"x": [1]},
        "future": None,
    }
    value = _subject(row) | {"more": {"y": None}}
    found = Statement.from_bytes(json.dumps(value).encode())
    assert found.to_json() == value
    assert found.to_bytes() == dumps(value)
    assert found.subject[0].content == b"{}"
    assert found.subject[0].extra == {"future": None}
    assert found.subject[0].download_location == "https://example.org/a.tgz"
    assert found.subject[0].media_type == "text/plain"
    assert found.extra == {"more": {"y": None}}


def test_there_may_be_as_many_subjects_as_are_allowed():
    value = _subject(*({"name": str(n), "digest": SHA} for n in range(MAX_SUBJECTS)))
    assert len(Statement.from_json(value).subject) == MAX_SUBJECTS


def test_version_0_1_is_read_and_marked():
    old = Statement.from_json(statement(_type=STATEMENT_V01))
    assert old.is_legacy
    assert old.to_json()["_type"] == STATEMENT_V01
    assert not Statement.from_json(statement()).is_legacy


def test_an_absent_predicate_is_an_empty_one():
    assert Statement.from_json(_without("predicate")).predicate == {}


def test_reading_changes_nothing():
    value = statement()
    before = json.dumps(value)
    Statement.from_json(value).to_json()["predicate"]["m"] = 2
    assert json.dumps(value) == before


def test_from_an_envelope_only_of_the_right_type():
    payload = dumps(statement())
    right = Envelope(payload_type=PAYLOAD_TYPE, payload=payload, signatures=())
    assert Statement.from_envelope(right).to_bytes() == payload
    with pytest.raises(InputError) as caught:
        Statement.from_envelope(Envelope(payload_type="text/plain", payload=payload, signatures=()))
    assert caught.value.code == "envelope-payload-type"


@pytest.mark.parametrize(
    "digest",
    [
        {"sha1": "e" * 40},
        {"md5": "e" * 32},
        {"sha1": "e" * 40, "md5": "e" * 32},
        {"blake3": "e" * 64},
        {"unheardOf": "e" * 64},
    ],
)
def test_weak_digests_alone_are_refused(digest):
    found = Statement.from_json(_subject({"digest": SHA}, {"digest": digest}))
    with pytest.raises(InputError) as caught:
        found.require_strong()
    assert caught.value.code == "statement-digest-weak"
    assert caught.value.where.pointer == "/subject/1/digest"


@pytest.mark.parametrize(
    "digest",
    [SHA, {"sha512": "e" * 128}, {"gitCommit": "e" * 40}, {"gitTree": "e" * 64}, {"sha1": "e" * 40, **SHA}],
)
def test_strong_digests_beside_others_are_enough(digest):
    Statement.from_json(_subject({"digest": digest})).require_strong()


def test_a_subject_without_digest_is_not_strong():
    made = Statement(subject=(ResourceDescriptor(uri="x"),), predicate_type="t", predicate={})
    with pytest.raises(InputError):
        made.require_strong()


def test_subjects_of_a_commit():
    found = commit_subjects(REPOSITORY, git_commit="a" * 40, git_tree="b" * 40, tree_sha256="c" * 64)
    assert [one.to_json() for one in found] == [
        {"name": REPOSITORY, "digest": {"gitCommit": "a" * 40}},
        {"name": f"{REPOSITORY}#tree", "digest": {"gitTree": "b" * 40}},
        {"name": f"{REPOSITORY}#tree-sha256", "digest": {"gitTree": "c" * 64}},
    ]


def test_subjects_of_a_tree():
    found = commit_subjects(REPOSITORY, git_commit=None, git_tree="b" * 64, tree_sha256="b" * 64)
    assert [one.name for one in found] == [f"{REPOSITORY}#tree", f"{REPOSITORY}#tree-sha256"]


def test_subjects_of_a_commit_in_a_sha256_repository():
    found = commit_subjects(REPOSITORY, git_commit="a" * 64, git_tree="b" * 64, tree_sha256="b" * 64)
    assert found[0].digest == {"gitCommit": "a" * 64}


@pytest.mark.parametrize("commit", ["", "a" * 39, "A" * 40, "refs/heads/main"])
def test_subjects_are_object_ids(commit):
    with pytest.raises(InputError) as caught:
        commit_subjects(REPOSITORY, git_commit=commit, git_tree="b" * 40, tree_sha256="c" * 64)
    assert caught.value.code == "digest-malformed"


def test_a_descriptor_checks_the_digests_it_is_given():
    one = ResourceDescriptor(digest={"sha256": "e" * 64})
    assert isinstance(one.digest, DigestSet)
    assert ResourceDescriptor(digest=one.digest).digest is one.digest
    with pytest.raises(InputError):
        ResourceDescriptor(digest={"sha256": "e"})


@pytest.mark.parametrize("row", [{"uri": "u"}, {"content": ""}, {"digest": SHA}])
def test_any_of_three_members_identifies_an_artifact(row):
    assert ResourceDescriptor.from_json(row).to_json() == row


def test_empty_strings_are_kept():
    row = {"name": "", "uri": "", "downloadLocation": "", "mediaType": "", "digest": SHA}
    assert Statement.from_json(_subject(row)).to_json() == _subject(row)


@pytest.mark.parametrize("row", [{}, {"uri": ""}, {"name": "x"}, {"downloadLocation": "u", "mediaType": "m"}])
def test_nothing_else_identifies_an_artifact(row):
    with pytest.raises(InputError) as caught:
        ResourceDescriptor.from_json(row)
    assert caught.value.code == "descriptor-empty"
