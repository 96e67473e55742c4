"""The strict reader of keyring files: every member known, every contradiction refused.

What it returns is consistent in itself; whether it is to be believed is `anchor`'s question.
"""

from collections.abc import Mapping

from stella_git.attest.envelope import Signature
from stella_git.canon.digest import Digest
from stella_git.canon.reader import Json
from stella_git.errors import InputError
from stella_git.trust import algorithms, identities
from stella_git.trust.fields import Fields, nearest
from stella_git.trust.keyring import (
    KEYRING_PAYLOAD_TYPE,
    REVOKED,
    ROLES,
    SIGNATURE_LIMIT,
    STATUSES,
    IdentityEntry,
    KeyEntry,
    Keyring,
)
from stella_git.trust.keys import PublicKey, is_keyid

# Spelt out rather than matched: compiling patterns costs every process more than reading a keyring does.
_NAME_FIRST = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_NAME = _NAME_FIRST | frozenset("._-")
_NAME_LIMIT = 64
_URI = "https://"
_URI_LIMIT = 200


def read_payload(data: bytes, path: str) -> Keyring:
    """Return the keyring in payload bytes; see `Keyring.from_bytes`."""
    reader = _Reader(path)
    top = reader.members(
        reader.canonical(data),
        "",
        ("version", "expires", "keys"),
        ("identities", "thresholds", "trustedRoots"),
    )
    keys = tuple(
        reader.key(name, value) for name, value in sorted(reader.table(top["keys"], "/keys").items())
    )
    identities = tuple(
        reader.identity(name, value)
        for name, value in sorted(reader.table(top.get("identities", {}), "/identities").items())
    )
    reader.distinct(keys)
    thresholds = reader.thresholds(top.get("thresholds", {}), keys, identities)
    if not any("trust" in entry.roles for entry in keys):
        reader.refuse(
            "/keys",
            "has no key with the role trust: nobody could sign it",
            code="keyring-threshold",
            remedy="give the role trust to a key of the people who decide who signs",
        )
    return Keyring(
        payload=data,
        version=reader.integer(top["version"], "/version"),
        expires=reader.instant(top["expires"], "/expires"),
        keys=keys,
        identities=identities,
        thresholds=thresholds,
        trusted_roots=reader.roots(top.get("trustedRoots", [])),
    )


def read_signatures(data: bytes, path: str) -> tuple[Signature, ...]:
    """Return the signatures in the bytes of a signatures file."""
    reader = _Reader(f"{path.removesuffix('.json')}.sigs.json")
    top = reader.members(reader.canonical(data), "", ("payloadType", "signatures"))
    if top["payloadType"] != KEYRING_PAYLOAD_TYPE:
        reader.value("/payloadType", repr(KEYRING_PAYLOAD_TYPE))
    rows = reader.array(top["signatures"], "/signatures")
    if len(rows) > SIGNATURE_LIMIT:
        reader.value("/signatures", f"at most {SIGNATURE_LIMIT} signatures")
    return tuple(reader.signature(value, f"/signatures/{index}") for index, value in enumerate(rows))


class _Reader(Fields):
    """One keyring file."""

    def name(self, name: str, pointer: str) -> None:
        if not (0 < len(name) <= _NAME_LIMIT and name[0] in _NAME_FIRST and _NAME.issuperset(name)):
            self.refuse(
                pointer,
                f"{name[:80]!r} is not a name",
                code="keyring-name",
                remedy="use lower-case letters, digits, '.', '_', '-': at most 64, a letter or digit first",
            )

    def roles(self, value: Json, pointer: str) -> tuple[str, ...]:
        roles = tuple(
            self.role(role, f"{pointer}/{index}") for index, role in enumerate(self.array(value, pointer))
        )
        if not roles or len(set(roles)) != len(roles):
            self.value(pointer, "a list of different roles, at least one")
        return roles

    def role(self, value: Json, pointer: str) -> str:
        from stella_git.attest import predicates

        role = self.text(value, pointer)
        if role not in ROLES and not _is_canonical_uri(role):
            self.refuse(
                pointer,
                f"{role[:80]!r} is not a role",
                code="keyring-role",
                remedy=nearest(role, (*ROLES, *predicates.TYPES.values())),
            )
        return role

    def key(self, name: str, value: Json) -> KeyEntry:
        pointer = f"/keys/{name}"
        self.name(name, pointer)
        required = ("spki", "algorithm", "owner", "roles", "notBefore", "notAfter", "status")
        row = self.members(value, pointer, required, ("revokedAt", "reason"))
        entry = KeyEntry(
            name=name,
            key=self.public_key(row, pointer),
            owner=self.text(row["owner"], f"{pointer}/owner"),
            roles=self.roles(row["roles"], f"{pointer}/roles"),
            not_before=self.instant(row["notBefore"], f"{pointer}/notBefore"),
            not_after=self.instant(row["notAfter"], f"{pointer}/notAfter"),
            status=self.one_of(row["status"], f"{pointer}/status", STATUSES),
            revoked_at=self.optional(row, pointer, "revokedAt", self.instant),
            reason=self.optional(row, pointer, "reason", self.text),
        )
        self.consistent(entry, pointer)
        return entry

    def public_key(self, row: Mapping[str, Json], pointer: str) -> PublicKey:
        spki = self.base64(row["spki"], f"{pointer}/spki")
        try:
            # An RSA key does not say which of two algorithms it is used for: the keyring does.
            named = next((name for name in algorithms.carried(spki) if name == row["algorithm"]), None)
            key = PublicKey.from_spki(spki, named)
        except InputError as error:
            self.refuse(f"{pointer}/spki", error.message, code=error.code, remedy=str(error.remedy))
        if row["algorithm"] != key.algorithm:
            self.refuse(
                f"{pointer}/algorithm",
                f"does not belong to the key, which is of the algorithm {key.algorithm}",
                code="keyring-algorithm",
                remedy=f"write {key.algorithm!r}, or correct spki",
            )
        return key

    def consistent(self, entry: KeyEntry, pointer: str) -> None:
        if not entry.not_before < entry.not_after:
            self.refuse(
                f"{pointer}/notAfter",
                "does not come after notBefore",
                code="keyring-validity",
                remedy="correct the dates",
            )
        if (entry.status == REVOKED) != (entry.revoked_at is not None):
            self.refuse(
                f"{pointer}/revokedAt",
                "must be present exactly if the status is revoked",
                code="keyring-status",
                remedy="give the time from which the key is not to be trusted, or correct the status",
            )

    def distinct(self, keys: tuple[KeyEntry, ...]) -> None:
        """Refuse one key under two names: it would count twice."""
        seen: dict[str, str] = {}
        for entry in keys:
            other = seen.setdefault(entry.key.keyid, entry.name)
            if other != entry.name:
                self.refuse(
                    f"/keys/{entry.name}/spki",
                    f"is the same key as {other!r}",
                    code="keyring-duplicate-key",
                    remedy="keep one of the two entries, with the roles of both",
                )

    def identity(self, name: str, value: Json) -> IdentityEntry:
        pointer = f"/identities/{name}"
        self.name(name, pointer)
        row = self.members(value, pointer, ("issuer", "roles"), ("subject", "subjectPattern"))
        entry = IdentityEntry(
            name=name,
            issuer=self.text(row["issuer"], f"{pointer}/issuer"),
            roles=self.roles(row["roles"], f"{pointer}/roles"),
            subject=self.optional(row, pointer, "subject", self.text),
            subject_pattern=self.optional(row, pointer, "subjectPattern", self.text),
        )
        pattern = entry.subject_pattern
        if (entry.subject is None) == (pattern is None):
            self.value(pointer, "given either subject or subjectPattern")
        if not entry.issuer.startswith("https://"):
            self.value(f"{pointer}/issuer", "an https:// URL")
        wrong = None if pattern is None else identities.defect(pattern)
        if wrong is not None:
            self.value(f"{pointer}/subjectPattern", wrong)
        if "trust" in entry.roles:
            self.refuse(
                f"{pointer}/roles",
                "cannot have the role trust: a keyring is signed by keys",
                code="keyring-role",
                remedy="give the role trust to keys only",
            )
        return entry

    def thresholds(
        self, value: Json, keys: tuple[KeyEntry, ...], identities: tuple[IdentityEntry, ...]
    ) -> dict[str, int]:
        found: dict[str, int] = {}
        for role, number in sorted(self.table(value, "/thresholds").items()):
            pointer = "/thresholds/" + role.replace("~", "~0").replace("/", "~1")
            self.role(role, pointer)
            signers = sum(role in entry.roles for entry in keys)
            signers += sum(role in entry.roles for entry in identities)
            if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= signers:
                self.refuse(
                    pointer,
                    f"must be an integer from 1 to {signers}, the number of signers with this role"
                    if signers
                    else "is for a role that no signer has",
                    code="keyring-threshold",
                    remedy="correct the threshold, or add keys with this role",
                )
            found[role] = number
        return found

    def roots(self, value: Json) -> tuple[Digest, ...]:
        texts = [
            self.text(item, f"/trustedRoots/{index}")
            for index, item in enumerate(self.array(value, "/trustedRoots"))
        ]
        try:
            return tuple(Digest.parse(text) for text in texts)
        except InputError as error:
            self.refuse("/trustedRoots", error.message, code="keyring-value", remedy=str(error.remedy))

    def signature(self, value: Json, pointer: str) -> Signature:
        row = self.members(value, pointer, ("keyid", "sig"))
        keyid = row["keyid"]
        if not isinstance(keyid, str) or not is_keyid(keyid):
            self.value(f"{pointer}/keyid", "64 lower-case hex digits")
        return Signature(sig=self.base64(row["sig"], f"{pointer}/sig"), keyid=keyid)


def _is_canonical_uri(role: str) -> bool:
    """Return whether a URI is its own canonical spelling; a type unknown to us is."""
    from stella_git.attest import predicates

    if not (role.startswith(_URI) and len(_URI) < len(role) <= _URI_LIMIT and role.isascii()) or " " in role:
        return False
    name = predicates.resolve(role)
    return name is None or predicates.TYPES[name] == role
