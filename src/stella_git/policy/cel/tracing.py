"""What the parts of an expression were while it ran: for explanations, and to see what was never asked."""

from stella_git.canon.record import record
from stella_git.policy.cel.faults import place
from stella_git.policy.cel.loops import Closure, Frame
from stella_git.policy.cel.meter import EvalError, Meter
from stella_git.policy.cel.nodes import Literal, Node
from stella_git.policy.cel.values import Value


class Seen:
    """What a node was: how often it ran, its first and its last outcome, and which booleans it gave."""

    __slots__ = ("booleans", "errors", "first", "last", "times")

    def __init__(self) -> None:
        self.times = 0
        self.errors = 0
        self.first: Value | EvalError = None
        self.last: Value | EvalError = None
        self.booleans: set[bool] = set()

    def note(self, outcome: Value) -> None:
        """Add an outcome: a value, or the error that stood in its place."""
        if not self.times:
            self.first = outcome
        self.last = outcome
        self.times += 1
        if outcome is True or outcome is False:
            self.booleans.add(outcome)


class Witness(Meter):
    """A meter that keeps what the nodes were as well."""

    __slots__ = ("seen",)

    def __init__(self, fuel: int) -> None:
        super().__init__(fuel)
        self.seen: dict[Node, Seen] = {}

    def note(self, node: Node, outcome: Value) -> None:
        """Add an outcome of a node."""
        if node not in self.seen:
            self.seen[node] = Seen()
        self.seen[node].note(outcome)


def watch(node: Node, closure: Closure) -> Closure:
    """Return ``closure``, which tells the witness in the frame what it gave, and errors where they arose."""

    def watched(frame: Frame) -> Value:
        witness: Witness = frame[0]
        try:
            value = closure(frame)
        except EvalError as error:
            if error.offset is None:
                error.offset = node.start
            witness.note(node, error)
            raise
        witness.note(node, value)
        return value

    return watched


@record(frozen=True, slots=True, kw_only=True)
class Step:
    """A part of an expression and what it was.

    Args:
        text: as it is written.
        line: of its first character, from 1.
        column: from 1.
        times: how often it ran; parts of loops run often, others once or, when nobody asked, never.
        first: its value when it ran first, or the `EvalError` in its place; None if it never ran.
        last: the same for the last time.
        parts: what it is made of, but for what is written out.
    """

    text: str
    line: int
    column: int
    times: int
    first: Value
    last: Value
    parts: "tuple[Step, ...]"


@record(frozen=True, slots=True, kw_only=True)
class Trace:
    """An evaluation that was watched.

    Args:
        source: the expression.
        tree: what it says.
        value: what it gave; None if there was an error.
        error: why it has no value.
        seen: what the nodes were; those that never ran are absent.
    """

    source: str
    tree: Node
    value: Value
    error: EvalError | None
    seen: dict[Node, Seen]

    def steps(self) -> Step:
        """Return the expression as a tree of its parts and what they were."""
        return self._step(self.tree)

    def _step(self, node: Node) -> Step:
        where = place(self.source, node.start)
        seen = self.seen.get(node) or Seen()
        return Step(
            text=self.source[node.start : node.end],
            line=where.line or 1,
            column=where.column or 1,
            times=seen.times,
            first=seen.first,
            last=seen.last,
            parts=tuple(self._step(part) for part in node.parts() if not isinstance(part, Literal)),
        )


@record(frozen=True, slots=True, kw_only=True)
class Gap:
    """A condition that never came out one way.

    Args:
        text: as it is written.
        line: from 1.
        column: from 1.
        never: what it never was.
    """

    text: str
    line: int
    column: int
    never: bool


class Coverage:
    """Which ways the conditions of an expression came out, over many evaluations.

    A node that was a boolean whenever it ran is a condition. Add traces of one program; ask for the gaps.
    """

    def __init__(self) -> None:
        self._booleans: dict[Node, set[bool]] = {}
        self._source = ""

    def add(self, trace: Trace) -> None:
        """Count an evaluation."""
        self._source = trace.source
        for node, seen in trace.seen.items():
            if seen.booleans:
                self._booleans.setdefault(node, set()).update(seen.booleans)

    def gaps(self) -> tuple[Gap, ...]:
        """Return the conditions that never came out one way, in the order of the source."""
        found = []
        for node, booleans in self._booleans.items():
            for never in sorted({False, True} - booleans):
                where = place(self._source, node.start)
                found.append(
                    (node.start, -node.end, self._gap(node, where.line or 1, where.column or 1, never))
                )
        return tuple(gap for _, _, gap in sorted(found, key=lambda each: each[:2]))

    def _gap(self, node: Node, line: int, column: int, never: bool) -> Gap:  # noqa: FBT001 - it is what the gap holds
        return Gap(text=self._source[node.start : node.end], line=line, column=column, never=never)
