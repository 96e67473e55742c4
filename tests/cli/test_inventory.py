"""``stella sbom normalize``, ``diff``, ``stats``, ``tree`` and ``convert-check``."""

import html
import json
import random

import jsonschema
import pytest
from referencing import Registry, Resource

from documents_cases import bom, data
from gitstore_cases import git
from inventory_cases import WRITERS, Thing, World, digest_of
from schema_cases import load
from stella_git.canon import jcs
from stella_git.cli.main import main

NAMES = ("conversion.v1", "inventory.v1", "inventory-diff.v1", "inventory-stats.v1", "inventory-tree.v1")
REGISTRY = Registry().with_resources(
    (load(name)["$id"], Resource.from_contents(load(name))) for name in NAMES
)


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    return tmp_path


@pytest.fixture
def write(place):
    def write(name, value):
        (place / name).write_bytes(value if isinstance(value, bytes) else data(value))
        return name

    return write


@pytest.fixture
def run(capfd):
    def run(*words, expect=0):
        code = main(["sbom", *words])
        out, err = capfd.readouterr()
        assert code == expect, (out, err)
        return out + err

    return run


def conform(text, name):
    value = json.loads(text)
    schema = load(f"{name}.v1")
    validator = jsonschema.Draft202012Validator(schema, registry=REGISTRY)
    assert [error.message for error in validator.iter_errors(value)] == []
    assert text == jcs.dumps(value).decode() + "\n"
    return value


def newer():
    value = bom(dependencies=[{"ref": "app", "dependsOn": ["left", "z"]}])
    value["components"][0] |= {
        "version": "1.4.0",
        "purl": "pkg:npm/left-pad@1.4.0",
        "licenses": [{"license": {"id": "ISC"}}],
    }
    value["components"].append({"type": "library", "bom-ref": "z", "name": "z"})
    return value


WORLD = World(
    things=(
        Thing(name="app", version="1", purl="pkg:npm/app@1"),
        Thing(name="b", purl="pkg:npm/b@1.0.0", licences=("My Licence",)),
        Thing(name="c", version="2", cpe="cpe:2.3:a:acme:c:2:*:*:*:*:*:*:*"),
    ),
    needs=frozenset({(0, 1), (1, 2)}),
)


def test_the_normal_form_and_its_digest(write, run):
    write("a.json", bom())
    normal = conform(run("normalize", "a.json"), "inventory")
    assert normal["digest"] == digest_of(bom())
    assert run("normalize", "--digest", "a.json") == normal["digest"] + "\n"
    assert set(conform(run("normalize", "--no-details", "a.json"), "inventory")) == set(normal) - {"details"}


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_is_read_and_has_the_same_digest(write, run, name):
    write("a.json", WRITERS[name](WORLD, random.Random(5)))
    write("b.json", WRITERS["CycloneDX 1.4"](WORLD, random.Random(6)))
    assert run("normalize", "--digest", "a.json") == run("normalize", "--digest", "b.json")
    assert run("diff", "a.json", "b.json").endswith("the same inventory: 3 parts\n")
    assert "holds the same inventory" in run("convert-check", "a.json", "b.json")


def test_a_normal_form_is_read_like_a_document(write, run):
    write("a.json", newer())
    write("a.inventory.json", run("normalize", "a.json").encode())
    assert run("diff", "a.inventory.json", "a.json").endswith("the same inventory: 3 parts\n")
    assert run("normalize", "--digest", "a.inventory.json") == run("normalize", "--digest", "a.json")


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value["inventory"]["parts"].pop(),
        lambda value: value["inventory"]["parts"].reverse(),
        lambda value: value["inventory"].update(extra=1),
        lambda value: value.update(digest="sha256:" + "0" * 64),
        lambda value: value.pop("inventory"),
        lambda value: value["inventory"].update(parts=[1, None]),
    ],
)
def test_what_only_says_that_it_is_a_normal_form_is_refused(write, run, change):
    write("a.json", newer())
    value = json.loads(run("normalize", "a.json"))
    change(value)
    write("b.json", value)
    assert "error[inventory-not-normal]" in run("stats", "b.json", expect=1)


def test_the_words_alone_make_no_normal_form(write, run):
    value = bom()
    value["metadata"]["component"]["name"] = "stella.inventory/1"
    write("a.json", value)
    assert run("stats", "a.json").startswith("2 parts in 2 elements, 1 root\n")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (b"{", "a.json:1:2"),
        (b'{"name": 1}', "the content is of no known format"),
        (bom(components=[{"type": "library"}]), "a.json:"),
        (bom(dependencies=[{"ref": "lost"}]), '"lost" is no bom-ref of this document'),
    ],
)
def test_only_a_document_that_can_be_understood_in_one_way_is_read(write, run, value, said):
    write("a.json", value)
    write("b.json", bom())
    for words in (
        ["normalize", "a.json"],
        ["stats", "a.json"],
        ["tree", "a.json"],
        ["diff", "b.json", "a.json"],
    ):
        text = run(*words, expect=1)
        assert "error[document-invalid]: " in text
        assert "\n  at: a.json:" in text
        assert said in text
        assert "`stella sbom validate` shows all problems" in text


def test_an_address_that_is_not_well_written_does_not_stand_in_the_way(write, run):
    scp = {"type": "vcs", "url": "git@github.com:left/pad.git"}  # as npm writes it
    parts = [{"type": "library", "name": "a", "version": "1", "purl": "pkg:npm/a@1"}]
    write("a.json", bom(components=[{**parts[0], "externalReferences": [scp]}]))
    write("b.json", bom(components=parts))
    assert "the same inventory" in run("diff", "a.json", "b.json")


def test_a_licence_that_is_not_well_written_does_not_stand_in_the_way(write, run):
    value = bom()
    value["components"][0]["licenses"] = [{"expression": "MIT OR OR"}]
    write("a.json", value)
    assert json.loads(run("normalize", "a.json"))["inventory"]["parts"][1]["licences"] == ["MIT OR OR"]


def test_a_difference_for_people(write, run):
    write("a.json", bom())
    write("b.json", newer())
    assert run("diff", "a.json", "b.json", expect=1) == (
        "--- a.json\n"
        "+++ b.json\n"
        "  ~ pkg:npm/left-pad  1.3.0 -> 1.4.0  (upgrade)\n"
        "      + licence ISC\n"
        "      - licence MIT\n"
        "  + name:z\n"
        "  + name:app@1.0 depends on pkg:npm/left-pad@1.4.0\n"
        "1 added, 1 of another version, links: 2 added, 0 removed\n"
    )
    assert "(downgrade)" in run("diff", "b.json", "a.json", expect=1)


def test_a_difference_in_colour(write, capfd):
    write("a.json", bom())
    write("b.json", newer())
    assert main(["--color", "always", "sbom", "diff", "a.json", "b.json"]) == 1
    assert "\x1b[32m  + name:z\x1b[0m" in capfd.readouterr().out


def test_a_difference_for_programs(write, run):
    write("a.json", bom())
    write("b.json", newer())
    found = conform(run("diff", "--format", "json", "a.json", "b.json", expect=1), "inventory-diff")
    assert found["before"] == {"name": "a.json", "digest": digest_of(bom()), "parts": 2}
    assert found["versions"][0]["direction"] == "upgrade"
    assert [link["target"] for link in found["links"]["added"]] == ["name:z", "pkg:npm/left-pad@1.4.0"]
    equal = conform(run("diff", "--format", "json", "a.json", "a.json"), "inventory-diff")
    assert equal["equal"] is True


def test_a_difference_for_a_pull_request(write, run):
    hostile = "| <script> @team `x` [a](b) \x1b[31m\n"
    value = newer()
    value["components"][1] |= {"name": hostile, "licenses": [{"license": {"name": "**"}}]}
    write("a.json", bom())
    write("b.json", value)
    text = run("diff", "--format", "markdown", "a.json", "b.json", expect=1)
    shown = html.unescape(text)
    assert shown.startswith(
        "### Inventory: <code>a.json</code> → <code>b.json</code>\n\n1 added, 1 of another"
    )
    assert (
        "| <code>pkg:npm/left-pad</code> | <code>1.3.0</code> | <code>1.4.0</code> | upgrade "
        "| new: <code>ISC</code><br>gone: <code>MIT</code> |\n"
    ) in shown
    assert "<details><summary>1 link between parts that stayed</summary>" in text
    row = next(line for line in text.splitlines() if "script" in line)
    assert row.count("|") == 3
    assert not set(row.replace("<code>", "").replace("</code>", "")) & set("<>`[]*@\x1b")


def test_a_hostile_name_cannot_move_the_cursor(write, run):
    value = bom()
    value["components"][0] = {"type": "library", "name": "\u202e\x1b[2J"}
    write("a.json", value)
    for words in (["tree", "a.json"], ["stats", "a.json"], ["convert-check", "a.json", "a.json"]):
        assert "\x1b" not in run(*words)


def test_since_a_revision(place, write, run):
    git(place, "init", "--quiet", "-b", "main")
    for number, value in enumerate((bom(), newer())):
        write("a.json", value)
        git(place, "add", ".")
        git(place, "commit", "--quiet", "-m", str(number))
    assert run("diff", "--git", "HEAD", "a.json").startswith(
        "--- HEAD:a.json\n+++ a.json\nthe same inventory"
    )
    assert "left-pad  1.3.0 -> 1.4.0" in run("diff", "--git", "HEAD~1", "a.json", expect=1)
    write("a.json", b"{")
    assert "--- HEAD~1:a.json\n+++ HEAD:a.json\n" in run("diff", "--git", "HEAD~1..HEAD", "a.json", expect=1)
    assert "1.4.0 -> 1.3.0" in run("diff", "--git", "..HEAD~1", "a.json", expect=1)
    assert "error[document-invalid]: " in run("diff", "--git", "HEAD", "a.json", expect=1)
    assert "error[revision-unknown]" in run("diff", "--git", "lost..HEAD", "a.json", expect=2)
    write("new.json", bom())
    assert "error[revision-without-file]: " in run("diff", "--git", "HEAD", "new.json", expect=2)


def test_outside_a_repository_there_are_no_revisions(write, run):
    write("a.json", bom())
    assert "error[git-no-repository]" in run("diff", "--git", "HEAD", "a.json", expect=4)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["diff", "a.json"], "diff-arguments"),
        (["diff", "a.json", "a.json", "a.json"], "diff-arguments"),
        (["diff", "--git", "HEAD", "a.json", "a.json"], "diff-arguments"),
        (["diff", "-", "-"], "stdin-repeated"),
        (["convert-check", "-", "-"], "stdin-repeated"),
        (["diff", "a.json", "lost.json"], "file-missing"),
        (["tree", "--depth", "-1", "a.json"], "tree-depth"),
        (["tree", "--invert", "lost\x1b", "a.json"], "part-unknown"),
    ],
)
def test_arguments_that_make_no_sense(write, run, words, code):
    write("a.json", bom())
    text = run(*words, expect=2)
    assert f"error[{code}]" in text
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("pad", "left-pad"),
        ("pkg:npm/LEFT@9", "left-pad"),
        ("lefd-pat", "left-pad"),
        ("@babel/core", None),
        ("pkg:npm/", None),
    ],
)
def test_a_part_that_is_called_otherwise_is_suggested(write, run, written, meant):
    write("a.json", newer())
    text = run("tree", "--invert", written, "a.json", expect=2)
    assert ("; did you mean left-pad?" in text) if meant else ("did you mean" not in text)


def test_counts(write, run):
    write("a.json", newer())
    text = run("stats", "a.json")
    assert text.startswith("3 parts in 3 elements, 1 root\ndepth 1, 0 parts that no root leads to\n")
    assert (
        "\ngaps\n  2  without purl\n  1  without version\n  2  without licence\n  3  without hash\n" in text
    )
    assert "\necosystems\n  2  (none)\n  1  npm\n" in text
    found = conform(run("stats", "--format", "json", "a.json"), "inventory-stats")
    assert found["without"] == {"purl": 2, "version": 1, "licence": 2, "hash": 3}
    assert found["links"] == [{"name": "depends-on", "count": 2}]


def test_a_tree(write, run):
    value = newer()
    value["dependencies"] += [{"ref": "left", "dependsOn": ["z"]}, {"ref": "z", "dependsOn": ["left"]}]
    value["components"][1]["components"] = [{"type": "file", "name": "f"}]
    write("a.json", value)
    assert run("tree", "a.json") == (
        "name:app@1.0\n"
        "├── name:z\n"
        "│   ├── name:f (contains)\n"
        "│   └── pkg:npm/left-pad@1.4.0\n"
        "│       └── name:z (cycle)\n"
        "└── pkg:npm/left-pad@1.4.0 (*)\n"
    )
    assert run("tree", "--depth", "1", "a.json") == (
        "name:app@1.0\n├── name:z …\n└── pkg:npm/left-pad@1.4.0 …\n"
    )
    assert run("tree", "--invert", "f", "a.json") == (
        "name:f\n"
        "└── name:z (contains)\n"
        "    ├── name:app@1.0\n"
        "    └── pkg:npm/left-pad@1.4.0\n"
        "        ├── name:app@1.0\n"
        "        └── name:z (cycle)\n"
    )
    found = conform(run("tree", "--format", "json", "a.json"), "inventory-tree")
    assert found["rows"][2] == {"id": "name:f", "depth": 2, "kind": "contains"}
    assert found["rows"][4] == {"id": "name:z", "depth": 3, "kind": "depends-on", "mark": "cycle"}


def test_a_chain_of_ten_thousand_is_drawn_in_little_space(write, run):
    count = 10_000
    names = [f"p{number}" for number in range(count)]
    write(
        "a.json",
        bom(
            metadata={"component": {"type": "library", "bom-ref": "p0", "name": "p0"}},
            components=[{"type": "library", "bom-ref": name, "name": name} for name in names[1:]],
            dependencies=[{"ref": names[at], "dependsOn": [names[at + 1]]} for at in range(count - 1)],
        ),
    )
    text = run("tree", "a.json")
    assert text.count("\n") == count
    assert len(text) < count * 250
    assert text.endswith("[9999] name:p9999\n")
    assert json.loads(run("tree", "--format", "json", "a.json"))["rows"][-1]["depth"] == count - 1
    assert run("tree", "--invert", "p9999", "a.json").count("\n") == count


def test_a_conversion_that_lost_something(write, run):
    value = bom()
    value["components"][0]["copyright"] = "(c) Ada"
    write("a.json", value)
    write("b.json", bom())
    text = run("convert-check", "a.json", "b.json")
    assert "  pkg:npm/left-pad@1.3.0  copyright: (c) Ada\n" in text
    write("c.json", bom(components=[]))
    text = run("convert-check", "a.json", "c.json", expect=1)
    assert "  - pkg:npm/left-pad@1.3.0  MIT\n" in text
    assert text.endswith("the conversion does not hold the same inventory\n")
    found = conform(run("convert-check", "--format", "json", "a.json", "c.json", expect=1), "conversion")
    assert (found["holds"], found["lost"]) == (False, [])
    assert conform(run("convert-check", "--format", "json", "a.json", "b.json"), "conversion")["lost"] == [
        {"id": "pkg:npm/left-pad@1.3.0", "member": "copyright", "values": ["(c) Ada"]}
    ]
