import pytest

from attest_cases import DIGEST, KINDS, change, sample, without
from stella_git.attest import kinds
from stella_git.attest.slsa import BuildDefinition, Builder, BuildMetadata, Provenance
from stella_git.attest.statement import ResourceDescriptor, Statement
from stella_git.errors import InputError

LOCK = ResourceDescriptor(name="lock", digest={"sha256": "a" * 64})
COMMIT = ResourceDescriptor(name="commit", digest={"gitCommit": "b" * 40})
OUT = ResourceDescriptor(name="out", digest={"sha256": "c" * 64})
BUILDER = Builder(id="https://ci.example.org")


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_keeps_to_its_kind(kind):
    found = Provenance.from_json(sample(kind)["predicate"])
    assert kinds.kind_of(found.build_definition) == kind
    assert found.build_definition.build_type == f"https://stella.ops/buildtypes/{kind}/v1"


PARAMETERS = ["externalParameters"]
# fixture -> (kind, path, value, code, pointer); the value ... takes the member away
REFUSED = {
    "a foreign build type": (
        "job",
        ["buildType"],
        "https://example.org/job/v1",
        "provenance-build-type",
        "/buildType",
    ),
    "a later build type": (
        "job",
        ["buildType"],
        "https://stella.ops/buildtypes/job/v2",
        "provenance-build-type",
        "/buildType",
    ),
    "a build type of another kind": (
        "job",
        ["buildType"],
        "https://stella.ops/buildtypes/orchestrator/v1",
        "provenance-parameters",
        "/externalParameters/job",
    ),
    "no workflow": (
        "orchestrator",
        [*PARAMETERS, "workflow"],
        ...,
        "provenance-parameters",
        "/externalParameters",
    ),
    "a short ref": (
        "orchestrator",
        [*PARAMETERS, "ref"],
        "main",
        "provenance-parameters",
        "/externalParameters/ref",
    ),
    "an unknown parameter": (
        "orchestrator",
        [*PARAMETERS, "debug"],
        True,
        "provenance-parameters",
        "/externalParameters/debug",
    ),
    "an input with a fraction": (
        "orchestrator",
        [*PARAMETERS, "inputs", "retries"],
        2.5,
        "provenance-parameters",
        "/externalParameters/inputs/retries",
    ),
    "an input that is null": (
        "orchestrator",
        [*PARAMETERS, "inputs", "retries"],
        None,
        "provenance-parameters",
        "/externalParameters/inputs/retries",
    ),
    "inputs that are a list": (
        "orchestrator",
        [*PARAMETERS, "inputs"],
        [],
        "provenance-parameters",
        "/externalParameters/inputs",
    ),
    "no job": ("job", [*PARAMETERS, "job"], ..., "provenance-parameters", "/externalParameters"),
    "a job with a space": (
        "job",
        [*PARAMETERS, "job"],
        "a b",
        "provenance-parameters",
        "/externalParameters/job",
    ),
    "a matrix of lists": (
        "job",
        [*PARAMETERS, "matrix", "python"],
        ["3.13"],
        "provenance-parameters",
        "/externalParameters/matrix/python",
    ),
    "an attestation by bare digest": (
        "export",
        [*PARAMETERS, "attestationId"],
        "e" * 64,
        "provenance-parameters",
        "/externalParameters/attestationId",
    ),
    "no export id": (
        "export",
        [*PARAMETERS, "exportId"],
        ...,
        "provenance-parameters",
        "/externalParameters",
    ),
    "an export id with a path": (
        "export",
        [*PARAMETERS, "exportId"],
        "../x",
        "provenance-parameters",
        "/externalParameters/exportId",
    ),
    "a bundle without version": (
        "export",
        [*PARAMETERS, "bundle"],
        "tgz",
        "provenance-parameters",
        "/externalParameters/bundle",
    ),
    "an internal parameter with a fraction": (
        "job",
        ["internalParameters"],
        {"load": 0.5},
        "provenance-parameters",
        "/internalParameters/load",
    ),
    "a dependency without digest": (
        "job",
        ["resolvedDependencies", 0, "digest"],
        ...,
        "provenance-dependency",
        "/resolvedDependencies/0",
    ),
    "a dependency with a weak digest": (
        "job",
        ["resolvedDependencies", 2, "digest"],
        {"sha1": "e" * 40},
        "provenance-dependency",
        "/resolvedDependencies/2",
    ),
}


@pytest.mark.parametrize(("kind", "path", "new", "code", "pointer"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_of_a_kind_is_refused_with_a_code_and_a_place(kind, path, new, code, pointer):
    value = sample(kind)["predicate"]["buildDefinition"]
    value = without(value, path) if new is ... else change(value, path, new)
    definition = BuildDefinition.from_json(value)
    with pytest.raises(InputError) as caught:
        kinds.kind_of(definition)
    assert caught.value.code == code
    assert caught.value.where.pointer == f"/buildDefinition{pointer}"


def test_a_definition_without_dependencies_is_of_its_kind():
    value = without(sample("job")["predicate"]["buildDefinition"], ["resolvedDependencies"])
    assert kinds.kind_of(BuildDefinition.from_json(value)) == "job"


def test_definitions_are_made():
    run = kinds.orchestrator(workflow="ci.yaml", ref="HEAD", inputs={"x": 1}, using=[LOCK, COMMIT])
    assert run.to_json() == {
        "buildType": "https://stella.ops/buildtypes/orchestrator/v1",
        "externalParameters": {"workflow": "ci.yaml", "ref": "HEAD", "inputs": {"x": 1}},
        "resolvedDependencies": [COMMIT.to_json(), LOCK.to_json()],
    }
    job = kinds.job(workflow="ci.yaml", name="test", ref="refs/heads/x", matrix={"os": "linux"}, using=[LOCK])
    assert job.external_parameters == {
        "workflow": "ci.yaml",
        "job": "test",
        "ref": "refs/heads/x",
        "matrix": {"os": "linux"},
    }
    export = kinds.export(attestation_id=DIGEST, export_id="E1", bundle="bundle-v1", using=[])
    assert export.external_parameters == {"attestationId": DIGEST, "exportId": "E1", "bundle": "bundle-v1"}
    assert export.resolved_dependencies == ()


def test_what_is_made_does_not_depend_on_order_or_on_what_happens_to_its_inputs():
    inputs = {"x": 1}
    first = kinds.orchestrator(workflow="w", ref="HEAD", inputs=inputs, using=[LOCK, COMMIT])
    second = kinds.orchestrator(workflow="w", ref="HEAD", inputs=inputs, using=[COMMIT, LOCK])
    assert first == second
    inputs["x"] = 2
    assert first.external_parameters["inputs"] == {"x": 1}


@pytest.mark.parametrize(
    ("using", "code"),
    [
        ([LOCK, LOCK], "provenance-duplicate"),
        ([ResourceDescriptor(uri="https://example.org")], "provenance-dependency"),
    ],
)
def test_dependencies_are_checked_when_a_definition_is_made(using, code):
    with pytest.raises(InputError) as caught:
        kinds.job(workflow="w", name="n", ref="HEAD", using=using)
    assert caught.value.code == code


def test_parameters_are_checked_when_a_definition_is_made():
    with pytest.raises(InputError) as caught:
        kinds.job(workflow="w", name="n", ref="HEAD", inputs={"x": 0.5}, using=[])
    assert caught.value.code == "provenance-parameters"


def _made(subject=(OUT,), **more):
    definition = kinds.job(workflow="w", name="n", ref="HEAD", using=[LOCK])
    return kinds.statement(subject, definition, BUILDER, **more)


def test_a_statement_is_made():
    metadata = BuildMetadata(invocation_id="1", started_on="2026-11-20T08:00:00Z")
    made = _made(metadata=metadata, byproducts=[OUT, COMMIT])
    assert made.predicate_type == "https://slsa.dev/provenance/v1"
    assert Statement.from_bytes(made.to_bytes()) == made
    found = Provenance.from_json(made.predicate)
    assert found.metadata == metadata
    assert found.byproducts == (COMMIT, OUT)
    assert kinds.kind_of(found.build_definition) == "job"
    assert "byproducts" not in _made().predicate["runDetails"]
    assert "metadata" not in _made().predicate["runDetails"]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: _made(subject=()), "statement-subject"),
        (lambda: _made(subject=[ResourceDescriptor(uri="x")]), "statement-subject"),
        (lambda: _made(byproducts=[OUT, OUT]), "provenance-duplicate"),
        (lambda: _made(metadata=BuildMetadata(started_on="today")), "provenance-member"),
        (
            lambda: kinds.statement([OUT], BuildDefinition(build_type="x", external_parameters={}), BUILDER),
            "provenance-build-type",
        ),
    ],
)
def test_what_nobody_could_read_is_not_stated(make, code):
    with pytest.raises(InputError) as caught:
        make()
    assert caught.value.code == code
