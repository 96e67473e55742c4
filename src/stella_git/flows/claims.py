"""Required claims of the trusted revision: checked before anything is signed, and on verification."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from stella_git.canon.reader import Json, parse_json
from stella_git.errors import ConfigError, InputError, RefusedError, Where
from stella_git.gitstore.backend import Backend
from stella_git.gitstore.objects import read_path
from stella_git.trust.claims import ClaimsPolicy, check_claims
from stella_git.trust.report import FAILED, Check, skipped

if TYPE_CHECKING:
    from stella_git.attest.statement import Statement
    from stella_git.flows.trusted import TrustedRevision

_LIMIT = 4 << 20


class Claims:
    """The claims file of one trusted revision, with the schemas that it names; read once."""

    def __init__(self, backend: Backend, in_force: "TrustedRevision") -> None:
        """Read the claims file.

        Raises:
            ConfigError: it cannot be read.
        """
        self._backend = backend
        self._tree = backend.commit(in_force.commit).tree
        self._label = in_force.commit[:12]
        self._schemas: dict[str, Mapping[str, Json]] = {}
        self._place = f"{self._label}:{in_force.config.claims}"
        data = read_path(backend, self._tree, in_force.config.claims, limit=_LIMIT)
        self.policy: ClaimsPolicy | None = (
            None if data is None else ClaimsPolicy.from_bytes(data, path=self._place)
        )

    def check(self, statement: "Statement") -> Check:
        """Return the check ``claims`` of a statement.

        Raises:
            ConfigError: a schema that is named is not there, or is none.
        """
        if self.policy is None:
            return skipped("claims", "the trusted revision requires none")
        return check_claims(statement, self.policy, schema_check=self._violation)

    def require(self, statement: "Statement") -> None:
        """Do nothing if a statement makes the claims that are required of it.

        Raises:
            RefusedError: ``CLAIM_MISSING`` or ``CLAIM_INVALID``.
            ConfigError: as `check`.
        """
        check = self.check(statement)
        if check.status == FAILED:
            raise RefusedError(
                f"the statement {check.detail}",
                code=check.code,
                where=Where(self._place),
                remedy=check.remedy,
            )

    def _violation(self, schema: str | Mapping[str, Json], value: Json) -> str | None:
        from stella_git.documents.schema.inline import violation

        if isinstance(schema, str):
            return violation(self._schema(schema), value, path=f"{self._label}:{schema}")
        return violation(schema, value)

    def _schema(self, path: str) -> Mapping[str, Json]:
        if path not in self._schemas:
            self._schemas[path] = self._read(path)
        return self._schemas[path]

    def _read(self, path: str) -> Mapping[str, Json]:
        where = Where(f"{self._label}:{path}")
        data = read_path(self._backend, self._tree, path, limit=_LIMIT)
        try:
            value = None if data is None else parse_json(data, limit=_LIMIT)
        except InputError as error:
            raise ConfigError(error.message, code=error.code, where=where, remedy=error.remedy) from error
        if not isinstance(value, dict):
            raise ConfigError(
                "there is no such schema" if data is None else "is not a JSON Schema",
                code="schema-unusable",
                where=where,
                remedy="commit it to the trusted branch, or correct the path in the claims file",
            )
        return value
