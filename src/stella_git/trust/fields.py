"""Reading the members of a configuration file of ours: strict, and each refusal with a place and a remedy."""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Mapping
from typing import NoReturn, TypeVar

from stella_git.canon import jcs
from stella_git.canon.clock import Instant, parse_rfc3339
from stella_git.canon.reader import Json, parse_json
from stella_git.errors import ConfigError, InputError, Where

T = TypeVar("T")

_LIMIT = 1 << 20
_TEXT_LIMIT = 512
_FORMAT = "see docs/reference/keyring.md"


class Fields:
    """One file; every method takes a value and its JSON Pointer, and returns what the model holds."""

    def __init__(self, path: str) -> None:
        self.path = path

    def refuse(self, pointer: str, message: str, *, code: str, remedy: str) -> NoReturn:
        raise ConfigError(message, code=code, where=Where(self.path, pointer=pointer or None), remedy=remedy)

    def value(self, pointer: str, what: str) -> NoReturn:
        self.refuse(pointer, f"must be {what}", code="keyring-value", remedy=_FORMAT)

    def unknown(self, pointer: str, name: str, known: tuple[str, ...]) -> NoReturn:
        self.refuse(
            pointer,
            f"unknown member {name[:80]!r}",
            code="keyring-unknown-member",
            remedy=nearest(name, known),
        )

    def canonical(self, data: bytes) -> Json:
        """Return the JSON value of bytes that are exactly its canonical form."""
        try:
            value = parse_json(data, limit=_LIMIT)
            same = jcs.dumps(value) == data
        except InputError as error:
            raise ConfigError(
                error.message, code=error.code, where=error.where.within(self.path), remedy=error.remedy
            ) from error
        if not same:
            self.refuse(
                "",
                "is not canonical JSON, and signatures are over exact bytes",
                code="keyring-not-canonical",
                remedy="restore the file (no newline at its end), or write it again with stella keys",
            )
        return value

    def members(
        self, value: Json, pointer: str, required: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> dict[str, Json]:
        """Return an object that has all required members, and no unknown one."""
        found = self.table(value, pointer)
        for name in sorted(found.keys() - {*required, *optional}):
            self.unknown(f"{pointer}/{name}", name, (*required, *optional))
        for name in required:
            if name not in found:
                self.value(f"{pointer}/{name}", "present")
        return found

    def table(self, value: Json, pointer: str) -> dict[str, Json]:
        if not isinstance(value, dict):
            self.value(pointer, "an object")
        return value

    def array(self, value: Json, pointer: str) -> list[Json]:
        if not isinstance(value, list):
            self.value(pointer, "an array")
        return value

    def text(self, value: Json, pointer: str) -> str:
        if not isinstance(value, str) or not 0 < len(value) <= _TEXT_LIMIT or not value.isprintable():
            self.value(pointer, f"a string of 1 to {_TEXT_LIMIT} printable characters")
        return value

    def integer(self, value: Json, pointer: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self.value(pointer, "an integer of 1 or more")
        return value

    def instant(self, value: Json, pointer: str) -> Instant:
        text = self.text(value, pointer)
        try:
            instant = parse_rfc3339(text)
        except InputError as error:
            self.refuse(pointer, error.message, code="keyring-value", remedy=str(error.remedy))
        if str(instant) != text:
            self.value(pointer, f"written {instant}: one spelling for one time")
        return instant

    def base64(self, value: Json, pointer: str) -> bytes:
        text = value if isinstance(value, str) else ""
        try:
            data = b64decode(text, validate=True)
        except (Base64Error, ValueError):
            data = b""
        if not data or b64encode(data).decode("ascii") != text:
            self.value(pointer, "standard base64 with padding")
        return data

    def optional(
        self, row: Mapping[str, Json], pointer: str, name: str, read: Callable[[Json, str], T]
    ) -> T | None:
        return read(row[name], f"{pointer}/{name}") if name in row else None

    def one_of(self, value: Json, pointer: str, known: tuple[str, ...]) -> str:
        if not isinstance(value, str) or value not in known:
            self.value(pointer, " or ".join(repr(word) for word in known))
        return value


def nearest(word: str, known: tuple[str, ...]) -> str:
    """Return the advice for a word that is not known."""
    from stella_git.config.shape import nearest as near_to

    near = near_to(word, known)
    return f"did you mean {near!r}?" if near else f"known here: {', '.join(sorted(known))}"
