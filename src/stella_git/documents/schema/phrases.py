"""What types, patterns and formats of the official schemas mean, in words."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from stella_git.documents.formats import FORMATS
from stella_git.documents.problems import clip

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

SHOWN = 100

TYPES = {
    "array": "an array",
    "boolean": "true or false",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}

PATTERNS = {
    "^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$": (
        "`urn:uuid:` and a UUID in lower case"
    ),
    "^([a-fA-F0-9]{32}|[a-fA-F0-9]{40}|[a-fA-F0-9]{64}|[a-fA-F0-9]{96}|[a-fA-F0-9]{128})$": (
        "a digest of 32, 40, 64, 96 or 128 hexadecimal digits"
    ),
    "^([a-z]{2})(-[A-Z]{2})?$": "a language such as `en` or `en-GB`",
    "^[-+a-z0-9.]+/[-+a-z0-9.]+$": "a media type in lower case, such as `text/plain`",
    "^CRE:[0-9]+-[0-9]+$": "a Common Requirements id such as `CRE:764-507`",
    "^[A-Z]{2}$": "a two-letter country code in upper case",
    "^CVE-[0-9]{4}-[0-9]{4,}$": "a CVE id such as `CVE-2021-44228`",
    r"^CWE-[1-9]\d{0,5}$": "a CWE id such as `CWE-79`",
    "^[0-9a-fA-F]{32,}$": "a digest of at least 32 hexadecimal digits",
    "^(?!_:).+:.+": "an IRI such as `https://example.com/sbom#package`",
    "^_:.+|^(?!_:).+:.+": (
        "an IRI such as `https://example.com/sbom#package`, or a blank node such as `_:creation`"
    ),
    "^[0-9]{4}-[0-1][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z$": (
        "a time in UTC, to the second, such as `2026-01-31T09:30:00Z`"
    ),
    "^[^\\/]+\\/[^\\/]+$": "a media type such as `text/plain`",
    "^-?[0-9]+(\\.[0-9]*)?$": "a decimal number such as `7.5`",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$": (
        "a time in UTC, in whole seconds, such as `2026-01-31T12:00:00Z`"
    ),
    "^[a-z0-9][a-z0-9._-]{0,63}$": (
        "a name of at most 64 lower-case letters, digits, `.`, `_` and `-`, such as `vuln.no-kev`"
    ),
    "^[A-Za-z][A-Za-z0-9_]{0,63}$": (
        "a name in expressions: at most 64 letters, digits and `_`, beginning with a letter"
    ),
    "^(team|user):[^\\s].*$": "an owner: `team:NAME` or `user:NAME`",
    "^(key|identity):.": "a signer: `key:NAME` or `identity:NAME`",
    "^sha256:[0-9a-f]{64}$": "a digest: `sha256:` and 64 hexadecimal digits in lower case",
    "^v?fp:[0-9a-f]{16}$": "a fingerprint, `vfp:` or `fp:` and 16 hexadecimal digits in lower case",
    "^([0-9a-f]{40}|[0-9a-f]{64})$": "a full commit id in lower case",
}

# How the longer ones begin, for they fill a screen.
BEGINNINGS = {
    "^(0|[1-9][0-9]*)$|^((0": "a version such as `3` or `1.2.0`",
    "^(([A-Za-z]{2,3}(-": "a language tag such as `en` or `de-AT`",
    "^(0|[1-9]\\d*)\\.(0|": "a version such as `3.0.1`",
    "^(cpe:2\\.3:": "a CPE such as `cpe:2.3:a:example:app:1.0:*:*:*:*:*:*:*`",
    "^((cpe:2\\.3:": "a CPE such as `cpe:2.3:a:example:app:1.0:*:*:*:*:*:*:*`",
    "^pkg:": "a purl such as `pkg:npm/left-pad@1.3.0`",
    "^((AV:[NAL]|": "a vector of CVSS 2.0 such as `AV:N/AC:L/Au:N/C:P/I:P/A:P`",
    "^CVSS:3[.]0/": "a vector of CVSS 3.0 such as `CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H`",
    "^CVSS:3[.]1/": "a vector of CVSS 3.1 such as `CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H`",
    "^CVSS:4[.]0/": "a vector of CVSS 4.0 with its metrics in order",
}


def pattern(text: str) -> str | None:
    """Return what a pattern means, or None if there are no words for it."""
    if text in PATTERNS:
        return PATTERNS[text]
    return next((words for begin, words in BEGINNINGS.items() if text.startswith(begin)), None)


# What producers write again and again where the schema asks for a format.
_SCP = re.compile(
    r"(?:git\+)?(?:ssh://)?([A-Za-z0-9._-]{1,64}@[A-Za-z0-9.-]{1,253}):(?!\d+/|/)([!-~]{1,500})"
)
_ADDRESSES = frozenset({"iri", "iri-reference", "uri", "uri-reference"})
_LOCAL_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d(?:\.\d{1,9})?)", re.ASCII)


def rewritten(name: str, text: str) -> str | None:
    """Return how a value becomes one of a format, or None if only its author knows.

    Args:
        name: of the format, such as "date-time".
        text: the value, which is not of that format.
    """
    meant, words = None, "Write `{}`."
    if name == "date-time":
        local = _LOCAL_TIME.fullmatch(text)
        meant = f"{local[1]}T{local[2]}Z" if local else None
        words = "Add the offset from UTC; write `{}` if it is a time in UTC."
    elif name in _ADDRESSES:
        remote = _SCP.fullmatch(text)
        meant = f"ssh://{remote[1]}/{remote[2]}" if remote else text.strip().replace(" ", "%20")
    if meant is None or meant == text or not FORMATS[name](meant):
        return None
    return words.format(clip(meant, SHOWN))


def needed(error: "ValidationError", pointer: str, _title: str) -> Iterator[tuple[str, str, str]]:
    """Yield place, message and remedy of each member that another one needs, and that is missing."""
    wanted: Any = error.validator_value
    there: Any = error.instance
    for name, others in wanted.items():
        for other in others:
            if name in there and other not in there:
                yield (
                    pointer,
                    f"`{name}` is there, and `{other}`, which it needs, is missing",
                    f"Add `{other}`.",
                )
