import hashlib

import pytest

from attest_cases import KINDS, change, sample, without
from stella_git.attest.artifacts import in_order
from stella_git.attest.slsa import BuildDefinition, Builder, BuildMetadata, Provenance
from stella_git.attest.statement import ResourceDescriptor
from stella_git.errors import InputError

EMPTY = "sha256:" + hashlib.sha256(b"").hexdigest()
A = ResourceDescriptor(name="a", digest={"sha256": "a" * 64})
B = ResourceDescriptor(name="b", digest={"sha256": "b" * 64})


def _predicate(kind="orchestrator"):
    return sample(kind)["predicate"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_is_written_as_it_was_read(kind):
    assert Provenance.from_json(_predicate(kind)).to_json() == _predicate(kind)


# fixture -> (path, value, code, pointer); the value ... takes the member away
DEFINITION, RUN = "buildDefinition", "runDetails"
REFUSED = {
    "no definition": ([DEFINITION], ..., "provenance-member", ""),
    "no run details": ([RUN], ..., "provenance-member", ""),
    "a definition that is a list": ([DEFINITION], [], "provenance-member", f"/{DEFINITION}"),
    "run details that are a list": ([RUN], [], "provenance-member", f"/{RUN}"),
    "no build type": ([DEFINITION, "buildType"], ..., "provenance-member", f"/{DEFINITION}"),
    "an empty build type": (
        [DEFINITION, "buildType"],
        "",
        "provenance-member",
        f"/{DEFINITION}/buildType",
    ),
    "no parameters": ([DEFINITION, "externalParameters"], ..., "provenance-member", f"/{DEFINITION}"),
    "parameters that are null": (
        [DEFINITION, "externalParameters"],
        None,
        "provenance-member",
        f"/{DEFINITION}/externalParameters",
    ),
    "internal parameters that are text": (
        [DEFINITION, "internalParameters"],
        "x",
        "provenance-member",
        f"/{DEFINITION}/internalParameters",
    ),
    "dependencies that are an object": (
        [DEFINITION, "resolvedDependencies"],
        {},
        "provenance-member",
        f"/{DEFINITION}/resolvedDependencies",
    ),
    "a dependency that is nothing": (
        [DEFINITION, "resolvedDependencies", 1],
        {"name": "x"},
        "descriptor-empty",
        f"/{DEFINITION}/resolvedDependencies/1",
    ),
    "a dependency twice": (
        [DEFINITION, "resolvedDependencies"],
        [{"uri": "x", "name": "n"}, {"uri": "y"}, {"name": "n", "uri": "x"}],
        "provenance-duplicate",
        f"/{DEFINITION}/resolvedDependencies",
    ),
    "no builder": ([RUN, "builder"], ..., "provenance-member", f"/{RUN}"),
    "a builder that is text": ([RUN, "builder"], "x", "provenance-member", f"/{RUN}/builder"),
    "a builder without id": ([RUN, "builder", "id"], ..., "provenance-member", f"/{RUN}/builder"),
    "a version that is text": (
        [RUN, "builder", "version"],
        "1",
        "provenance-member",
        f"/{RUN}/builder/version",
    ),
    "a version that is a number": (
        [RUN, "builder", "version"],
        {"x": 1},
        "provenance-member",
        f"/{RUN}/builder/version/x",
    ),
    "a builder's dependency twice": (
        [RUN, "builder", "builderDependencies"],
        [{"uri": "x"}, {"uri": "x"}],
        "provenance-duplicate",
        f"/{RUN}/builder/builderDependencies",
    ),
    "metadata that are null": ([RUN, "metadata"], None, "provenance-member", f"/{RUN}/metadata"),
    "an invocation that is a number": (
        [RUN, "metadata", "invocationId"],
        1,
        "provenance-member",
        f"/{RUN}/metadata/invocationId",
    ),
    "a start that is no time": (
        [RUN, "metadata", "startedOn"],
        "yesterday",
        "provenance-member",
        f"/{RUN}/metadata/startedOn",
    ),
    "an end before the start": (
        [RUN, "metadata", "finishedOn"],
        "2026-11-20T08:59:59.999+01:00",
        "provenance-time-order",
        f"/{RUN}/metadata/finishedOn",
    ),
    "a byproduct twice": (
        [RUN, "byproducts"],
        [{"uri": "x"}, {"uri": "x"}],
        "provenance-duplicate",
        f"/{RUN}/byproducts",
    ),
}


@pytest.mark.parametrize(("path", "new", "code", "pointer"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_provenance_is_refused_with_a_code_and_a_place(path, new, code, pointer):
    value = without(_predicate(), path) if new is ... else change(_predicate(), path, new)
    with pytest.raises(InputError) as caught:
        Provenance.from_json(value)
    assert caught.value.code == code
    assert (caught.value.where.pointer or "") == pointer


def test_a_build_may_end_when_it_began():
    same = {"startedOn": "2026-11-20T08:00:00Z", "finishedOn": "2026-11-20T09:00:00+01:00"}
    assert BuildMetadata.from_json(same).to_json() == same


@pytest.mark.parametrize(
    "path",
    [
        [DEFINITION, "internalParameters"],
        [DEFINITION, "resolvedDependencies"],
        [RUN, "metadata"],
        [RUN, "metadata", "invocationId"],
        [RUN, "metadata", "startedOn"],
        [RUN, "metadata", "finishedOn"],
        [RUN, "byproducts"],
        [RUN, "builder", "version"],
        [RUN, "builder", "builderDependencies"],
    ],
)
def test_what_slsa_makes_optional_may_be_absent(path):
    value = without(_predicate(), path)
    found = Provenance.from_json(value)
    assert found.to_json() == value
    assert found.canonical_digest() != Provenance.from_json(_predicate()).canonical_digest()


@pytest.mark.parametrize("place", [[], [DEFINITION], [RUN], [RUN, "builder"], [RUN, "metadata"]])
def test_unknown_members_are_kept_and_digested(place):
    value = change(_predicate(), [*place, "vendor_extension"], {"x": None})
    found = Provenance.from_json(value)
    assert found.to_json() == value
    assert found.canonical_digest() != Provenance.from_json(_predicate()).canonical_digest()


@pytest.mark.parametrize(
    "path",
    [[DEFINITION, "resolvedDependencies"], [RUN, "builder", "builderDependencies"], [RUN, "byproducts"]],
)
def test_a_set_has_no_order(path):
    rows = [{"uri": name} for name in ("c", "a", "b")]
    forwards = Provenance.from_json(change(_predicate(), path, rows))
    backwards = Provenance.from_json(change(_predicate(), path, rows[::-1]))
    assert forwards.to_json() != backwards.to_json()
    assert forwards.canonical_digest() == backwards.canonical_digest()
    assert forwards.dependencies_root() == backwards.dependencies_root()


def test_the_digest_of_metadata_is_over_its_canonical_bytes():
    made = BuildMetadata(invocation_id="ü", started_on="2026-11-20T08:00:00Z")
    text = '{"invocationId":"ü","startedOn":"2026-11-20T08:00:00Z"}'
    assert made.canonical_digest().hex == hashlib.sha256(text.encode()).hexdigest()


def _row(one):
    return f'{{"digest":{{"sha256":"{one.digest["sha256"]}"}},"name":"{one.name}"}}'


def test_the_digest_of_a_definition_is_over_its_canonical_bytes():
    made = BuildDefinition(build_type="t", external_parameters={"b": 1, "a": 2}, resolved_dependencies=(B, A))
    text = '{"buildType":"t","externalParameters":{"a":2,"b":1},"resolvedDependencies":['
    text += f"{_row(A)},{_row(B)}]}}"
    assert made.canonical_digest().hex == hashlib.sha256(text.encode()).hexdigest()


def test_the_root_over_dependencies_is_that_of_a_merkle_tree():
    def leaf(one):
        return hashlib.sha256(b"\0" + _row(one).encode()).digest()

    def root(*dependencies):
        made = BuildDefinition(
            build_type="t", external_parameters={}, resolved_dependencies=dependencies or None
        )
        return str(made.dependencies_root())

    assert root() == EMPTY
    assert root(A) == "sha256:" + leaf(A).hex()
    assert root(B, A) == "sha256:" + hashlib.sha256(b"\1" + leaf(A) + leaf(B)).hexdigest()
    with pytest.raises(InputError) as caught:
        root(A, B, A)
    assert caught.value.code == "provenance-duplicate"


def test_descriptors_are_put_in_order():
    assert in_order([B, A]) == (A, B)
    assert in_order([]) == ()
    with pytest.raises(InputError) as caught:
        in_order([A, A])
    assert caught.value.code == "provenance-duplicate"


def test_a_minimal_builder():
    assert Builder(id="x").to_json() == Builder(id="x").canonical_json() == {"id": "x"}
