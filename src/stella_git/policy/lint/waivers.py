"""Waivers: whether what they lift exists, how much they cover, how long they last, who approved them."""

from typing import TYPE_CHECKING

from stella_git.canon.clock import DAY
from stella_git.policy.lint.found import Found, at, meant
from stella_git.policy.lint.policies import SOON, days_until
from stella_git.policy.targets import is_everything

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stella_git.policy.lint.world import World
    from stella_git.policy.model import Policy, Waiver


def check(world: "World") -> "Iterator[Found]":
    """Yield what is wrong with every waiver."""
    seen: dict[str, Waiver] = {}
    policies = world.by_id()
    for waiver in world.waivers:
        first = seen.setdefault(waiver.id, waiver)
        if first is not waiver:
            message = f"the waiver `{waiver.id}` is in {first.file.path} too"
            yield at(waiver.file, "/metadata/id", "P301", message)
        yield from _target(world, policies, waiver)
        yield from _scope(waiver)
        yield from _times(world, waiver)
        yield from _approvals(world, waiver)


def _target(world: "World", policies: "Mapping[str, Policy]", waiver: "Waiver") -> "Iterator[Found]":
    policy = policies.get(waiver.policy)
    if waiver.policy not in world.names and waiver.policy not in world.budgets:
        if world.blind:
            return
        known = world.names | world.budgets
        message = f"there is no policy `{waiver.policy}`"
        yield at(waiver.file, "/spec/policy", "P302", message, meant(waiver.policy, known))
    elif waiver.rule is not None and (policy is not None or waiver.policy not in world.names):
        rules = {rule.id for rule in policy.rules} if policy else set()
        if waiver.rule not in rules:
            message = f"`{waiver.policy}` has no rule `{waiver.rule}`"
            yield at(waiver.file, "/spec/rule", "P303", message, meant(waiver.rule, rules))


def _scope(waiver: "Waiver") -> "Iterator[Found]":
    scopes = [(waiver.vuln, "/spec/match/vuln"), (waiver.purl, "/spec/match/purl")]
    scopes += [(glob, f"/spec/match/subjects/{index}") for index, glob in enumerate(waiver.subjects or ())]
    for glob, pointer in scopes:
        if glob is not None and is_everything(glob):
            yield at(waiver.file, pointer, "P304", f"`{glob}` covers everything")


def _times(world: "World", waiver: "Waiver") -> "Iterator[Found]":
    begins, ends = waiver.effective_from, waiver.expires
    most = world.policy_set.max_waiver_days if world.policy_set else 90
    if not begins < ends:
        message = f"it expires at {ends}, and begins at {begins}"
        yield at(waiver.file, "/spec/expires", "P306", message)
    elif ends.seconds - begins.seconds > most * DAY:
        message = f"it lasts from {begins} to {ends}, and {most} days are allowed"
        yield at(waiver.file, "/spec/expires", "P305", message)
    if world.now is None:
        return
    if not world.now < ends:
        yield at(waiver.file, "/spec/expires", "P307", f"`{waiver.id}` expired at {ends}")
    elif days_until(ends, world.now) < SOON:
        message = f"`{waiver.id}` expires at {ends}: days left: {days_until(ends, world.now)}"
        yield at(waiver.file, "/spec/expires", "P308", message)


def _approvals(world: "World", waiver: "Waiver") -> "Iterator[Found]":
    needed = world.policy_set.waiver_approvals if world.policy_set else 1
    owner = waiver.owner.partition(":")[2]
    others = set()
    now = world.digest(waiver.file.value) if waiver.approvals else None
    for index, approval in enumerate(waiver.approvals):
        if approval.identity.partition(":")[2] == owner:
            pointer = f"/spec/approvals/{index}/identity"
            yield at(waiver.file, pointer, "P309", f"`{approval.identity}` is its owner")
        elif now is not None and approval.digest != now:
            pointer = f"/spec/approvals/{index}/digest"
            message = f"what `{approval.identity}` approved is not what the waiver says"
            yield at(waiver.file, pointer, "P310", message)
        else:
            others.add(approval.identity)
    if len(others) < needed:
        message = f"it takes {needed} to approve it; approvals that may count: {len(others)}"
        yield at(waiver.file, "/spec/approvals", "P311", message)
