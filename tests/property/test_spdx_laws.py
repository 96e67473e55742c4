"""Laws of the rules for SPDX: order says nothing, renaming says nothing, and nothing crashes them."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from documents_cases import check, facts
from spdx_cases import BASE, CONTEXT, element, link2, link3, package2, package3, spdx2, spdx3
from stella_git.documents.context import ALONE, Subject
from stella_git.documents.detect import Format
from stella_git.documents.lint import lint
from stella_git.documents.spdx3graph import model

NAMES = st.sampled_from(["app", "left-pad", "author", "document", "mit", "nobody"])


def elements():
    """Return strategies of elements, right and wrong."""
    packages = st.builds(
        lambda number, supplier: package3(f"p{number}", suppliedBy=BASE + supplier), st.integers(0, 3), NAMES
    )
    types = st.sampled_from(["dependsOn", "hasConcludedLicense", "affects", "invokedBy"])
    links = st.builds(link3, st.sampled_from(["r8", "r9"]), NAMES, types, NAMES)
    texts = st.sampled_from(["MIT", "MIT OR", "LicenseRef-x"])
    licences = st.builds(
        lambda text: element(
            "simplelicensing_LicenseExpression", "x", simplelicensing_licenseExpression=text
        ),
        texts,
    )
    return st.lists(packages | links | licences, max_size=6, unique_by=lambda each: each["spdxId"])


def outcome(value):
    """Return what is said, about which element, without places."""
    graph = value["@graph"]
    found = set()
    for problem in check(value).problems:
        tokens = problem.pointer.split("/")[1:]
        about = graph[int(tokens[1])].get("spdxId") if len(tokens) > 1 else None
        found.add((problem.rule, problem.severity, about, *tokens[2:3]))
    return found


@given(elements(), st.randoms(use_true_random=False))
def test_the_order_of_the_graph_says_nothing(more, rng):
    value = spdx3(*more)
    graph = list(value["@graph"])
    rng.shuffle(graph)
    assert outcome({"@context": CONTEXT, "@graph": graph}) == outcome(value)


@given(elements())
def test_identifiers_may_be_anything_as_long_as_they_are_the_same(more):
    value = spdx3(*more)
    renamed = json.loads(json.dumps(value).replace(BASE, "urn:uuid:0/"))
    assert facts(check(renamed)) == facts(check(value))


@given(
    st.lists(st.tuples(NAMES, st.sampled_from(["DEPENDS_ON", "CONTAINS"]), NAMES), max_size=5),
    st.randoms(use_true_random=False),
)
def test_the_order_of_packages_and_relationships_says_nothing(links, rng):
    value = spdx2(packages=[*spdx2()["packages"], package2("author"), package2("mit")])
    value["relationships"] += [link2(f"SPDXRef-{one}", kind, f"SPDXRef-{two}") for one, kind, two in links]

    def rules(value):
        return sorted((each.rule, each.severity, each.message) for each in check(value).problems)

    before = rules(value)
    rng.shuffle(value["packages"])
    rng.shuffle(value["relationships"])
    assert rules(value) == before


KEYS3 = sorted({*model().targets, *model().times, "@id", "spdxId", "type", "relationshipType", "hashValue"})
KINDS3 = sorted(model().ancestors)
KEYS2 = [
    "SPDXID", "packages", "files", "snippets", "relationships", "spdxElementId", "relatedSpdxElement",
    "creationInfo", "creators", "created", "checksums", "algorithm", "checksumValue", "licenseConcluded",
    "packageVerificationCode", "packageVerificationCodeValue", "filesAnalyzed", "ranges", "startPointer",
    "hasFiles", "reference", "hasExtractedLicensingInfos", "licenseId", "externalDocumentRefs", "annotations",
    "annotator",
]  # fmt: skip


def anything(keys, texts):
    """Return a strategy of values that use the names of a format in every wrong way."""
    scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(texts)
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(keys), inner, max_size=5),
        max_leaves=25,
    )


def rules_of(value, version):
    subject = Subject(value=value, format=Format(kind="spdx", version=version))
    return list(lint(subject, ALONE))


@settings(max_examples=300)
@given(anything([*KEYS3, "@graph"], [*KINDS3, "urn:x", "_:x", "sha256", "affects", "", "NoneElement"]))
def test_no_value_crashes_the_rules_for_3(value):
    for complaint in rules_of({"@context": CONTEXT, "@graph": value}, "3.0.1"):
        assert complaint.message
        assert complaint.remedy


@settings(max_examples=300)
@given(
    st.dictionaries(st.sampled_from(KEYS2), anything(KEYS2, ["SPDXRef-a", "DESCRIBES", "MIT", "", "SHA1"]))
)
def test_no_value_crashes_the_rules_for_2(value):
    for complaint in rules_of({"spdxVersion": "SPDX-2.3", **value}, "2.3"):
        assert complaint.message
        assert complaint.remedy
