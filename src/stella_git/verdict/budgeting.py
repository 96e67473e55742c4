"""Budgets in a verdict: which of them bind, and what is said of them."""

from collections.abc import Iterable, Iterator

from stella_git.budget import Budget, BudgetCheck
from stella_git.canon import jcs
from stella_git.canon.reader import Json
from stella_git.errors import ConfigError, Where
from stella_git.verdict.messages import Message, message
from stella_git.verdict.model import Subject


def chosen(known: Iterable[Budget], environment: str, subject: Iterable[Subject]) -> tuple[Budget, ...]:
    """Return the budgets of an environment and subject, sorted by id.

    Raises:
        ConfigError: ``budget-twice``: two of them have one id.
    """
    names = tuple(one.name for one in subject)
    found: dict[str, Budget] = {}
    for budget in known:
        if budget.covers(environment, names) and found.setdefault(budget.id, budget) is not budget:
            raise ConfigError(
                f"two budgets of the environment {environment!r} have the id {budget.id!r}",
                code="budget-twice",
                where=Where(budget.path, pointer="/metadata/id"),
                remedy="give each budget an id of its own",
            )
    return tuple(found[name] for name in sorted(found, key=jcs.sort_key))


def outcome(budget: Budget, done: BudgetCheck) -> dict[str, Json]:
    """Return the row of a verdict."""
    return {"id": budget.id, "checkId": done.check_id, "result": done.result, "state": done.state}


def exceeded(checks: Iterable[BudgetCheck]) -> Iterator[Message]:
    """Yield a message for every limit that is exceeded."""
    for each in checks:
        budget, violations = each.check["budget"], each.check["violations"]
        assert isinstance(budget, dict)
        assert isinstance(violations, list)
        for row in violations:
            assert isinstance(row, dict)
            text = f"budget {budget['id']}: {row['metric']} is {row['used']}, the limit is {row['limit']}"
            yield message("budget-exceeded", text, budget=budget["id"], result=each.result, **row)
