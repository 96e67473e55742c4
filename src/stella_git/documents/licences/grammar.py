"""The grammar of SPDX licence expressions: text to tree, in one pass.

Operators are all upper case or all lower case; ids are compared without regard to case later on, by whoever
knows the list. ``WITH`` binds closer than ``AND``, ``AND`` closer than ``OR``.

Source: SPDX 2.3 Annex D and SPDX 3.0.1 annex "SPDX license expressions".
"""

import re
from typing import NamedTuple, NoReturn

from stella_git.documents.licences.model import (
    Compound,
    Exemption,
    Expression,
    Licence,
    Operator,
    Reference,
    With,
)
from stella_git.errors import InputError, Where

LENGTH = 64 * 1024
DEPTH = 64

_TOKEN = re.compile(r"[()]|[^() \t\r\n]+")
_ID = re.compile(r"([A-Za-z0-9.-]+)(\+?)")
_REFERENCE = re.compile(
    r"(?:(DocumentRef)-([A-Za-z0-9.-]+):)?(LicenseRef|AdditionRef)-([A-Za-z0-9.-]+)", re.IGNORECASE
)
_PREFIXES = {"licenseref": "LicenseRef", "additionref": "AdditionRef"}
_OPERATORS = {"AND": "AND", "and": "AND", "OR": "OR", "or": "OR", "WITH": "WITH", "with": "WITH"}


class Token(NamedTuple):
    """A word or a parenthesis; ``operator`` is its name in capitals, or "" if it is none."""

    text: str
    column: int
    operator: str


def parse(text: str) -> Expression:
    """Return what a licence expression says.

    Ids are kept as they are written, whether or not they are on the list.

    Args:
        text: the expression; at most 65,536 characters, parentheses at most 64 deep.

    Raises:
        InputError: ``licence-expression-invalid``, with the column.

    Source: SPDX 3.0.1, annex "SPDX license expressions".
    """
    if len(text) > LENGTH:
        _refuse(f"the expression has more than {LENGTH} characters", LENGTH + 1)
    parser = _Parser(text)
    found = parser.either(0)
    parser.end()
    return found


def _refuse(message: str, column: int, remedy: str = "correct the licence expression here") -> NoReturn:
    place = f"{message} (character {column})"
    raise InputError(place, code="licence-expression-invalid", where=Where(column=column), remedy=remedy)


class _Parser:
    def __init__(self, text: str) -> None:
        self._end = len(text) + 1
        self._tokens = [
            Token(match.group(), match.start() + 1, _OPERATORS.get(match.group(), ""))
            for match in _TOKEN.finditer(text)
        ]
        self._next = 0

    def either(self, depth: int) -> Expression:
        return self._joined("OR", depth)

    def end(self) -> None:
        token = self._peek()
        if token is None:
            return
        if token.text == ")":
            _refuse("a closing parenthesis has no opening one", token.column, "remove it")
        self._not_mixed(token)
        if token.operator == "WITH":
            _refuse("`WITH` may only follow one licence", token.column, "write the exception at the licence")
        _refuse(
            f"an operator is missing before `{token.text[:40]}`", token.column, "write AND or OR before it"
        )

    def _joined(self, operator: Operator, depth: int) -> Expression:
        operands: list[Expression] = []
        while True:
            found = self._joined("AND", depth) if operator == "OR" else self._one(depth)
            same = isinstance(found, Compound) and found.operator == operator
            operands += found.operands if same and isinstance(found, Compound) else (found,)
            token = self._peek()
            if token is None or token.operator != operator:
                break
            self._next += 1
        return operands[0] if len(operands) == 1 else Compound(operator=operator, operands=tuple(operands))

    def _one(self, depth: int) -> Expression:
        token = self._take("a licence")
        if token.text == "(":
            return self._group(token, depth)
        licence = _licence(token)
        following = self._peek()
        if following is None or following.operator != "WITH":
            return licence
        self._next += 1
        return With(licence=licence, addition=_addition(self._take("an exception")))

    def _group(self, opening: Token, depth: int) -> Expression:
        if depth >= DEPTH:
            _refuse(f"parentheses are nested deeper than {DEPTH}", opening.column, "leave some out")
        found = self.either(depth + 1)
        token = self._peek()
        if token is None:
            _refuse("this parenthesis is never closed", opening.column, "close it")
        if token.text != ")":
            self.end()
        self._next += 1
        return found

    def _peek(self) -> Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self, wanted: str) -> Token:
        token = self._peek()
        if token is None:
            _refuse(f"{wanted} is missing at the end", self._end, f"write {wanted} here")
        if token.operator or token.text == ")":
            _refuse(f"{wanted} is missing before `{token.text}`", token.column, f"write {wanted} here")
        if token.text == "(" and wanted != "a licence":
            _refuse(f"{wanted} stands without parentheses", token.column, "remove the parentheses")
        self._next += 1
        return token

    def _not_mixed(self, token: Token) -> None:
        capital = token.text.upper()
        if capital in _OPERATORS and not token.operator:
            _refuse(f"`{token.text}` is no operator", token.column, f"write {capital}")


def _licence(token: Token) -> Licence | Reference:
    reference = _reference(token)
    if reference is not None:
        if reference.prefix != "LicenseRef":
            _refuse("an AdditionRef is no licence", token.column, "write it after WITH")
        return reference
    name, later = _id(token)
    return Licence(id=name, later=later, column=token.column)


def _addition(token: Token) -> Exemption | Reference:
    reference = _reference(token)
    if reference is not None:
        if reference.prefix != "AdditionRef":
            _refuse("a LicenseRef is no exception", token.column, "write AdditionRef, or AND")
        return reference
    name, later = _id(token)
    if later:
        _refuse("an exception takes no `+`", token.column, "write the + after the licence")
    return Exemption(id=name, column=token.column)


def _reference(token: Token) -> Reference | None:
    match = _REFERENCE.fullmatch(token.text.removesuffix("+"))
    if match is None:
        return None
    if token.text.endswith("+"):
        _refuse("a reference takes no `+`", token.column, "remove the +")
    outer, document, prefix, name = match.groups()
    right = _PREFIXES[prefix.lower()]
    exact = prefix == right and outer in {None, "DocumentRef"}
    return Reference(prefix=right, name=name, document=document, column=token.column, exact=exact)


def _id(token: Token) -> tuple[str, bool]:
    match = _ID.match(token.text)
    if match is None or match.end() < len(token.text):
        at = match.end() if match else 0
        if token.text == "+":
            _refuse("`+` follows its licence without a space", token.column, "remove the space")
        message = f"{token.text[at]!a} is not allowed in a licence id"
        remedy = "use letters, digits, `-` and `.` only"
        _refuse(message, token.column + at, remedy)
    return match[1], match[2] == "+"
