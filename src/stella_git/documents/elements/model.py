"""What a profile of minimum elements is, and what comes of holding a document to it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stella_git.documents.severity import Severity

Scope = Literal["document", "component", "root"]
Status = Literal["draft", "final"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The document that a profile is made from.

    Args:
        document: its title, with publisher, version and date.
        section: the part that lists the elements; "" if it is all of it.
        url: where it can be read.
    """

    document: str
    section: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How much an element is wanted.

    Args:
        id: lower case with hyphens.
        title: the word of the source for it.
        severity: of a problem about a missing element of it.
        weight: of its elements in the score; 1 or more.
        baseline: whether the profile is met only if nothing of this level is missing.
    """

    id: str
    title: str
    severity: "Severity"
    weight: int
    baseline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Has:
    """Somebody says something: a fact has a value.

    Args:
        fact: a name in the table of facts, or ``property:NAME``.
        among: values that count; all if empty.
        form: the form that counts; any if empty.
        unknown: whether a value counts that says that nothing is known, such as ``NOASSERTION``.
    """

    fact: str
    among: tuple[str, ...] = ()
    form: str = ""
    unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLeast:
    """The format is new enough: for each kind of format the first version that counts."""

    versions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """All of several predicates."""

    parts: "tuple[Predicate, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Some:
    """At least one of several predicates."""

    parts: "tuple[Predicate, ...]"


# There is no negation, and no "every value": saying more never makes a predicate false.
Predicate = Has | AtLeast | Every | Some


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which documents and components an element is asked of.

    Args:
        formats: ``cyclonedx``, ``spdx``, ``spdx2``, ``spdx3``; all if empty.
        kinds: of components; all if empty.
        kinds_except: kinds of components that it is not asked of.
        logical: False leaves out components that contain others.
    """

    formats: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    kinds_except: tuple[str, ...] = ()
    logical: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element of a profile.

    Args:
        id: lower case with hyphens, unique in its profile.
        title: the name that the source gives it.
        section: of the source.
        scope: whom it is asked of: the document, each component, or the component that it is about.
        level: of the profile.
        applies: whom it is not asked of.
        requires: what satisfies it.
        why: what is lost without it; a sentence or two.
        remedy: what to write; a sentence in the imperative.
    """

    id: str
    title: str
    section: str
    scope: Scope
    level: Level
    applies: Filter
    requires: Predicate
    why: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A profile.

    Args:
        id: lower case, digits, dots and hyphens.
        title: for people.
        status: "draft" while its source may still change.
        source: what it is made from.
        note: what a reader has to know about it; "" if nothing.
        levels: from the strongest to the weakest.
        components: which parts of a document its elements speak of.
        elements: in the order of the source.
        unjudged: (title, reason) of what the source asks and no document can show.
    """

    id: str
    title: str
    status: Status
    source: Source
    note: str
    levels: tuple[Level, ...]
    components: Filter
    elements: tuple[Element, ...]
    unjudged: tuple[tuple[str, str], ...] = ()

    def rule(self, element: Element) -> str:
        """Return the id of the rule that a missing element breaks."""
        return f"E-{self.id}-{element.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one element.

    Args:
        element: the element.
        total: how many it was asked of.
        missing: JSON Pointers of those that lack it, in document order; "" is the document.
    """

    element: Element
    total: int
    missing: tuple[str, ...] = ()

    @property
    def satisfied(self) -> int:
        """Return how many have it."""
        return self.total - len(self.missing)

    @property
    def permille(self) -> int:
        """Return the share of those that have it, 0 to 1000, rounded down; 1000 if it was asked of none."""
        return self.satisfied * 1000 // self.total if self.total else 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a document says of what a profile asks.

    Args:
        profile: the profile.
        outcomes: one for each of its elements, in its order.
        names: JSON Pointer of each component that lacks something, to its name, at most 120 characters of it.
    """

    profile: Profile
    outcomes: tuple[Outcome, ...]
    names: dict[str, str] = field(default_factory=dict)

    @property
    def score(self) -> int:
        """Return the weighted share of what is there, 0 to 1000; rounded down, so 1000 means everything."""
        return _score(self.outcomes)

    @property
    def baseline(self) -> bool:
        """Return whether nothing of a baseline level is missing."""
        return not any(outcome.missing for outcome in self.outcomes if outcome.element.level.baseline)

    def level_score(self, level: Level) -> int:
        """Return the share of the elements of one level, 0 to 1000."""
        return _score(outcome for outcome in self.outcomes if outcome.element.level == level)

    def satisfies(self, asked: "Asked") -> bool:
        """Return whether what was asked for is there."""
        if self.score < asked.min_score:
            return False
        for level in self.profile.levels:
            if level.id == asked.level:
                return self.meets(level)
        return self.baseline

    def meets(self, level: Level) -> bool:
        """Return whether nothing of this level or of a stronger one is missing."""
        asked = self.profile.levels[: self.profile.levels.index(level) + 1]
        return not any(outcome.missing for outcome in self.outcomes if outcome.element.level in asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a document has to have.

    Args:
        level: id of the weakest level of which nothing may be missing; "" for the baseline levels.
        min_score: the least score, 0 to 1000.
    """

    level: str = ""
    min_score: int = 0


def _score(outcomes: "Iterable[Outcome]") -> int:
    asked = [outcome for outcome in outcomes if outcome.total]
    weight = sum(outcome.element.level.weight for outcome in asked)
    gained = sum(outcome.element.level.weight * outcome.permille for outcome in asked)
    return gained // weight if weight else 1000
