"""Printing problems of documents, in every format that there is."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from stella_git.documents.fix.propose import Proposal
    from stella_git.documents.validate import Validated

FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown")


def print_report(
    results: "Sequence[Validated]", arguments: "argparse.Namespace", passed_over: int = 0
) -> None:
    """Print problems in the format that is asked for.

    Args:
        results: one for each file.
        arguments: with ``format``, one of `FORMATS`, and ``color``.
        passed_over: how many files were no documents.
    """
    from stella_git import __version__
    from stella_git.cli.files import print_json, use_colour
    from stella_git.report import problems

    kind = arguments.format
    if kind == "json":
        print_json(problems.as_json(results))
    elif kind == "sarif":
        from stella_git.report.sarif import sarif

        print_json(sarif(results, version=__version__, fixes=_proposals(results)))
    elif kind == "gitlab":
        from stella_git.report import gitlab

        print_json(gitlab.render(results))
    elif kind == "concise":
        sys.stdout.write(problems.concise(results))
    elif kind == "text":
        colour = use_colour(arguments.color)
        if results or passed_over:
            _print_text(problems.text(results, colour=colour, passed_over=passed_over), results)
    else:
        from stella_git.report import github, junit, problemsmarkdown

        renderers = {"github": github, "junit": junit, "markdown": problemsmarkdown}
        sys.stdout.write(renderers[kind].render(results))


def _proposals(results: "Sequence[Validated]") -> "dict[str, tuple[Proposal, ...]]":
    """Return what would mend each file with problems that can be mended; a file that is gone has none."""
    from stella_git.cli.files import read_argument
    from stella_git.documents.fix.propose import propose
    from stella_git.documents.validate import DOCUMENT_LIMIT
    from stella_git.errors import StellaError

    found: dict[str, tuple[Proposal, ...]] = {}
    for result in results:
        if result.path == "-" or not any(problem.fixable for problem in result.problems):
            continue
        try:
            data = read_argument(result.path, limit=DOCUMENT_LIMIT)
            found[result.path] = propose(data, path=result.path)
        except StellaError:
            continue
    return found


def _print_text(text: str, results: "Sequence[Validated]") -> None:
    from stella_git.config import environment

    if environment().get("GITHUB_ACTIONS") == "true":
        from stella_git.report import github

        text = github.beside(text, results)
    sys.stdout.write(text)
