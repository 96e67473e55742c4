"""Expressions made at random, each of a wanted type, so that most have a value.

Now and then something stands where it does not belong, or parentheses are left out: errors and precedence are
compared as well.
"""

import random
from collections.abc import Callable, Mapping
from functools import partial

from fuzz.cel_material import (
    DOUBLES,
    FORMATS,
    GETTERS,
    INTS,
    KEYS,
    NAMES,
    PATTERNS,
    SCALARS,
    SPANS,
    TEXTS,
    TIMES,
    TYPE_NAMES,
    UINTS,
    ZONES,
    Kind,
    written,
)

Scope = Mapping[str, Kind]


class Generator:
    """Makes expressions.

    Args:
        chance: where the choices come from.
    """

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.variables = 0

    def expression(self) -> str:
        """Return an expression of any type but an optional, which the other engine does not give out."""
        return self.of(self.kind(2), self.chance.choice((1, 2, 2, 3, 3, 4)), NAMES)

    def kind(self, depth: int) -> Kind:
        """Return a type."""
        chance = self.chance.random()
        if depth and chance < 0.15:
            return "list", self.kind(depth - 1)
        if depth and chance < 0.25:
            return (
                "map",
                self.chance.choice(("string", "string", "int", "uint", "bool")),
                self.kind(depth - 1),
            )
        if chance < 0.5:
            return "bool"
        return self.chance.choice(SCALARS)

    def pick(self, *choices: str) -> str:
        return self.chance.choice(choices)

    def of(self, kind: Kind, depth: int, scope: Scope) -> str:
        """Return an expression of a type (nearly always)."""
        if kind == "dyn" or self.chance.random() < 0.02:
            kind = self.kind(1)
        if depth <= 0 or self.chance.random() < 0.1:
            return self.leaf(kind, scope)
        if self.chance.random() < 0.25:
            return self.general(kind, depth - 1, scope)
        name = kind if isinstance(kind, str) else kind[0]
        made: Callable[[Kind, int, Scope], str] = getattr(self, f"a_{name}")
        return made(kind, depth - 1, scope)

    def binary(self, left: str, sign: str, right: str) -> str:
        text = f"{left}{self.pick(' ', ' ', '')}{sign} {right}" if sign != "in" else f"{left} in {right}"
        return f"({text})" if self.chance.random() < 0.8 else text

    def variable(self) -> str:
        self.variables += 1
        return self.pick("v", "w", "k", "i", f"n{self.variables % 10}")

    def leaf(self, kind: Kind, scope: Scope) -> str:
        known = [
            name for name, of in scope.items() if of == kind or (of == "dyn" and self.chance.random() < 0.05)
        ]
        if known and self.chance.random() < 0.6:
            return self.chance.choice(known)
        if isinstance(kind, str):
            return self.scalar(kind)
        if kind[0] == "opt":
            return self.pick("optional.none()", f"optional.of({self.leaf(kind[1], scope)})")
        if kind[0] == "list":
            items = [self.leaf(kind[1], scope) for _ in range(self.chance.choice((0, 1, 2, 3)))]
            return f"[{', '.join(items)}]"
        keys = dict.fromkeys(self.leaf(kind[1], {}) for _ in range(self.chance.choice((0, 1, 2))))
        return f"{{{', '.join(f'{key}: {self.leaf(kind[2], scope)}' for key in keys)}}}"

    def scalar(self, kind: str) -> str:
        chance = self.chance
        if kind == "int":
            value = chance.choice(INTS) if chance.random() < 0.7 else chance.randrange(-50, 50)
            return hex(value) if value >= 0 and chance.random() < 0.1 else str(value)
        if kind == "uint":
            return f"{chance.choice(UINTS) if chance.random() < 0.7 else chance.randrange(50)}u"
        if kind == "double":
            value = chance.choice(DOUBLES) if chance.random() < 0.8 else round(chance.uniform(-99, 99), 3)
            return (
                repr(float(value))
                if chance.random() < 0.95
                else self.pick("(0.0 / 0.0)", "(1.0 / 0.0)", "(-1.0/0.0)")
            )
        if kind == "string":
            return written(chance.choice(TEXTS + KEYS), chance)
        if kind == "bytes":
            return self.pick(
                "b''", "b'a'", "b'abc'", r"b'\xff\x00'", "b'é'", r"b'\303\251'", "br'\\x'", "b'12'"
            )
        if kind == "timestamp":
            return f"timestamp('{chance.choice(TIMES[:8])}')"
        if kind == "duration":
            return f"duration('{chance.choice(SPANS[:14])}')"
        if kind == "type":
            return chance.choice(TYPE_NAMES)
        return self.pick("true", "false") if kind == "bool" else "null"

    def general(self, kind: Kind, depth: int, scope: Scope) -> str:
        """Return an expression in a form that any type may have."""
        inner = partial(self.of, depth=depth, scope=scope)
        fitting = [name for name, of in scope.items() if of[0] in {"list", "map"} and of[-1] == kind]
        form = self.chance.randrange(9)
        if form <= 1:
            return f"({inner('bool')} ? {inner(kind)} : {inner(kind)})"
        if form == 2:
            return f"{inner(('list', kind))}[{self.pick('0', '0', '1', '0u', '0.0', '-1', '1.5')}]"
        if form == 3:
            key = self.pick("'a'", "1", "true", "2u")
            return f"{{{key}: {inner(kind)}}}[{key}]"
        if form == 4:
            return f"{{'a': {inner(kind)}}}{self.pick('.a', '.a', '.b', '.`a`')}"
        if form == 5:
            return self.bound(kind, depth, scope)
        if form == 6:
            return f"{inner(('opt', kind))}.orValue({inner(kind)})"
        if form == 7 and fitting:
            name = self.chance.choice(fitting)
            if NAMES.get(name, scope[name])[0] == "list":
                return f"{name}[{self.pick('0', '1', 'size(' + name + ') - 1')}]"
            return f"{name}{self.pick('.a', '.b', '[' + self.leaf(scope[name][1], scope) + ']')}"
        return self.pick(f"dyn({inner(kind)})", f"{inner(('opt', kind))}.value()")

    def bound(self, kind: Kind, depth: int, scope: Scope) -> str:
        name, of = self.variable(), self.kind(1)
        value = self.of(of, depth, scope)
        return f"cel.bind({name}, {value}, {self.of(kind, depth, {**scope, name: of})})"

    def loop(self, macro: str, depth: int, scope: Scope, body: Kind, element: Kind | None = None) -> str:
        """Return a macro over a list (or the keys of a map), with a body of a type."""
        element = (
            self.chance.choice(("int", "string", "bool", "double", "uint")) if element is None else element
        )
        keyed = element in ("int", "string", "uint", "bool") and self.chance.random() < 0.2
        over = ("map", element, "int") if keyed else ("list", element)
        name = self.variable()
        inside = self.of(body, depth, {**scope, name: element})
        return f"{self.of(over, depth, scope)}.{macro}({name}, {inside})"

    def a_int(self, kind: Kind, depth: int, scope: Scope) -> str:
        inner = partial(self.of, depth=depth, scope=scope)
        many = self.kind(1)
        forms = (
            lambda: self.binary(inner("int"), self.pick("+", "-", "*", "/", "%"), inner("int")),
            lambda: self.binary(inner("int"), self.pick("+", "-", "*", "/", "%"), inner("int")),
            lambda: f"-{self.pick('', '(')}".replace("(", "") + f"({inner('int')})",
            lambda: f"size({inner(self.pick('string', 'bytes'))})",
            lambda: f"size({inner(('list', many))})",
            lambda: f"{inner(('map', 'string', 'int'))}.size()",
            lambda: f"int({inner(self.pick('int', 'uint', 'double', 'string', 'timestamp'))})",
            lambda: f"{inner('timestamp')}.{self.chance.choice(GETTERS)}()",
            lambda: f"{inner('timestamp')}.{self.chance.choice(GETTERS)}('{self.chance.choice(ZONES)}')",
            lambda: f"{inner('duration')}.{self.chance.choice(GETTERS[-4:])}()",
            lambda: f"{inner('string')}.{self.pick('indexOf', 'lastIndexOf')}({inner('string')})",
            lambda: (
                f"{inner('string')}.{self.pick('indexOf', 'lastIndexOf')}({inner('string')}, {self.small()})"
            ),
            lambda: f"math.{self.pick('abs', 'sign', 'bitNot')}({inner('int')})",
            lambda: f"math.{self.pick('greatest', 'least')}({inner('int')}, {inner('int')}, {inner('int')})",
            lambda: f"math.{self.pick('greatest', 'least')}({inner(('list', 'int'))})",
            lambda: f"math.{self.pick('bitAnd', 'bitOr', 'bitXor')}({inner('int')}, {inner('int')})",
            lambda: f"math.{self.pick('bitShiftLeft', 'bitShiftRight')}({inner('int')}, {self.small()})",
        )
        return self.chance.choice(forms)()

    def small(self) -> str:
        return self.pick("0", "1", "2", "3", "63", "64", "-1", "i")

    def a_uint(self, kind: Kind, depth: int, scope: Scope) -> str:
        inner = partial(self.of, depth=depth, scope=scope)
        forms = (
            lambda: self.binary(inner("uint"), self.pick("+", "-", "*", "/", "%"), inner("uint")),
            lambda: f"uint({inner(self.pick('int', 'uint', 'double', 'string'))})",
            lambda: f"math.{self.pick('abs', 'sign', 'bitNot')}({inner('uint')})",
            lambda: f"math.{self.pick('greatest', 'least')}({inner('uint')}, {inner('uint')})",
            lambda: f"math.{self.pick('bitAnd', 'bitOr', 'bitXor')}({inner('uint')}, {inner('uint')})",
            lambda: f"math.{self.pick('bitShiftLeft', 'bitShiftRight')}({inner('uint')}, {self.small()})",
        )
        return self.chance.choice(forms)()

    def a_double(self, kind: Kind, depth: int, scope: Scope) -> str:
        inner = partial(self.of, depth=depth, scope=scope)
        number = self.pick("int", "uint", "double")
        forms = (
            lambda: self.binary(inner("double"), self.pick("+", "-", "*", "/"), inner("double")),
            lambda: f"-({inner('double')})",
            lambda: f"double({inner(self.pick('int', 'uint', 'double', 'string'))})",
            lambda: f"math.{self.pick('abs', 'sign', 'ceil', 'floor', 'round', 'trunc')}({inner('double')})",
            lambda: f"math.sqrt({inner(number)})",
            lambda: f"math.{self.pick('greatest', 'least')}({inner('double')}, {inner(number)})",
        )
        return self.chance.choice(forms)()

    def a_bool(self, kind: Kind, depth: int, scope: Scope) -> str:
        inner = partial(self.of, depth=depth, scope=scope)
        some = self.kind(1)
        ordered = self.pick("int", "uint", "double", "string", "bytes", "bool", "timestamp", "duration")
        numbers = self.pick("int", "uint", "double"), self.pick("int", "uint", "double")
        element = self.pick("int", "string", "uint", "bool", "double")
        forms = (
            lambda: self.binary(inner("bool"), self.pick("&&", "||"), inner("bool")),
            lambda: self.binary(inner("bool"), self.pick("&&", "||"), inner("bool")),
            lambda: f"!({inner('bool')})",
            lambda: self.binary(inner(ordered), self.pick("<", "<=", ">", ">="), inner(ordered)),
            lambda: self.binary(
                inner(numbers[0]), self.pick("<", "<=", ">", ">=", "==", "!="), inner(numbers[1])
            ),
            lambda: self.binary(inner(some), self.pick("==", "!="), inner(some)),
            lambda: self.binary(f"dyn({inner(some)})", self.pick("==", "!="), inner(self.kind(1))),
            lambda: self.binary(inner(element), "in", inner(("list", element))),
            lambda: self.binary(inner(element), "in", inner(("map", self.pick("int", "string"), "int"))),
            lambda: self.loop(self.pick("all", "exists", "exists_one"), depth, scope, "bool"),
            lambda: self.loop(self.pick("all", "exists", "exists_one"), depth, scope, "bool"),
            lambda: f"{inner('string')}.{self.pick('contains', 'startsWith', 'endsWith')}({inner('string')})",
            lambda: f"{inner('string')}.matches('{self.chance.choice(PATTERNS)}')",
            lambda: f"has({inner(('map', 'string', 'int'))}.{self.pick('a', 'b', 'c')})",
            lambda: f"has({self.pick('x', 'm', 'mm')}.{self.pick('a', 'b', 'c')})",
            lambda: f"has(x{self.pick('.a', '.b', '')}.{self.pick('a', 'b', 'c')})",
            lambda: f"{inner(('opt', some))}.hasValue()",
            lambda: f"bool({inner(self.pick('string', 'bool'))})",
            lambda: f"math.{self.pick('isNaN', 'isInf', 'isFinite')}({inner('double')})",
            lambda: self.binary(f"type({inner(some)})", "==", inner("type")),
            lambda: self.binary(inner(("opt", some)), "==", inner(("opt", some))),
        )
        return self.chance.choice(forms)()

    def a_string(self, kind: Kind, depth: int, scope: Scope) -> str:
        inner = partial(self.of, depth=depth, scope=scope)
        plain = self.pick("int", "uint", "double", "bool", "bytes", "string", "timestamp", "duration")
        forms = (
            lambda: self.binary(inner("string"), "+", inner("string")),
            lambda: f"string({inner(plain)})",
            lambda: f"string({inner(plain)})",
            lambda: f"{inner('string')}.charAt({self.small()})",
            lambda: f"{inner('string')}.substring({self.small()})",
            lambda: f"{inner('string')}.substring({self.small()}, {self.small()})",
            lambda: f"{inner('string')}.replace({inner('string')}, {inner('string')})",
            lambda: f"{inner('string')}.replace({inner('string')}, {inner('string')}, {self.small()})",
            lambda: f"{inner('string')}.{self.pick('lowerAscii', 'upperAscii', 'trim', 'reverse')}()",
            lambda: f"strings.quote({inner('string')})",
            lambda: (
                f"{inner(('list', 'string'))}.join({inner('string') if self.chance.random() < 0.7 else ''})"
            ),
            lambda: f"base64.encode({inner('bytes')})",
            lambda: self.formatted(depth, scope),
            lambda: self.formatted(depth, scope),
        )
        return self.chance.choice(forms)()

    def formatted(self, depth: int, scope: Scope) -> str:
        fits = {
            "%s": self.kind(2),
            "%d": self.pick("int", "uint"),
            "%b": self.pick("int", "uint", "bool"),
            "%%": None,
        }
        fits |= dict.fromkeys(("%x", "%X"), self.pick("int", "uint", "string", "bytes"))
        fits |= dict.fromkeys(("%f", "%.2f", "%e", "%.0f", "%.3e"), "double")
        verbs = [self.chance.choice(FORMATS) for _ in range(self.chance.choice((1, 1, 2)))]
        wanted = [fits.get(verb, "int") for verb in verbs]
        values = [self.of(of, depth, scope) for of in wanted if of is not None]
        return f"'{' '.join(verbs)}'.format([{', '.join(values)}])"

    def a_bytes(self, kind: Kind, depth: int, scope: Scope) -> str:
        inner = partial(self.of, depth=depth, scope=scope)
        forms = (
            lambda: self.binary(inner("bytes"), "+", inner("bytes")),
            lambda: f"bytes({inner(self.pick('string', 'bytes'))})",
            lambda: f"base64.decode(base64.encode({inner('bytes')}))",
            lambda: f"base64.decode({inner('string')})",
        )
        return self.chance.choice(forms)()

    def a_null(self, kind: Kind, depth: int, scope: Scope) -> str:
        return "null"

    def a_timestamp(self, kind: Kind, depth: int, scope: Scope) -> str:
        inner = partial(self.of, depth=depth, scope=scope)
        forms = (
            lambda: f"timestamp('{self.chance.choice(TIMES)}')",
            lambda: f"timestamp({inner('int')})",
            lambda: f"timestamp({inner(self.pick('timestamp', 'string'))})",
            lambda: self.binary(inner("timestamp"), self.pick("+", "-"), inner("duration")),
            lambda: self.binary(inner("duration"), "+", inner("timestamp")),
        )
        return self.chance.choice(forms)()

    def a_duration(self, kind: Kind, depth: int, scope: Scope) -> str:
        inner = partial(self.of, depth=depth, scope=scope)
        forms = (
            lambda: f"duration('{self.chance.choice(SPANS)}')",
            lambda: f"duration({inner(self.pick('duration', 'string'))})",
            lambda: self.binary(inner("duration"), self.pick("+", "-"), inner("duration")),
            lambda: self.binary(inner("timestamp"), "-", inner("timestamp")),
        )
        return self.chance.choice(forms)()

    def a_type(self, kind: Kind, depth: int, scope: Scope) -> str:
        return f"type({self.of(self.kind(1), depth, scope)})"

    def a_list(self, kind: Kind, depth: int, scope: Scope) -> str:
        inner = partial(self.of, depth=depth, scope=scope)
        element = kind[1]
        forms = [
            lambda: f"[{inner(element)}, {inner(element)}]",
            lambda: f"[{inner(element)}, ?{inner(('opt', element))}]",
            lambda: self.binary(inner(kind), "+", inner(kind)),
            lambda: self.loop("map", depth, scope, element),
            lambda: self.filtered(kind, depth, scope),
            lambda: self.tested(element, depth, scope),
        ]
        if element == "string":
            forms.append(lambda: f"{inner('string')}.split({inner('string')})")
            forms.append(lambda: f"{inner('string')}.split({inner('string')}, {self.small()})")
        return self.chance.choice(forms)()

    def filtered(self, kind: Kind, depth: int, scope: Scope) -> str:
        name = self.variable()
        test = self.of("bool", depth, {**scope, name: kind[1]})
        return f"{self.of(kind, depth, scope)}.filter({name}, {test})"

    def tested(self, element: Kind, depth: int, scope: Scope) -> str:
        name, of = self.variable(), self.kind(0)
        inside = {**scope, name: of}
        test, made = self.of("bool", depth, inside), self.of(element, depth, inside)
        return f"{self.of(('list', of), depth, scope)}.map({name}, {test}, {made})"

    def a_map(self, kind: Kind, depth: int, scope: Scope) -> str:
        _, key, value = kind
        keys = [self.leaf(key, {}) for _ in range(self.chance.choice((1, 2)))]
        if self.chance.random() < 0.1:
            keys[-1] = self.of(key, depth, scope)
        entries = [f"{each}: {self.of(value, depth, scope)}" for each in keys]
        if self.chance.random() < 0.3:
            entries.append(f"?{self.leaf(key, {})}: {self.of(('opt', value), depth, scope)}")
        return f"{{{', '.join(entries)}}}"

    def a_opt(self, kind: Kind, depth: int, scope: Scope) -> str:
        inner = partial(self.of, depth=depth, scope=scope)
        held = kind[1]
        name, of = self.variable(), self.kind(0)
        forms = (
            lambda: f"optional.of({inner(held)})",
            lambda: f"optional.ofNonZeroValue({inner(held)})",
            lambda: f"{inner(('map', 'string', held))}{self.pick('.?a', '.?b')}",
            lambda: f"{inner(('map', 'string', held))}[?{self.leaf('string', {})}]",
            lambda: f"{inner(('list', held))}[?{self.pick('0', '1', '5', '-1')}]",
            lambda: f"{inner(kind)}.or({inner(kind)})",
            lambda: f"{inner(('opt', of))}.optMap({name}, {self.of(held, depth, {**scope, name: of})})",
            lambda: f"{inner(('opt', of))}.optFlatMap({name}, {self.of(kind, depth, {**scope, name: of})})",
            lambda: f"{inner(('list', held))}.{self.pick('first', 'last')}()",
        )
        return self.chance.choice(forms)()
