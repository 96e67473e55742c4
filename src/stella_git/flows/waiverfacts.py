"""What a verdict has to know of waivers that their files do not say, as evidence (role ``waiver-facts``).

Who wrote a waiver, because nobody approves their own; and since when it covers nothing, because that is
allowed for a while only. Both come from history, which a replay may not have: so they are written down, and
pinned like any other input.

Document: ``{apiVersion, kind: WaiverFacts, waivers: [{id, author?, orphanSince?}]}``, canonical JSON, sorted
by id. Without an author nobody's approval counts.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from stella_git.canon import jcs
from stella_git.canon.clock import Instant, parse_rfc3339
from stella_git.canon.reader import Json, parse_json
from stella_git.canon.record import field, record
from stella_git.errors import InputError, RefusedError, Where
from stella_git.flows import waivers
from stella_git.flows.evidence import CAS, WAIVER_FACTS, Located
from stella_git.gitstore import history
from stella_git.verdict import rulebook

if TYPE_CHECKING:
    from stella_git.gitstore.backend import Backend
    from stella_git.policy.ruleset import Rules
    from stella_git.verdict.decide import Decision

ROLE = WAIVER_FACTS
KIND = "WaiverFacts"


@record(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of waivers.

    Args:
        authors: by id, who wrote it; None where history does not tell.
        since: by id, when it was first noticed to cover nothing.
    """

    authors: Mapping[str, str | None] = field(default_factory=dict)
    since: Mapping[str, Instant] = field(default_factory=dict)


def gather(
    backend: "Backend", commit: str, rules: "Rules", earlier: "Iterable[Decision]"
) -> tuple[Located, ...]:
    """Return the document about the waivers in force; nothing where there are none.

    Args:
        backend: the repository.
        commit: id of the commit whose rules are in force.
        rules: what is in force there.
        earlier: decisions on the nearest ancestor that has any.
    """
    if not rules.waivers:
        return ()
    authors = waivers.authors_of(backend, commit, rules.waivers)
    since: dict[str, Instant] = {}
    for decision in earlier:
        for notice in () if decision.run is None else decision.run.notices:
            if notice["code"] == "waiver-orphan":
                name, when = str(notice["waiver"]), parse_rfc3339(str(notice["since"]))
                since[name] = min(when, since.get(name, when))
    rows: list[Json] = []
    for waiver in rules.waivers:
        row: dict[str, Json] = {"id": waiver.id}
        author = authors.get(waiver.id)
        if author is not None:
            row["author"] = author
        if waiver.id in since:
            row["orphanSince"] = str(since[waiver.id])
        rows.append(row)
    data = jcs.dumps({"apiVersion": "stella.ops/v1", "kind": KIND, "waivers": rows})
    return (Located(role=ROLE, data=data, uri=CAS),)


def read(items: Iterable[Located]) -> Facts:
    """Return what the documents of the role say; of two about one waiver, what lets it do less.

    Raises:
        InputError: ``waiver-facts-malformed``: one of them is not such a document.
    """
    authors: dict[str, str | None] = {}
    since: dict[str, Instant] = {}
    for item in items:
        if item.role != ROLE:
            continue
        for row in _rows(item):
            name, author = str(row["id"]), row.get("author")
            said = author if isinstance(author, str) else None
            authors[name] = said if authors.get(name, said) == said else None
            if "orphanSince" in row:
                when = parse_rfc3339(str(row["orphanSince"]))
                since[name] = min(when, since.get(name, when))
    return Facts(authors=authors, since=since)


def require_authors(
    backend: "Backend", revisions: tuple[str, str], decision: "Decision", located: tuple[Located, ...]
) -> None:
    """Refuse authors of waivers that are not those of history: nobody may say who else wrote their own.

    Args:
        backend: the repository.
        revisions: the trusted revision, and the one that the verdict says its rules are of; that counts too
            if it is part of the history of the first.
        decision: that was recomputed.
        located: its evidence.

    Raises:
        RefusedError: ``WAIVER_AUTHOR``: history names another author, or is cut off.
    """
    run = decision.run
    if run is None or not run.waivers:
        return
    rules = rulebook.read((item.path or "", item.data) for item in located if item.role == "policy")
    counted = {row["id"] for row in run.waivers}
    tip, other = revisions
    known = backend.resolve(f"{other}^{{commit}}") is not None and history.is_ancestor(backend, other, tip)
    stated = read(located).authors
    for waiver in () if rules.rules is None else rules.rules.waivers:
        author = stated.get(waiver.id)
        if waiver.id not in counted or author is None:
            continue
        true = {waivers.author_of(backend, one, waiver.file) for one in ({tip, other} if known else {tip})}
        if author not in true:
            names = " or ".join(sorted(ascii(name)[:120] for name in true if name is not None))
            raise RefusedError(
                f"{ascii(author)[:99]} is said to have written {waiver.id}, history says {names or None}",
                code="WAIVER_AUTHOR",
                where=Where(waiver.file.path),
                remedy="do not rely on it; in a shallow clone, first: git fetch --unshallow",
            )


def _rows(item: Located) -> list[dict[str, Json]]:
    document = parse_json(item.data, path=item.name)
    rows = document.get("waivers") if isinstance(document, dict) and document.get("kind") == KIND else None
    if not isinstance(rows, list):
        raise _malformed(item, "is not a WaiverFacts document")
    found = [row for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)]
    if len(found) != len(rows):
        raise _malformed(item, "a row is not {id, author?, orphanSince?}")
    return found


def _malformed(item: Located, message: str) -> InputError:
    return InputError(
        message,
        code="waiver-facts-malformed",
        where=Where(item.name),
        remedy="decide again: stella attest create",
    )
