"""The quick look over a CycloneDX document says "nothing wrong" only where the slow walk finds nothing."""

import json
from contextlib import suppress
from copy import deepcopy

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from documents_cases import GOLDEN
from stella_git.canon.purl import is_plain as is_plain_purl
from stella_git.canon.purl import parse_purl
from stella_git.documents import formats, plainlicences, sift
from stella_git.documents.context import ALONE, Subject
from stella_git.documents.detect import detect
from stella_git.documents.licences import listed, problems
from stella_git.documents.lint import (
    cyclonedx,
    cyclonedx_graph,
    cyclonedx_references,
    cyclonedx_values,
)

MODULES = (cyclonedx, cyclonedx_graph, cyclonedx_references, cyclonedx_values)


def documents():
    """Return the CycloneDX documents of the corpora that are JSON and not too large to be shrunk."""
    found = []
    for folder in ("cyclonedx", "bom-examples", "rules"):
        for path in sorted((GOLDEN / folder).rglob("*.json")):
            data = path.read_bytes()
            if len(data) < 20_000 and b'"CycloneDX"' in data:
                with suppress(ValueError):
                    found.append(json.loads(data))
    return found


DOCUMENTS = documents()
ATOMS = st.sampled_from(
    ["", "a", "b", "MIT", "GPL-2.0", "SHA-1", "pkg:npm/a@1", "pkg:npm/A", "urn:cdx:x", 0, None, [], {}, ["a"]]
)


def said(document, *, quick, patch):
    """Return everything that the rules say, with the quick look or without it."""
    subject = Subject(value=document, format=detect({"bomFormat": "CycloneDX", "specVersion": "1.6"}))
    with patch.context() as patched:
        if not quick:
            for module, name in (
                (cyclonedx, "_settled"),
                (cyclonedx_graph, "_orderly"),
                (cyclonedx_values, "_settled"),
            ):
                patched.setattr(module, name, lambda *_: False)
            patched.setattr(cyclonedx_references, "_referred", lambda *_: iter([object()]))
            patched.setattr(cyclonedx_references, "_elsewhere", _never_elsewhere)
        return [each for module in MODULES for check in module.CHECKS for each in check(subject, ALONE)]


_ELSEWHERE = cyclonedx_references._elsewhere


def _never_elsewhere(ref, own, refs):
    return isinstance(ref, str) and _ELSEWHERE(ref, own, refs)


def places(value, place=()):
    """Return the place of every value inside a document."""
    found = [place]
    for name, each in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        found += places(each, (*place, name))
    return found


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_document_of_the_corpus(document, monkeypatch):
    assert said(document, quick=True, patch=monkeypatch) == said(document, quick=False, patch=monkeypatch)


@given(data=st.data())
def test_documents_with_something_else_somewhere(data):
    document = deepcopy(data.draw(st.sampled_from(DOCUMENTS)))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.sampled_from(places(document)))
        if not place:
            continue
        holder = document
        for token in place[:-1]:
            holder = holder[token]
        donor = data.draw(st.sampled_from(places(document)))
        value = document
        for token in donor:
            value = value[token]
        holder[place[-1]] = deepcopy(data.draw(st.one_of(ATOMS, st.just(value))))
    with pytest.MonkeyPatch.context() as patch:
        assert said(document, quick=True, patch=patch) == said(document, quick=False, patch=patch)


def test_every_member_that_a_rule_looks_at_is_collected():
    assert set(cyclonedx_values._CHECKS) | cyclonedx_references._VISITED == sift.NAMES - {"purl"}
    assert all("ref" not in names for names in [cyclonedx_references._FIELDS.get("dependencies", ())])


def test_a_look_at_one_value_is_not_that_of_another():
    subject = Subject(value={"bom-ref": "a"}, format=detect({"bomFormat": "CycloneDX"}))
    other = Subject(value={"bom-ref": "b"}, format=subject.format, memo=subject.memo)
    assert (sift.sifted(subject).refs, sift.sifted(other).refs) == ({"a"}, {"b"})


def test_common_licences_are_current_ones_of_the_list():
    known = listed()
    assert {known.licences.find(name) for name in plainlicences.COMMON} == plainlicences.COMMON
    assert not plainlicences.COMMON & known.licences.deprecated
    assert all(known.exceptions.find(name) is None for name in plainlicences.COMMON)


WORDS = st.sampled_from(["MIT", "ISC", "Apache-2.0", "AND", "OR", "WITH", "and", "(MIT", "", "mit", "NONE"])


@given(st.lists(WORDS, max_size=8).map(" ".join))
def test_nothing_is_said_about_plain_expressions(text):
    if plainlicences.is_plain(text):
        assert list(problems(text)) == []


TYPES = st.sampled_from(
    [
        "npm",
        "maven",
        "pypi",
        "deb",
        "cpan",
        "oci",
        "rpm",
        "pub",
        "hackage",
        "mlflow",
        "huggingface",
        "qpkg",
        "x",
    ]
)
PIECES = st.lists(
    st.sampled_from(["a", "B", "1", "-", "_", ".", "~", ":", "%40", "%2B", "%2b", "+", "é"]), max_size=4
).map("".join)
PAIRS = st.lists(st.tuples(st.sampled_from(["a", "b", "arch", "A", "repository_url"]), PIECES), max_size=3)


@given(TYPES, st.lists(PIECES, min_size=1, max_size=3), PIECES, PAIRS)
@example("npm", ["%40babel", "core"], "7.0.0", [])
@example("mlflow", ["Name"], "1", [("repository_url", "databricks")])
def test_plain_purls_are_canonical(kind, names, version, pairs):
    text = f"pkg:{kind}/{'/'.join(names)}"
    text += f"@{version}" if version else ""
    text += f"?{'&'.join(map('='.join, pairs))}" if pairs else ""
    if is_plain_purl(text):
        assert str(parse_purl(text)) == text


@pytest.mark.parametrize(
    "text",
    ["pkg:npm/%40babel/core@7.0.0", "pkg:maven/org.Example/App@1.0?classifier=x&type=jar", "pkg:pypi/a-b@1"],
)
def test_what_is_written_most_is_plain(text):
    assert is_plain_purl(text)


@given(
    st.sampled_from(["http", "https", "git+https"]),
    st.text(st.sampled_from(sorted(formats._SIMPLE)), max_size=12),
)
def test_links_without_the_grammar_are_of_the_grammar(scheme, rest):
    for relative in (False, True):
        assert formats._identifier(relative=relative).fullmatch(f"{scheme}://{rest}")
