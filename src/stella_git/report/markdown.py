"""Text from elsewhere in Markdown: nothing in it becomes markup, a link, or the end of a table's cell."""

import string

from stella_git.report.text import printable

# No dot and no colon: an address in plain text becomes a link where Markdown is shown.
_PLAIN = frozenset(string.ascii_letters + string.digits + " -/+,=")


def escaped(text: str) -> str:
    """Return text with everything but letters, digits and a few signs as character references."""
    return "".join(char if char in _PLAIN else f"&#{ord(char)};" for char in printable(text))


def code(text: str) -> str:
    """Return text as code that can become nothing else; "" for no text."""
    return f"<code>{escaped(text)}</code>" if text else ""
