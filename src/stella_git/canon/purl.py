"""Package URLs in their canonical form.

Fingerprints of findings are digests over canonical purls, so this is an implementation of our own: a
verdict must not depend on which release of a library is installed. packageurl-python is the oracle in the
tests, which also hold every intended difference from it:

- what is ambiguous or would lose something is refused: a second ``#``, a bare ``%``, escapes that are not
  UTF-8, a slash inside a segment of the namespace or subpath, a key given twice, surrounding space;
- a slash inside a name or version stays escaped, so that it cannot turn into a separator;
- the type rules follow the current definitions of the specification where the library is behind: lower
  case for deb, golang, npm scopes and rpm vendors, and PyPI's own name normalisation.

Source: ECMA-427 (Package-URL), and the type definitions of the purl specification.
"""

import re
from functools import cache
from itertools import pairwise

from stella_git.canon.record import record
from stella_git.errors import InputError

_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9.-]*")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})?")
_PLAIN = re.compile(r"[A-Za-z0-9.\-_~:]*")
_ODD = re.compile(r"^\s|\s$|[\x00-\x1f\x7f\ud800-\udfff]")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_~:")
_SLASH = ord("/")
_REMEDY = "write it like pkg:npm/left-pad@1.3.0"

# Types whose namespace and name, or one of them, are compared without regard to case.
_LOWER_BOTH = frozenset(
    {"alpm", "apk", "bitbucket", "composer", "deb", "github", "gitlab", "golang", "hex", "luarocks", "npm"}
)
_LOWER_NAMESPACE = _LOWER_BOTH | {"pypi", "qpkg", "rpm"}
_LOWER_NAME = _LOWER_BOTH | {"bitnami", "oci", "pub", "pypi"}
_LOWER_VERSION = frozenset({"huggingface", "oci", "pypi"})
# Types that change more than the case of letters, or more than of namespace and name.
_OWN_RULES = _LOWER_VERSION | {"cpan", "hackage", "mlflow", "pub"}


@record(frozen=True, slots=True, kw_only=True)
class Purl:
    """A package URL, decoded and in canonical form; ``str()`` gives its text.

    Attributes:
        type: lower case.
        namespace: segments joined by ``/``, or None.
        name: the package's name; may hold a ``/`` of its own.
        version: or None.
        qualifiers: (key, value) pairs, sorted by key, no value empty.
        subpath: segments joined by ``/``, or None.
    """

    type: str
    namespace: str | None = None
    name: str
    version: str | None = None
    qualifiers: tuple[tuple[str, str], ...] = ()
    subpath: str | None = None

    def __str__(self) -> str:
        """Return the canonical text.

        Source: ECMA-427, how to build a purl.
        """
        text = f"pkg:{self.type}/"
        if self.namespace:
            text += _quote(self.namespace, slash=True) + "/"
        text += _quote(self.name)
        if self.version:
            text += "@" + _quote(self.version)
        if self.qualifiers:
            text += "?" + "&".join(f"{key}={_quote(value, slash=True)}" for key, value in self.qualifiers)
        if self.subpath:
            text += "#" + _quote(self.subpath, slash=True)
        return text


def canonical_purl(text: str) -> str:
    """Return the canonical spelling of a package URL.

    Raises:
        InputError: ``purl-malformed``.

    Source: ECMA-427.
    """
    return text if is_plain(text) else str(parse_purl(text))


def is_plain(text: str) -> bool:
    """Return whether a text is certainly a package URL in its canonical spelling, without parsing it.

    Most are. False says nothing: escapes other than those of ``@`` and ``+``, subpaths, and types with rules
    of their own are left to ``parse_purl``.
    """
    found = _plain().fullmatch(text)
    if found is None:
        return False
    keys = [pair.partition("=")[0] for pair in (found["query"] or "").split("&")]
    return len(keys) == 1 or all(first < second for first, second in pairwise(keys))


@cache
def _plain() -> re.Pattern[str]:
    lower, any_case = (rf"(?:[{letters}0-9.\-_~:]|%(?:40|2B))" for letters in ("a-z", "A-Za-z"))
    folded = "|".join(sorted((_LOWER_NAMESPACE | _LOWER_NAME) - _OWN_RULES))
    own = "|".join(sorted(_OWN_RULES))
    return re.compile(
        rf"pkg:(?:pypi/[a-z0-9]++(?:-[a-z0-9]++)*+(?:@{lower}++)?"
        rf"|(?:(?:{folded})/(?:{lower}++/)*+{lower}++"
        rf"|(?!(?:{folded}|{own})/)[a-z][a-z0-9.-]*+/(?:{any_case}++/)*+{any_case}++)"
        rf"(?:@{any_case}++)?)"
        rf"(?:\?(?P<query>[a-z][a-z0-9._-]*+=(?:{any_case}|/)++(?:&[a-z][a-z0-9._-]*+=(?:{any_case}|/)++)*+))?"
    )


def parse_purl(text: str) -> Purl:
    """Return the canonical components of a package URL.

    Raises:
        InputError: ``purl-malformed``.

    Source: ECMA-427, how to parse a purl.
    """
    if _ODD.search(text) or text[:4].lower() != "pkg:":
        raise _malformed(text, "it has to begin with pkg: and have no space around it nor controls in it")
    rest, _, subpath = text[4:].partition("#")
    if "#" in subpath:
        raise _malformed(text, "a second # has to be written %23")
    # The first ? separates, as in any URL: qualifiers often hold a bare one in a URL of their own.
    rest, _, query = rest.partition("?")
    kind, _, rest = rest.lstrip("/").partition("/")
    if not _TYPE.fullmatch(kind):
        raise _malformed(text, "its type has to be letters, digits, periods and dashes, a letter first")
    kind = kind.lower()
    names, version = _split_version(rest)
    *spaces, name = names.strip("/").rsplit("/", 1)
    namespace = [_unquote(part, text, slash=False) for part in "/".join(spaces).split("/") if part]
    return _normalised(
        kind=kind,
        namespace="/".join(namespace),
        name=_unquote(name, text).strip("/"),
        version=_unquote(version, text),
        qualifiers=_qualifiers(query, text),
        subpath=_subpath(subpath, text),
        text=text,
    )


def _split_version(rest: str) -> tuple[str, str]:
    """Split at the last ``@``, unless it begins a segment: then it is an unescaped npm scope."""
    before, at, version = rest.rpartition("@")
    if not at or ("/" in version and (not before or before.endswith("/"))):
        return rest, ""
    return before, version


def _qualifiers(query: str, text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in filter(None, query.split("&")):
        key, equals, value = pair.partition("=")
        key = key.lower()
        if not equals or not _KEY.fullmatch(key):
            raise _malformed(text, f"{pair[:40]!a} is not a qualifier")
        if key in found:
            raise _malformed(text, f"the qualifier {key[:40]} is there twice")
        found[key] = _unquote(value, text)
    return {key: found[key] for key in sorted(found) if found[key]}


def _subpath(subpath: str, text: str) -> str:
    segments = [_unquote(part, text, slash=False) for part in subpath.split("/")]
    return "/".join(segment for segment in segments if segment not in {"", ".", ".."})


def _normalised(
    *, kind: str, namespace: str, name: str, version: str, qualifiers: dict[str, str], subpath: str, text: str
) -> Purl:
    if not name:
        raise _malformed(text, "it has no name")
    return Purl(
        type=kind,
        namespace=_namespace(kind, namespace) or None,
        name=_name(kind, name, qualifiers.get("repository_url", "")),
        version=(version.lower() if kind in _LOWER_VERSION else version) or None,
        qualifiers=tuple(qualifiers.items()),
        subpath=subpath or None,
    )


def _namespace(kind: str, namespace: str) -> str:
    if kind == "cpan":  # the author's id
        return namespace.upper()
    return namespace.lower() if kind in _LOWER_NAMESPACE else namespace


def _name(kind: str, name: str, repository: str) -> str:
    if kind in _LOWER_NAME or (kind == "mlflow" and "databricks" in repository.lower()):
        name = name.lower()
    if kind == "pypi":
        return re.sub(r"[-_.]+", "-", name)
    if kind == "pub":
        return re.sub(r"[^a-z0-9_]", "_", name)
    if kind == "hackage":
        return name.replace("_", "-")
    return name


def _unquote(part: str, text: str, *, slash: bool = True) -> str:
    if "%" not in part:
        return part
    if any(match[1] is None for match in _ESCAPE.finditer(part.encode("utf-8"))):
        raise _malformed(text, "a bare % has to be written %25")
    try:
        found = _ESCAPE.sub(lambda match: bytes.fromhex(match[1].decode()), part.encode("utf-8")).decode(
            "utf-8"
        )
    except UnicodeError:
        raise _malformed(text, "an escape in it is not UTF-8") from None
    if not slash and "/" in found:
        raise _malformed(text, "a segment holds an escaped slash")
    return found


def _quote(part: str, *, slash: bool = False) -> str:
    if _PLAIN.fullmatch(part):
        return part
    safe = _UNRESERVED | {_SLASH} if slash else _UNRESERVED
    return "".join(chr(byte) if byte in safe else f"%{byte:02X}" for byte in part.encode("utf-8"))


def _malformed(text: str, reason: str) -> InputError:
    return InputError(f"{text[:80]!a} is not a purl: {reason}", code="purl-malformed", remedy=_REMEDY)
