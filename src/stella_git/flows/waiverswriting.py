"""Write waivers: a new one, another end for one, an approval of one. Nothing is ever overwritten unread."""

from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from stella_git.canon.clock import DAY
from stella_git.canon.record import record
from stella_git.errors import StellaError, UsageError, Where
from stella_git.flows import policyfiles
from stella_git.flows.lockfile import unwritable
from stella_git.flows.workspace import read_file
from stella_git.policy import load
from stella_git.policy.ruleset import Rules, assemble
from stella_git.policy.waivers import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json
    from stella_git.policy.model import Waiver

FOLDER = "policies/waivers"
_MOST_NAMES = 100
_ID_LENGTH = 64
# What a waiver says, and the argument that it comes from; the beginning of a pointer is enough.
_RENEWED = {"/spec/effectiveFrom": "--from", "/spec/expires": "--expires", "/spec/reason": "--reason"}
_ARGUMENTS = _RENEWED | {
    "/metadata/id": "--id",
    "/metadata/owner": "--owner",
    "/spec/effect": "--effect",
    "/spec/match/environments": "--environment",
    "/spec/match/fingerprint": "FINGERPRINT",
    "/spec/match/purl": "--purl",
    "/spec/match/subjects": "--subject",
    "/spec/match/vuln": "--vuln",
    "/spec/policy": "--policy",
    "/spec/rule": "--policy",
    "/spec/ticket": "--ticket",
    "/spec/type": "--type",
}


@record(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody asks for.

    Args:
        id: None for one that is made of the policy and of what is covered.
        fingerprint: ``vfp:...`` or ``fp:...``; None with ``vuln`` and ``purl``.
        kind: why the risk is taken.
        effect: ``waive`` or ``downgrade``.
        created: the present.
    """

    id: str | None = None
    policy: str
    rule: str | None = None
    fingerprint: str | None = None
    vuln: str | None = None
    purl: str | None = None
    environments: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    kind: str
    effect: str = "waive"
    reason: str
    ticket: str | None = None
    owner: str
    created: "Instant"
    effective_from: "Instant"
    expires: "Instant"

    def document(self, name: str) -> "dict[str, Json]":
        """Return the waiver of this name, members in the order of the schema."""
        match: dict[str, Json] = {"fingerprint": self.fingerprint}
        if self.fingerprint is None:
            match = {"vuln": self.vuln, "purl": self.purl}
            match |= {"environments": [*self.environments]} if self.environments else {}
            match |= {"subjects": [*self.subjects]} if self.subjects else {}
        spec: dict[str, Json] = {"policy": self.policy, "rule": self.rule, "match": match, "type": self.kind}
        spec |= {"effect": self.effect, "reason": self.reason, "ticket": self.ticket, "approvals": []}
        spec |= {"effectiveFrom": str(self.effective_from), "expires": str(self.expires)}
        return {
            "apiVersion": load.API_VERSION,
            "kind": "Waiver",
            "metadata": {"id": name, "owner": self.owner, "created": str(self.created)},
            "spec": {key: value for key, value in spec.items() if value is not None},
        }


class Written(NamedTuple):
    """A waiver on disk.

    Args:
        path: of its file.
        waiver: what it says.
        needed: how many approvals it takes.
    """

    path: str
    waiver: "Waiver"
    needed: int


def rules_of(paths: "Sequence[str]", *more: tuple[str, bytes]) -> Rules:
    """Return what policy files come to, with files that are not there yet.

    Args:
        paths: files and folders; ``policies`` if there are none.
        more: (path, bytes) that count instead of what is on disk.

    Raises:
        ConfigError: one of them cannot be used, or they do not fit together.
        UsageError: there are none.
        EnvironmentFault: a file cannot be read.
    """
    names = paths or [policyfiles.DEFAULT]
    instead = {Path(path).resolve() for path, _ in more}
    present = [row for row in policyfiles.gather(names) if Path(row[0]).resolve() not in instead]
    return assemble((*present, *more), budgets=tuple(_budgets(names)))


def _budgets(paths: "Sequence[str]") -> "Iterator[str]":
    """Yield the ids of budgets among files and folders: waivers may name them."""
    for root in map(Path, paths):
        for path in sorted(root.rglob("*.yaml")) if root.is_dir() else [root]:
            data = read_file(path, limit=load.LIMIT)
            if b"stella.ops/v1" not in data or policyfiles.declared(data) != "Budget":
                continue
            value = load.plain(data, path=path.as_posix()).value
            metadata = value.get("metadata") if isinstance(value, dict) else None
            name = metadata.get("id") if isinstance(metadata, dict) else None
            if isinstance(name, str):
                yield name


def create(wish: Wish, *, into: str = FOLDER, policies: "Sequence[str]" = ()) -> Written:
    """Write a new waiver, after it was held against the policies that are there.

    Raises:
        ConfigError: it names what is not there, covers everything, or ends before it begins; or the policies
            cannot be used.
        UsageError: it lasts too long, or a waiver of this id is there.
        EnvironmentFault: it cannot be written.
    """
    name, path = _free(wish, into)
    data = text.render(wish.document(name), path=path)
    made = {} if wish.id else {"/metadata/id": "--policy"}  # of which the id was made
    with _blaming(path, _ARGUMENTS | made):
        waiver = load.waiver(load.read(data, path=path))
        rules = rules_of(policies, (path, data))
        require_length(waiver, rules.max_waiver_days)
    _write_new(Path(path), data)
    return Written(path, waiver, rules.waiver_approvals)


@contextmanager
def _blaming(path: str, arguments: "Mapping[str, str]") -> "Iterator[None]":
    """Say of what is wrong in a file that was not written which argument it came from.

    Args:
        path: of the file.
        arguments: JSON Pointer to name of the argument.
    """
    try:
        yield
    except StellaError as error:
        pointer = f"{error.where.pointer or ''}/"
        found = [name for start, name in arguments.items() if pointer.startswith(f"{start}/")]
        if found and error.where.path is not None and Path(error.where.path) == Path(path):
            error.where = Where(found[0])
        raise


def require_length(waiver: "Waiver", most: int) -> None:
    """Refuse a waiver that would never hold, because it lasts too long.

    Raises:
        UsageError: ``waiver-time``.
    """
    if waiver.expires.seconds - waiver.effective_from.seconds > most * DAY:
        raise UsageError(
            f"a waiver from {waiver.effective_from} to {waiver.expires} lasts longer than {most} days",
            code="waiver-time",
            where=waiver.file.where("/spec/expires"),
            remedy=f"let it expire within {most} days after it begins: --expires {most}d",
        )


def _free(wish: Wish, into: str) -> tuple[str, str]:
    """Return an id whose file is not there, and the path of that file."""
    folder = Path(into)
    if wish.id is not None:
        path = folder / f"{wish.id}.yaml"
        if path.exists():
            raise _exists(path)
        return wish.id, path.as_posix()
    covered = (wish.fingerprint or wish.vuln or "").lower().replace(":", "-")
    safe = "".join(char if char.isascii() and (char.isalnum() or char in ".-_") else "-" for char in covered)
    stem = f"{wish.policy}-{safe}"
    for number in range(1, _MOST_NAMES):
        end = "" if number == 1 else f"-{number}"
        name = stem[: _ID_LENGTH - len(end)] + end
        if not (folder / f"{name}.yaml").exists():
            return name, (folder / f"{name}.yaml").as_posix()
    raise _exists(folder / f"{stem}.yaml")


def _exists(path: Path) -> UsageError:
    return UsageError(
        "a waiver of this id is there already; none is overwritten",
        code="waiver-exists",
        where=Where(path.as_posix()),
        remedy="renew it (stella policy waive --renew FILE), or choose another --id",
    )


def _write_new(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(path.parent, error) from error
    try:
        with path.open("xb") as stream:
            stream.write(data)
    except FileExistsError as error:
        raise _exists(path) from error
    except OSError as error:
        raise unwritable(path, error) from error


def read(path: str) -> "Waiver":
    """Return the waiver in a file.

    Raises:
        ConfigError: it is none.
        UsageError: there is no such file.
    """
    return load.waiver(load.read(read_file(Path(path), limit=load.LIMIT), path=path))


def renew(
    path: str, *, start: "Instant", end: "Instant", reason: str | None = None, policies: "Sequence[str]" = ()
) -> tuple[Written, tuple[str, ...]]:
    """Give a waiver another beginning and end; its approvals go, because they were for something else.

    Args:
        path: of its file.
        start: when it begins.
        end: when it ends.
        reason: None to keep the one that it has.
        policies: files and folders.

    Returns:
        What is on disk now, and the identities whose approvals are gone.

    Raises:
        ConfigError: it is no waiver, ends before it begins, or cannot be changed without losing comments.
        UsageError: it lasts too long.
        EnvironmentFault: it cannot be written.
    """
    before = read(path)
    values = {"effectiveFrom": str(start), "expires": str(end)}
    values |= {} if reason is None else {"reason": reason}
    data = text.changed(before.file, (), values)
    with _blaming(path, _RENEWED):
        waiver = load.waiver(load.read(data, path=path))
        rules = rules_of(policies, (Path(path).as_posix(), data))
        require_length(waiver, rules.max_waiver_days)
    replace_file(Path(path), data)
    return Written(path, waiver, rules.waiver_approvals), tuple(one.identity for one in before.approvals)


def replace_file(path: Path, data: bytes) -> None:
    """Put other bytes in the place of a file, all of them or none; it keeps its mode.

    Raises:
        EnvironmentFault: the file system refuses.
    """
    beside = path.with_name(f".{path.name}.stella-new")
    try:
        beside.unlink(missing_ok=True)  # no link that somebody left there is followed
        with beside.open("xb") as stream:
            stream.write(data)
        beside.chmod(path.stat().st_mode)
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise unwritable(path, error) from error
