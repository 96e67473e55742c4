"""From words to a tree, by precedence.

Source: Common Expression Language, language definition, section Syntax (the grammar).
"""

from typing import Final

from stella_git.policy.cel import macros
from stella_git.policy.cel.faults import limit, syntax
from stella_git.policy.cel.lexer import RESERVED, Token, tokens
from stella_git.policy.cel.nodes import (
    DEPTH,
    NODES,
    Call,
    Conditional,
    Index,
    ListOf,
    Literal,
    Logic,
    MapOf,
    Name,
    Node,
    Operator,
    Select,
)
from stella_git.policy.cel.values import INT_MAX

_BINARY: Final = {
    "||": 1,
    "&&": 2,
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!=", "in"), 3),
    "+": 4,
    "-": 4,
    **dict.fromkeys(("*", "/", "%"), 5),
}
_CONSTANTS: Final = {"true": True, "false": False, "null": None}


def parse(source: str) -> Node:
    """Return the tree of an expression.

    Raises:
        ConfigError: not an expression (``cel-syntax``), or one that is larger than `NODES`, deeper than
            `DEPTH` or longer than 8 KiB (``cel-limit``); with line and column.
    """
    return _Parser(source).whole()


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = tokens(source)
        self.at = 0
        self.nodes = 0
        self.nesting = 0

    def whole(self) -> Node:
        found = self.expression()
        token = self.tokens[self.at]
        if token.kind != "end":
            self.unexpected("the expression should end here")
        return found

    def unexpected(self, wanted: str) -> Node:
        token = self.tokens[self.at]
        found = token.text if token.kind == "end" else self.source[token.start : token.end][:40]
        syntax(self.source, token.start, f"{wanted}, not at {found}")

    def made(self, node: Node) -> Node:
        """Return ``node``, counted."""
        self.nodes += 1
        if self.nodes > NODES:
            limit(self.source, node.start, f"the expression has more than {NODES} parts")
        if node.depth > DEPTH:
            limit(self.source, node.start, f"the expression is nested deeper than {DEPTH}")
        return node

    def has(self, sign: str) -> bool:
        """Return whether the next word is ``sign``; it is taken then."""
        token = self.tokens[self.at]
        if token.kind == "sign" and token.text == sign:
            self.at += 1
            return True
        return False

    def need(self, sign: str) -> int:
        """Take ``sign`` and return the offset behind it."""
        if not self.has(sign):
            self.unexpected(f"{sign} is missing")
        return self.tokens[self.at - 1].end

    def expression(self) -> Node:
        self.nesting += 1
        if self.nesting > DEPTH:
            limit(self.source, self.tokens[self.at].start, f"the expression is nested deeper than {DEPTH}")
        found = self.binary(1)
        if self.has("?"):
            yes = self.binary(1)
            self.need(":")
            found = self.made(Conditional(found, yes, self.expression()))
        self.nesting -= 1
        return found

    def operator(self, least: int) -> str | None:
        """Return the operator that comes next if it binds at least that tightly; it is taken then."""
        token = self.tokens[self.at]
        if token.kind in {"sign", "name"} and _BINARY.get(token.text, 0) >= least:
            self.at += 1
            return token.text
        return None

    def binary(self, least: int) -> Node:
        left = self.unary()
        while sign := self.operator(least):
            strength = _BINARY[sign]
            if strength > _BINARY["&&"]:
                left = self.made(Operator(left.start, sign, left, self.binary(strength + 1)))
                continue
            operands = [left, self.binary(strength + 1)]
            while self.has(sign):
                operands.append(self.binary(strength + 1))
            left = self.made(Logic(sign, tuple(operands)))
        return left

    def unary(self) -> Node:
        first = self.at
        while self.has("!") or self.has("-"):
            pass
        signs = self.tokens[first : self.at]
        if len(signs) > DEPTH:
            limit(self.source, signs[0].start, f"the expression is nested deeper than {DEPTH}")
        found = self.negative(signs.pop()) if self._before_number(signs) else self.member()
        for token in reversed(signs):
            found = self.made(Operator(token.start, token.text, found))
        return found

    def _before_number(self, signs: list[Token]) -> bool:
        token = self.tokens[self.at]
        return bool(signs) and signs[-1].text == "-" and type(token.value) in {int, float}

    def negative(self, sign: Token) -> Node:
        """Return a number with the minus in front of it; the least int has no positive twin."""
        self.at += 1
        value = -self.tokens[self.at - 1].value
        return self.suffixes(self.made(Literal(sign.start, self.tokens[self.at - 1].end, value)))

    def member(self) -> Node:
        return self.suffixes(self.primary())

    def suffixes(self, found: Node) -> Node:
        while True:
            if self.has("."):
                found = self.selected(found)
            elif self.has("["):
                optional = self.has("?")
                index = self.expression()
                found = self.made(Index(self.need("]"), found, index, optional=optional))
            else:
                return found

    def selected(self, operand: Node) -> Node:
        optional = self.has("?")
        token = self.tokens[self.at]
        if token.kind not in {"name", "escaped"} or token.text in {"in", *_CONSTANTS}:
            self.unexpected("a member has a name")
        self.at += 1
        if not optional and token.kind == "name" and self.has("("):
            arguments, end = self.arguments()
            return self.made(self.called(Call(operand.start, end, token.text, arguments, operand)))
        return self.made(Select(token.start, token.end, operand, token.text, optional=optional))

    def called(self, call: Call) -> Node:
        return macros.expanded(self.source, call) or call

    def arguments(self) -> tuple[tuple[Node, ...], int]:
        """Return what stands between parentheses, whose opening was taken, and the offset behind them."""
        found: list[Node] = []
        if not self.has(")"):
            found.append(self.expression())
            while self.has(","):
                found.append(self.expression())
            self.need(")")
        return tuple(found), self.tokens[self.at - 1].end

    def primary(self) -> Node:
        token = self.tokens[self.at]
        if token.kind == "literal":
            return self.literal(token)
        if token.kind == "name" and token.text != "in":
            return self.named(token, token.start)
        if self.has("."):
            if self.tokens[self.at].kind != "name":
                self.unexpected("a name has to follow the dot")
            return self.named(self.tokens[self.at], token.start)
        if self.has("("):
            found = self.expression()
            found.start, found.end = token.start, self.need(")")
            return found
        if self.has("["):
            return self.list(token.start)
        if self.has("{"):
            return self.map(token.start)
        return self.unexpected("an operand is missing")

    def literal(self, token: Token) -> Node:
        self.at += 1
        if type(token.value) is int and token.value > INT_MAX:
            syntax(
                self.source,
                token.start,
                f"{token.text} does not fit into 64 bits",
                "write 18446744073709551615u for a uint",
            )
        return self.made(Literal(token.start, token.end, token.value))

    def named(self, token: Token, start: int) -> Node:
        self.at += 1
        name = token.text
        if name in _CONSTANTS:
            return self.made(Literal(token.start, token.end, _CONSTANTS[name]))
        if name in RESERVED:
            syntax(
                self.source,
                token.start,
                f"{name} is a reserved word",
                f"as a member it is read as x.{name} or x['{name}']",
            )
        if self.has("("):
            arguments, end = self.arguments()
            return self.made(self.called(Call(start, end, name, arguments)))
        return self.made(Name(start, token.end, name, absolute=start < token.start))

    def list(self, start: int) -> Node:
        items: list[Node] = []
        optional: list[bool] = []
        while not self.has("]"):
            optional.append(self.has("?"))
            items.append(self.expression())
            if not self.has(","):
                self.need("]")
                break
        return self.made(ListOf(start, self.tokens[self.at - 1].end, tuple(items), tuple(optional)))

    def map(self, start: int) -> Node:
        keys: list[Node] = []
        values: list[Node] = []
        optional: list[bool] = []
        while not self.has("}"):
            optional.append(self.has("?"))
            keys.append(self.expression())
            self.need(":")
            values.append(self.expression())
            if not self.has(","):
                self.need("}")
                break
        end = self.tokens[self.at - 1].end
        return self.made(MapOf(start, end, tuple(keys), tuple(values), tuple(optional)))
