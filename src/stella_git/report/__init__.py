"""Renderers (floor 9): results in, text or JSON out.

Every string that comes from outside passes ``text.printable`` before it reaches a terminal. Renderers
return strings or JSON values; only the command line prints.
"""
