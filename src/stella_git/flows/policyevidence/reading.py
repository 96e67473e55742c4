"""Documents as policies take them: bare ones, and those that a statement, an envelope or a bundle holds.

A document that is not valid is no evidence, wherever it stands. What stands in an envelope has the place of
its payload; its digest is that of the file, which is what somebody can look for.

Source: DSSE v1.0; in-toto Attestation Framework v1.1; Sigstore bundle v0.3.
"""

from typing import TYPE_CHECKING, Final

from stella_git.canon.record import record, replace
from stella_git.documents.detect import Format, detect
from stella_git.errors import InputError, Where
from stella_git.flows.policyevidence.places import Places
from stella_git.flows.policyevidence.times import made_of, made_of_predicate
from stella_git.policy import predicates
from stella_git.policy.evidence import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stella_git.attest.bundle import Bundle
    from stella_git.attest.envelope import Envelope
    from stella_git.attest.statement import Statement
    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json
    from stella_git.documents.validate import Validated
    from stella_git.policy.evidence import Signer

LIMIT: Final = 64 << 20

# Kind of a document -> predicate type it is offered as; a view alone shows what a findings document says.
DOCUMENTS: Final = {
    "csaf": predicates.CSAF,
    "cyclonedx": predicates.CYCLONEDX,
    "findings": predicates.FINDINGS,
    "openvex": predicates.OPENVEX,
    "spdx": predicates.SPDX,
}
REPORTS: Final = frozenset({"grype", "osv-scanner", "sarif", "trivy", "vulns"})
_KINDS: Final = {uri: kind for kind, uri in DOCUMENTS.items()}
_STATEMENTS: Final = frozenset({"dsse", "in-toto", "sigstore-bundle"})
_RECORDS: Final = {"budget-check": predicates.BUDGET_CHECK, "verdict": predicates.VERDICT}


@record(frozen=True, slots=True, kw_only=True)
class Piece:
    """One document, as it was read.

    Args:
        path: name to show.
        data: bytes of the file.
        kind: format of the document, as ``detect`` calls it; "" for other predicates.
        document: of a document that has a schema; None for predicates and for reports of scanners.
        value: the document, or the predicate.
        source: where it comes from, who signed it, when it was made.
        places: where its parts stand.
        statement: the whole statement that it stood in; None for a bare document.
        signed: ``sha256:...`` of what signatures are over; "" for what has none.
    """

    path: str
    data: bytes
    kind: str = ""
    document: "Validated | None" = None
    value: "Json"
    source: Source
    places: Places
    statement: "Json" = None
    signed: str = ""

    @property
    def base(self) -> str:
        """Return the predicate type without version."""
        return predicates.split(self.source.predicate_type)[0]

    @property
    def version(self) -> str:
        """Return the version that the document says, else that of the predicate type."""
        if self.document is not None and self.document.format is not None and self.kind != "findings":
            return self.document.format.version
        return predicates.split(self.source.predicate_type)[1]

    def where(self, pointer: str) -> Where:
        """Return the place of a part of the value.

        Args:
            pointer: JSON Pointer in the value.
        """
        return self.places.where(pointer if self.statement is None else f"/predicate{pointer}")


@record(frozen=True, slots=True, kw_only=True)
class Vouched:
    """Whose signatures over an envelope or a bundle held.

    Args:
        signers: sorted by name; empty if nobody's did.
        statement: what they signed; None if nobody did.
        time: when it was signed at the latest, as far as it is proved.
        refusal: why nobody signed it, for readers; "" if somebody did, or if nobody asked.
    """

    signers: "tuple[Signer, ...]" = ()
    statement: "Statement | None" = None
    time: "Instant | None" = None
    refusal: str = ""


def read(
    path: str,
    data: bytes,
    *,
    signers: "tuple[Signer, ...]" = (),
    made: "Instant | None" = None,
    verify: "Callable[[Envelope | Bundle], Vouched] | None" = None,
) -> Piece:
    """Return what is in a file.

    Args:
        path: what to call it.
        data: its bytes.
        signers: who is known to have signed it.
        made: when it was made, if the caller knows better than the document.
        verify: says who signed an envelope or a bundle; None if ``signers`` did.

    Raises:
        InputError: it is not valid, or of no kind that is evidence; with its place.
    """
    from stella_git.canon.digest import sha256
    from stella_git.canon.reader import parse_json

    value = parse_json(data, path=path, limit=LIMIT)
    found = detect(value)
    source = Source(digest=str(sha256(data)), predicate_type="", signers=signers, made=made, path=path)
    if found is not None and found.kind in _STATEMENTS:
        return _attested(path, data, value, found, source, verify)
    places = Places(path, data, value)
    if found is not None and found.kind in REPORTS:
        source = replace(source, predicate_type=predicates.FINDINGS, made=made or made_of(value, found))
        return Piece(path=path, data=data, kind=found.kind, value=value, source=source, places=places)
    if found is not None and found.kind in _RECORDS:
        base = _RECORDS[found.kind]
        _require_predicate(base, value, places.where)
        source = replace(source, predicate_type=f"{base}/v1", made=made or made_of(value, found))
        return Piece(path=path, data=data, value=value, source=source, places=places)
    return _document(data, source, places)


def of_validated(path: str, data: bytes, document: "Validated", source: Source) -> Piece:
    """Return the piece of a document that was found valid.

    Args:
        path: what to call it.
        data: its bytes.
        document: what they say.
        source: digest and signers; the rest is filled in.
    """
    found = document.format
    assert found is not None  # or it would not be valid
    uri = DOCUMENTS[found.kind]
    if found.kind == "findings":
        uri = f"{uri}/v1"
    source = replace(source, predicate_type=uri, made=source.made or made_of(document.value, found))
    places = Places(path, data, document.value)
    return Piece(
        path=path,
        data=data,
        kind=found.kind,
        document=document,
        value=document.value,
        source=source,
        places=places,
    )


def _document(data: bytes, source: Source, places: Places) -> Piece:
    from stella_git.documents.validate import admit

    document = admit(data, path=places.path, expect=frozenset(DOCUMENTS))
    _require_valid(document, lambda _: None)
    return of_validated(places.path, data, document, source)


def _require_valid(document: "Validated", place: "Callable[[str], Where | None]") -> None:
    first = next((problem for problem in document.problems if problem.severity == "error"), None)
    if first is None:
        return
    own = Where(document.path, line=first.line, column=first.column, pointer=first.pointer)
    raise InputError(
        first.message,
        code="document-invalid",
        where=place(first.pointer) or own,
        remedy=first.remedy or "mend it",
    )


def _attested(
    path: str,
    data: bytes,
    value: "Json",
    found: Format,
    source: Source,
    verify: "Callable[[Envelope | Bundle], Vouched] | None",
) -> Piece:
    """Return the predicate of a statement, whoever signed it."""
    try:
        statement, raw, vouched, signed = _statement(path, value, found, verify)
    except InputError as error:
        error.where = error.where.within(path)
        raise
    places = Places(
        path, data, value, {"dsse": "/payload", "sigstore-bundle": "/dsseEnvelope/payload"}.get(found.kind)
    )
    if vouched is not None:
        source = replace(source, signers=vouched.signers)
    predicate = dict(statement.predicate)
    time = source.made or made_of_predicate(statement.predicate_type, predicate)
    if time is None and vouched is not None:
        time = vouched.time
    source = replace(
        source,
        predicate_type=_written_out(statement.predicate_type),
        made=time,
        subjects=tuple(_subject(one.name, one.digest) for one in statement.subject),
    )
    piece = Piece(path=path, data=data, value=predicate, source=source, places=places, statement=raw)
    return _looked_into(replace(piece, signed=signed))


def _subject(name: str | None, digest: "Mapping[str, str] | None") -> "Json":
    return {"name": name or "", "digest": dict(digest or {})}


def _written_out(uri: str) -> str:
    base, version = predicates.split(uri)
    return uri if uri.startswith(base) else f"{base}/{version}".rstrip("/")


def _statement(
    path: str, value: "Json", found: Format, verify: "Callable[[Envelope | Bundle], Vouched] | None"
) -> "tuple[Statement, Json, Vouched | None, str]":
    """Return the statement, the JSON of it, who vouches for it, and the digest of what they signed."""
    from stella_git.attest.bundle import Bundle
    from stella_git.attest.envelope import Envelope
    from stella_git.attest.statement import Statement
    from stella_git.canon.digest import sha256
    from stella_git.canon.reader import parse_json

    if found.kind == "in-toto":
        return Statement.from_json(value), value, None, ""
    evidence = Bundle.from_json(value) if found.kind == "sigstore-bundle" else Envelope.from_json(value)
    envelope = evidence if isinstance(evidence, Envelope) else evidence.content
    if not isinstance(envelope, Envelope):
        raise InputError(
            "the bundle is a signature over an artifact, and states nothing",
            code="policy-evidence-payload",
            where=Where(path),
            remedy="give a bundle around an in-toto statement",
        )
    vouched = verify(evidence) if verify is not None else None
    read_ = vouched.statement if vouched is not None and vouched.statement is not None else None
    raw = parse_json(envelope.payload, limit=LIMIT)
    return read_ or Statement.from_envelope(envelope), raw, vouched, str(sha256(envelope.pae()))


def _looked_into(piece: Piece) -> Piece:
    """Return the piece with the document that its predicate is, found valid."""
    base = piece.base
    kind = _KINDS.get(base)
    if kind is None:
        _require_predicate(base, piece.value, piece.where)
        return piece
    form = detect(piece.value)
    if form is None or form.kind != kind:
        raise InputError(
            f"the predicate is not what its type {piece.source.predicate_type} says",
            code="policy-evidence-predicate",
            where=piece.where(""),
            remedy="make the attestation again, with the predicate type of what it holds",
        )
    from stella_git.canon import jcs
    from stella_git.documents.validate import admit

    document = admit(jcs.dumps(piece.value), path=piece.path, expect=frozenset({kind}))
    _require_valid(document, piece.where)
    return replace(piece, kind=kind, document=document)


def _require_predicate(base: str, value: "Json", place: "Callable[[str], Where]") -> None:
    """Refuse a predicate of ours that its reader refuses."""
    from stella_git.attest.predicates import BudgetCheckPredicate, VerdictPredicate
    from stella_git.errors import RefusedError

    if not isinstance(value, dict):
        return  # a statement is not read with such a predicate
    try:
        if base == predicates.BUDGET_CHECK:
            BudgetCheckPredicate.from_json(value).require_id()
        elif base == predicates.VERDICT:
            VerdictPredicate.from_json(value).require_id()
    except (InputError, RefusedError) as error:
        where = place(error.where.pointer or "")
        raise InputError(error.message, code=error.code, where=where, remedy=error.remedy) from None
