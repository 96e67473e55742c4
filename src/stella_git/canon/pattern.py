"""Regular expressions that are compiled when they are first needed.

Compiling costs every process that imports a module; most of them meet none of the texts.
"""

import re


class Pattern:
    """A regular expression over a whole text.

    Args:
        source: as `re` has it.
    """

    __slots__ = ("_compiled", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self._compiled: re.Pattern[str] | None = None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Return the match of all of ``text``, or None."""
        if self._compiled is None:
            self._compiled = re.compile(self.source)
        return self._compiled.fullmatch(text)
