"""What the commands do, as short lists of named steps (floor 8).

Only here do signatures, git, documents, budgets and verdicts meet: each flow reads from git, hands plain
data to the pure floors below, and writes once, at the end.
"""
