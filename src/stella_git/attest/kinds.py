"""Provenance of our own: of an orchestrator run, a job, an export.

Each kind has a build type URI, and a build type fixes what its external parameters are: a verifier that
knows the URI can check all of them. Unknown parameters are errors here, as SLSA asks of a verifier, and
nothing in them is a float or null, so that two writers cannot digest the same facts differently.

Source: SLSA v1.0 provenance, "externalParameters"; ``schemas/stella/slsa-provenance.v1.schema.json``;
samples in ``examples/provenance``.
"""

from collections.abc import Callable, Iterable, Mapping

from stella_git.attest.artifacts import in_order
from stella_git.attest.members import REF, SHA256, WHAT_DIGEST, WHAT_REF, Members, Path, present, refuse
from stella_git.attest.predicates import TYPES
from stella_git.attest.slsa import BuildDefinition, Builder, BuildMetadata, Provenance
from stella_git.attest.statement import ResourceDescriptor, Statement
from stella_git.canon.digest import DigestSet
from stella_git.canon.pattern import Pattern
from stella_git.canon.reader import Json

# Kind -> build type URI.
BUILD_TYPES: dict[str, str] = {
    kind: f"https://stella.ops/buildtypes/{kind}/v1" for kind in ("export", "job", "orchestrator")
}

_KINDS = {uri: kind for kind, uri in BUILD_TYPES.items()}
_CODE = "provenance-parameters"
_NAME = Pattern(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_WHAT_NAME = "a name of letters, digits, '.', '_' and '-', at most 128 characters"
_BUNDLE = Pattern(r"[a-z0-9-]+-v[1-9][0-9]*")


def orchestrator(
    *, workflow: str, ref: str, inputs: Mapping[str, Json] | None = None, using: Iterable[ResourceDescriptor]
) -> BuildDefinition:
    """Return the definition of one run of a whole pipeline.

    Args:
        workflow: path in the repository, or URI, of the pipeline's definition.
        ref: full name of the ref it ran for, or ``HEAD``.
        inputs: what the requester chose: strings, integers and booleans by name.
        using: the resolved dependencies (the commit, lock files, documents), in any order.

    Raises:
        InputError: ``provenance-parameters``, ``provenance-dependency`` or ``provenance-duplicate``.
    """
    return _definition("orchestrator", using, {"workflow": workflow, "ref": ref, "inputs": _table(inputs)})


def job(
    *,
    workflow: str,
    name: str,
    ref: str,
    matrix: Mapping[str, Json] | None = None,
    inputs: Mapping[str, Json] | None = None,
    using: Iterable[ResourceDescriptor],
) -> BuildDefinition:
    """Return the definition of one job of a pipeline.

    Args:
        workflow: path in the repository, or URI, of the pipeline's definition.
        name: name of the job in it.
        ref: full name of the ref it ran for, or ``HEAD``.
        matrix: which variant of the job: strings, integers and booleans by name.
        inputs: what the requester chose, likewise.
        using: the resolved dependencies, in any order.

    Raises:
        InputError: as `orchestrator`.
    """
    parameters: dict[str, Json | None] = {
        "workflow": workflow,
        "job": name,
        "ref": ref,
        "matrix": _table(matrix),
        "inputs": _table(inputs),
    }
    return _definition("job", using, parameters)


def export(
    *, attestation_id: str, export_id: str, bundle: str, using: Iterable[ResourceDescriptor]
) -> BuildDefinition:
    """Return the definition of one export of evidence.

    Args:
        attestation_id: ``sha256:...`` of the exported envelope's bytes.
        export_id: the export's own name.
        bundle: format of the archive, such as ``export-attestation-bundle-v1``.
        using: the resolved dependencies (what was packed), in any order.

    Raises:
        InputError: as `orchestrator`.
    """
    parameters = {"attestationId": attestation_id, "exportId": export_id, "bundle": bundle}
    return _definition("export", using, parameters)


def statement(
    subject: Iterable[ResourceDescriptor],
    definition: BuildDefinition,
    builder: Builder,
    *,
    metadata: BuildMetadata | None = None,
    byproducts: Iterable[ResourceDescriptor] = (),
) -> Statement:
    """Return the statement that something was built so.

    Args:
        subject: what was built, each with a digest.
        definition: from `orchestrator`, `job` or `export`.
        builder: who built it.
        metadata: when, and which run it was.
        byproducts: what came out beside the subject, in any order.

    Raises:
        InputError: whatever `kind_of`, `Provenance.from_json` and `Statement.from_json` would refuse: what
            nobody could read is not signed.
    """
    kind_of(definition)
    provenance = Provenance(
        build_definition=definition,
        builder=builder,
        metadata=metadata,
        byproducts=in_order(byproducts) or None,
    ).to_json()
    Provenance.from_json(provenance)
    made = Statement(subject=tuple(subject), predicate_type=TYPES["slsa-provenance"], predicate=provenance)
    return Statement.from_json(made.to_json())


def kind_of(definition: BuildDefinition) -> str:
    """Return ``orchestrator``, ``job`` or ``export`` for a definition that keeps to one of these kinds.

    Raises:
        InputError: ``provenance-build-type`` for a build type that is not ours; ``provenance-parameters``
            for parameters that are missing, unknown or malformed; ``provenance-dependency`` for a
            dependency without a digest that resists collisions.
    """
    kind = _KINDS.get(definition.build_type)
    if kind is None:
        raise refuse(
            f"{ascii(definition.build_type)[:100]} is not a build type of ours",
            ("buildDefinition", "buildType"),
            code="provenance-build-type",
            remedy=f"use one of: {', '.join(sorted(_KINDS))}",
        )
    members = Members(
        dict(definition.external_parameters), ("buildDefinition", "externalParameters"), code=_CODE
    )
    _PARAMETERS[kind](members)
    members.close()
    if definition.internal_parameters is not None:
        _scalars(definition.internal_parameters, ("buildDefinition", "internalParameters"))
    _require_digests(definition)
    return kind


def _definition(
    kind: str, using: Iterable[ResourceDescriptor], parameters: Mapping[str, Json | None]
) -> BuildDefinition:
    definition = BuildDefinition(
        build_type=BUILD_TYPES[kind],
        external_parameters=dict(present(parameters)),
        resolved_dependencies=in_order(using),
    )
    kind_of(definition)
    return definition


def _table(values: Mapping[str, Json] | None) -> dict[str, Json] | None:
    return None if values is None else dict(values)


def _orchestrator(members: Members) -> None:
    members.text("workflow")
    members.text("ref", REF, WHAT_REF)
    _scalars_or_none(members, "inputs")


def _job(members: Members) -> None:
    _orchestrator(members)
    members.text("job", _NAME, _WHAT_NAME)
    _scalars_or_none(members, "matrix")


def _export(members: Members) -> None:
    members.text("attestationId", SHA256, WHAT_DIGEST)
    members.text("exportId", _NAME, _WHAT_NAME)
    members.text("bundle", _BUNDLE, "a format with its version, such as export-attestation-bundle-v1")


_PARAMETERS: dict[str, Callable[[Members], None]] = {
    "export": _export,
    "job": _job,
    "orchestrator": _orchestrator,
}


def _scalars_or_none(members: Members, name: str) -> None:
    if members.has(name):
        _scalars(members.object(name), (*members.path, name))


def _scalars(values: Mapping[str, Json], path: Path) -> None:
    for name, value in values.items():
        if not isinstance(value, str | int):  # a bool is an int
            raise refuse(
                f"{name} must be a string, an integer or a boolean",
                (*path, name),
                code=_CODE,
                remedy="write numbers with a fraction as strings",
            )


def _require_digests(definition: BuildDefinition) -> None:
    for index, one in enumerate(definition.resolved_dependencies or ()):
        if not isinstance(one.digest, DigestSet) or one.digest.is_weak:
            raise refuse(
                "the dependency has no digest that resists collisions",
                ("buildDefinition", "resolvedDependencies", index),
                code="provenance-dependency",
                remedy="add its sha256, or its gitCommit",
            )
