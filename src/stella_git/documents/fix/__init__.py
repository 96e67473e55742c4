"""Mending documents: the few bytes that a rule is sure about, and no other byte.

Part of floor 4. `mend.fix` gives new bytes; nothing here reads or writes files.
"""
