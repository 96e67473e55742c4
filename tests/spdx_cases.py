"""SPDX documents for tests: small valid ones of 2.3 and of 3.0.1."""

import copy

CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
BASE = "https://example.com/spdx/"
SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
SHA1 = "a9993e364706816aba3e25717850c26c9cd0d89d"
# The SHA-1 of that text: the verification code of a package with one file.
CODE = {"packageVerificationCodeValue": "9ef2bdeea2b1bae79b9ddb930427d0b2c880bdac"}


def package2(name="left-pad", /, **members):
    """Return a package of 2.3."""
    value = {
        "SPDXID": f"SPDXRef-{name}",
        "name": name,
        "versionInfo": "1.3.0",
        "downloadLocation": f"https://example.com/{name}.tgz",
        "filesAnalyzed": False,
        "supplier": "Organization: Example",
        "licenseConcluded": "MIT",
        "licenseDeclared": "MIT OR LicenseRef-Own",
        "copyrightText": "NOASSERTION",
        "checksums": [{"algorithm": "SHA256", "checksumValue": SHA256}],
        "externalRefs": [
            {
                "referenceCategory": "PACKAGE-MANAGER",
                "referenceType": "purl",
                "referenceLocator": f"pkg:npm/{name}@1.3.0",
            }
        ],
    }
    return copy.deepcopy({**value, **members})


def file2(name="index.js", /, **members):
    """Return a file of 2.3."""
    value = {
        "SPDXID": f"SPDXRef-File-{name}",
        "fileName": f"./{name}",
        "checksums": [{"algorithm": "SHA1", "checksumValue": SHA1}],
        "licenseConcluded": "NOASSERTION",
        "licenseInfoInFiles": ["MIT"],
        "copyrightText": "NONE",
    }
    return copy.deepcopy({**value, **members})


def link2(source, kind, target):
    """Return a relationship of 2.3."""
    return {"spdxElementId": source, "relationshipType": kind, "relatedSpdxElement": target}


def spdx2(**members):
    """Return a small valid SPDX 2.3 document with other members put over it."""
    value = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "app",
        "documentNamespace": "https://example.com/spdx/app-1",
        "creationInfo": {
            "created": "2026-01-31T09:30:00Z",
            "creators": ["Tool: example-1.0", "Organization: Example (sbom@example.com)"],
            "licenseListVersion": "3.26",
        },
        "packages": [package2("app"), package2(filesAnalyzed=True, packageVerificationCode=CODE)],
        "files": [file2()],
        "hasExtractedLicensingInfos": [{"licenseId": "LicenseRef-Own", "extractedText": "Do what you like."}],
        "relationships": [
            link2("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-app"),
            link2("SPDXRef-app", "DEPENDS_ON", "SPDXRef-left-pad"),
            link2("SPDXRef-left-pad", "CONTAINS", "SPDXRef-File-index.js"),
        ],
    }
    return copy.deepcopy({**value, **members})


def creation(**members):
    """Return the CreationInfo of 3.0.1 documents."""
    value = {
        "type": "CreationInfo",
        "@id": "_:creation",
        "specVersion": "3.0.1",
        "created": "2026-01-31T09:30:00Z",
        "createdBy": [BASE + "author"],
    }
    return copy.deepcopy({**value, **members})


def element(kind, local, /, **members):
    """Return an element of 3.0.1."""
    return copy.deepcopy({"type": kind, "spdxId": BASE + local, "creationInfo": "_:creation", **members})


def package3(name="left-pad", /, **members):
    """Return a package of 3.0.1."""
    value = {
        "name": name,
        "software_packageVersion": "1.3.0",
        "software_packageUrl": f"pkg:npm/{name}@1.3.0",
        "verifiedUsing": [{"type": "Hash", "algorithm": "sha256", "hashValue": SHA256}],
    }
    return element("software_Package", name, **{**value, **members})


def link3(name, source, kind, *targets, **members):
    """Return a relationship of 3.0.1."""
    ends = {"from": BASE + source, "to": [BASE + target for target in targets]}
    return element("Relationship", name, relationshipType=kind, **{**ends, **members})


def graph3():
    """Return the elements of the document that ``spdx3`` makes."""
    return [
        creation(),
        element("Organization", "author", name="Example"),
        element(
            "SpdxDocument",
            "document",
            rootElement=[BASE + "sbom"],
            element=[BASE + "author", BASE + "app", BASE + "left-pad"],
            profileConformance=["core", "software", "simpleLicensing"],
        ),
        element("software_Sbom", "sbom", rootElement=[BASE + "app"], element=[BASE + "left-pad"]),
        package3("app"),
        package3(),
        link3("r1", "app", "dependsOn", "left-pad"),
        element("simplelicensing_LicenseExpression", "mit", simplelicensing_licenseExpression="MIT"),
        link3("r2", "left-pad", "hasConcludedLicense", "mit"),
    ]


def spdx3(*more, without=(), **members):
    """Return a small valid SPDX 3.0.1 document: elements left out by name, others added."""
    ids = {BASE + name for name in without}
    graph = [each for each in graph3() if each.get("spdxId") not in ids]
    return copy.deepcopy({"@context": CONTEXT, "@graph": [*graph, *more], **members})
