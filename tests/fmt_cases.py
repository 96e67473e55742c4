"""YAML as people write it: every style, comments in every position, each with a number of its own."""
# ruff: noqa: E501 - tables of words

import re

from hypothesis import strategies as st

from stella_git.canon import jcs
from stella_git.canon.reader import parse_yaml, parse_yaml_tree
from stella_git.errors import InputError
from stella_git.policy.fmt.layout import _laid_out

MARK = re.compile(r"zz[0-9]+z")

WORDS = st.sampled_from(
    ["a", "b", "yes", "null", "1", "0x1", "1.5", "-", "?", ":", "#", "!f.kev", "{id}", "[x]", "it's", '"', "\\",
     "a: b", "a #b", "&x", "*y", "%", "@", "`", "~", "=", "<<", "...", "---", "2026-01-01", "é", "\xa0", "\U0001f600"]
)  # fmt: skip
STRINGS = st.one_of(
    WORDS,
    st.lists(WORDS, max_size=30).map(" ".join),
    st.lists(st.sampled_from(["a", "", " b", "  ", "c ", "# d", "- e", "x" * 105]), max_size=5).map(
        "\n".join
    ),
    st.text(max_size=8).filter(lambda text: not any("\ud800" <= char <= "\udfff" for char in text)),
)
SCALARS = st.one_of(STRINGS, st.booleans(), st.none(), st.integers(-9, 9**9), st.just(0.5))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(STRINGS, inner, max_size=4),
    max_leaves=12,
)

STARTS = ["K: ", "K:", "- ", "-", "- K: ", "- - ", "? K", ": ", "", "", "---", "..."]
MIDDLES = [
    "", "", "", "text", "two words", "'q'", '"d"', "[]", "{}", "[a, b]", "{K: v}", "[a: b]", "[", "]", "{", "}", ",",
    "|", ">-", "|-", ">", "|+", "|2-", ">1", "true", "1", "é", "x " * 60, "x" * 101, "[" + "word, " * 20 + "]", "'", '"',
]  # fmt: skip
ENDS = ["", "", "", "", " # C", "# C", "   ", "\r"]


def numbered(text):
    """Return a text whose comments and keys have numbers."""
    count = iter(range(1000))
    text = re.sub("# C", lambda _: f"# zz{next(count)}z", text)
    return re.sub("K", lambda _: f"k{next(count)}", text)


LINES = st.tuples(
    st.sampled_from([0, 0, 2, 2, 4, 4, 6, 8, 1, 3]).map(" ".__mul__),
    st.sampled_from(STARTS),
    st.sampled_from(MIDDLES),
    st.sampled_from(ENDS),
).map("".join)
SOUP = st.lists(LINES, min_size=2, max_size=9).map(lambda lines: numbered("\n".join(lines)))


class Writer:
    """Writes values in styles that `draw` chooses, with comments and blank lines between everything."""

    def __init__(self, draw):
        self.draw = draw
        self.count = 0

    def pick(self, *options):
        return self.draw(st.sampled_from(options))

    def comment(self):
        self.count += 1
        return f"# zz{self.count}z"

    def own(self, indent):
        """Return lines of comments and blank lines, indented about so far."""
        lines = ""
        for _ in range(self.pick(0, 0, 0, 1, 2)):
            shift = self.pick(0, 0, -2, 2, -4)
            lines += self.pick("", "", "\n") + " " * max(0, indent + shift) + self.comment() + "\n"
        return lines + self.pick("", "", "\n")

    def end(self):
        return self.pick("", "", "", " " + self.comment()) + "\n"

    def scalar(self, value, *, flow, key=False):
        if not isinstance(value, str):
            return jcs.dumps(value).decode()
        single = "'" + value.replace("'", "''") + "'"
        quoted = jcs.dumps(value).decode()
        quoted = re.sub("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", lambda m: f"\\u{ord(m[0]):04x}", quoted)
        plain = (
            value if re.fullmatch("[a-z]([ a-z]*[a-z])?", value) and value not in {"yes", "null"} else quoted
        )
        if "\n" in value or not value.isprintable() or value != value.strip() or "\ufeff" in value:
            return quoted
        return self.pick(single, quoted, plain)

    def flow(self, value):
        if not isinstance(value, (list, dict)):
            return self.scalar(value, flow=True)
        opening, closing = "[]" if isinstance(value, list) else "{}"
        parts = []
        for item in value.items() if isinstance(value, dict) else value:
            gap = self.pick("", " ", "\n" + self.own(8) + " " * 9)
            if isinstance(value, dict):
                name = self.scalar(item[0], flow=True, key=True)
                after = self.pick(" ", " ", f" {self.comment()}\n" + " " * 9)
                parts.append(f"{gap}{name}:{after}{self.flow(item[1])}")
            else:
                parts.append(gap + self.flow(item))
        comma = self.pick(", ", f", {self.comment()}\n" + " " * 9)
        ending = self.pick("", "", f" {self.comment()}\n" + " " * 9)
        return opening + comma.join(parts) + ending + closing

    def block(self, value, indent):
        """Return what stands behind a key or a dash, with its line end."""
        pad = " " * indent
        if isinstance(value, str) and self.pick(False, True) and value.strip(" \n") and value.isascii():
            clean = all(line.isprintable() for line in value.split("\n"))
            if clean and not value.startswith((" ", "\n")):
                chomp = "+" if value.endswith("\n") else "-"
                body = "".join(
                    f"{pad}{line}\n" if line else "\n" for line in value.removesuffix("\n").split("\n")
                )
                style = "|" if "\n" in value else self.pick("|", ">")
                return f" {style}{chomp}{self.end()}{body}"
        if not isinstance(value, (list, dict)) or not value or self.pick(False, False, True):
            before = self.pick(" ", " ", self.end() + self.own(indent) + pad)
            return before + self.flow(value) + self.end()
        return self.end() + self.collection(value, indent)

    def collection(self, value, indent):
        pad = " " * indent
        text = ""
        for item in value.items() if isinstance(value, dict) else value:
            text += self.own(indent) + pad
            if isinstance(value, dict):
                name = self.scalar(item[0], flow=False, key=True)
                nested = indent + (
                    0 if isinstance(item[1], list) and item[1] and self.pick(False, True) else 2
                )
                if nested == indent:  # items as far to the left as their key
                    text += f"{name}:{self.end()}{self.collection(item[1], indent)}"
                else:
                    text += f"{name}:{self.block(item[1], nested)}"
            else:
                text += f"-{self.block(item, indent + 2)}"
        return text + self.own(indent)


NAMES = st.sampled_from(
    ["spec", "metadata", "kind", "apiVersion", "rules", "requires", "let", "params", "violation", "forEach", "assert",
     "id", "in", "key", "message", "title", "mine", "other"]
)  # fmt: skip
POLICIES = st.recursive(
    SCALARS,
    lambda inner: st.dictionaries(NAMES, inner | st.lists(inner, max_size=2), max_size=5),
    max_leaves=20,
)


@st.composite
def documents(draw, values=VALUES):
    """A document whose root is a collection, as text that the strict reader takes."""
    writer = Writer(draw)
    value = draw(values.filter(lambda made: isinstance(made, (list, dict)) and made))
    return writer.own(0) + writer.collection(value, 0)


def value_of(data):
    try:
        return parse_yaml(data, path="x").value
    except InputError:
        return None


def laid_out(data, version="", kind=""):
    return _laid_out(parse_yaml_tree(data, path="x"), "x", version, kind)


def applied(text, patch):
    """Apply a unified diff to lines, as `patch` would."""
    lines, out, at = text.split("\n"), [], 0
    for line in patch.splitlines()[2:]:
        if line.startswith("@@"):
            start = int(line.split()[1].partition(",")[0][1:]) - 1
            out += lines[at:start]
            at = start
        elif line[0] == "+":
            out.append(line[1:])
        else:
            assert lines[at] == line[1:]
            at += 1
            if line[0] == " ":
                out.append(line[1:])
    return "\n".join(out + lines[at:])
