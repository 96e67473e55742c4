import pytest

from stella_git import resources
from stella_git.canon.reader import parse_json, parse_shipped
from stella_git.documents.schema.registry import FILES
from stella_git.errors import DefectError


def test_finds_a_schema_in_this_checkout():
    assert parse_json(resources.schema("cyclonedx/bom-1.6.schema.json"))["$id"]
    assert resources.data_path("schemas").is_dir()


def test_a_wheel_comes_first(tmp_path, monkeypatch):
    wheel, checkout = tmp_path / "_data", tmp_path / "checkout"
    for root, text in ((wheel, b"wheel"), (checkout, b"checkout")):
        (root / "schemas").mkdir(parents=True)
        (root / "schemas" / "a.json").write_bytes(text)
    (checkout / "policies").mkdir()
    monkeypatch.setattr(resources, "_ROOTS", (wheel, checkout))
    assert resources.schema("a.json") == b"wheel"
    assert resources.data_path("policies") == checkout / "policies"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/etc/passwd",
        "schemas/../pyproject.toml",
        "schemas/./x",
        "schemas//x",
        "src",
        "schemas/none.json",
        "..",
    ],
)
def test_refuses_names_that_lead_elsewhere(name):
    with pytest.raises(DefectError) as caught:
        resources.data_path(name)
    assert caught.value.code == "resource-missing"


def test_a_folder_is_no_schema():
    with pytest.raises(DefectError) as caught:
        resources.schema("cyclonedx")
    assert caught.value.code == "resource-missing"


@pytest.mark.parametrize("name", sorted(set(FILES.values())))
def test_what_is_shipped_is_strict_json(name):
    """The program reads its own schemas without looking for duplicates."""
    assert parse_json(resources.schema(name)) == parse_shipped(resources.schema(name))
