"""Everything that lint looks at: policy files as records, as far as they can be read.

A file that is not as its schema says is out of the game, with all its problems; its id is remembered, so that
nobody is told that it does not exist. What the schema cannot say (the same id twice, a time that does not
exist) is told too, and put aside, so that the rest of the file is looked at.
"""

from copy import deepcopy
from typing import TYPE_CHECKING, Any, cast

from stella_git.canon.record import record
from stella_git.errors import ConfigError
from stella_git.policy import load
from stella_git.policy.lint.found import Found, at
from stella_git.policy.source import PolicyFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json
    from stella_git.documents.problems import Problem
    from stella_git.policy.model import Policy, PolicySet, Waiver

_INSTANTS = {
    "Policy": (("spec", "effectiveOn"), ("spec", "expires")),
    "Waiver": (("metadata", "created"), ("spec", "effectiveFrom"), ("spec", "expires")),
}
_LISTS = (
    ("Policy", "rules", "id", "P101", "rule"),
    ("Policy", "requires", "as", "P016", "piece of evidence"),
    ("PolicySet", "packs", "name", "P208", "pack"),
)
_CODES = {"policy-instant": "P116", "policy-path": "P117"}


class World:
    """Policy files that belong together.

    Args:
        now: the present; None if nothing that depends on it is asked.
        other: gives the bytes of a file that is no policy file, by its path; None if there is none.
        digest: of what an approval of a waiver is about, from the waiver; None if nobody can say.
        signers: gives the roles of everybody in the keyring; None if there is no keyring.

    Attributes:
        files: those that keep to their schemas, sorted by path.
        policies: as they were loaded, sorted by path; likewise ``sets`` and ``waivers``.
        tests: files of the kind Test; ``locks`` of the kind PolicyLock.
        contents: path to bytes of what packs and locks are made of: policies, policy sets, budgets, schemas.
        names: ids of all policies, also of those that could not be loaded.
        budgets: ids of budgets.
        paths: of all files, whatever they hold.
        broken: of files that are not as their schema says.
        blind: whether a file may be a policy of any id: then nobody is told that there is no such policy.
    """

    def __init__(
        self,
        *,
        now: "Instant | None",
        other: "Callable[[str], bytes | None]",
        digest: "Callable[[Json], str | None]",
        signers: "Callable[[], Mapping[str, frozenset[str]] | None]",
    ) -> None:
        self.now = now
        self.other = other
        self.digest = digest
        self.signers = signers
        self.files: list[PolicyFile] = []
        self.policies: list[Policy] = []
        self.sets: list[PolicySet] = []
        self.waivers: list[Waiver] = []
        self.tests: list[PolicyFile] = []
        self.locks: list[PolicyFile] = []
        self.contents: dict[str, bytes] = {}
        self.names: set[str] = set()
        self.budgets: set[str] = set()
        self.paths: set[str] = set()
        self.broken: set[str] = set()
        self.blind = False

    def beside(self, path: str) -> bytes | None:
        """Return the bytes of a file that is no policy file; None if there is none."""
        return self.contents[path] if path in self.contents else self.other(path)

    @property
    def policy_set(self) -> "PolicySet | None":
        """Return the policy set, if there is one and one only."""
        return self.sets[0] if len(self.sets) == 1 else None

    def by_id(self) -> "Mapping[str, Policy]":
        """Return policies by id; of those with the same id, the first."""
        return {policy.id: policy for policy in reversed(self.policies)}

    def miss(self, path: str, data: bytes) -> None:
        """Remember a file that does not keep to its schema."""
        self.broken.add(path)
        try:
            file = load.plain(data, path=path)
        except ConfigError:
            self.blind = True
            return
        kind, name = load.kind_of(file), _id(file.value)
        if kind == "Policy" and name:
            self.names.add(name)
        elif kind == "Budget" and name:
            self.budgets.add(name)
        elif kind not in {"PolicyLock", "PolicySet", "Test", "Waiver"}:
            self.blind = True

    def take(self, file: PolicyFile) -> "Iterator[Found]":
        """Add a file that keeps to its schema; yield what its schema cannot say."""
        kind = load.kind_of(file)
        self.files.append(file)
        if kind in {"Budget", "Policy", "PolicySet"}:
            self.contents[file.path] = file.data
        if kind == "Budget":
            self.budgets.add(_id(file.value))
        elif kind == "Test":
            self.tests.append(file)
        elif kind == "PolicyLock":
            self.locks.append(file)
        whole, found = _set_aside(file, kind)
        yield from found
        if kind == "Waiver" and found:
            return  # without its times there is no waiver
        try:
            self._load(whole, kind)
        except ConfigError as error:
            yield Found(
                rule=_CODES.get(error.code, "P117"),
                file=file,
                where=error.where,
                message=error.message,
                remedy=error.remedy or "",
            )

    def _load(self, file: PolicyFile, kind: str) -> None:
        if kind == "Policy":
            self.policies.append(load.policy(file))
        elif kind == "PolicySet":
            self.sets.append(load.policy_set(file))
        elif kind == "Waiver":
            self.waivers.append(load.waiver(file))


@record(frozen=True, slots=True, kw_only=True)
class Read:
    """What became of a file.

    Args:
        file: None if it is not strict YAML, or not as its schema says.
        problems: of its bytes and of its schema.
    """

    path: str
    file: PolicyFile | None = None
    problems: "tuple[Problem, ...]" = ()


def read(path: str, data: bytes) -> Read:
    """Return a file that keeps to its schema, or every reason why it is none."""
    try:
        return Read(path=path, file=load.read(data, path=path))
    except ConfigError as error:
        return Read(path=path, problems=_reasons(path, data, error))


def _reasons(path: str, data: bytes, error: ConfigError) -> "tuple[Problem, ...]":
    from stella_git.documents.problems import Complaint
    from stella_git.documents.validate import validate

    told = validate(data, path=path, expect=frozenset({"stella"}))
    if not told.ok:
        return told.problems
    complaint = Complaint(rule="Y001", pointer="", message=error.message, remedy=error.remedy or "")
    return (*told.problems, complaint.at(path, error.where.line or 1, error.where.column or 1))


def _id(value: "Json") -> str:
    metadata = value.get("metadata") if isinstance(value, dict) else None
    name = metadata.get("id") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else ""


def _set_aside(file: PolicyFile, kind: str) -> "tuple[PolicyFile, list[Found]]":
    """Return the file without what would keep it from being loaded, and what that was."""
    found = [*_twice(file, kind), *_no_times(file, kind)]
    if not found:
        return file, []
    value = deepcopy(cast("dict[str, Any]", file.value))
    for each in found:
        *parents, last = (each.where.pointer or "").split("/")[1:]
        holder: Any = value
        for token in parents:
            holder = holder[int(token)] if isinstance(holder, list) else holder[token]
        if each.rule == "P116":
            del holder[last]
        else:
            holder[last] += f" {parents[-1]}"  # no name has a space: `made_up` knows it again
    document = type(file.document)(value, file.document.positions, file.document.path)
    return PolicyFile(file.path, file.data, document), found


def made_up(name: str) -> bool:
    """Return whether a name is not as the file has it: there it is the name of something else."""
    return " " in name


def _twice(file: PolicyFile, kind: str) -> "Iterator[Found]":
    spec = cast("dict[str, Any]", file.value).get("spec", {})
    for of, member, key, rule, what in _LISTS:
        seen: dict[str, int] = {}
        for index, row in enumerate(spec.get(member, ()) if kind == of else ()):
            first = seen.setdefault(row[key], index)
            if first != index:
                place = file.where(f"/spec/{member}/{first}").line
                yield at(
                    file,
                    f"/spec/{member}/{index}/{key}",
                    rule,
                    f"the {what} `{row[key]}` is there twice: the other is in line {place}",
                )


def _no_times(file: PolicyFile, kind: str) -> "Iterator[Found]":
    from stella_git.canon.clock import parse_rfc3339
    from stella_git.errors import InputError

    value = cast("dict[str, Any]", file.value)
    for section, member in _INSTANTS.get(kind, ()):
        text = value[section].get(member)
        try:
            if text is not None:
                parse_rfc3339(text)
        except InputError as error:
            yield at(file, f"/{section}/{member}", "P116", error.message, "write a time that exists")
