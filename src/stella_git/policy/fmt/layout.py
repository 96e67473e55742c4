"""From bytes to the same document in the one layout.

1. Read strictly: what is no strict YAML, or of no kind that we lay out, is refused with a place.
2. Give every comment to the entry that it is about.
3. Put members in the order of the schema of the kind; what the schema does not know comes last, in the order
   that it has.
4. Write.
5. Read what was written, if it is not the same bytes: it has to say the same, else nothing is given back.
"""

from typing import TYPE_CHECKING

from stella_git.canon import jcs
from stella_git.canon.reader import parse_yaml, parse_yaml_tree
from stella_git.errors import ConfigError, DefectError, InputError, Where
from stella_git.policy.fmt.comments import attach
from stella_git.policy.fmt.shape import arrange, shape_of
from stella_git.policy.fmt.tree import grow
from stella_git.policy.fmt.writer import write
from stella_git.policy.load import LIMIT, unreadable

if TYPE_CHECKING:
    from stella_git.canon.values import Json
    from stella_git.canon.yamlnodes import YamlTree

# A lock is written by a program, and signed as it is.
KINDS = ("Budget", "DocumentRules", "MinimumElements", "Policy", "PolicySet", "Test", "Trust", "Waiver")
_VERSIONS = frozenset({"policy.stella.ops/v1", "stella.ops/v1"})


def formatted(data: bytes, *, path: str) -> bytes:
    """Return a file in the one layout; it says the same, and has the same comments.

    Args:
        data: YAML, at most 4 MiB.
        path: its name, for messages.

    Raises:
        ConfigError: ``policy-unreadable``: not strict YAML; ``policy-fmt-kind``: of no kind that is laid out.
        DefectError: ``policy-fmt-diverged``: what was written says something else.
    """
    tree = _tree(data, path)
    version, kind = kind_in(tree.value)
    if kind not in KINDS or version not in _VERSIONS:
        raise ConfigError(
            f"this is of the kind {kind[:60]!a}" if kind else "this does not say of which kind it is",
            code="policy-fmt-kind",
            where=Where(path, line=1, column=1),
            remedy=f"name a file with apiVersion stella.ops/v1 and a kind of: {', '.join(KINDS)}",
        )
    return _laid_out(tree, path, version, kind, before=data)


def kind_in(value: "Json") -> tuple[str, str]:
    """Return ``apiVersion`` and ``kind`` of a document; "" where it does not say."""
    if not isinstance(value, dict):
        return "", ""
    version, kind = value.get("apiVersion"), value.get("kind")
    return version if isinstance(version, str) else "", kind if isinstance(kind, str) else ""


def _tree(data: bytes, path: str) -> "YamlTree":
    try:
        return parse_yaml_tree(data, path=path, limit=LIMIT)
    except InputError as error:
        raise unreadable(error, path) from error


def _laid_out(tree: "YamlTree", path: str, version: str, kind: str, before: bytes = b"") -> bytes:
    document, leaves = grow(tree)
    attach(tree.text, document, leaves)
    arrange(document.node, shape_of(version, kind))
    data = write(document, tree.text).encode()
    if data == before:
        return data  # the same bytes say the same
    try:
        same = jcs.dumps(parse_yaml(data, path=path, limit=4 * LIMIT).value) == jcs.dumps(tree.value)
    except InputError:
        same = False
    if not same:
        raise DefectError(
            "laid out, it would say something else",
            code="policy-fmt-diverged",
            where=Where(path),
            remedy="report it with the file",
        )
    return data
