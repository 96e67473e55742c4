"""Documents as evidence for policies: what each says, and what all of them come to.

- A document is offered as it is, an SBOM besides in one shape for every format, the predicate of a statement
  under its type.
- Findings, VEX claims and unknowns of all documents are merged by the very code that decides on a commit.
- Who signed an envelope or a bundle is what a keyring says; without one, nobody did.

Everything here is a function of bytes: no disk, no git, no clock.
"""

from typing import TYPE_CHECKING, Final

from stella_git.canon.record import field, record, replace
from stella_git.documents import inventory
from stella_git.errors import InputError
from stella_git.flows.evidence import ATTESTATION, Located
from stella_git.flows.policyevidence.inventory import InventoryView
from stella_git.flows.policyevidence.merging import Merger, Origins, is_inventory
from stella_git.flows.policyevidence.reading import REPORTS, Piece, Vouched, of_validated, read
from stella_git.flows.policyevidence.signers import About, Keys
from stella_git.policy import predicates
from stella_git.policy.evidence import Source
from stella_git.policy.predicatevalue import Deferred
from stella_git.verdict.decide import Weights
from stella_git.verdict.messages import message
from stella_git.verdict.views import ordered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from stella_git.attest.bundle import Bundle
    from stella_git.attest.envelope import Envelope
    from stella_git.budget import Budget
    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json
    from stella_git.documents.validate import Validated
    from stella_git.errors import Where
    from stella_git.flows.firstseen import Known
    from stella_git.flows.intake import Intake
    from stella_git.policy.evidence import Evidence, Signer
    from stella_git.trust.roots import KnownRoot
    from stella_git.verdict.model import Evidence as Input

# What nobody offers as it is: a view says what all of them come to.
_VIEWED: Final = frozenset({predicates.FINDINGS, predicates.VULNS})


@record(frozen=True, slots=True, kw_only=True)
class Offered:
    """What documents and attestations of a commit offer.

    Args:
        evidence: for policies: what documents and predicates say as they are.
        sources: by role (``findings``, ``vex``), the documents that views are made of.
        inputs: rows of a verdict, for the attestations that count.
        messages: ``{code, text, ...}`` about attestations that do not, for readers.
        origins: where findings, claims and unknowns stand.
        scans: from when findings were first seen to what attested scans found, as evidence.
    """

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    evidence: "tuple[Evidence, ...]"
    sources: "Mapping[str, tuple[Source, ...]]" = field(default_factory=dict)
    inputs: "tuple[Input, ...]" = ()
    messages: "tuple[Mapping[str, Json], ...]" = ()
    origins: Origins
    scans: "Callable[[Known], Iterator[Evidence]]"


def of_document(
    path: str, data: bytes, *, signers: "tuple[Signer, ...]" = (), made: "Instant | None" = None
) -> "tuple[Evidence, ...]":
    """Return what one document offers on its own.

    An SBOM gives itself and its inventory, VEX and predicates of statements themselves. What is found shows
    only beside everything else: findings and reports of scanners give nothing here.

    Args:
        path: what to call it.
        data: its bytes.
        signers: whose signatures over it held.
        made: when it was made, if somebody knows better than the document.

    Raises:
        InputError: it is not valid, or of no kind that is evidence; with its place.
    """
    return of_piece(read(path, data, signers=signers, made=made))


def of_piece(piece: Piece) -> "tuple[Evidence, ...]":
    """Return what a document that was read offers on its own.

    Args:
        piece: valid.
    """
    if piece.kind in REPORTS or piece.base in _VIEWED:
        return ()
    value: Json = [piece.value] if piece.base == predicates.BUDGET_CHECK else piece.value
    found: list[Evidence] = [
        Deferred(piece.base, piece.version, (piece.source,), lambda: value, _locate(piece))
    ]
    document = piece.document
    if document is not None and is_inventory(piece):
        form = document.format
        assert form is not None  # or it would not be valid
        view = InventoryView(lambda: inventory.read(document.value, form), piece.where)
        found.append(Deferred(predicates.INVENTORY, "v1", (piece.source,), view.value, view.place))
    return tuple(found)


def _locate(piece: Piece) -> "Callable[[str], Where]":
    if piece.base != predicates.BUDGET_CHECK:
        return piece.where
    return lambda pointer: piece.where(pointer.removeprefix("/0"))


def of_files(
    files: "Iterable[tuple[str, bytes]]",
    *,
    as_of: "Instant",
    environment: str,
    keyring: bytes | None = None,
    roots: "Sequence[KnownRoot]" = (),
    trust: bytes | None = None,
    budgets: "Sequence[Budget]" = (),
) -> "tuple[Evidence, ...]":
    """Return all that files offer: each on its own, and what they come to together.

    Unsigned VEX counts as the word of the repository, as it does in a commit's own tree. The same bytes given
    twice are one document.

    Args:
        files: (path, bytes) of documents, statements, envelopes, bundles and reports of scanners.
        as_of: the time of the decision.
        environment: whose budgets are checked.
        keyring: bytes of a keyring; None: nobody signed anything.
        roots: trusted roots for bundles.
        trust: bytes of a trust file; None for the weights that everybody has.
        budgets: those in force. Budget checks among the files count only if there are none.

    Raises:
        InputError: a file is not valid, or of no kind that is evidence.
        ConfigError: the keyring, the trust file or a budget cannot be used.
    """
    keys = Keys(keyring, roots, as_of) if keyring is not None else None
    pieces = _once(read(path, data, verify=keys.verify if keys else None) for path, data in _distinct(files))
    merger = Merger(Weights.from_bytes(trust) if trust is not None else Weights(), as_of)
    found: list[Evidence] = []
    for piece in pieces:
        merger.add(piece)
        if piece.base != predicates.BUDGET_CHECK:
            found += of_piece(piece)
    checks = [piece for piece in pieces if piece.base == predicates.BUDGET_CHECK]
    if checks and not budgets:
        found.append(_checks(checks))
    return (*found, *merger.evidence(environment=environment, budgets=budgets))


def _distinct(files: "Iterable[tuple[str, bytes]]") -> list[tuple[str, bytes]]:
    """Return each document once, by the first of its names, in the order of digests."""
    from stella_git.canon.digest import sha256

    found: dict[str, tuple[str, bytes]] = {}
    for path, data in sorted(files, key=lambda file: file[0]):
        found.setdefault(str(sha256(data)), (path, data))
    return [found[digest] for digest in sorted(found)]


def _checks(pieces: "Sequence[Piece]") -> Deferred:
    """Return budget checks of several files as one list."""
    sources = tuple(piece.source for piece in pieces)

    def locate(pointer: str) -> "Where | None":
        _, index, *rest = (*pointer.split("/"), "")
        known = index.isdecimal() and int(index) < len(pieces)
        return pieces[int(index)].where("".join(f"/{token}" for token in rest if token)) if known else None

    return Deferred(predicates.BUDGET_CHECK, "v1", sources, lambda: [piece.value for piece in pieces], locate)


def of_located(
    documents: "Iterable[tuple[Located, Validated]]",
    attestations: "Iterable[Located]",
    *,
    about: About,
    as_of: "Instant",
    keyring: bytes | None,
    roots: "Sequence[KnownRoot]" = (),
    intake: "Intake",
) -> Offered:
    """Return what the documents and attestations of a commit offer, for a decision on it.

    An attestation counts if the keyring vouches for it at the time of the decision and it is about the
    commit (see `stella_git.flows.policyevidence.signers`); findings and VEX in it are taken in then, with the
    signer as issuer. Another is no evidence, and a message says why. Budget checks that somebody attested
    are not offered: a decision checks its budgets itself.

    Args:
        documents: what the intake has taken, with what it says.
        attestations: envelopes, bundles and statements, in any order.
        about: the commit that is decided on.
        as_of: the time of the decision.
        keyring: bytes of the keyring in force; None: nobody vouches for anything.
        roots: trusted roots for bundles.
        intake: of the decision.

    Raises:
        ConfigError: the keyring cannot be read.
        InputError: an attestation that is vouched for holds a document that is not valid.
    """
    merger = Merger(intake.weights, as_of, intake)
    found: list[Evidence] = []
    for item, document in documents:
        piece = of_validated(item.name, item.data, document, _source(item))
        merger.note(piece)
        found += of_piece(piece)
    keys = Keys(keyring, roots, as_of) if keyring is not None else None
    accepted: list[Piece] = []
    inputs: list[Input] = []
    messages: list[Mapping[str, Json]] = []
    for item in sorted(attestations, key=lambda one: (one.digest, one.name)):
        attested, refusal = _attested(item, keys, about)
        if attested is None:
            text = f"{item.name} is no evidence: {refusal}"
            messages.append(message("attestation-refused", text, digest=item.digest))
            continue
        accepted.append(attested)
        inputs.append(_input(attested))
    for piece in _once(accepted):
        merger.add(piece, components=False)
        found += () if piece.base == predicates.BUDGET_CHECK else of_piece(piece)
    return Offered(
        evidence=tuple(found),
        sources={"findings": ordered(merger.reporting), "vex": ordered(merger.claiming)},
        inputs=tuple(inputs),
        messages=tuple(messages),
        origins=Origins(merger),
        scans=merger.scans,
    )


def _once(pieces: "Iterable[Piece]") -> "tuple[Piece, ...]":
    """Return each signed statement once, with all its signers, however often somebody has wrapped it."""
    found: dict[str, Piece] = {}
    for piece in pieces:
        name = piece.signed or piece.source.digest
        known = found.setdefault(name, piece)
        if known is not piece:
            signers = {one.name: one for one in (*known.source.signers, *piece.source.signers)}
            times = [one for one in (known.source.made, piece.source.made) if one is not None]
            source = replace(
                known.source,
                signers=tuple(signers[name] for name in sorted(signers)),
                made=min(times, key=lambda one: (one.seconds, one.nanos), default=None),
            )
            found[name] = replace(known, source=source)
    return tuple(found.values())


def _source(item: Located) -> Source:
    return Source(digest=item.digest, predicate_type="", path=item.name)


def _input(piece: Piece) -> "Input":
    from stella_git.verdict.model import Evidence as Input

    return Input(
        role=ATTESTATION,
        predicate_type=piece.source.predicate_type,
        digest=piece.source.digest,
        signers=tuple(signer.name for signer in piece.source.signers),
    )


def _attested(item: Located, keys: Keys | None, about: About) -> tuple[Piece | None, str]:
    """Return what an attestation holds, or None and why it is no evidence.

    Raises:
        InputError: somebody vouches for it, and it holds a document that is not valid.
    """
    if keys is None:
        return None, "there is no keyring, so nobody vouches for it"
    vouched: list[Vouched] = []

    def verify(evidence: "Envelope | Bundle") -> Vouched:
        vouched.append(keys.verify(evidence))
        return vouched[-1]

    try:
        piece = read(item.name, item.data, verify=verify)
    except InputError as error:
        said = vouched[-1].statement if vouched and vouched[-1].signers else None
        elsewhere = about.refusal_of(said) if said is not None else ""
        if said is not None and not elsewhere:
            raise
        return None, elsewhere or f"it cannot be read: {error.message} ({error.code})"
    if not vouched:
        return None, "nobody signed it: it is no envelope and no bundle"
    if not piece.source.signers:
        return None, vouched[-1].refusal
    refusal = about.refusal(piece)
    return (None, refusal) if refusal else (piece, "")
