"""What rules look at: evidence, whoever brings it.

Files, verified envelopes from git, results of budgets and fixtures of tests all come through the Protocol
`Evidence`; nothing here reads a file or verifies a signature.
"""

from typing import TYPE_CHECKING, Protocol

from stella_git.canon.record import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json
    from stella_git.errors import Where


@record(frozen=True, slots=True, kw_only=True)
class Signer:
    """Somebody whose signature held.

    Args:
        name: ``key:NAME`` or ``identity:NAME`` of the keyring.
        roles: what the keyring lets them sign, sorted.
    """

    name: str
    roles: tuple[str, ...] = ()


@record(frozen=True, slots=True, kw_only=True)
class Source:
    """Bytes that a piece of evidence was made of.

    Args:
        digest: ``sha256:...`` of the raw bytes.
        predicate_type: URI of what they are, with version.
        signers: whose signatures over them held, sorted by name; empty for what nobody signed.
        made: when they were made, as far as they say so, or a trusted time does.
        path: name to show; None if they have none.
        subjects: what a statement is about, ``{name, digest{...}}`` each; empty for a bare document.
    """

    digest: str
    predicate_type: str
    signers: tuple[Signer, ...] = ()
    made: "Instant | None" = None
    path: str | None = None
    subjects: "tuple[Json, ...]" = ()

    def to_json(self) -> "dict[str, Json]":
        """Return what expressions see of it (``evidence.NAME[i]``)."""
        row: dict[str, Json] = {
            "digest": self.digest,
            "predicateType": self.predicate_type,
            "signers": [{"name": signer.name, "roles": list(signer.roles)} for signer in self.signers],
            "subjects": list(self.subjects),
        }
        if self.made is not None:
            row["made"] = str(self.made)
        if self.path is not None:
            row["path"] = self.path
        return row


class Evidence(Protocol):
    """One piece of evidence: something that a requirement can select."""

    @property
    def predicate_type(self) -> str:
        """Return the predicate type URI without its version."""
        ...

    @property
    def version(self) -> str:
        """Return the version of the predicate type, such as ``v1`` or ``1.6``; "" if it has none."""
        ...

    @property
    def value(self) -> "Json":
        """Return what expressions see."""
        ...

    @property
    def sources(self) -> tuple[Source, ...]:
        """Return what it was made of."""
        ...

    def place(self, pointer: str) -> "Where | None":
        """Return where a part of the value stands in its source.

        Args:
            pointer: JSON Pointer in the value.
        """
        ...


@record(frozen=True, slots=True, kw_only=True)
class Given:
    """Evidence whose value is at hand.

    Args:
        locate: from a JSON Pointer in the value to a place; None if nobody knows.
    """

    predicate_type: str
    version: str = ""
    value: "Json"
    sources: tuple[Source, ...] = ()
    locate: "Callable[[str], Where | None] | None" = None

    def place(self, pointer: str) -> "Where | None":
        """Return where a part of the value stands in its source."""
        return self.locate(pointer) if self.locate is not None else None
