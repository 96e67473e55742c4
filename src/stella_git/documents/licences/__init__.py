"""SPDX licence expressions: read, judged against the licence list, and written in one form (floor 4).

``parse`` gives a tree or raises; ``problems`` says everything that is wrong; ``canonical`` gives one text for
expressions that mean the same; ``listed`` is the list, which is data with a version of its own.

Source: SPDX 2.3 Annex D; SPDX 3.0.1 annex "SPDX license expressions".
"""

from stella_git.documents.licences.canonical import canonical, spelt
from stella_git.documents.licences.grammar import parse
from stella_git.documents.licences.judge import SPECIAL, Fault, licence_fault, problems
from stella_git.documents.licences.listed import listed
from stella_git.documents.licences.model import (
    Compound,
    Exemption,
    Expression,
    Licence,
    Reference,
    With,
)

__all__ = (
    "SPECIAL",
    "Compound",
    "Exemption",
    "Expression",
    "Fault",
    "Licence",
    "Reference",
    "With",
    "canonical",
    "licence_fault",
    "listed",
    "parse",
    "problems",
    "spelt",
)
