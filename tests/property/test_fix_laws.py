"""Laws of mending: once is enough, nothing else differs, every other byte stays, nothing new is wrong."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from documents_cases import bom, vex
from fix_cases import hold, scalars, written
from stella_git.documents.detect import detect
from stella_git.documents.fix.edits import Edit, Pieces
from stella_git.documents.fix.order import ordered
from stella_git.documents.validate import validate

laws = settings(deadline=None, max_examples=60)

names = st.sampled_from(["a", "Zürich", "名", "😀", 'tab\tquote"back\\', "pkg:NPM/no-purl"])
purls = st.sampled_from(
    [
        "pkg:npm/a@1",
        "pkg:NPM/a@1",
        "pkg:npm/@x/y@1",
        "pkg:pypi/Foo_Bar@1?b=1&A=2",
        "pkg:npm/%61@1",
        "not a purl",
    ]
)
kinds = st.sampled_from(["library", "Library", "operating_system", "libary"])
times = st.sampled_from(
    [
        "2026-01-31T09:30:00Z",
        "2026-01-31 09:30:00Z",
        "2026-01-31T09:30:00,25+0200",
        "2026-01-31T09:30:00",
        "soon",
    ]
)
hashes = st.fixed_dictionaries(
    {"alg": st.sampled_from(["SHA-256", "sha256", "Sha_256"]), "content": st.just("a" * 64)}
)
licences = st.sampled_from(["MIT", "mit", "apache-2.0", "Apache 2.0"]).map(
    lambda id_: [{"license": {"id": id_}}]
)
components = st.fixed_dictionaries(
    {"type": kinds, "name": names},
    optional={"purl": purls, "hashes": st.lists(hashes, min_size=1, max_size=1), "licenses": licences},
)


@st.composite
def boms(draw):
    parts = draw(st.lists(components, max_size=4))
    refs = [f"pkg:NPM/{number}" for number in range(len(parts))]
    for ref, part in zip(refs, parts, strict=True):
        part["bom-ref"] = ref
    graph = st.lists(st.sampled_from(refs), max_size=6) if refs else st.just([])
    return bom(
        metadata={"timestamp": draw(times)},
        components=parts,
        dependencies=[{"ref": ref, "dependsOn": draw(graph)} for ref in refs],
    )


@st.composite
def vexes(draw):
    product = {
        "@id": draw(st.sampled_from(["pkg:NPM/a", "https://example.com"])),
        "identifiers": {"purl": draw(purls)},
    }
    statement = {
        "vulnerability": {"name": "CVE-2026-0001"},
        "products": [product],
        "status": draw(st.sampled_from(["not_affected", "Not-Affected", "NOT_AFFECTED", "unsure"])),
        "justification": draw(st.sampled_from(["component_not_present", "Component not present"])),
    }
    return vex(timestamp=draw(times), statements=[statement])


def mendable(literal):
    """Return whether a mended value can be one of those that mending writes."""
    return literal is None or isinstance(json.loads(literal), (str, int))


@laws
@given(st.one_of(boms(), vexes()), st.randoms(use_true_random=False))
def test_mending_keeps_the_laws(value, draw):
    data = written(value, draw).encode()
    assert json.loads(data) == value
    fixed = hold(data)
    before, after = json.loads(data), json.loads(fixed.data)
    for entry, mended in zip(before.get("dependencies", ()), after.get("dependencies", ()), strict=True):
        assert mended["dependsOn"] == list(dict.fromkeys(entry["dependsOn"]))
        entry["dependsOn"] = mended["dependsOn"]
    old, new = scalars(before), scalars(after)
    assert old.keys() == new.keys()
    replaced = {change.pointer for change in fixed.changes if change.after is not None}
    assert {pointer for pointer in old if old[pointer] != new[pointer]} == replaced
    assert all(mendable(change.after) and change.before != change.after for change in fixed.changes)
    assert not any(pointer.endswith(("/bom-ref", "/@id", "/name", "/ref")) for pointer in replaced)
    assert [problem for problem in validate(fixed.data, path="x").problems if problem.fixable] == []


@settings(deadline=None, max_examples=25)
@given(st.one_of(boms(), vexes()), st.randoms(use_true_random=False))
def test_members_in_order_say_the_same(value, draw):
    shuffled = json.loads(
        json.dumps(value), object_pairs_hook=lambda pairs: dict(draw.sample(pairs, len(pairs)))
    )
    text = written(shuffled, draw)
    after = ordered(text, detect(shuffled))
    assert json.loads(after) == value
    assert sorted(after) == sorted(text)
    assert ordered(after, detect(value)) == after
    names = list(json.loads(after))
    assert names[:2] == (["bomFormat", "specVersion"] if "bomFormat" in value else ["@context", "@id"])
    fixed = hold(text.encode(), order=True)
    plain = hold(after.encode())
    assert fixed.data == hold(plain.data, order=True).data


texts = st.text("ab\n", max_size=12)


@st.composite
def edited(draw, text):
    """Return edits of a text, sorted, none overlapping another, each of at least one character."""
    cuts = draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True).map(sorted))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return [Edit(start, end, draw(st.text("xy", max_size=3))) for start, end in pairs]


@given(st.data(), texts)
def test_edits_of_edits_are_edits_of_the_original(data, text):
    pieces, expected = Pieces(text), text
    for _ in range(3):
        edits = data.draw(edited(expected))
        pieces = pieces.apply(edits)
        for start, end, replacement in reversed(edits):
            expected = expected[:start] + replacement + expected[end:]
        assert pieces.text() == expected
    whole = Pieces(text).apply(pieces.edits())
    assert whole.text() == expected
    assert all(edit.end < after.start for edit, after in zip(whole.edits(), whole.edits()[1:], strict=False))
