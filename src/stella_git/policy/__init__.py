"""Policies: rules that are read, bounded and explained (floor 5).

`stella_git.policy.cel` is the language that rules are written in. Nothing here reads a file, a clock or the
environment: bytes and an instant go in, answers come out.
"""
