"""Every element of every profile is missed where it is missing, and nowhere else; the data is in order."""

import copy
import csv
import json
import os
import random
import subprocess
import sys

import pytest

from documents_cases import GOLDEN, mutate
from house_cases import ROOT
from stella_git.documents.context import Subject
from stella_git.documents.detect import detect
from stella_git.documents.elements import builtin, hold, ids
from stella_git.documents.elements.complain import complaints
from stella_git.documents.elements.model import AtLeast, Has
from stella_git.documents.rules import rule
from stella_git.errors import InputError

FOLDER = GOLDEN / "elements"
PROFILES = {name: builtin(name) for name in ids()}
ELEMENTS = [(name, element) for name, profile in PROFILES.items() for element in profile.elements]
FULL = json.loads((FOLDER / "full.cdx.json").read_bytes())
# The root component, another one, and the document.
ROOT_POINTER, LEFT, DOCUMENT = "/metadata/component", "/components/0", ""


def members(*names):
    def remove(value, component):
        for name in names:
            component.pop(name, None)

    return remove


def metadata(name):
    def remove(value, component):
        value["metadata"].pop(name)

    return remove


def references(kind):
    def remove(value, component):
        component["externalReferences"] = [
            each for each in component["externalReferences"] if each["type"] != kind
        ]

    return remove


def licences(acknowledgement):
    def remove(value, component):
        component["licenses"] = [
            each for each in component["licenses"] if each["license"]["acknowledgement"] != acknowledgement
        ]

    return remove


def contacts(value, component):
    for name in ("supplier", "manufacturer"):
        component[name] = {"name": component[name]["name"]}


def hashes(value, component):
    component.pop("hashes")
    for each in component["externalReferences"]:
        if each["type"] == "distribution":
            each.pop("hashes")


def source_hashes(value, component):
    for each in component["externalReferences"]:
        if each["type"] == "source-distribution":
            each.pop("hashes")


def completeness(value, component):
    value["compositions"][0]["dependencies"].remove(component["bom-ref"])


def relationships(value, component):
    ref = component["bom-ref"]
    value["dependencies"] = [
        {"ref": each["ref"], "dependsOn": [name for name in each.get("dependsOn", []) if name != ref]}
        for each in value["dependencies"]
        if each["ref"] != ref
    ]


def author_contacts(value, component):
    del value["metadata"]["authors"][0]["email"]


def older(value, component):
    value["specVersion"] = "1.5"


# Fact -> what takes it out of a component, or of the document.
REMOVE = {
    "author-contacts": author_contacts,
    "authors": metadata("authors"),
    "completeness": completeness,
    "concluded": licences("concluded"),
    "contacts": contacts,
    "copyright": members("copyright"),
    "cpes": members("cpe"),
    "declared": licences("declared"),
    "download": references("distribution"),
    "format": older,
    "hashes": hashes,
    "identifier": lambda value, _: value.pop("serialNumber"),
    "identifiers": members("swid"),
    "lifecycles": metadata("lifecycles"),
    "name": members("name", "group"),
    "producers": members("manufacturer"),
    "purl": members("purl"),
    "relationships": relationships,
    "root": metadata("component"),
    "security-txt": references("rfc-9116"),
    "source": references("source-distribution"),
    "source-hashes": source_hashes,
    "supplier": members("supplier"),
    "timestamp": metadata("timestamp"),
    "tools": metadata("tools"),
    "version": members("version"),
}


def without_property(name):
    def remove(value, component):
        component["properties"] = [each for each in component["properties"] if each["name"] != name]

    return remove


def remover(fact):
    kind, _, name = fact.partition(":")
    if kind == "property":
        return without_property(name)
    if fact == "filename":
        return without_property("bsi:component:filename")
    return REMOVE[fact]


def facts(predicate):
    if isinstance(predicate, Has):
        return {predicate.fact}
    if isinstance(predicate, AtLeast):
        return {"format"}
    return set().union(*map(facts, predicate.parts))


def name_of(case):
    profile, element = case
    return f"{profile}-{element.id}"


def lacking(element):
    """Return a document that lacks an element in one place, and the place."""
    value = copy.deepcopy(FULL)
    component = value["metadata"]["component"] if element.scope == "root" else value["components"][0]
    for fact in sorted(facts(element.requires)):
        remover(fact)(value, component)
    return value, {"document": DOCUMENT, "root": ROOT_POINTER, "component": LEFT}[element.scope]


def missing(value, profile):
    found = complaints(Subject(value=value, format=detect(value)), [profile])
    return {(each.rule, each.pointer) for each in found}


@pytest.mark.parametrize("profile", PROFILES)
def test_nothing_is_missed_in_a_document_that_has_everything(profile):
    assert missing(FULL, profile) == set()
    (judgement,) = hold((FOLDER / "full.cdx.json").read_bytes(), [PROFILES[profile]], path="x").judgements
    assert judgement.score == 1000
    assert judgement.baseline
    assert all(outcome.total for outcome in judgement.outcomes)


@pytest.mark.parametrize("case", ELEMENTS, ids=name_of)
def test_an_element_that_is_missing_is_missed_and_nothing_that_it_has_no_fact_in_common_with(case):
    profile, element = case
    value, pointer = lacking(element)
    found = missing(value, profile)
    assert (f"E-{profile}-{element.id}", pointer) in found
    related = {
        PROFILES[profile].rule(other)
        for other in PROFILES[profile].elements
        if facts(other.requires) & (facts(element.requires) | _SIDE.get(element.id, set()))
    }
    assert {name for name, _ in found} <= related


# Taking one fact away takes others with it: a reference has hashes, a root has everything.
_SIDE = {
    "primary-component": {"relationships", "completeness", "hashes", "concluded", "declared", "copyright"},
    "source-code-uri": {"source-hashes"},
    "sbom-creator": {"author-contacts"},
    "deployable-uri": {"hashes"},
    "supplier": {"contacts"},
    "component-creator": {"supplier"},
}


@pytest.mark.parametrize("case", ELEMENTS, ids=name_of)
def test_a_complaint_says_what_its_rule_says(case):
    profile, element = case
    value, _ = lacking(element)
    name = f"E-{profile}-{element.id}"
    found = [
        each
        for each in complaints(Subject(value=value, format=detect(value)), [profile])
        if each.rule == name
    ]
    assert found
    for each in found:
        problem = each.at("bom.json", 1, 1)
        assert problem.severity == rule(name).severity == element.level.severity
        assert problem.remedy == rule(name).remedy == element.remedy
        assert element.title in problem.message


@pytest.mark.parametrize("case", ELEMENTS, ids=name_of)
def test_the_sentences_of_an_element_are_sentences(case):
    _, element = case
    for sentence in (element.why, element.remedy):
        assert sentence[0].isupper()
        assert sentence.endswith(".")


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_is_called_like_its_file_and_names_its_source(name):
    profile = PROFILES[name]
    assert profile.id == name
    assert profile.source.url.startswith("https://")
    assert profile.levels[0].baseline
    assert profile.status == ("draft" if "draft" in name else "final")


# What SPDX 2.3 and 3.0.1 cannot say, or what is not read of it.
UNSAID = {
    "full.spdx2.json": {
        "E-bsi-tr-03183-2-2.1.0-format",
        "E-bsi-tr-03183-2-2.1.0-dependency-completeness",
        "E-bsi-tr-03183-2-2.1.0-security-txt",
        "E-cisa-2025-draft-generation-context",
        "E-cisa-2026-generation-context",
        "E-fsct3-2024-type",
    },
    "full.spdx3.json": set(),
}


@pytest.mark.parametrize("name", UNSAID)
def test_the_elements_are_found_in_spdx_too(name):
    value = json.loads((FOLDER / name).read_bytes())
    found = {rule for profile in PROFILES for rule, _ in missing(value, profile)}
    assert found == UNSAID[name]


def run(words):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    environment["PYTHONPATH"] = str(ROOT / "src")
    done = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, env=environment, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_what_is_made_from_the_profiles_is_up_to_date():
    script = str(ROOT / "tools/elements.py")
    assert run([script]) == (0, "", "")


def test_no_yaml_is_loaded_to_look_up_a_rule():
    program = (
        "import sys; from stella_git.documents.rules import all_rules, find; find('C001');"
        "assert 'stella_git.documents.rules.elements' not in sys.modules;"
        "find('E-ntia-2021-supplier'); all_rules(); assert 'yaml' not in sys.modules"
    )
    assert run(["-c", program]) == (0, "", "")


def scores():
    with (FOLDER / "SCORES.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.mark.parametrize("row", scores(), ids=lambda row: row["file"])
def test_the_scores_of_public_documents_stay(row):
    held = hold((GOLDEN / row["file"]).read_bytes(), list(PROFILES.values()), path=row["file"])
    got = {judgement.profile.id: str(judgement.score) for judgement in held.judgements}
    assert got == {name: row[name] for name in PROFILES}


@pytest.mark.parametrize("name", ["full.cdx.json", "full.spdx2.json", "full.spdx3.json"])
def test_a_document_of_any_shape_is_judged_and_every_place_is_found(name):
    rng = random.Random(name)
    original = json.loads((FOLDER / name).read_bytes())
    judged = 0
    refused = set()
    for _ in range(300):
        data = json.dumps(mutate(original, rng)).encode()
        try:
            held = hold(data, list(PROFILES.values()), path=name)
        except InputError as error:
            refused.add(error.code)
            continue
        judged += 1
        for judgement in held.judgements:
            assert 0 <= judgement.score <= 1000
            assert (judgement.score == 1000) == (not any(outcome.missing for outcome in judgement.outcomes))
    assert judged > 200
    assert refused <= {"elements-format"}
