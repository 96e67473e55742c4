"""Verdicts: a pure function of evidence, policy files, trust and context (floor 6).

Anyone who has the same bytes gets the same verdict, byte for byte. First the lattice weighs VEX claims, then
the budgets count what is left, and the outcome is one digested document.
"""
