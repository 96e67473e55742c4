"""Check the budgets on what is staged: the tree of the commit to come, before it exists."""

from stella_git.budget.check import BudgetCheck
from stella_git.canon.clock import Instant
from stella_git.config import CONFIG_FILE
from stella_git.errors import ConfigError, RefusedError, Where
from stella_git.flows import decide, evidence, trusted
from stella_git.flows.judge import Context, judge
from stella_git.flows.workspace import Workspace
from stella_git.gitstore.objects import tree_twin
from stella_git.verdict.decide import Decision


def check_staged(
    workspace: Workspace, *, environment: str | None, as_of: Instant | None
) -> tuple[BudgetCheck, ...]:
    """Return the budget checks of the index, under the rules that the index itself holds.

    A developer sees what the change would meet once it is accepted; what it does meet, under rules of the
    trusted revision, is what `stella decide` says.

    Args:
        environment: name, or None for the configured one.
        as_of: time at which grace is judged; None means now.

    Raises:
        ConfigError: no stella.toml is staged, it or a budget cannot be used, or no budget applies.
        InputError: an invalid document.
        RefusedError: no findings document is staged; a budget that counts nothing would always pass.
    """
    decision = judge_staged(workspace, environment=environment, as_of=as_of)
    if not decision.checks:
        message = decision.messages[0] if decision.messages else {}
        raise ConfigError(
            str(message.get("text", "no budget applies to this environment")),
            code="budget-missing",
            where=Where(CONFIG_FILE),
            remedy="name the environment in a budget's spec.environments, or the budget in decide.budgets",
        )
    missing = next((one for one in decision.messages if one.get("code") == "findings-missing"), None)
    if missing is not None:
        raise RefusedError(
            str(missing["text"]),
            code="findings-missing",
            where=Where(CONFIG_FILE),
            remedy="stage a findings document that decide.inputs.findings names, even an empty one",
        )
    return decision.checks


def judge_staged(workspace: Workspace, *, environment: str | None, as_of: Instant | None) -> Decision:
    """Return the decision on the index."""
    backend = workspace.backend
    tree = backend.index_tree()
    in_force = trusted.load_tree(backend, tree, label="index")
    documents = evidence.gather(workspace, tree, in_force.config)
    context = Context(
        subject_name=in_force.repository_id,
        tree_sha256=tree_twin(backend, tree),
        environment=decide.find_environment(workspace, in_force, None, environment),
        stage="pre-commit",
        as_of=as_of or decide.run_time(workspace),
        params=in_force.params_for(backend.head_ref()),
    )
    return judge((*documents, *decide.rules_in_force(workspace, tree, in_force)), context)
