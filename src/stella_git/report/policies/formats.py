"""Results of policies in every format, by its name."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.report.policies.outcome import Outcome


def render(
    outcome: "Outcome", name: str, *, version: str, colour: bool = False, verbose: bool = False
) -> "str | Json":
    """Return the report: text as it is printed, or JSON to be written canonically.

    Args:
        outcome: what came out.
        name: ``text``, ``json``, ``sarif``, ``junit``, ``github``, ``gitlab`` or ``markdown``.
        version: version of this tool.
        colour: whether to use colour in text.
        verbose: whether text lists rules that pass or do not apply.
    """
    from importlib import import_module

    module = import_module(f"stella_git.report.policies.{'asjson' if name == 'json' else name}")
    if name == "text":
        text: str = module.render(outcome, colour=colour, verbose=verbose)
        return text
    made: str | Json = module.render(outcome, version=version) if name == "sarif" else module.render(outcome)
    return made
