"""Fuzz targets of the canon floor: every parser of bytes that come from outside.

Each target takes bytes and either returns or raises AssertionError: our own InputError is a right answer, any
other exception a finding. ``tests/property/test_canon_fuzz.py`` runs them under Hypothesis; where atheris is
installed, ``python tests/fuzz/fuzz_canon.py json`` (or another name) runs one for as long as you like.
"""

import json
import sys
from collections.abc import Callable

from stella_git.canon import ids, jcs
from stella_git.canon.clock import parse_rfc3339
from stella_git.canon.digest import Digest
from stella_git.canon.reader import defects, parse_json, positions
from stella_git.canon.yamlreader import read_yaml
from stella_git.errors import InputError


def fuzz_json(data: bytes) -> None:
    found = defects(data)
    first: tuple[str, str | None] | None = None
    value = None
    try:
        value = parse_json(data)
    except InputError as error:
        first = error.code, error.where.pointer or ""
    assert first == ((found[0].code, found[0].pointer) if found else None), "the two readers disagree"
    if first is None:
        assert value == json.loads(data)
        canonical = jcs.dumps(value)
        assert jcs.dumps(parse_json(canonical)) == canonical
    positions(data, ["", "/0", "/a/b", "/~1/0"])


def fuzz_yaml(data: bytes) -> None:
    outcomes = []
    for pure in (False, True):
        try:
            document = read_yaml(data, path=None, limit=1 << 16, depth=16, pure=pure)
            outcomes.append((document.value, document.positions))
        except InputError:
            outcomes.append(None)
    assert outcomes[0] == outcomes[1], "PyYAML's two parsers disagree"


def _text_target(parse: Callable[[str], object]) -> Callable[[bytes], None]:
    def target(data: bytes) -> None:
        text = data.decode("utf-8", "surrogateescape")
        try:
            once = str(parse(text))
        except InputError:
            return
        assert str(parse(once)) == once, "not a fixed point"

    return target


TARGETS: dict[str, Callable[[bytes], None]] = {
    "digest": _text_target(Digest.parse),
    "json": fuzz_json,
    "purl": _text_target(ids.parse_purl),
    "time": _text_target(parse_rfc3339),
    "vulnerability": _text_target(ids.canonical_vulnerability),
    "yaml": fuzz_yaml,
}


def main() -> None:
    """Run the target named on the command line under atheris."""
    import atheris

    target = TARGETS[sys.argv.pop(1)]
    atheris.instrument_all()
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
