"""What the readers make of each format, member by member."""

import json

import pytest

from documents_cases import bom
from inventory_cases import inventory
from stella_git.documents.detect import Format
from stella_git.documents.inventory import Link, digest, normal_form, read
from stella_git.documents.inventory.hashes import algorithm
from stella_git.documents.inventory.parties import actor
from stella_git.documents.inventory.relationships import hyphenated


def component(**members):
    return {"type": "library", "bom-ref": "x", "name": "x", **members}


def only(value):
    (part,) = [part for part in inventory(value).parts if not part.root]
    return part


def test_a_component_of_cyclonedx():
    part = only(
        bom(
            components=[
                component(
                    group="org.acme",
                    version="1.2",
                    purl="pkg:MAVEN/org.acme/x@1.2",
                    cpe="cpe:2.3:a:acme:x:1.2:*:*:*:*:*:*:*",
                    swid={"tagId": "tag", "name": "x"},
                    omniborId=["gitoid:blob:sha1:a94a8fe5ccb19ba61c4c0873d391e987982fbbd3"],
                    swhid=["swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2"],
                    hashes=[{"alg": "SHA-256", "content": "AB" * 32}],
                    licenses=[
                        {"license": {"id": "MIT", "acknowledgement": "concluded"}},
                        {"license": {"name": "Own"}},
                    ],
                    supplier={"name": "ACME", "url": ["https://acme.example"]},
                    manufacturer={"name": "Maker", "contact": [{"email": "m@acme.example"}]},
                    authors=[{"name": "Ada", "email": "ada@acme.example"}],
                    author="Bob",
                    publisher="Pub",
                    copyright="(c) ACME",
                    scope="optional",
                    externalReferences=[
                        {"type": "distribution", "url": "https://acme.example/x.jar"},
                        {"type": "vcs", "url": "https://acme.example/x.git"},
                    ],
                    properties=[{"name": "bsi:component:filename", "value": "x.jar"}, {"name": "empty"}],
                )
            ]
        )
    )
    assert (part.kind, part.name, part.group, part.version) == ("library", "x", "org.acme", "1.2")
    assert part.full_name == "org.acme/x"
    assert part.purl == "pkg:maven/org.acme/x@1.2"
    assert part.cpes == ("cpe:2.3:a:acme:x:1.2:*:*:*:*:*:*:*",)
    assert [kind for kind, _ in part.identifiers] == ["gitoid", "swhid", "swid"]
    assert part.hashes == (("sha256", "ab" * 32),)
    assert (part.declared, part.concluded) == (("Own",), ("MIT",))
    assert (part.supplier, part.producers) == ("ACME", ("Ada", "Bob", "Maker", "Pub"))
    assert part.contacts == ("ada@acme.example", "https://acme.example", "m@acme.example")
    assert (part.copyright, part.filename, part.scope) == ("(c) ACME", "x.jar", "optional")
    assert (part.download, part.source_url) == ("https://acme.example/x.jar", "https://acme.example/x.git")
    assert part.properties == (("bsi:component:filename", "x.jar"), ("empty", ""))
    assert part.pointer == "/components/0"


def test_a_document_of_cyclonedx():
    found = inventory(
        bom(
            metadata={
                "timestamp": "2026-01-31T09:30:00Z",
                "component": {"type": "application", "bom-ref": "app", "name": "app"},
                "authors": [{"name": "Ada", "email": "ada@acme.example"}],
                "manufacturer": {"name": "ACME"},
                "tools": {"components": [{"type": "application", "name": "gen", "version": "2"}]},
                "lifecycles": [{"phase": "build"}, {"name": "own"}],
                "licenses": [{"license": {"id": "CC0-1.0"}}],
            }
        )
    )
    assert (found.kind, found.version, found.timestamp) == ("cyclonedx", "1.6", "2026-01-31T09:30:00Z")
    assert (found.authors, found.author_contacts) == (("ACME", "Ada"), ("ada@acme.example",))
    assert (found.tools, found.lifecycles, found.data_licence) == (("gen 2",), ("build", "own"), "CC0-1.0")
    assert found.identifier == "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"
    assert found.root == found.parts[0] == found.by_ref()["app"]


def test_tools_before_1_5_are_a_list():
    value = bom(metadata={"tools": [{"vendor": "x", "name": "gen"}, {"name": "a", "version": "1"}]})
    assert inventory(value).tools == ("a 1", "gen")


def test_what_is_nested_is_contained_and_services_are_parts():
    found = inventory(
        bom(
            components=[component(components=[{"type": "file", "name": "inside"}])],
            services=[{"bom-ref": "s", "name": "api", "provider": {"name": "ACME"}}],
            dependencies=[{"ref": "x", "dependsOn": ["s"], "provides": ["app"]}],
            compositions=[
                {"aggregate": "complete", "dependencies": ["x"]},
                {"aggregate": "incomplete_first_party_only", "assemblies": ["x"]},
            ],
        )
    )
    inside = found.parts[2]
    assert (inside.pointer, inside.ref) == ("/components/0/components/0", "#/components/0/components/0")
    assert (found.parts[3].kind, found.parts[3].supplier) == ("service", "ACME")
    assert found.links == (
        Link(source="x", kind="contains", target=inside.ref, complete=False),
        Link(source="x", kind="depends-on", target="s", complete=True),
        Link(source="x", kind="provides", target="app"),
    )
    assert found.completeness == (("x", "complete"), ("x", "incomplete_first_party_only"))


def test_a_link_to_this_document_is_a_ref_and_one_to_another_is_external():
    here = "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#left"
    there = "urn:cdx:11111111-395b-41f5-a30f-a58921a69b79/1#left"
    found = inventory(bom(dependencies=[{"ref": "app", "dependsOn": [here, there]}]))
    assert [link.target for link in found.links] == ["left", there]
    assert found.external == (there,)
    assert normal_form(found)["inventory"]["links"][1]["target"] == f"ref:{there}"


def spdx(**members):
    return {
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "dataLicense": "CC0-1.0",
        "name": "x",
        "documentNamespace": "https://example.com/x",
        "creationInfo": {
            "created": "2026-01-31T09:30:00Z",
            "creators": [
                "Tool: gen-2",
                "Organization: ACME, Inc. (a@acme.example)",
                "Person: Ada ()",
                "junk",
            ],
        },
        **members,
    }


def package(name, **members):
    return {"SPDXID": f"SPDXRef-{name}", "name": name, "downloadLocation": "NOASSERTION", **members}


def test_a_package_of_spdx_2():
    part = only(
        spdx(
            packages=[
                package(
                    "x",
                    versionInfo="1",
                    primaryPackagePurpose="OPERATING_SYSTEM",
                    supplier="Organization: ACME (s@acme.example)",
                    originator="Person: Ada",
                    packageFileName="x.tgz",
                    downloadLocation="git+https://acme.example/x.git",
                    checksums=[{"algorithm": "SHA3-256", "checksumValue": "AA"}],
                    licenseDeclared="MIT",
                    licenseConcluded="NOASSERTION",
                    copyrightText="NOASSERTION",
                    externalRefs=[
                        {"referenceType": "purl", "referenceLocator": "pkg:npm/x@1"},
                        {"referenceType": "purl", "referenceLocator": "pkg:npm/a@1"},
                        {"referenceType": "purl", "referenceLocator": "nonsense"},
                        {"referenceType": "cpe22Type", "referenceLocator": "cpe:/a:acme:x"},
                        {
                            "referenceType": "http://spdx.org/rdf/references/cpe23Type",
                            "referenceLocator": "cpe:2.3:a:acme:x:1:*:*:*:*:*:*:*",
                        },
                        {"referenceType": "swh", "referenceLocator": "swh:1:cnt:0"},
                    ],
                    annotations=[{"comment": "bsi:component:executable=no"}, {"comment": "free text, a=b"}],
                )
            ]
        )
    )
    assert (part.kind, part.version, part.purl) == ("operating-system", "1", "pkg:npm/a@1")
    assert part.identifiers == (("purl", "pkg:npm/x@1"), ("swhid", "swh:1:cnt:0"))
    assert part.cpes == ("cpe:/a:acme:x", "cpe:2.3:a:acme:x:1:*:*:*:*:*:*:*")
    assert part.hashes == (("sha3_256", "aa"),)
    assert (part.declared, part.concluded, part.copyright) == (("MIT",), (), None)
    assert (part.supplier, part.producers, part.contacts) == ("ACME", ("Ada",), ("s@acme.example",))
    assert (part.filename, part.source_url) == ("x.tgz", "git+https://acme.example/x.git")
    assert part.properties == (("bsi:component:executable", "no"),)


def test_a_document_of_spdx_2():
    found = inventory(spdx())
    assert (found.authors, found.author_contacts) == (("ACME, Inc.", "Ada"), ("a@acme.example",))
    assert (found.tools, found.identifier) == (("gen-2",), "https://example.com/x")
    assert (found.timestamp, found.data_licence) == ("2026-01-31T09:30:00Z", "CC0-1.0")
    assert found.root is None


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("DEPENDS_ON", ("a", "depends-on", "b", "")),
        ("DEPENDENCY_OF", ("b", "depends-on", "a", "")),
        ("DEV_DEPENDENCY_OF", ("b", "depends-on", "a", "development")),
        ("TEST_DEPENDENCY_OF", ("b", "depends-on", "a", "test")),
        ("BUILD_DEPENDENCY_OF", ("b", "depends-on", "a", "build")),
        ("RUNTIME_DEPENDENCY_OF", ("b", "depends-on", "a", "runtime")),
        ("OPTIONAL_DEPENDENCY_OF", ("b", "depends-on", "a", "optional")),
        ("PROVIDED_DEPENDENCY_OF", ("b", "depends-on", "a", "provided")),
        ("CONTAINS", ("a", "contains", "b", "")),
        ("CONTAINED_BY", ("b", "contains", "a", "")),
        ("PACKAGE_OF", ("b", "contains", "a", "")),
        ("BUILD_TOOL_OF", ("b", "uses-tool", "a", "build")),
        ("GENERATED_FROM", ("b", "generates", "a", "")),
        ("STATIC_LINK", ("a", "has-static-link", "b", "")),
        ("HAS_PREREQUISITE", ("a", "has-prerequisite", "b", "")),
        ("PREREQUISITE_FOR", ("b", "has-prerequisite", "a", "")),
        ("OTHER", ("a", "other", "b", "")),
    ],
)
def test_relationships_of_spdx_2_are_read_in_one_direction(kind, expected):
    value = spdx(
        packages=[package("a"), package("b")],
        relationships=[
            {"spdxElementId": "SPDXRef-a", "relationshipType": kind, "relatedSpdxElement": "SPDXRef-b"}
        ],
    )
    (link,) = inventory(value).links
    source, name, target, scope = expected
    assert link == Link(source=f"SPDXRef-{source}", kind=name, target=f"SPDXRef-{target}", scope=scope)


def test_every_relationship_type_of_spdx_2_has_a_direction():
    from stella_git import resources
    from stella_git.documents.inventory.relationships import spdx2

    schema = json.loads(resources.schema("spdx/spdx-2.3.schema.json"))
    types = schema["properties"]["relationships"]["items"]["properties"]["relationshipType"]["enum"]
    backwards = {name for name in types if name.endswith(("_OF", "_FOR", "_BY", "_FROM", "_FROM_ARCHIVE"))}
    straight = {"ANCESTOR_OF"}
    assert {name for name in backwards if not spdx2(name).reverse} == straight


def test_hasfiles_is_contains_and_none_says_that_there_is_nothing():
    found = inventory(
        spdx(
            packages=[package("a", hasFiles=["SPDXRef-f"]), package("b")],
            files=[{"SPDXID": "SPDXRef-f", "fileName": "./src/f.c", "fileDependencies": ["SPDXRef-g"]}],
            relationships=[
                {"spdxElementId": "SPDXRef-a", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": name}
                for name in ("NONE", "SPDXRef-b")
            ]
            + [
                {
                    "spdxElementId": "SPDXRef-b",
                    "relationshipType": "DEPENDS_ON",
                    "relatedSpdxElement": "NONE",
                },
                {
                    "spdxElementId": "SPDXRef-b",
                    "relationshipType": "CONTAINS",
                    "relatedSpdxElement": "DocumentRef-o:SPDXRef-z",
                },
            ],
        )
    )
    assert found.completeness == (("SPDXRef-b", "complete"),)  # a says both, so it says nothing
    assert [(link.source[8:], link.kind, link.target) for link in found.links] == [
        ("a", "contains", "SPDXRef-f"),
        ("a", "depends-on", "SPDXRef-b"),
        ("b", "contains", "DocumentRef-o:SPDXRef-z"),
        ("f", "depends-on", "SPDXRef-g"),
    ]
    assert found.external == ("DocumentRef-o:SPDXRef-z",)
    assert (found.parts[2].kind, found.parts[2].filename) == ("file", "f.c")


BASE = "https://example.com/"


def spdx3(*elements):
    shared = {"creationInfo": "_:c"}
    return {
        "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        "@graph": [
            {
                "type": "CreationInfo",
                "@id": "_:c",
                "specVersion": "3.0.1",
                "created": "2026-01-31T09:30:00Z",
                "createdBy": [f"{BASE}ada"],
                "createdUsing": [f"{BASE}gen"],
            },
            {
                "type": "Person",
                "spdxId": f"{BASE}ada",
                "name": "Ada",
                "externalIdentifier": [
                    {"externalIdentifierType": "email", "identifier": "ada@acme.example"},
                    {"externalIdentifierType": "other", "identifier": "1"},
                ],
            },
            {"type": "Organization", "spdxId": f"{BASE}acme", "name": "ACME"},
            {"type": "Tool", "spdxId": f"{BASE}gen", "name": "gen"},
            *({**shared, **element} for element in elements),
        ],
    }


def element(kind, ref, **members):
    return {"type": kind, "spdxId": f"{BASE}{ref}", **members}


def relationship(kind, source, *targets, **members):
    return element(
        "Relationship",
        f"r/{kind}/{source}",
        relationshipType=kind,
        **{"from": f"{BASE}{source}"},
        to=[target if ":" in target else f"{BASE}{target}" for target in targets],
        **members,
    )


def test_a_package_of_spdx_3():
    part = only(
        spdx3(
            element(
                "software_Package",
                "x",
                name="x",
                software_packageVersion="1",
                software_packageUrl="pkg:npm/x@1",
                software_primaryPurpose="operatingSystem",
                software_downloadLocation="https://acme.example/x.tgz",
                software_copyrightText="(c) ACME",
                suppliedBy=f"{BASE}acme",
                originatedBy=[f"{BASE}ada"],
                verifiedUsing=[
                    {"type": "Hash", "algorithm": "sha256", "hashValue": "AA"},
                    {"type": "PackageVerificationCode", "algorithm": "sha1", "hashValue": "bb"},
                ],
                externalIdentifier=[
                    {"externalIdentifierType": "cpe23", "identifier": "cpe:2.3:a:acme:x:1:*:*:*:*:*:*:*"},
                    {"externalIdentifierType": "swid", "identifier": "tag"},
                ],
                externalRef=[{"externalRefType": "vcs", "locator": ["https://acme.example/x.git"]}],
                software_contentIdentifier=[
                    {"software_contentIdentifierType": "gitoid", "software_contentIdentifierValue": "g"}
                ],
                extension=[
                    {
                        "type": "extension_CdxPropertiesExtension",
                        "extension_cdxProperty": [
                            {"extension_cdxPropName": "a:b", "extension_cdxPropValue": "c"}
                        ],
                    }
                ],
            ),
            element("Annotation", "n", subject=f"{BASE}x", statement="bsi:component:archive=yes"),
            element("simplelicensing_LicenseExpression", "l", simplelicensing_licenseExpression="MIT"),
            relationship("hasDeclaredLicense", "x", "l"),
            relationship("hasConcludedLicense", "x", "https://spdx.org/licenses/Apache-2.0"),
        )
    )
    assert (part.kind, part.version, part.purl) == ("operating-system", "1", "pkg:npm/x@1")
    assert part.hashes == (("sha256", "aa"),)
    assert part.identifiers == (("gitoid", "g"), ("swid", "tag"))
    assert part.cpes == ("cpe:2.3:a:acme:x:1:*:*:*:*:*:*:*",)
    assert (part.supplier, part.producers, part.contacts) == ("ACME", ("Ada",), ("ada@acme.example",))
    assert (part.declared, part.concluded) == (("MIT",), ("Apache-2.0",))
    assert (part.copyright, part.download) == ("(c) ACME", "https://acme.example/x.tgz")
    assert part.source_url == "https://acme.example/x.git"
    assert part.properties == (("a:b", "c"), ("bsi:component:archive", "yes"))


def test_a_document_of_spdx_3_and_its_links():
    found = inventory(
        spdx3(
            element("software_Package", "x", name="x"),
            element("ai_AIPackage", "m", name="m"),
            element("dataset_DatasetPackage", "d", name="d"),
            element("software_File", "f", name="src/f.c", software_primaryPurpose="executable"),
            element("software_Sbom", "s", rootElement=[f"{BASE}x"], software_sbomType=["build"]),
            element("SpdxDocument", "doc", rootElement=[f"{BASE}s"], dataLicense=f"{BASE}l"),
            element("simplelicensing_LicenseExpression", "l", simplelicensing_licenseExpression="CC0-1.0"),
            relationship("dependsOn", "x", "m", "d", completeness="complete"),
            relationship("hasProvidedDependency", "m", "d"),
            relationship("dependsOn", "d", f"{BASE}terms/Core/NoneElement"),
            relationship("contains", "x", "https://other.example/y", scope="runtime"),
            relationship("hasDistributionArtifact", "x", "f"),
            relationship("descendantOf", "x", "m"),
        )
    )
    assert [part.kind for part in found.parts] == ["", "machine-learning-model", "data", "file"]
    assert (found.root, found.parts[0].filename) == (found.parts[0], "src/f.c")
    assert (found.authors, found.author_contacts, found.tools) == (("Ada",), ("ada@acme.example",), ("gen",))
    assert (found.lifecycles, found.data_licence) == (("build",), "CC0-1.0")
    assert found.identifier == f"{BASE}doc"
    assert found.completeness == ((f"{BASE}d", "complete"), (f"{BASE}x", "complete"))
    assert found.external == ("https://other.example/y",)
    said = [
        (link.source[20:], link.kind, link.target[20:], link.complete, link.scope) for link in found.links
    ]
    assert ("x", "depends-on", "m", True, "") in said
    assert ("m", "depends-on", "d", None, "provided") in said
    assert ("m", "ancestor-of", "x", None, "") in said
    assert len(said) == 6


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        (
            [
                element(
                    "expandedlicensing_DisjunctiveLicenseSet",
                    "l",
                    expandedlicensing_member=[f"{BASE}and", "https://spdx.org/licenses/MIT"],
                ),
                element(
                    "expandedlicensing_ConjunctiveLicenseSet",
                    "and",
                    expandedlicensing_member=[f"{BASE}later", f"{BASE}with"],
                ),
                element(
                    "expandedlicensing_OrLaterOperator",
                    "later",
                    expandedlicensing_subjectLicense="https://spdx.org/licenses/GPL-2.0",
                ),
                element(
                    "expandedlicensing_WithAdditionOperator",
                    "with",
                    expandedlicensing_subjectExtendableLicense="https://spdx.org/licenses/GPL-2.0-only",
                    expandedlicensing_subjectAddition="https://spdx.org/licenses/Classpath-exception-2.0",
                ),
            ],
            ("(GPL-2.0+ AND GPL-2.0-only WITH Classpath-exception-2.0) OR MIT",),
        ),
        ([element("expandedlicensing_CustomLicense", "l", name="Own")], ("Own",)),
        ([element("simplelicensing_LicenseExpression", "l", simplelicensing_licenseExpression="")], ()),
        (
            [
                element(
                    "simplelicensing_LicenseExpression", "l", simplelicensing_licenseExpression="NOASSERTION"
                )
            ],
            (),
        ),
        (
            [
                element(
                    "expandedlicensing_ConjunctiveLicenseSet",
                    "l",
                    expandedlicensing_member=[f"{BASE}l", "https://spdx.org/licenses/MIT"],
                )
            ],
            (),
        ),
    ],
)
def test_licences_of_spdx_3(elements, expected):
    part = only(
        spdx3(
            element("software_Package", "x", name="x"),
            *elements,
            relationship("hasDeclaredLicense", "x", "l"),
        )
    )
    assert part.declared == expected


def test_licences_that_are_nested_ten_thousand_deep_are_no_recursion():
    deep = [
        element(
            "expandedlicensing_ConjunctiveLicenseSet",
            f"l{level}",
            expandedlicensing_member=[f"{BASE}l{level + 1}"],
        )
        for level in range(10_000)
    ]
    end = element("expandedlicensing_CustomLicense", "l10000", name="Own")
    last = relationship("hasDeclaredLicense", "x", "l0")
    assert only(spdx3(element("software_Package", "x", name="x"), *deep, end, last)).declared == ("Own",)


@pytest.mark.parametrize("order", [1, -1])
def test_a_licence_that_is_a_member_of_itself_is_unknown_in_any_order(order):
    kind = "expandedlicensing_ConjunctiveLicenseSet"
    sets = [
        element(kind, "a", expandedlicensing_member=[f"{BASE}b", "https://spdx.org/licenses/MIT"]),
        element(kind, "b", expandedlicensing_member=[f"{BASE}a", f"{BASE}c"]),
        element(kind, "c", expandedlicensing_member=["https://spdx.org/licenses/ISC"]),
    ]
    said = [relationship("hasDeclaredLicense", "x", name) for name in "abc"]
    part = only(spdx3(element("software_Package", "x", name="x"), *sets, *said[::order]))
    assert part.declared == ("ISC",)


def test_sets_of_licences_that_grow_without_end_are_nobodys_licence():
    sets = [
        element(
            f"expandedlicensing_{kind}LicenseSet",
            f"{kind}{level}",
            expandedlicensing_member=[f"{BASE}Conjunctive{level + 1}", f"{BASE}Disjunctive{level + 1}"],
        )
        for level in range(30)
        for kind in ("Conjunctive", "Disjunctive")
    ]
    ends = [
        element("expandedlicensing_CustomLicense", f"{kind}30", name=kind)
        for kind in ("Conjunctive", "Disjunctive")
    ]
    last = relationship("hasDeclaredLicense", "x", "Conjunctive0")
    part = only(spdx3(element("software_Package", "x", name="x"), *sets, *ends, last))
    assert part.declared == ()


@pytest.mark.parametrize("junk", [None, 1, "x", [], {}, [1], [[]], [None], {"a": 1}, [{"a": None}]])
@pytest.mark.parametrize(
    "names",
    [
        ("components", "metadata", "dependencies", "services", "compositions"),
        ("packages", "files", "relationships", "creationInfo", "documentDescribes"),
        ("@graph",),
    ],
)
def test_what_has_not_the_shape_is_passed_over(names, junk):
    for kind, version in (("cyclonedx", "1.6"), ("spdx", "2.3"), ("spdx", "3.0.1")):
        found = read(dict.fromkeys(names, junk), Format(kind=kind, version=version))
        assert found.links == ()
        assert digest(found)


def test_another_format_has_no_inventory():
    assert read({}, Format(kind="openvex", version="0.2.0")).parts == ()


@pytest.mark.parametrize(
    ("text", "kind", "name", "contacts"),
    [
        (
            "Organization: ACME (Germany) GmbH (a@b.example)",
            "organization",
            "ACME (Germany) GmbH",
            ("a@b.example",),
        ),
        ("Person: Ada", "person", "Ada", ()),
        ("Person:Ada", "person", "Ada", ()),
        ("Tool: gen-1.0", "tool", "gen-1.0", ()),
        ("NOASSERTION", "", "", ()),
        ("Ada", "", "", ()),
        (None, "", "", ()),
    ],
)
def test_actors_of_spdx_2(text, kind, name, contacts):
    found = actor(text)
    assert (found.kind, found.name, found.contacts) == (kind, name, contacts)


ALGORITHMS = {"SHA-256": "sha256", "SHA3-512": "sha3_512", "BLAKE2b-384": "blake2b384", "MD5": "md5"}
ALGORITHMS |= {"sha3_256": "sha3_256", "Streebog-256": "streebog256", "Own": "own"}


@pytest.mark.parametrize("name", ALGORITHMS)
def test_algorithms_have_one_name(name):
    assert algorithm(name) == ALGORITHMS[name]


HYPHENS = {"operatingSystem": "operating-system", "OPERATING_SYSTEM": "operating-system", "": ""}
HYPHENS |= {"dependsOn": "depends-on", "container": "container", "LIBRARY": "library"}


@pytest.mark.parametrize("name", HYPHENS)
def test_names_with_hyphens(name):
    assert hyphenated(name) == HYPHENS[name]
