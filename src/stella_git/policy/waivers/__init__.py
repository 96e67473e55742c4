"""Exceptions for a while: when they hold, what they lift, and what is said of those that do not hold.

Pure functions of records: who approved a waiver is given as names that somebody else verified
(`stella_git.trust.approvals`), and the time is that of the decision.
"""

from stella_git.policy.waivers.apply import Applied as Applied
from stella_git.policy.waivers.apply import apply as apply
from stella_git.policy.waivers.budgets import budget_waivers as budget_waivers
from stella_git.policy.waivers.state import Terms as Terms
from stella_git.policy.waivers.state import rows as rows
from stella_git.policy.waivers.state import state as state
