"""What SPDX calls a file: files are no components of a verdict, packages whose purpose is a file are."""

import pytest

from spdx_cases import file2, package2, spdx2, spdx3
from stella_git.canon import jcs
from stella_git.canon.clock import Instant
from stella_git.flows.evidence import Located
from stella_git.flows.judge import Context, judge


def unknowns(document):
    located = Located(role="sbom", data=jcs.dumps(document), uri="tree:bom.json", path="bom.json")
    context = Context(
        subject_name="x", tree_sha256="0" * 64, environment="prod", stage="ci", as_of=Instant(1_800_000_000)
    )
    return {unknown.id.partition("#")[0] for unknown in judge([located], context).unknowns}


def of_spdx3(kind, **members):
    document = spdx3()
    package = next(each for each in document["@graph"] if each["type"] == "software_Package")
    kept = {name: package[name] for name in ("creationInfo",)}
    document["@graph"].append(
        {**kept, "type": kind, "spdxId": "https://example.com/spdx/tool", "name": "tool", **members}
    )
    return document


def of_spdx2(**members):
    document = spdx2()
    document["packages"].append(package2("tool", externalRefs=[], **members))
    return document


@pytest.mark.parametrize(
    "document",
    [
        of_spdx2(primaryPackagePurpose="FILE"),
        of_spdx2(primaryPackagePurpose="LIBRARY"),
        of_spdx3("software_Package", software_primaryPurpose="file"),
        of_spdx3("software_Package", software_primaryPurpose="library"),
    ],
)
def test_a_package_without_purl_is_unknown_whatever_its_purpose_is(document):
    assert "component:tool" in unknowns(document)


@pytest.mark.parametrize(
    "document", [spdx2(files=[file2("tool")]), of_spdx3("software_File", software_primaryPurpose="library")]
)
def test_files_are_no_components(document):
    assert unknowns(document) == unknowns(spdx2()) == set()
