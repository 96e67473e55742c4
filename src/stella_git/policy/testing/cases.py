"""Cases for a policy: evidence, and what each rule has to say about it.

Source: ``schemas/stella/policy-test.v1.schema.json``.
"""

from typing import TYPE_CHECKING, Any, Protocol, cast

from stella_git.canon.clock import Instant, parse_rfc3339
from stella_git.canon.record import record
from stella_git.errors import ConfigError, InputError
from stella_git.policy.context import Context
from stella_git.policy.evidence import Evidence, Given, Signer, Source
from stella_git.policy.load import kind_of
from stella_git.policy.paths import beside
from stella_git.policy.predicates import split

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stella_git.canon.reader import Json
    from stella_git.errors import Where
    from stella_git.policy.source import PolicyFile

# Where a case is judged if neither it nor its file says.
ENVIRONMENT = "test"
STAGE = "ci"
AS_OF = parse_rfc3339("2026-01-01T00:00:00Z")


@record(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A document that a case names.

    Args:
        path: relative to the root.
        where: the place that names it.
        signers: who signed it, sorted by name.
        made: when it was made; None for what it says itself.
    """

    path: str
    where: "Where"
    signers: tuple[Signer, ...] = ()
    made: Instant | None = None


class Documents(Protocol):
    """Whoever makes evidence of the documents that cases name."""

    def evidence(self, files: "Sequence[CaseFile]", context: Context) -> tuple[Evidence, ...]:
        """Return what the documents of one case are evidence of.

        Args:
            files: the documents.
            context: of the case.
        """
        ...


@record(frozen=True, slots=True, kw_only=True)
class ExpectedViolation:
    """A violation that has to come out; None for what does not matter.

    Args:
        params: parameters that have to be so; others may be there.
        pointer: JSON Pointer in its file.
    """

    key: "str | int | bool | None" = None
    params: "Mapping[str, Json] | None" = None
    message: str | None = None
    fp: str | None = None
    pointer: str


@record(frozen=True, slots=True, kw_only=True)
class ExpectedRule:
    """What a rule has to say.

    Args:
        violations: exactly these, in any order; None if they do not matter.
        error: code of the error; None if it does not matter.
        pointer: JSON Pointer in its file.
    """

    id: str
    status: str
    violations: tuple[ExpectedViolation, ...] | None = None
    error: str | None = None
    pointer: str


@record(frozen=True, slots=True, kw_only=True)
class Case:
    """One case.

    Args:
        context: where it is judged.
        dated: whether the case or its file says at what time.
        mode: None for that of the policy.
        params: parameters that are not their defaults.
        evidence: what is there.
        waivers: paths of waivers, relative to the root.
        decision: what has to be decided; None if it does not matter.
        rules: what rules have to say, by id; those that are not named have to pass or not to apply.
        pointer: JSON Pointer in its file.
    """

    name: str
    context: Context
    dated: bool
    mode: str | None = None
    params: "Mapping[str, Json]"
    evidence: tuple[Evidence, ...] = ()
    waivers: tuple[str, ...] = ()
    decision: str | None = None
    rules: "Mapping[str, ExpectedRule]"
    pointer: str


@record(frozen=True, slots=True, kw_only=True)
class Suite:
    """The cases of one file.

    Args:
        policy: path of the policy file, relative to the root.
    """

    id: str
    title: str = ""
    policy: str
    cases: tuple[Case, ...]
    file: "PolicyFile"


def suite(file: "PolicyFile", documents: Documents) -> Suite:
    """Return the cases in a file that keeps to its schema.

    Args:
        file: of the kind Test.
        documents: makes evidence of files that cases name.

    Raises:
        ConfigError: ``policy-kind``: of another kind; ``policy-test-twice``: two cases have the same name;
            ``policy-instant``: a time that does not exist; ``policy-path``; what ``documents`` raises.
    """
    if kind_of(file) != "Test":
        raise ConfigError(
            f"this is of the kind {kind_of(file)[:60]!a}, not 'Test'",
            code="policy-kind",
            where=file.where("/kind"),
            remedy="give a file of the kind Test",
        )
    document = cast("dict[str, Any]", file.value)
    metadata, spec = document["metadata"], document["spec"]
    reader = _Reader(file, documents, spec.get("context", {}))
    cases = tuple(reader.case(row, f"/spec/cases/{index}") for index, row in enumerate(spec["cases"]))
    _require_names(file, cases)
    return Suite(
        id=metadata["id"],
        title=metadata.get("title", ""),
        policy=beside(file, spec["policy"], "/spec/policy"),
        cases=cases,
        file=file,
    )


def _require_names(file: "PolicyFile", cases: tuple[Case, ...]) -> None:
    seen: set[str] = set()
    for case in cases:
        if case.name in seen:
            raise ConfigError(
                f"two cases have the name {case.name!a}",
                code="policy-test-twice",
                where=file.where(f"{case.pointer}/name"),
                remedy="give each a name of its own",
            )
        seen.add(case.name)


class _Reader:
    def __init__(self, file: "PolicyFile", documents: Documents, context: "Mapping[str, Any]") -> None:
        self.file = file
        self.documents = documents
        self.context = context

    def case(self, row: "Mapping[str, Any]", pointer: str) -> Case:
        context = {**self.context, **row.get("context", {})}
        where = Context(
            environment=context.get("environment", ENVIRONMENT),
            stage=context.get("stage", STAGE),
            as_of=self._time(context["asOf"], pointer) if "asOf" in context else AS_OF,
            ref=context.get("ref"),
            subject=context.get("subject"),
        )
        expect = row["expect"]
        return Case(
            name=row["name"],
            context=where,
            dated="asOf" in context,
            mode=row.get("mode"),
            params=row.get("params", {}),
            evidence=self._evidence(row.get("evidence", ()), f"{pointer}/evidence", where),
            waivers=tuple(
                beside(self.file, path, f"{pointer}/waivers/{index}")
                for index, path in enumerate(row.get("waivers", ()))
            ),
            decision=expect.get("decision"),
            rules={
                name: _expected(name, each, f"{pointer}/expect/rules/{name}")
                for name, each in sorted(expect.get("rules", {}).items())
            },
            pointer=pointer,
        )

    def _time(self, text: str, pointer: str) -> Instant:
        try:
            return parse_rfc3339(text)
        except InputError as error:
            raise ConfigError(
                error.message,
                code="policy-instant",
                where=self.file.where(pointer),
                remedy="write a time that exists",
            ) from error

    def _evidence(
        self, rows: "Sequence[Mapping[str, Any]]", pointer: str, context: Context
    ) -> tuple[Evidence, ...]:
        found: list[Evidence] = []
        files: list[CaseFile] = []
        for index, row in enumerate(rows):
            at = f"{pointer}/{index}"
            signers = tuple(sorted(map(_signer, row.get("signers", ())), key=lambda signer: signer.name))
            made = self._time(row["made"], f"{at}/made") if "made" in row else None
            if "file" in row:
                path = beside(self.file, row["file"], f"{at}/file")
                where = self.file.where(f"{at}/file")
                files.append(CaseFile(path=path, where=where, signers=signers, made=made))
            else:
                found.append(self._given(row, at, signers, made))
        return (*found, *(self.documents.evidence(files, context) if files else ()))

    def _given(
        self, row: "Mapping[str, Any]", pointer: str, signers: tuple[Signer, ...], made: Instant | None
    ) -> Evidence:
        base, version = split(row["predicateType"])
        source = Source(
            digest=_digest(row["value"]), predicate_type=row["predicateType"], signers=signers, made=made
        )
        return Given(
            predicate_type=base,
            version=version,
            value=row["value"],
            sources=(source,),
            locate=lambda part: self.file.where(f"{pointer}/value{part}"),
        )


def _digest(value: "Json") -> str:
    """Return a digest that stands for bytes: a value of a case has none, and may hold doubles."""
    from stella_git.canon.digest import sha256

    return str(sha256(repr(_sorted(value)).encode("utf-8", "backslashreplace")))


def _sorted(value: "Json") -> "Json":
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _signer(row: "str | Mapping[str, Any]") -> Signer:
    name, roles = (row, ()) if isinstance(row, str) else (row["name"], row.get("roles", ()))
    return Signer(
        name=name if name.startswith(("key:", "identity:")) else f"key:{name}", roles=tuple(sorted(roles))
    )


def _expected(name: str, row: "str | Mapping[str, Any]", pointer: str) -> ExpectedRule:
    if isinstance(row, str):
        return ExpectedRule(id=name, status=row, pointer=pointer)
    violations = None
    if "violations" in row:
        violations = tuple(
            ExpectedViolation(
                key=each.get("key"),
                params=each.get("params"),
                message=each.get("message"),
                fp=each.get("fp"),
                pointer=f"{pointer}/violations/{index}",
            )
            for index, each in enumerate(row["violations"])
        )
    return ExpectedRule(
        id=name, status=row["status"], violations=violations, error=row.get("error"), pointer=pointer
    )
