"""The normal form: identities, merged parts, terms of licences; comparing, walking, counting."""

import json
import random

import pytest

from documents_cases import GOLDEN, bom
from growth_cases import grows_in_proportion
from inventory_cases import CYCLONEDX, WRITERS, Thing, World, digest_of, inventory
from stella_git.canon import jcs
from stella_git.canon.digest import of_json
from stella_git.documents.inventory import Inventory, Link, Part, digest, normal_form
from stella_git.documents.inventory.compare import compare
from stella_git.documents.inventory.conversion import check
from stella_git.documents.inventory.merge import identify, merge
from stella_git.documents.inventory.statistics import statistics
from stella_git.documents.inventory.terms import terms
from stella_git.documents.inventory.tree import depths, find, inverted, rows


@pytest.mark.parametrize(
    ("part", "identity"),
    [
        (Part(name="x", purl="pkg:npm/x@1"), "pkg:npm/x@1"),
        (Part(name="x", purl="pkg:npm/x@1", version="1"), "pkg:npm/x@1"),
        (Part(name="x", purl="pkg:pypi/x@1rc1", version="1RC1"), "pkg:pypi/x@1rc1"),
        (Part(name="x", purl="pkg:npm/x@1", version="2"), "pkg:npm/x@1 2"),
        (Part(name="x", purl="pkg:npm/x", version="2 b"), "pkg:npm/x 2%20b"),
        (Part(name="x", purl="pkg:deb/x@1?arch=all#a"), "pkg:deb/x@1?arch=all#a"),
        (Part(name="x", cpes=("cpe:2.3:a:B:c", "cpe:2.3:a:a:c"), version="1"), "cpe:2.3:a:a:c 1"),
        (Part(name="x", cpes=("cpe:/a:a b",), version="1"), "cpe:/a:a%20b 1"),
        (Part(name="x", cpes=("pkg:npm/a@1", "name:y"), version="1"), "name:x@1"),
        (Part(name="x", cpes=("CPE:/a:a:b", "-")), "cpe:/a:a:b"),
        (Part(name="x", group="g", version="1"), "name:g/x@1"),
        (Part(name="x@1"), "name:x%401"),
        (Part(name="./src/x", kind="file"), "name:src/x"),
        (Part(name="./src/x"), "name:./src/x"),
        (Part(), "name:"),
    ],
)
def test_identities(part, identity):
    assert identify(part)[0] == identity


@pytest.mark.parametrize(
    ("part", "base", "version"),
    [
        (Part(purl="pkg:deb/x@1%3A2?arch=all#a"), "pkg:deb/x?arch=all#a", "1:2"),
        (Part(purl="pkg:npm/%40a/x", version="1"), "pkg:npm/%40a/x", "1"),
        (Part(cpes=("cpe:2.3:a:acme:x:1:*:*:*:*:*:*:*",)), "cpe:2.3:a:acme:x", ""),
        (Part(cpes=("cpe:/a:acme:x:1",)), "cpe:/a:acme:x", ""),
        (Part(name="x", version="1"), "name:x", "1"),
    ],
)
def test_the_identity_without_the_version(part, base, version):
    assert identify(part)[1:] == (base, version)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["MIT"], ("MIT",)),
        (["mit", "MIT"], ("MIT",)),
        (["MIT AND (Apache-2.0 AND ISC)"], ("Apache-2.0", "ISC", "MIT")),
        (["Apache-2.0 OR MIT", "(MIT OR Apache-2.0)"], ("Apache-2.0 OR MIT",)),
        (["NOASSERTION", "", " "], ()),
        (["NONE"], ("NONE",)),
        (["My Licence, v2"], ("My Licence, v2",)),
        (["LicenseRef-1"], ("My Licence",)),
        (["LicenseRef-1 AND MIT"], ("MIT", "My Licence")),
        (["LicenseRef-2"], ("MIT",)),
        (["LicenseRef-3 OR MIT"], ("LicenseRef-3 OR MIT",)),
    ],
)
def test_terms_of_licences(written, expected):
    assert terms(written, {"LicenseRef-1": "My Licence", "LicenseRef-2": "mit"}) == expected


def test_two_elements_of_one_identity_are_one_part_with_the_hashes_and_licences_of_both():
    first = Part(ref="a", name="x", kind="library", hashes=(("sha1", "0"),), declared=("MIT",))
    second = Part(ref="b", name="x", kind="file", hashes=(("sha1", "1"), ("md6", "2")), concluded=("ISC",))
    links = (Link(source="a", kind="depends-on", target="b"), Link(source="a", kind="depends-on", target="?"))
    normal = normal_form(Inventory(kind="k", version="1", parts=(first, second), links=links))
    (part,) = normal["inventory"]["parts"]
    assert part == {"id": "name:x", "hashes": ["sha1:0", "sha1:1"], "licences": ["ISC", "MIT"]}
    assert normal["inventory"]["links"] == []  # to itself, and to nothing
    assert normal["details"]["parts"][0]["kinds"] == ["file", "library"]
    assert normal["details"]["parts"][0]["hashes"] == ["md6:2"]


def test_of_two_elements_with_one_ref_the_order_does_not_decide():
    parts = (Part(ref="a", name="x"), Part(ref="a", name="y"), Part(ref="z", name="z"))
    links = (Link(source="z", kind="contains", target="a"),)
    orders = (parts, parts[::-1])
    assert len({digest(Inventory(kind="k", version="1", parts=each, links=links)) for each in orders}) == 1


def test_the_digest_is_that_of_the_digested_part():
    normal = normal_form(inventory(bom()))
    assert normal["digest"] == str(of_json(normal["inventory"])) == digest_of(bom())


@pytest.mark.parametrize(
    "change",
    [
        {"copyright": "(c) Ada"},
        {"properties": [{"name": "a", "value": "b"}]},
        {"type": "framework"},
        {"author": "Ada"},
        {"scope": "optional"},
        {"description": "..."},
        {"cpe": "cpe:2.3:a:acme:x:1:*:*:*:*:*:*:*"},
        {"name": "another", "group": "beside the purl"},
    ],
)
def test_what_not_every_format_can_say_is_not_digested(change):
    value = bom()
    value["components"][0] |= change
    assert digest_of(value) == digest_of(bom())


PUBLIC = [
    "bom-examples/SBOM_laravel-7.12.0_bom.1.4.json",
    "bom-examples/SaaSBOM_apigateway-microservices-datastores_bom.json",
    "cyclonedx/1.4/valid-assembly-1.4.json",
    "cyclonedx/1.6/valid-component-identifiers-1.6.json",
    "cyclonedx/1.7/valid-bom-1.7.json",
    "spdx3/package_sbom.json",
]


@pytest.mark.parametrize("name", PUBLIC)
def test_public_documents_have_the_normal_form_that_they_always_had(name):
    golden = GOLDEN / "inventory" / f"{name.rpartition('/')[2]}"
    written = jcs.dumps(normal_form(inventory(json.loads((GOLDEN / name).read_bytes())))) + b"\n"
    assert written == golden.read_bytes()


@pytest.mark.parametrize("version", CYCLONEDX)
@pytest.mark.parametrize("kind", ["component-hashes", "dependency"])
def test_the_same_example_in_every_version_of_cyclonedx(version, kind):
    values = [
        json.loads((GOLDEN / f"cyclonedx/{each}/valid-{kind}-{each}.json").read_bytes())
        for each in ("1.4", version)
    ]
    hashes = {"sha1", "sha256", "md5", "sha512"}
    for value in values:  # later examples have more hashes
        for component in value.get("components", ()):
            said = component.get("hashes", [])
            component["hashes"] = [each for each in said if each["alg"].replace("-", "").lower() in hashes]
    assert digest_of(values[0]) == digest_of(values[1])


APP = Thing(name="app", version="1", purl="pkg:npm/app@1", licences=("MIT",))
B = Thing(name="b", purl="pkg:npm/b@1.0.0", licences=("MIT",), hashes={"sha256": "0" * 64})
C = Thing(name="c", purl="pkg:npm/c@1.0.0")
OLD = World(things=(APP, B, C), needs=frozenset({(0, 1), (1, 2)}))


def compared(first, second):
    return compare(*(inventory(WRITERS["SPDX 2.3"](each, random.Random(1))) for each in (first, second)))


def test_an_upgrade_is_one_change_whatever_depends_on_it():
    new = OLD.change(1, purl="pkg:npm/b@2.0.0", licences=("ISC",), hashes={"sha256": "1" * 64})
    found = compared(OLD, new)
    (change,) = found.versions
    assert (change.base, change.before, change.after) == ("pkg:npm/b", "pkg:npm/b@1.0.0", "pkg:npm/b@2.0.0")
    assert (change.version_before, change.version_after, change.direction) == ("1.0.0", "2.0.0", "upgrade")
    assert (change.licences_added, change.licences_removed) == (("ISC",), ("MIT",))
    assert (change.hashes_added, change.hashes_removed) == ((), ())
    assert (found.added, found.removed, found.changed) == ((), (), ())
    assert (found.links_added, found.links_removed) == ((), ())
    assert not found.equal
    assert compared(new, OLD).versions[0].direction == "downgrade"


def test_an_upgrade_that_needs_more_has_one_more_link():
    new = World(things=(APP, B, C, Thing(name="d")), needs=OLD.needs | {(1, 3)}).change(
        1, purl="pkg:npm/b@2.0.0"
    )
    found = compared(OLD, new)
    assert found.links_added == (("pkg:npm/b@2.0.0", "depends-on", "name:d"),)
    assert [node.id for node in found.added] == ["name:d"]
    assert compared(new, OLD).links_removed == found.links_added


def test_versions_without_a_known_order_are_just_others():
    first, second = (World(things=(APP, Thing(name="x", version=each))) for each in ("alpha", "beta"))
    assert compared(first, second).versions[0].direction == "change"


def test_of_several_versions_the_newest_are_a_pair():
    first = World(things=(APP, *(Thing(name="b", purl=f"pkg:npm/b@{each}") for each in ("9.0.0", "10.0.0"))))
    second = World(things=(APP, Thing(name="b", purl="pkg:npm/b@11.0.0")))
    found = compared(first, second)
    assert [(change.before, change.after) for change in found.versions] == [
        ("pkg:npm/b@10.0.0", "pkg:npm/b@11.0.0")
    ]
    assert [node.id for node in found.removed] == ["pkg:npm/b@9.0.0"]


def test_other_hashes_and_licences_of_the_same_version():
    found = compared(OLD, OLD.change(1, hashes={"sha256": "1" * 64, "md5": "0" * 32}, licences=()))
    (change,) = found.changed
    assert change.direction is None
    assert change.hashes_added == (("md5", "0" * 32), ("sha256", "1" * 64))
    assert change.hashes_removed == (("sha256", "0" * 64),)
    assert change.licences_removed == ("MIT",)


def test_another_root():
    swapped = World(things=(B, APP, C), needs=frozenset({(1, 0), (0, 2)}))
    found = compared(OLD, swapped)
    assert (found.roots_added, found.roots_removed) == (("pkg:npm/b@1.0.0",), ("pkg:npm/app@1",))
    assert (found.added, found.removed, found.links_added) == ((), (), ())


def test_a_conversion_names_the_details_that_it_lost():
    value = bom()
    value["components"][0]["copyright"] = "(c) Ada"
    found = check(inventory(value), inventory(bom()))
    assert found.comparison.equal
    assert [(loss.id, loss.member, loss.values) for loss in found.lost] == [
        ("pkg:npm/left-pad@1.3.0", "copyright", ("(c) Ada",))
    ]


def graph(*links, root="a", names="abcdef"):
    parts = tuple(Part(ref=name, name=name, root=name == root) for name in names)
    made = tuple(Link(source=link[0], kind="depends-on", target=link[1]) for link in links)
    return merge(Inventory(kind="k", version="1", parts=parts, links=made))


def drawn(found):
    return [(row.depth, row.id.removeprefix("name:"), row.mark, row.last) for row in found]


def test_a_tree_opens_each_part_once_and_marks_cycles():
    assert drawn(rows(graph("ab", "ac", "bd", "cd", "dc", "da", "ef"))) == [
        (0, "a", "", False),
        (1, "b", "", False),
        (2, "d", "", True),
        (3, "a", "cycle", False),
        (3, "c", "", True),
        (4, "d", "cycle", True),
        (1, "c", "repeated", True),
        (0, "e", "", True),
        (1, "f", "", True),
    ]


def test_parts_that_only_lead_to_each_other_are_shown_from_the_first_of_them():
    assert drawn(rows(graph("bc", "cb", names="abc"))) == [
        (0, "a", "", False),
        (0, "b", "", True),
        (1, "c", "", True),
        (2, "b", "cycle", True),
    ]


def test_a_tree_can_be_cut():
    assert drawn(rows(graph("ab", "bc", names="abc"), depth=1)) == [(0, "a", "", True), (1, "b", "cut", True)]
    assert drawn(rows(graph("ab", names="ab"), depth=1))[1] == (1, "b", "", True)
    assert drawn(rows(graph("ab", names="ab"), depth=0)) == [(0, "a", "cut", True)]


def test_a_tree_from_a_part_up():
    found = graph("ab", "ac", "bd", "cd", names="abcd")
    assert drawn(inverted(found, "d")) == [
        (0, "d", "", True),
        (1, "b", "", False),
        (2, "a", "", True),
        (1, "c", "", True),
        (2, "a", "", True),
    ]


def test_links_of_other_kinds_are_no_branches_and_other_documents_are_leaves():
    parts = (Part(ref="a", name="a", root=True), Part(ref="b", name="b"))
    links = (
        Link(source="a", kind="has-test", target="b"),
        Link(source="a", kind="contains", target="urn:cdx:1/1#x"),
        Link(source="a", kind="depends-on", target="urn:cdx:1/1#x"),
    )
    found = merge(Inventory(kind="k", version="1", parts=parts, links=links, external=("urn:cdx:1/1#x",)))
    shown = list(rows(found))
    assert [(row.id, row.kind, row.mark) for row in shown] == [
        ("name:a", "", ""),
        ("ref:urn:cdx:1/1#x", "depends-on", "external"),
        ("name:b", "", ""),
    ]
    assert set(depths(found)) == {"name:a"}


@pytest.mark.parametrize(
    "wanted", ["left-pad", "pkg:npm/left-pad", "pkg:npm/left-pad@1.3.0", "pkg:NPM/left-pad@1.3.0"]
)
def test_parts_are_found_by_name_and_purl(wanted):
    assert [node.id for node in find(merge(inventory(bom())), wanted)] == ["pkg:npm/left-pad@1.3.0"]
    assert find(merge(inventory(bom())), "left") == []


def test_counts():
    value = bom(dependencies=[{"ref": "app", "dependsOn": ["left"]}])
    value["components"].append({"type": "file", "name": "f", "hashes": [{"alg": "MD5", "content": "0" * 32}]})
    found = statistics(inventory(value))
    assert (found.elements, found.parts, found.roots, found.depth, found.unreached) == (3, 3, 1, 1, 1)
    assert found.ecosystems == (("", 2), ("npm", 1))
    assert found.kinds == (("application", 1), ("file", 1), ("library", 1))
    assert found.licences == (("", 2), ("MIT", 1))
    assert found.links == (("depends-on", 1),)
    assert (found.without_purl, found.without_version, found.without_licence, found.without_hash) == (
        2,
        1,
        2,
        2,
    )
    assert statistics(Inventory(kind="k", version="1")).depth == 0


def chain(length):
    parts = tuple(Part(ref=str(each), name=f"p{each}", root=not each) for each in range(length))
    links = tuple(
        Link(source=str(each), kind="depends-on", target=str(each + 1)) for each in range(length - 1)
    )
    return Inventory(kind="k", version="1", parts=parts, links=links)


def test_a_chain_of_ten_thousand_is_no_recursion():
    merged = merge(chain(10_000))
    assert [row.depth for row in rows(merged)] == list(range(10_000))
    assert statistics(chain(10_000)).depth == 9_999


@pytest.mark.parametrize(
    "work",
    [
        normal_form,
        lambda found: list(rows(merge(found))),
        lambda found: compare(found, chain(len(found.parts) - 1)),
        statistics,
    ],
    ids=["normal form", "tree", "compare", "statistics"],
)
def test_work_grows_with_the_document_and_not_faster(work):
    """Eight times the size takes about eight times as long; sixty-four times would be quadratic."""
    grows_in_proportion(work, chain, 1_000)
