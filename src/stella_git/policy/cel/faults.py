"""What is wrong with an expression before it runs: with a line, a column, and what was meant."""

from collections.abc import Iterable, Sequence
from typing import NoReturn

from stella_git.config.shape import nearest
from stella_git.errors import ConfigError, Where
from stella_git.policy.cel.habits import of_function, of_syntax

_LISTED = 20


def place(source: str, offset: int) -> Where:
    """Return line and column, from 1, of a character of the source."""
    before = source[:offset]
    return Where(line=before.count("\n") + 1, column=offset - (before.rfind("\n") + 1) + 1)


def syntax(source: str, offset: int, message: str, remedy: str | None = None) -> NoReturn:
    """Refuse text that is not an expression.

    Raises:
        ConfigError: always.
    """
    advice = remedy or of_syntax(source, offset)
    raise ConfigError(message, code="cel-syntax", where=place(source, offset), remedy=advice)


def limit(source: str, offset: int, message: str) -> NoReturn:
    """Refuse an expression that is larger than expressions may be.

    Raises:
        ConfigError: always.
    """
    raise ConfigError(
        message,
        code="cel-limit",
        where=place(source, offset),
        remedy="make several rules of it, or name parts with cel.bind",
    )


def unknown(source: str, offset: int, what: str, word: str, known: Iterable[str]) -> ConfigError:
    """Return the error of a name, a function or a member that nobody declared.

    Args:
        source: the expression.
        offset: where ``word`` stands.
        what: "name", "function" or "member".
        word: as it was written.
        known: what it may have been meant to be.
    """
    words = sorted(known)
    near = nearest(word, words)
    advice = of_function(word) if what == "function" else None
    if advice is None and near is not None:
        advice = f"write {near}"
    elif advice is None and what != "function":
        advice = f"there {'are' if len(words) > 1 else 'is'}: {_listed(words)}" if words else None
    return ConfigError(
        f"there is no {what} {word}",
        code="cel-unknown",
        where=place(source, offset),
        remedy=advice,
    )


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words[:_LISTED]) + (", ..." if len(words) > _LISTED else "")


def never(source: str, offset: int, word: str, known: Iterable[str]) -> ConfigError:
    """Return the error of a text that is compared with what is never that text.

    Args:
        source: the expression.
        offset: where the text stands.
        word: the text.
        known: what it is compared with can be.
    """
    words = tuple(known)
    near = nearest(word, words)
    return ConfigError(
        f"it is never {word!a}, but one of: {_listed(words)}",
        code="cel-value",
        where=place(source, offset),
        remedy=f"write {near!a}" if near else "write one of these",
    )


def mistyped(source: str, offset: int, message: str) -> ConfigError:
    """Return the error of an expression that can only fail when it runs."""
    return ConfigError(message, code="cel-type", where=place(source, offset))
