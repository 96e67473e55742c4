"""CPE names: whether a text is one, in the binding of 2.2 (a URI) or of 2.3 (a formatted string).

Source: NISTIR 7695, "Common Platform Enumeration: Naming Specification Version 2.3", sections 6.1 and 6.2.
"""

import re

LENGTH = 8192

_PARTS_22 = ("part", "vendor", "product", "version", "update", "edition", "language")
_PARTS_23 = (*_PARTS_22, "software edition", "target software", "target hardware", "other")
_URI = re.compile(r"(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})*")
# A logical value, or characters of which all but letters, digits, `_`, `-` and `.` are quoted; wildcards
# stand at the ends only.
_STRING = re.compile(r"[*-]|(?:\?+|\*)?(?:[A-Za-z0-9_.-]|\\[!-~])+(?:\?+|\*)?|\?+")
_WHOLE = re.compile(rf"[aoh*-](?::(?:{_STRING.pattern})){{10}}")
_SPLIT = re.compile(r"(?:[^\\:]|\\.?)*", re.DOTALL)
_KINDS = "a (application), o (operating system) or h (hardware)"


def defect(text: str) -> str | None:
    """Return what keeps a text from being a CPE name, or None if it is one.

    Args:
        text: such as ``cpe:2.3:a:example:app:1.0:*:*:*:*:*:*:*`` or ``cpe:/a:example:app:1.0``.
    """
    if len(text) > LENGTH:
        return f"it has more than {LENGTH} characters"
    head = text[:8].lower()
    if head.startswith("cpe:2.3:"):
        return _formatted(text[8:])
    if head.startswith("cpe:/"):
        return _uri(text[5:])
    return "it begins with neither `cpe:2.3:` nor `cpe:/`"


def _formatted(rest: str) -> str | None:
    if _WHOLE.fullmatch(rest):
        return None
    values = _values(rest)
    if len(values) != len(_PARTS_23):
        return f"it has {len(values)} attributes after `cpe:2.3:`, not {len(_PARTS_23)}"
    if values[0] not in {"a", "o", "h", "*", "-"}:
        return f"its part is `{values[0][:20]}`, not {_KINDS}, `*` or `-`"
    for name, value in zip(_PARTS_23[1:], values[1:], strict=True):
        if not value:
            return f"its {name} is empty; `*` stands for any, `-` for none"
        if _STRING.fullmatch(value) is None:
            return f"its {name} `{value[:30]}` has a character that needs a backslash, or is not allowed"
    return None


def _values(rest: str) -> list[str]:
    """Return the attributes: between colons that no backslash quotes."""
    values: list[str] = []
    at = 0
    while True:
        match = _SPLIT.match(rest, at)
        at = match.end() if match else at
        values.append(match.group() if match else "")
        if at >= len(rest) or len(values) > len(_PARTS_23):
            return values
        at += 1


def _uri(rest: str) -> str | None:
    values = rest.split(":", len(_PARTS_22))
    if len(values) > len(_PARTS_22):
        return f"it has more than {len(_PARTS_22)} components after `cpe:/`"
    if values[0].lower() not in {"a", "o", "h", ""}:
        return f"its part is `{values[0][:20]}`, not {_KINDS}"
    for name, value in zip(_PARTS_22[1:], values[1:], strict=False):
        if _URI.fullmatch(value) is None:
            return f"its {name} `{value[:30]}` has a character that must be written as %XX"
    return None
