"""Text for terminals: nothing from outside may move the cursor, and colour is optional."""

_COLOURS = {
    "none": "",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
}


class Palette:
    """Styles of terminal text, or none of them.

    Args:
        colour: whether the output is wanted in colour; without it every method returns its text.
    """

    __slots__ = ("colour",)

    def __init__(self, colour: bool) -> None:  # noqa: FBT001 - a palette has no other property
        self.colour = colour

    def paint(self, text: str, colour: str, *, bold: bool = False) -> str:
        """Return ``text`` (already printable) in a colour: "red", "green", ..., or "none"."""
        return self._style(text, ";".join(filter(None, ("1" if bold else "", _COLOURS[colour]))))

    def bold(self, text: str) -> str:
        """Return ``text`` in bold."""
        return self._style(text, "1")

    def dim(self, text: str) -> str:
        """Return ``text`` in a fainter colour."""
        return self._style(text, "2")

    def _style(self, text: str, codes: str) -> str:
        return f"\x1b[{codes}m{text}\x1b[0m" if self.colour and codes else text


def printable(text: str) -> str:
    r"""Return ``text`` with everything that a terminal would obey or hide written as an escape.

    Control characters, escape sequences, bidirectional controls, zero-width characters, line separators,
    lone surrogates and unassigned characters become ``\n``, ``\x1b``, ``\u202e`` and the like.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")


def count(number: int, noun: str) -> str:
    """Return ``1 file``, ``2 files``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
