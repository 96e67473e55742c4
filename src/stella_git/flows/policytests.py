"""Policies with their cases, from disk."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from stella_git.errors import ConfigError, InputError, UsageError
from stella_git.flows import policyfiles
from stella_git.flows.workspace import read_file
from stella_git.policy import load
from stella_git.policy.compiled import compile_policy
from stella_git.policy.paths import beside
from stella_git.policy.ruleset import SCHEMA_SUFFIX
from stella_git.policy.targets import require_sound
from stella_git.policy.testing.cases import Suite, suite
from stella_git.policy.testing.runner import Tested

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stella_git.canon.reader import Json
    from stella_git.errors import Where
    from stella_git.flows.policyevidence.reading import Piece
    from stella_git.policy.context import Context
    from stella_git.policy.evidence import Evidence
    from stella_git.policy.model import Policy, Waiver
    from stella_git.policy.testing.cases import CaseFile

_CLAIMING = frozenset({"csaf", "openvex"})


def with_cases(paths: "Sequence[str]" = ()) -> tuple[Tested, ...]:
    """Return the policies among files and folders, and those that tests there are for, with their cases.

    Args:
        paths: files and folders; ``policies`` if there are none. If there is no test among them, those in
            ``policies`` for their policies are taken.

    Raises:
        UsageError: there is neither a policy nor a test, or a path is not there.
        ConfigError: a file is not what it should be, a policy does not compile, a test names a file that is
            not there.
        EnvironmentFault: a file cannot be read.
    """
    reader = _Reader()
    suites = [reader.suite(path, data) for path, data in policyfiles.tests(paths)]
    given = _given(paths, needed=not suites)
    if not suites and Path(policyfiles.DEFAULT).is_dir():
        named = {path for path, _ in given}
        usual = (reader.suite(path, data) for path, data in policyfiles.tests())
        suites = [each for each in usual if each.policy in named]
    schemas = {path: _schema(path, data) for path, data in given if path.endswith(SCHEMA_SUFFIX)}
    policies = dict(
        reader.policy(path, data)
        for path, data in given
        if policyfiles.declared(data) == "Policy" and path not in schemas
    )
    for each in suites:
        if each.policy not in policies:
            name, found = reader.named(each)
            policies[name] = found
    _require_once(policies)
    for policy in policies.values():
        _with_schemas(policy, schemas)
    return tuple(
        reader.tested(policy, schemas, [each for each in suites if each.policy == path])
        for path, policy in sorted(policies.items(), key=lambda row: row[1].id)
    )


def _given(paths: "Sequence[str]", *, needed: bool) -> policyfiles.Files:
    try:
        return policyfiles.gather(paths)
    except UsageError as error:
        if error.code == "policy-none" and not needed:
            return ()
        raise


def _schema(path: str, data: bytes) -> "Json":
    from stella_git.canon.reader import parse_json

    try:
        return parse_json(data, path=path, limit=load.LIMIT)
    except InputError as error:
        raise ConfigError(
            f"the schema is not strict JSON: {error.message}",
            code="policy-own-schema",
            where=error.where,
            remedy=error.remedy or "write one JSON document",
        ) from error


def _with_schemas(policy: "Policy", schemas: "dict[str, Json]") -> None:
    """Read the schemas that a policy names and that were not given."""
    for need in policy.requires:
        if need.schema is not None:
            path = beside(policy.file, need.schema, f"{need.pointer}/schema")
            if path not in schemas and Path(path).is_file():
                schemas[path] = _schema(path, read_file(Path(path), limit=policyfiles.LIMIT))


def _require_once(policies: "Mapping[str, Policy]") -> None:
    seen: dict[str, Policy] = {}
    for _, policy in sorted(policies.items()):
        other = seen.setdefault(policy.id, policy)
        if other is not policy:
            raise ConfigError(
                f"the policy {policy.id!a} is there twice",
                code="policy-twice",
                where=policy.file.where("/metadata/id"),
                remedy=f"give each an id of its own: the other is in {other.file.path}",
            )


class _Reader:
    """Reads every file once."""

    def __init__(self) -> None:
        self._documents = _Documents()
        self._waivers: dict[str, Waiver] = {}

    def suite(self, path: str, data: bytes) -> Suite:
        return suite(load.read(data, path=path), self._documents)

    def policy(self, path: str, data: bytes) -> "tuple[str, Policy]":
        return path, load.policy(load.read(data, path=path))

    def named(self, tests: Suite) -> "tuple[str, Policy]":
        """Return the policy that a test names, which was not given itself."""
        data = _read(tests.policy, tests.file.where("/spec/policy"))
        return self.policy(tests.policy, data)

    def tested(self, policy: "Policy", schemas: "Mapping[str, Json]", suites: list[Suite]) -> Tested:
        waivers = {
            path: self._waiver(path, each, f"{case.pointer}/waivers/{index}")
            for each in suites
            for case in each.cases
            for index, path in enumerate(case.waivers)
        }
        for waiver in waivers.values():
            require_sound(waiver, {policy.id: policy}, ())
        return Tested(
            policy=policy,
            compiled=compile_policy(policy, schemas=schemas),
            suites=tuple(suites),
            waivers=waivers,
            schemas=schemas,
        )

    def _waiver(self, path: str, tests: Suite, pointer: str) -> "Waiver":
        if path not in self._waivers:
            data = _read(path, tests.file.where(pointer))
            self._waivers[path] = load.waiver(load.read(data, path=path))
        return self._waivers[path]


def _read(path: str, where: "Where") -> bytes:
    try:
        return read_file(Path(path), limit=policyfiles.LIMIT)
    except UsageError as error:
        raise ConfigError(
            f"{path!a}: {error.message}",
            code="policy-test-file",
            where=where,
            remedy="correct the path: it is relative to the test file",
        ) from error


class _Documents:
    """Documents that cases name, each read once."""

    def __init__(self) -> None:
        self._read: dict[str, bytes] = {}

    def evidence(self, files: "Sequence[CaseFile]", context: "Context") -> "tuple[Evidence, ...]":
        """Return what documents are evidence of.

        What scanners found and what VEX claims shows only when it is put together: with such a document,
        all that the documents of the case come to is there as well, as it is for a decision.

        Raises:
            ConfigError: ``policy-test-file``: a document is not there, or is no evidence.
        """
        from stella_git.flows.policyevidence.merging import Merger
        from stella_git.flows.policyevidence.offered import of_piece
        from stella_git.verdict.decide import Weights

        pieces = [(file, self._piece(file)) for file in files]
        each = [of_piece(piece) for _, piece in pieces]
        found = tuple(evidence for row in each for evidence in row)
        if all(each) and not any(piece.kind in _CLAIMING for _, piece in pieces):
            return found
        merger = Merger(Weights(), context.as_of)
        for file, piece in pieces:
            with _as_evidence(file):
                merger.add(piece)
        return (*found, *merger.evidence(environment=context.environment))

    def _piece(self, file: "CaseFile") -> "Piece":
        from stella_git.flows.policyevidence.reading import read

        if file.path not in self._read:
            self._read[file.path] = _read(file.path, file.where)
        with _as_evidence(file):
            return read(file.path, self._read[file.path], signers=file.signers, made=file.made)


@contextmanager
def _as_evidence(file: "CaseFile") -> "Iterator[None]":
    """Say of a document that is no evidence which case names it."""
    try:
        yield
    except InputError as error:
        raise ConfigError(
            f"{file.path!a} is no evidence: {error}",
            code="policy-test-file",
            where=file.where,
            remedy=error.remedy or "name a document that can be read",
        ) from error
