"""Hold an inventory to a profile: who has what, and who lacks it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from stella_git.documents.elements.forms import has_form, known, says_unknown
from stella_git.documents.elements.index import Index, of_component, of_document
from stella_git.documents.elements.model import AtLeast, Every, Has, Judgement, Outcome
from stella_git.documents.problems import clip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stella_git.documents.elements.beside import Beside
    from stella_git.documents.elements.model import Element, Filter, Predicate, Profile
    from stella_git.documents.inventory.model import Inventory, Part

_DIGITS = 9
_NAME = 120

# A predicate, ready to be asked. The part is None where the document is asked.
Check = Callable[["Part | None", Index], bool]


def judge(inventory: "Inventory", profile: "Profile", beside: "Beside | None" = None) -> Judgement:
    """Return what a document says of what a profile asks.

    Takes one step for each element and component; nothing is said of a format that an element is not for. A
    document without any component lacks every element that is asked of components: it says nothing of them.

    Args:
        inventory: what the document says there is.
        profile: what is asked of it.
        beside: what it says beside its inventory; see ``beside.read_beside``.
    """
    index = Index(inventory, beside or {})
    parts = [
        part
        for part in inventory.parts
        if part.ref not in index.artifacts and _applies(profile.components, part, index)
    ]
    outcomes = tuple(_outcome(element, parts, index) for element in profile.elements)
    lacking = {pointer for outcome in outcomes for pointer in outcome.missing}
    names = {part.pointer: clip(part.full_name, _NAME) for part in inventory.parts if part.pointer in lacking}
    return Judgement(profile=profile, outcomes=outcomes, names=names)


def _outcome(element: "Element", parts: "list[Part]", index: Index) -> Outcome:
    if not _is_for(element.applies, index.inventory):
        return Outcome(element=element, total=0)
    check = _compile(element.requires, component=element.scope != "document")
    if element.scope == "document":
        return Outcome(element=element, total=1, missing=() if check(None, index) else ("",))
    if element.scope == "root":
        parts = [index.inventory.root] if index.inventory.root else []
    if not parts:
        return Outcome(element=element, total=1, missing=("",))
    asked = [part for part in parts if _applies(element.applies, part, index)]
    missing = tuple(part.pointer for part in asked if not check(part, index))
    return Outcome(element=element, total=len(asked), missing=missing)


def _is_for(chosen: "Filter", inventory: "Inventory") -> bool:
    names = {inventory.kind, f"{inventory.kind}{inventory.version[:1]}"}
    return not chosen.formats or not names.isdisjoint(chosen.formats)


def _applies(chosen: "Filter", part: "Part", index: Index) -> bool:
    if chosen.kinds and part.kind not in chosen.kinds:
        return False
    return part.kind not in chosen.kinds_except and (chosen.logical or part.ref not in index.containers)


def _compile(predicate: "Predicate", *, component: bool) -> Check:
    if isinstance(predicate, Has):
        return _compile_has(predicate, component=component)
    if isinstance(predicate, AtLeast):
        wanted = dict(predicate.versions)
        return lambda _, index: _is_new_enough(index.inventory, wanted)
    checks = [_compile(part, component=component) for part in predicate.parts]
    if isinstance(predicate, Every):
        return lambda part, index: all(check(part, index) for check in checks)
    return lambda part, index: any(check(part, index) for check in checks)


def _compile_has(wanted: Has, *, component: bool) -> Check:
    counts = _counts(wanted)
    if component:
        read = of_component(wanted.fact)

        def asked(part: "Part | None", index: Index) -> bool:
            if part is None:
                return False
            return counts(read(part, index)) or counts(index.beside(part, wanted.fact))

        return asked
    read_document = of_document(wanted.fact)
    return lambda _, index: counts(read_document(index.inventory))


def _counts(wanted: Has) -> "Callable[[Iterable[str | None]], bool]":
    """Return what says whether one of the values counts."""
    among = frozenset(wanted.among)

    def one(value: str | None) -> bool:
        if value is None:
            return False
        if wanted.unknown and says_unknown(value):
            return True
        if among:
            return value in among
        return known(value) and (not wanted.form or has_form(wanted.form, value))

    return lambda values: any(map(one, values))


def _is_new_enough(inventory: "Inventory", wanted: dict[str, str]) -> bool:
    first = _numbers(wanted.get(inventory.kind))
    own = _numbers(inventory.version)
    return first is not None and own is not None and own >= first


def _numbers(version: str | None) -> tuple[int, ...] | None:
    words = version.split(".") if version else []
    if not words or not all(word.isascii() and word.isdigit() and len(word) <= _DIGITS for word in words):
        return None
    return tuple(map(int, words))
