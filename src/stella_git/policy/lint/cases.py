"""Tests of policies: whether what they try is there."""

from typing import TYPE_CHECKING, Any, cast

from stella_git.errors import ConfigError
from stella_git.policy.lint.found import Found, at, meant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stella_git.policy.lint.world import World
    from stella_git.policy.model import Policy
    from stella_git.policy.source import PolicyFile

_POINTER = "/spec/policy"


def check(world: "World") -> "Iterator[Found]":
    """Yield what is wrong with tests, beside what running them shows."""
    policies = {policy.file.path: policy for policy in world.policies}
    for test in world.tests:
        path = target(test)
        if isinstance(path, ConfigError):
            remedy = path.remedy or ""
            yield Found(rule="P117", file=test, where=path.where, message=path.message, remedy=remedy)
        elif path in policies:
            yield from _rules(test, policies[path])
        elif path not in world.paths and world.other(path) is None:
            yield at(test, _POINTER, "P401", f"there is no policy `{path}`", meant(path, policies))


def target(test: "PolicyFile") -> str | ConfigError:
    """Return the path of the policy that a test is for, or why it is none."""
    from stella_git.policy.paths import beside

    try:
        return beside(test, cast("Any", test.value)["spec"]["policy"], _POINTER)
    except ConfigError as error:
        return error


def _rules(test: "PolicyFile", policy: "Policy") -> "Iterator[Found]":
    rules = {rule.id for rule in policy.rules}
    for index, case in enumerate(cast("Any", test.value)["spec"]["cases"]):
        expected: Mapping[str, Any] = case["expect"].get("rules", {})
        for name in expected:
            if name not in rules:
                pointer = f"/spec/cases/{index}/expect/rules/{name}"
                message = f"`{policy.id}` has no rule `{name}`"
                yield at(test, pointer, "P402", message, meant(name, rules))
