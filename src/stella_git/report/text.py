"""Text for terminals: nothing from outside may move the cursor, and colour is optional."""

_STYLES = {"bold": "1", "dim": "2", "error": "1;31", "good": "32", "info": "36", "warning": "33"}


def printable(text: str) -> str:
    r"""Return ``text`` with everything that a terminal would obey or hide written as an escape.

    Control characters, escape sequences, bidirectional controls, zero-width characters, line separators,
    lone surrogates and unassigned characters become ``\n``, ``\x1b``, ``\u202e`` and the like.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def paint(text: str, style: str, *, colour: bool) -> str:
    """Return ``text`` in a style, or as it is without colour.

    Args:
        text: printable text.
        style: "bold", "dim", "error", "good", "info" or "warning".
        colour: whether the output is wanted in colour.
    """
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if colour else text


def count(number: int, noun: str) -> str:
    """Return ``1 file``, ``2 files``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
