"""Policies are code: cases for them, what the cases never asked, mutants that they have to notice (floor 5).

`cases` reads files of the kind Test, `runner` tries them, `compare` holds what came against what was
expected, `shuffle` puts evidence into other orders, `coverage` watches conditions, `mutants` changes a policy
in small ways, and `mutate` asks whether a case notices. Nothing here reads a file.
"""
