"""Git as the database (floor 4): objects, refs, notes, evidence.

The only package that imports pygit2 and the only one that runs git.
"""
