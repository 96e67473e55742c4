"""Rules for VEX on documents of any shape: they never fail, and never say yes where the schema says no."""

import copy

from hypothesis import given
from hypothesis import strategies as st

from documents_cases import bom, data, vex
from stella_git.canon.clock import parse_rfc3339
from stella_git.documents.context import Context
from stella_git.documents.validate import admit, validate

_TEXTS = [
    "", " ", "x", "not_affected", "fixed", "known_affected", "pkg:npm/", "CVE-1", "2026-01-31T09:30:00Z",
    "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "https://openvex.dev/ns/0.2.0",
]  # fmt: skip
_SHAPES = [None, True, 0, 1, -1, 1.5, [], {}, [[]], [{}], {"x": []}, ["x"], [None]]
_ODD = st.sampled_from([*_TEXTS, *_SHAPES])
_RICH = vex(
    last_updated="2026-02-01T00:00:00Z",
    statements=[
        {
            "@id": "https://example.com/s/1",
            "vulnerability": {"name": "CVE-2026-0001", "aliases": ["GHSA-2222-3333-4444"]},
            "timestamp": "2026-01-31T09:30:00Z",
            "products": [
                {
                    "@id": "pkg:generic/app@1.0",
                    "identifiers": {"purl": "pkg:generic/app@1.0"},
                    "hashes": {"sha-256": "ab" * 32},
                    "subcomponents": [{"@id": "pkg:npm/left-pad@1.3.0"}],
                }
            ],
            "status": "not_affected",
            "justification": "vulnerable_code_not_present",
        },
        {
            "vulnerability": {"name": "CVE-2026-0002"},
            "products": [{"@id": "pkg:npm/left-pad@1.2.0"}],
            "status": "fixed",
        },
    ],
)


def _places(value, path=()):
    yield path
    if isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(item, (*path, key))


_PLACES = [path for path in _places(_RICH) if path]


def _has(item, step):
    if isinstance(item, dict):
        return step in item
    return isinstance(item, list) and isinstance(step, int) and step < len(item)


def _replace(value, path, odd):
    """Put a value at a place, if an earlier one did not take the place away."""
    for step in path[:-1]:
        if not _has(value, step):
            return
        value = value[step]
    if _has(value, path[-1]):
        value[path[-1]] = copy.deepcopy(odd)


@st.composite
def documents(draw):
    value = copy.deepcopy(_RICH)
    for path, odd in draw(st.lists(st.tuples(st.sampled_from(_PLACES), _ODD), min_size=1, max_size=3)):
        _replace(value, path, odd)
    return value


class Around:
    """A revision before and a document beside, whatever they are."""

    def __init__(self, earlier, beside):
        self.bytes = data(earlier)
        self.files = (("beside.vex.json", data(beside)), ("sbom.cdx.json", data(bom())))

    def earlier(self, _path):
        return self.bytes

    def committed(self):
        return None

    def documents(self):
        return self.files


@given(documents(), documents(), documents())
def test_no_shape_breaks_a_rule(value, earlier, beside):
    around = Around(earlier, beside)
    context = Context(now=parse_rfc3339("2026-02-01T00:00:00Z"), history=around, shelf=around, strict=True)
    result = validate(data(value), path="a.vex.json", context=context)
    # V011 speaks in place of the schema; what the schema refuses stays refused.
    assert admit(data(value), path="a", expect=frozenset({"vex"})).ok or not result.ok


@given(documents())
def test_nothing_changes_against_itself(value):
    around = Around(value, value)
    result = validate(data(value), path="beside.vex.json", context=Context(history=around))
    assert {problem.rule for problem in result.problems} & {"V030", "V031"} == set()
