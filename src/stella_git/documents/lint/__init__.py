"""Rules that no schema can state, by format. Each rule is a function from a document to complaints.

A rule reads a parsed document that may have schema violations too, so it looks before it steps, and leaves
to the schema what the schema already says. It is silent where it would need something of its surroundings
that the context does not offer.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stella_git.documents.context import Context, Subject
    from stella_git.documents.problems import Complaint

    Lint = Callable[[Subject, Context], Iterator[Complaint]]

# Format -> modules of this package, each with a tuple ``CHECKS`` of rules, run in this order.
MODULES: dict[str, tuple[str, ...]] = {
    "csaf": (
        "csaf",
        "csaf_document",
        "csaf_vulnerabilities",
        "csaf_scores",
        "csaf_profiles",
        "pairs",
    ),
    "cyclonedx": (
        "cyclonedx",
        "cyclonedx_graph",
        "cyclonedx_references",
        "cyclonedx_values",
        "cyclonedx_analysis",
        "cyclonedx_history",
        "pairs",
    ),
    "openvex": ("openvex", "openvex_statements", "openvex_history", "pairs"),
    "spdx2": ("spdx2",),
    "spdx3": ("spdx3", "pairs"),
}

# Modules whose rules are all silent about a document on its own.
_BESIDE = frozenset({"pairs"})


def lint(subject: "Subject", context: "Context", *, admission: bool = False) -> "Iterator[Complaint]":
    """Return what the rules for its format find in a parsed document.

    Args:
        subject: the document.
        context: its surroundings.
        admission: only what decides whether a document is evidence. A verdict is recomputed years later:
            these rules never change their answers, so they are a tuple ``ADMISSION`` of their own.
    """
    for name in MODULES.get(subject.format.family, ()):
        if name in _BESIDE and context.shelf is None:
            continue
        module = import_module(f"stella_git.documents.lint.{name}")
        checks: tuple[Lint, ...] = getattr(module, "ADMISSION", ()) if admission else module.CHECKS
        for check in checks:
            yield from check(subject, context)


def unsaid(complaints: "Iterator[Complaint]", subject: "Subject") -> "Iterator[Complaint]":
    """Return complaints of the schema without those that a rule makes better in its place.

    A module of rules lists them as ``INSTEAD``: (rule of the schema, pattern of the whole pointer).
    """
    taken = None
    for complaint in complaints:
        if taken is None:
            modules = MODULES.get(subject.format.family, ())
            found = (import_module(f"stella_git.documents.lint.{name}") for name in modules)
            taken = [pair for module in found for pair in getattr(module, "INSTEAD", ())]
        if not any(rule == complaint.rule and place.fullmatch(complaint.pointer) for rule, place in taken):
            yield complaint
