"""Budgets: how many findings, unknowns and waivers an environment may carry (floor 5).

Pure: a budget, the inputs and an instant go in, a check with a recomputable id comes out. The algorithm has
the name ``budget/1``; any change of an output byte gets another name.
"""

from stella_git.budget.check import SEMANTICS, BudgetCheck, Line, check
from stella_git.budget.inputs import BudgetFinding, BudgetInputs, BudgetWaiver, Unknown
from stella_git.budget.model import Budget, problems

__all__ = [
    "SEMANTICS",
    "Budget",
    "BudgetCheck",
    "BudgetFinding",
    "BudgetInputs",
    "BudgetWaiver",
    "Line",
    "Unknown",
    "check",
    "problems",
]
