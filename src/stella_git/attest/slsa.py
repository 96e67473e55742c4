"""SLSA provenance: from what, how and by whom an artifact was made.

The models mirror SLSA v1 and read any provenance of that version; unknown members are kept. What a builder
of ours says about an orchestrator run, a job or an export is held to more by `kinds`.

Digests are stable: under the order of members, because canonical JSON has none, and under the order of
dependencies and byproducts, because they are sets.

Source: SLSA v1.0 provenance (https://slsa.dev/provenance/v1); RFC 9162 section 2.1 for the Merkle tree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from stella_git.attest import artifacts
from stella_git.attest.artifacts import Artifacts
from stella_git.attest.members import Members, Object, Path, present, refuse
from stella_git.canon import jcs, merkle
from stella_git.canon.digest import Digest, of_json
from stella_git.canon.reader import Json

_CODE = "provenance-member"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildDefinition:
    """What was asked for.

    Args:
        build_type: URI that says how to read the parameters.
        external_parameters: what the requester controlled; a verifier checks all of it.
        internal_parameters: what the builder set; None for absent.
        resolved_dependencies: artifacts that were used, a set; None for absent.
        extra: members that we do not know, as they were read.
    """

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    build_type: str
    external_parameters: Mapping[str, Json]
    internal_parameters: Mapping[str, Json] | None = None
    resolved_dependencies: Artifacts | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)

    @classmethod
    def from_json(cls, value: Json, path: Path = ()) -> "BuildDefinition":
        """Return the definition in parsed JSON.

        Raises:
            InputError: ``provenance-member``, ``provenance-duplicate`` for a dependency that stands there
                twice, and the codes of `ResourceDescriptor.from_json`.
        """
        members = Members(value, path, code=_CODE)
        internal = "internalParameters"
        return cls(
            build_type=members.text("buildType"),
            external_parameters=members.object("externalParameters"),
            internal_parameters=members.object(internal) if members.has(internal) else None,
            resolved_dependencies=artifacts.read(members, "resolvedDependencies"),
            extra=members.rest(),
        )

    def to_json(self) -> Object:
        """Return the members that are there, lists in their own order."""
        internal = self.internal_parameters
        members: dict[str, Json | None] = {
            "buildType": self.build_type,
            "externalParameters": dict(self.external_parameters),
            "internalParameters": None if internal is None else dict(internal),
            "resolvedDependencies": artifacts.rows(self.resolved_dependencies),
        }
        return {**self.extra, **dict(present(members))}

    def canonical_digest(self) -> Digest:
        """Return the SHA-256 digest of the canonical form, dependencies in sorted order.

        Raises:
            InputError: ``jcs-*``, a value has no canonical form.
        """
        return of_json(self.canonical_json())

    def canonical_json(self) -> Object:
        """Return what `to_json` does, with dependencies in sorted order."""
        return {**self.to_json(), **artifacts.canonical("resolvedDependencies", self.resolved_dependencies)}

    def dependencies_root(self) -> Digest:
        """Return the Merkle root over the resolved dependencies, in any order the same.

        Each leaf is the canonical JSON of one resource descriptor; leaves are sorted by their bytes. Without
        dependencies it is the root of an empty tree, the SHA-256 of nothing.

        Raises:
            InputError: ``provenance-duplicate``, a dependency stands there twice.

        Source: RFC 9162 section 2.1.1.
        """
        leaves = sorted(jcs.dumps(one.to_json()) for one in self.resolved_dependencies or ())
        artifacts.refuse_duplicates(leaves, ("resolvedDependencies",))
        return Digest("sha256", merkle.root(leaves).hex())


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """Who built: the identity that a verifier decides whether to trust.

    Args:
        id: URI of the builder.
        version: version by component.
        builder_dependencies: artifacts that the builder itself consists of, a set; None for absent.
        extra: members that we do not know, as they were read.
    """

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    id: str
    version: Mapping[str, str] | None = None
    builder_dependencies: Artifacts | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)

    @classmethod
    def from_json(cls, value: Json, path: Path = ()) -> "Builder":
        """Return the builder in parsed JSON.

        Raises:
            InputError: as `BuildDefinition.from_json`.
        """
        members = Members(value, path, code=_CODE)
        return cls(
            id=members.text("id"),
            version=_texts(members.inner("version")) if members.has("version") else None,
            builder_dependencies=artifacts.read(members, "builderDependencies"),
            extra=members.rest(),
        )

    def to_json(self) -> Object:
        """Return the members that are there, lists in their own order."""
        members: dict[str, Json | None] = {
            "id": self.id,
            "version": None if self.version is None else dict(self.version),
            "builderDependencies": artifacts.rows(self.builder_dependencies),
        }
        return {**self.extra, **dict(present(members))}

    def canonical_json(self) -> Object:
        """Return what `to_json` does, with dependencies in sorted order."""
        return {**self.to_json(), **artifacts.canonical("builderDependencies", self.builder_dependencies)}


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildMetadata:
    """When the build ran, and which one it was.

    Args:
        invocation_id: the builder's name for this run.
        started_on: RFC 3339 time, as written.
        finished_on: RFC 3339 time, as written; not before `started_on`.
        extra: members that we do not know, as they were read.
    """

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    invocation_id: str | None = None
    started_on: str | None = None
    finished_on: str | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)

    @classmethod
    def from_json(cls, value: Json, path: Path = ()) -> "BuildMetadata":
        """Return the metadata in parsed JSON.

        Raises:
            InputError: ``provenance-member``, or ``provenance-time-order``: it ended before it began.
        """
        members = Members(value, path, code=_CODE)
        found = cls(
            invocation_id=members.text_or_none("invocationId"),
            started_on=members.time_or_none("startedOn"),
            finished_on=members.time_or_none("finishedOn"),
            extra=members.rest(),
        )
        if found.started_on is not None and found.finished_on is not None:
            began = members.instant("startedOn", found.started_on)
            if members.instant("finishedOn", found.finished_on) < began:
                raise refuse(
                    "the build ended before it began",
                    (*path, "finishedOn"),
                    code="provenance-time-order",
                    remedy="correct startedOn or finishedOn",
                )
        return found

    def to_json(self) -> Object:
        """Return the members that are there."""
        members: dict[str, Json | None] = {
            "invocationId": self.invocation_id,
            "startedOn": self.started_on,
            "finishedOn": self.finished_on,
        }
        return {**self.extra, **dict(present(members))}

    def canonical_digest(self) -> Digest:
        """Return the SHA-256 digest of the canonical form.

        Raises:
            InputError: ``jcs-*``, a value has no canonical form.
        """
        return of_json(self.to_json())


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """The predicate: a build definition, and ``runDetails`` as builder, metadata and byproducts.

    Args:
        build_definition: what was asked for.
        builder: who built.
        metadata: of this run; None for absent.
        byproducts: artifacts that came out beside the subject, a set; None for absent.
        extra: members of the predicate that we do not know, as they were read.
        run_extra: members of ``runDetails`` that we do not know, as they were read.
    """

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    build_definition: BuildDefinition
    builder: Builder
    metadata: BuildMetadata | None = None
    byproducts: Artifacts | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)
    run_extra: Mapping[str, Json] = field(default_factory=dict)

    @classmethod
    def from_json(cls, value: Mapping[str, Json]) -> "Provenance":
        """Return the provenance in the predicate of a statement.

        Raises:
            InputError: ``provenance-member``, ``provenance-duplicate``, ``provenance-time-order``, and the
                codes of `ResourceDescriptor.from_json`.
        """
        members = Members(dict(value), code=_CODE)
        run = members.inner("runDetails")
        place = (*run.path, "metadata")
        return cls(
            build_definition=BuildDefinition.from_json(members.raw("buildDefinition"), ("buildDefinition",)),
            builder=Builder.from_json(run.raw("builder"), (*run.path, "builder")),
            metadata=BuildMetadata.from_json(run.raw("metadata"), place) if run.has("metadata") else None,
            byproducts=artifacts.read(run, "byproducts"),
            extra=members.rest(),
            run_extra=run.rest(),
        )

    def to_json(self) -> Object:
        """Return ``{buildDefinition, runDetails, ...}``, lists in their own order."""
        run: dict[str, Json | None] = {
            "builder": self.builder.to_json(),
            "metadata": None if self.metadata is None else self.metadata.to_json(),
            "byproducts": artifacts.rows(self.byproducts),
        }
        return {
            **self.extra,
            "buildDefinition": self.build_definition.to_json(),
            "runDetails": {**self.run_extra, **dict(present(run))},
        }

    def canonical_json(self) -> Object:
        """Return what `to_json` does, with every set in sorted order."""
        value = self.to_json()
        run = value["runDetails"]
        assert isinstance(run, dict)
        changed = {
            "builder": self.builder.canonical_json(),
            **artifacts.canonical("byproducts", self.byproducts),
        }
        return {
            **value,
            "buildDefinition": self.build_definition.canonical_json(),
            "runDetails": {**run, **changed},
        }

    def canonical_digest(self) -> Digest:
        """Return the SHA-256 digest of the canonical form, every set in sorted order.

        Raises:
            InputError: ``jcs-*``, a value has no canonical form.
        """
        return of_json(self.canonical_json())

    def dependencies_root(self) -> Digest:
        """Return what `BuildDefinition.dependencies_root` does.

        Raises:
            InputError: ``provenance-duplicate``.
        """
        return self.build_definition.dependencies_root()


def _texts(members: Members) -> dict[str, str]:
    return {name: members.text(name) for name in members.names()}
