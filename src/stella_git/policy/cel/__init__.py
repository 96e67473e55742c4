"""CEL: expressions that are compiled, bounded and explained.

    program = cel.compile("sbom.components.all(c, has(c.version))", names={"sbom": None})
    program.evaluate({"sbom": document})

An expression sees what it is given, nothing else: no clock, no files, no network. It ends, after work that is
counted the same on every machine. What comes out depends on what goes in alone; maps are gone through in the
order of their keys.

Source: Common Expression Language, language definition, without protocol buffers; ``docs/adr/0021``.
"""

from stella_git.policy.cel.meter import EvalError, FuelError, Meter
from stella_git.policy.cel.nodes import Node, span
from stella_git.policy.cel.notation import written
from stella_git.policy.cel.program import (
    FUEL,
    Options,
    Program,
    compile,  # noqa: A004 - called as cel.compile
    problems,
)
from stella_git.policy.cel.schematypes import type_of_schema
from stella_git.policy.cel.tracing import Coverage, Gap, Step, Trace
from stella_git.policy.cel.types import Type

__all__ = [
    "FUEL",
    "Coverage",
    "EvalError",
    "FuelError",
    "Gap",
    "Meter",
    "Node",
    "Options",
    "Program",
    "Step",
    "Trace",
    "Type",
    "compile",
    "problems",
    "span",
    "type_of_schema",
    "written",
]
