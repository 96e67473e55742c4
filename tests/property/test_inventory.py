"""Laws of the inventory: one normal form, whatever order, refs and format say it in."""

import copy
import dataclasses
import json
import random as randomness

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from documents_cases import GOLDEN, expected
from inventory_cases import WRITERS, Thing, World, as_bytes, digest_of, inventory, worlds
from stella_git.canon import jcs
from stella_git.documents.detect import detect
from stella_git.documents.inventory import digest, normal_form, read
from stella_git.documents.inventory.compare import compare
from stella_git.documents.inventory.conversion import check
from stella_git.documents.inventory.merge import merge
from stella_git.documents.inventory.stored import restore
from stella_git.documents.inventory.tree import rows
from stella_git.documents.validate import validate

FORMATS = st.sampled_from(sorted(WRITERS))
RANDOMS = st.integers(0, 2**32).map(randomness.Random)


@given(world=worlds(), random=RANDOMS)
def test_the_same_content_has_the_same_digest_in_every_format(world, random):
    digests = {name: digest_of(write(world, random)) for name, write in WRITERS.items()}
    assert len(set(digests.values())) == 1, digests


@given(world=worlds(), random=RANDOMS, name=FORMATS)
def test_order_and_refs_do_not_matter(world, random, name):
    first, second = (inventory(WRITERS[name](world, random)) for _ in range(2))
    assert normal_form(first)["inventory"] == normal_form(second)["inventory"]


@given(world=worlds(), random=RANDOMS, name=FORMATS)
def test_the_normal_form_of_the_normal_form_is_itself(world, random, name):
    normal = normal_form(inventory(WRITERS[name](world, random)))
    again = normal_form(restore(normal))
    assert (again["inventory"], again["digest"]) == (normal["inventory"], normal["digest"])


@given(world=worlds(), random=RANDOMS, name=FORMATS)
def test_an_inventory_equals_itself_and_its_conversions(world, random, name):
    first, second = inventory(WRITERS[name](world, random)), inventory(WRITERS["SPDX 2.3"](world, random))
    assert compare(first, second).equal
    assert check(first, first).lost == ()


@given(one=worlds(), other=worlds(), random=RANDOMS, names=st.tuples(FORMATS, FORMATS))
def test_inventories_are_equal_if_and_only_if_their_digests_are(one, other, random, names):
    first, second = inventory(WRITERS[names[0]](one, random)), inventory(WRITERS[names[1]](other, random))
    comparison = compare(first, second)
    assert comparison.equal == (digest(first) == digest(second))
    back = compare(second, first)
    assert [node.id for node in comparison.added] == [node.id for node in back.removed]
    assert comparison.equal == back.equal


SMALL = World(
    things=(
        Thing(name="app", version="1", purl="pkg:npm/app@1", licences=("MIT",)),
        Thing(name="b", version="2", purl="pkg:npm/b@2", hashes={"sha256": "0" * 64}),
        Thing(name="c", group="org.acme", version="3"),
        Thing(name="d", cpe="cpe:2.3:a:acme:d:1:*:*:*:*:*:*:*", version="1"),
    ),
    parents={3: 1},
    needs=frozenset({(0, 1), (1, 2)}),
)
CHANGES = {
    "purl": SMALL.change(1, purl="pkg:npm/bb@2"),
    "version of the purl": SMALL.change(1, purl="pkg:npm/b@3", version=""),
    "version": SMALL.change(2, version="4"),
    "no version": SMALL.change(2, version=""),
    "version beside the purl": SMALL.change(1, version="3"),
    "hash": SMALL.change(1, hashes={"sha256": "1" * 64}),
    "one more hash": SMALL.change(1, hashes={"sha256": "0" * 64, "sha1": "0" * 40}),
    "licence": SMALL.change(0, licences=("Apache-2.0",)),
    "one more licence": SMALL.change(0, licences=("MIT", "Apache-2.0")),
    "no licence": SMALL.change(0, licences=()),
    "name": SMALL.change(2, name="e"),
    "group": SMALL.change(2, group="org.acmf"),
    "cpe": SMALL.change(3, cpe="cpe:2.3:a:acme:d:2:*:*:*:*:*:*:*"),
    "one more link": dataclasses.replace(SMALL, needs=SMALL.needs | {(0, 2)}),
    "another direction": dataclasses.replace(SMALL, needs=frozenset({(0, 1), (2, 1)})),
    "no link": dataclasses.replace(SMALL, needs=frozenset({(0, 1)})),
    "not contained": dataclasses.replace(SMALL, parents={}),
    "contained elsewhere": dataclasses.replace(SMALL, parents={3: 2}),
    "depends instead": dataclasses.replace(SMALL, parents={}, needs=SMALL.needs | {(1, 3)}),
    "one more part": dataclasses.replace(SMALL, things=(*SMALL.things, Thing(name="z"))),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", WRITERS)
def test_every_change_changes_the_digest(name, change):
    random = randomness.Random(1)
    before, after = (inventory(WRITERS[name](world, random)) for world in (SMALL, CHANGES[change]))
    assert digest(before) != digest(after)
    assert not compare(before, after).equal


@given(world=worlds(), random=RANDOMS, name=FORMATS)
def test_another_root_is_another_inventory(world, random, name):
    assume(len(world.things) > 1 and not world.things[1].file and not world.parents)
    things = (world.things[1], world.things[0], *world.things[2:])
    swap = {0: 1, 1: 0}
    other = World(
        things=things,
        needs=frozenset(
            (swap.get(source, source), swap.get(target, target)) for source, target in world.needs
        ),
    )
    first, second = inventory(WRITERS[name](world, random)), inventory(WRITERS[name](other, random))
    assert (merge(first).roots == merge(second).roots) == (digest(first) == digest(second))


@given(world=worlds(), random=RANDOMS, name=FORMATS)
def test_the_writers_write_valid_documents(world, random, name):
    found = validate(as_bytes(WRITERS[name](world, random)), path=name)
    assert [problem for problem in found.problems if problem.severity == "error"] == []


@given(world=worlds(), random=RANDOMS, name=FORMATS)
def test_a_tree_shows_every_part_and_opens_each_once(world, random, name):
    merged = merge(inventory(WRITERS[name](world, random)))
    shown = list(rows(merged))
    assert {row.id for row in shown} == set(merged.nodes)
    path = []
    for row in shown:
        assert row.depth <= len(path)
        del path[row.depth :]
        assert (row.mark == "cycle") == (row.id in path)
        path.append(row.id)
    tops = sum(row.depth == 0 for row in shown)
    assert len(shown) <= tops + len(merged.links)


def shuffle(value, random):
    """Return a value with every array and object in another order."""
    if isinstance(value, dict):
        names = list(value)
        random.shuffle(names)
        return {name: shuffle(value[name], random) for name in names}
    if isinstance(value, list):
        items = [shuffle(item, random) for item in value]
        random.shuffle(items)
        return items
    return value


PUBLIC = [
    name
    for name, form, verdict in expected()
    if verdict == "valid" and form.startswith(("cyclonedx", "spdx")) and "bom-examples" not in name
]


@pytest.mark.parametrize("name", PUBLIC)
def test_no_order_in_a_public_document_matters(name):
    value = json.loads((GOLDEN / name).read_bytes())
    before = normal_form(inventory(value))
    for seed in range(3):
        assert normal_form(inventory(shuffle(value, randomness.Random(seed)))) == before
    again = normal_form(restore(before))
    assert again["inventory"] == before["inventory"]


def places(value, path=()):
    yield path
    if isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(item, (*path, key))


JUNK = [None, True, 0, "", "x", [], {}, [[]], [None], {"a": 1}, ["pkg:npm/a@1"], "NOASSERTION", "urn:cdx:x"]


@given(world=worlds(), random=RANDOMS, name=FORMATS)
def test_whatever_is_broken_in_a_document_it_has_an_inventory(world, random, name):
    value = WRITERS[name](world, random)
    found = detect(value)
    for _ in range(random.randrange(1, 5)):
        path = random.choice(list(places(value)))
        if not path:
            continue
        broken = copy.deepcopy(value)
        inner = broken
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = random.choice(JUNK)
        value = broken
    form = read(value, found)
    assert jcs.dumps(normal_form(form))
    assert compare(form, read(shuffle(value, random), found)).equal
    assert compare(form, restore(normal_form(form))).equal
    list(rows(merge(form)))
