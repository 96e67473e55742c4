"""Canonical bytes (floor 1): bytes in, bytes out.

Everything that is signed, digested, compared or stored passes through here: one strict reader of JSON and
YAML, one canonical writer, digests, Merkle trees, time stamps and identifiers. Pure functions on the
standard library, PyYAML and blake3; nothing here reads a file, and only `clock.SystemClock` looks at a
clock.

The names below are loaded when they are first used, so that importing the package costs nothing.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from stella_git.canon.clock import Clock as Clock
    from stella_git.canon.clock import FixedClock as FixedClock
    from stella_git.canon.clock import Instant as Instant
    from stella_git.canon.clock import SystemClock as SystemClock
    from stella_git.canon.clock import parse_rfc3339 as parse_rfc3339
    from stella_git.canon.digest import Digest as Digest
    from stella_git.canon.digest import DigestSet as DigestSet
    from stella_git.canon.jcs import dumps as dumps
    from stella_git.canon.reader import Json as Json
    from stella_git.canon.reader import parse_json as parse_json
    from stella_git.canon.reader import parse_yaml as parse_yaml

_HOME = {
    "Clock": "clock",
    "Digest": "digest",
    "DigestSet": "digest",
    "FixedClock": "clock",
    "Instant": "clock",
    "Json": "reader",
    "SystemClock": "clock",
    "dumps": "jcs",
    "parse_json": "reader",
    "parse_rfc3339": "clock",
    "parse_yaml": "reader",
}


def __getattr__(name: str) -> object:
    """Return a public name from the module that defines it."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
