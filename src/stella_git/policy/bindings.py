"""What the names in the expressions of a policy stand for when it is asked."""

from typing import TYPE_CHECKING

from stella_git.policy.cel.values import Timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stella_git.canon.reader import Json
    from stella_git.policy.cel.values import Value
    from stella_git.policy.context import Context
    from stella_git.policy.select import Selection


def bindings(
    params: "Mapping[str, Json]", context: "Context", chosen: "Sequence[Selection]"
) -> "dict[str, Value]":
    """Return the values of the names that every expression of a policy may read.

    Args:
        params: of the policy, in its environment.
        context: where and when it is asked.
        chosen: the evidence of each requirement; enough of each.
    """
    facts: dict[str, Value] = {
        "asOf": Timestamp(context.as_of.seconds),
        "environment": context.environment,
        "stage": context.stage,
    }
    if context.ref is not None:
        facts["ref"] = context.ref
    if context.subject is not None:
        facts["subject"] = context.subject
    found: dict[str, Value] = {"context": facts, "params": dict(params)}
    sources: dict[str, Value] = {}
    for each in chosen:
        name = each.requirement.name
        values = [item.value for item in each.chosen]
        found[name] = values if each.requirement.many else values[0]
        sources[name] = [source.to_json() for item in each.chosen for source in item.sources]
    found["evidence"] = sources
    return found
