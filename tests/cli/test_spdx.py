"""SPDX documents on the command line: every format of document, one command."""

import pytest

from documents_cases import data
from spdx_cases import BASE, link2, link3, spdx2, spdx3


@pytest.mark.parametrize("value", [spdx2(), spdx3()])
def test_a_valid_document(stella, tmp_path, value):
    (tmp_path / "app.spdx.json").write_bytes(data(value))
    ran = stella("sbom", "validate", "--no-git", "app.spdx.json", cwd=tmp_path)
    assert (ran.code, ran.out) == (0, "1 file: no problems\n")


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (
            spdx2(relationships=[*spdx2()["relationships"], link2("SPDXRef-app", "OTHER", "SPDXRef-gone")]),
            '2S02 "SPDXRef-gone" is no SPDXID of this document',
        ),
        (spdx3(link3("r9", "app", "other", "gone")), f'S002 "{BASE}gone" is not in this document'),
    ],
)
def test_a_broken_document_is_told_with_its_place(stella, tmp_path, value, line):
    written = data(value)
    (tmp_path / "app.spdx.json").write_bytes(written)
    ran = stella("sbom", "validate", "--no-git", "--format", "concise", "app.spdx.json", cwd=tmp_path)
    assert ran.code == 1
    place, _, said = ran.out.splitlines()[0].partition(": ")
    name, number, _ = place.split(":")
    assert name == "app.spdx.json"
    assert "gone" in written.decode().splitlines()[int(number) - 1]
    assert said.startswith(line)


def test_another_version_is_told_what_to_do(stella, tmp_path):
    (tmp_path / "old.spdx.json").write_bytes(data(spdx2(spdxVersion="SPDX-2.2")))
    ran = stella("sbom", "validate", "--no-git", "old.spdx.json", cwd=tmp_path)
    assert ran.code == 1
    assert "SPDX of version 2.2" in ran.out
    assert "Make the document again as SPDX 2.3." in ran.out
