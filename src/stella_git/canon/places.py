"""Where the values of a JSON document begin, found in one pass for any number of pointers.

Source: RFC 6901.
"""

from collections.abc import Iterable

from stella_git.canon.scanner import Places, Scanner, Stop

MAX_DEPTH = 256


def find_positions(data: bytes, pointers: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return where values begin; see `stella_git.canon.reader.positions`."""
    text = data.decode("utf-8", "replace")
    wanted = {name: _tokens(name) for name in pointers}
    root = _Wanted()
    for tokens in wanted.values():
        root.add(tokens)
    scanner = Scanner(text, MAX_DEPTH)
    places = Places(text)
    trail: list[_Wanted | None] = []
    try:
        for offset in scanner.values():
            level = len(scanner.path)
            node = root if level == 0 else _child(trail[level - 1], scanner.path[-1])
            trail[level:] = [node]
            if node is not None and node.place is None:
                node.place = places.at(offset)
    except Stop:
        pass
    return {name: root.nearest(tokens) for name, tokens in wanted.items()}


class _Wanted:
    """Pointers to look for, as a tree of their tokens."""

    __slots__ = ("children", "place")

    def __init__(self) -> None:
        self.children: dict[str, _Wanted] = {}
        self.place: tuple[int, int] | None = None

    def add(self, tokens: list[str]) -> None:
        node = self
        for token in tokens:
            node = node.children.setdefault(token, _Wanted())

    def nearest(self, tokens: list[str]) -> tuple[int, int]:
        place, node = self.place, self
        for token in tokens:
            node = node.children[token]
            if node.place is None:
                break
            place = node.place
        return place or (1, 1)


def _child(node: _Wanted | None, token: str | int) -> _Wanted | None:
    return None if node is None else node.children.get(str(token))


def _tokens(name: str) -> list[str]:
    return [token.replace("~1", "/").replace("~0", "~") for token in name.split("/")[1:]]
