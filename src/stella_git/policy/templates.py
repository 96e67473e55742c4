"""Messages with facts in them: ``{NAME}`` stands for a parameter, ``{{`` and ``}}`` for braces."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from stella_git.policy.results import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from stella_git.canon.reader import Json
    from stella_git.policy.model import Policy, Rule

ALWAYS: Final = ("fp", "key")
"""What every message may say: the fingerprint of the violation, and the key of the element."""

_PART: Final = re.compile(r"\{\{|\}\}|\{([A-Za-z][A-Za-z0-9_]*)\}|[{}]")


def render(template: str, facts: "Mapping[str, Json]") -> str:
    """Return the message.

    Args:
        template: one that has no `problems`.
        facts: by name; a list is written with commas.
    """
    return _PART.sub(lambda part: _text(facts[part[1]]) if part[1] else part[0][0], template)


def length(templates: "Iterable[str]", facts: "Mapping[str, Json]") -> int:
    """Return about how long messages are together, without making them.

    Args:
        templates: as for `render`.
        facts: as for `render`.
    """
    sizes = {name: len(_text(value)) for name, value in facts.items()}
    return sum(len(template) + sum([sizes[name] for name in _names(template)]) for template in templates)


@lru_cache(maxsize=1024)
def _names(template: str) -> tuple[str, ...]:
    return tuple(part[1] for part in _PART.finditer(template) if part[1])


def _text(value: "Json") -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    return str(value)


def problems(policy: "Policy", rule: "Rule") -> "Iterator[Fault]":
    """Yield what is wrong with the messages of a rule: names that stand for nothing, single braces."""
    said = rule.violation
    known = {*ALWAYS, *(name for name, _ in said.params)}
    for member, template in (("message", said.message), ("fix", said.fix)):
        for part in _PART.finditer(template):
            if part[0] in {"{{", "}}"} or (part[1] and part[1] in known):
                continue
            pointer = f"{rule.pointer}/violation/{member}"
            line = template.count("\n", 0, part.start()) + 1
            column = part.start() - template.rfind("\n", 0, part.start())
            yield Fault(
                code="policy-placeholder",
                message=f"{part[0]!a} stands for nothing",
                where=policy.file.within(pointer, line, column),
                remedy=_remedy(part[1], known),
            )


def _remedy(name: str | None, known: set[str]) -> str:
    from stella_git.config.shape import nearest

    if name is None:
        return "write {{ or }} for a brace"
    near = nearest(name, known)
    return f"did you mean {near!r}?" if near else f"add {name!r} to the params of the violation"
