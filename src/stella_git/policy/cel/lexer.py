"""Words of an expression: names, numbers, strings, signs.

Source: Common Expression Language, language definition, section Syntax.
"""

import re
from typing import Final

from stella_git.policy.cel.faults import limit, syntax
from stella_git.policy.cel.literals import number, text
from stella_git.policy.cel.values import Value

SOURCE_BYTES: Final = 8_192

_TOKEN: Final = re.compile(
    r"""
    (?P<space> (?: [\t\n\f\r\ ] | //[^\n]* )+ )
  | (?P<quote> (?: [rR] | [bB][rR]? )? (?: '''|\"\"\"|'|\" ) )
  | (?P<number> 0[xX][0-9a-fA-F]+[uU]? | [0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)? | [0-9]+[eE][+-]?[0-9]+
              | [0-9]+[uU]? )
  | (?P<name> [A-Za-z_][A-Za-z0-9_]* )
  | (?P<escaped> `[A-Za-z0-9_./\ -]+` )
  | (?P<sign> && | \|\| | == | != | <= | >= | [-+*/%<>!?:.,()\[\]{}] )
    """,
    re.VERBOSE,
)
_GLUED: Final = re.compile(r"[A-Za-z0-9_]")

RESERVED: Final = frozenset(
    {
        *("as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop"),
        *("package", "namespace", "return", "var", "void", "while"),
    }
)


class Token:
    """A word and where it stands.

    Args:
        kind: "name", "escaped", "literal", "sign" or "end".
        text: of a name or a sign.
        value: of a literal.
        start: first character, from 0.
        end: the character after the last.
    """

    __slots__ = ("end", "kind", "start", "text", "value")

    def __init__(self, kind: str, text: str, start: int, end: int, value: Value = None) -> None:
        self.kind = kind
        self.text = text
        self.start = start
        self.end = end
        self.value = value


def tokens(source: str) -> list[Token]:
    """Return the words of an expression; the last is of the kind "end".

    Raises:
        ConfigError: larger than `SOURCE_BYTES` in UTF-8, or a character that no word begins with.
    """
    _bounded(source)
    found: list[Token] = []
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            syntax(source, at, f"{source[at]!a} begins nothing that an expression has")
        token = _token(source, match)
        if token is None:
            at = match.end()
        else:
            found.append(token)
            at = token.end
    found.append(Token("end", "the end", at, at))
    return found


def _bounded(source: str) -> None:
    try:
        size = len(source[: SOURCE_BYTES + 1].encode())
    except UnicodeEncodeError as error:
        syntax(source, error.start, "a lone surrogate is no character")
    if size > SOURCE_BYTES:
        limit(source, 0, f"the expression is larger than {SOURCE_BYTES} bytes")


def _token(source: str, match: re.Match[str]) -> Token | None:
    kind, start, end = str(match.lastgroup), match.start(), match.end()
    if kind == "space":
        return None
    if kind == "quote":
        value, end = text(source, start, match[0])
        return Token("literal", source[start:end], start, end, value)
    if kind == "number":
        if _GLUED.match(source, end):
            syntax(source, start, f"{source[start : end + 1]} is no number")
        return Token("literal", match[0], start, end, number(source, start, match[0]))
    return Token(kind, match[0].strip("`"), start, end)
