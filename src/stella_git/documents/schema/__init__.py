"""Asserting a schema: the official ones, by ids in a table, and the engines that hold documents to them.

``engine`` asks the quick ones first (``native`` where it is installed, then the closures of ``accept``) and
lets jsonschema look only at what they refuse; ``explain`` turns what it finds into sentences. This package is
the only user of jsonschema. ``inline`` is for schemas that a repository brings.
"""
