"""What somebody says about a vulnerability in a product."""

from dataclasses import dataclass
from functools import cached_property

from stella_git.canon import jcs
from stella_git.canon.clock import Instant
from stella_git.canon.digest import of_json
from stella_git.canon.reader import Json
from stella_git.errors import InputError, Where

STATUSES = ("affected", "fixed", "not_affected", "under_investigation")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One statement about a vulnerability in a product.

    Attributes:
        vulnerabilities: ids by which the statement names the vulnerability.
        product: purl, or None for every component of what the document is about.
        issuer: who signed it, from the verified signature; never the document's own ``author``.
        issuer_class: class of a verified issuer, or None: recorded, never counted.
        status: ``affected``, ``not_affected``, ``fixed`` or ``under_investigation``.
        justification: why not affected, as the document says it, or None.
        timestamp: when the issuer said it, or None when the document does not tell.
        version: version of the document.
        document: digest of the document, ``sha256:...``.
        source: name of the document for messages; not part of the claim.

    Raises:
        InputError: there is no vulnerability, or no such status.
    """

    vulnerabilities: tuple[str, ...]
    product: str | None = None
    issuer: str
    issuer_class: str | None = None
    status: str
    justification: str | None = None
    timestamp: Instant | None = None
    version: int = 0
    document: str
    source: str = ""

    def __post_init__(self) -> None:
        if not self.vulnerabilities:
            raise InputError(
                "a VEX claim names no vulnerability", code="claim-malformed", where=Where(self.source)
            )
        if self.status not in STATUSES:
            raise InputError(
                f"a VEX claim has the status {self.status!r}",
                code="claim-malformed",
                where=Where(self.source),
                remedy=f"use one of: {', '.join(STATUSES)}",
            )

    def to_json(self) -> dict[str, Json]:
        """Return the claim as plain JSON, without what trust and transport add to it."""
        row: dict[str, Json] = {
            "vulnerabilities": [*sorted(set(self.vulnerabilities), key=jcs.sort_key)],
            "issuer": self.issuer,
            "status": self.status,
            "version": self.version,
            "document": self.document,
        }
        if self.product is not None:
            row["product"] = self.product
        if self.justification is not None:
            row["justification"] = self.justification
        if self.timestamp is not None:
            row["timestamp"] = str(self.timestamp)
        return row

    @cached_property
    def digest(self) -> str:
        """Return ``sha256:...`` of the canonical claim."""
        return str(of_json(self.to_json()))

    @cached_property
    def order(self) -> tuple[bool, int, int, int, str, str]:
        """Return what the register is ordered by: timestamp (none first), version, digest."""
        when = self.timestamp
        seconds, nanos = (when.seconds, when.nanos) if when is not None else (0, 0)
        return when is not None, seconds, nanos, self.version, self.digest, self.source
