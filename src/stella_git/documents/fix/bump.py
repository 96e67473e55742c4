"""The next version of a document that changed without saying so.

Only where it is asked for: many commits may go into one version, and which one is the next to be published
is for whoever publishes it to say.
"""

from typing import TYPE_CHECKING

from stella_git.documents.problems import Mend
from stella_git.documents.read import text

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.context import Context, Subject
    from stella_git.documents.settings import Settings

# Rules that speak where content changed against the revision before, and the version did not.
BUMPS = frozenset({"C016", "V030"})


def next_version(
    subject: "Subject", context: "Context", settings: "Settings | None" = None
) -> tuple[str, dict[str, Mend]]:
    """Return the rule that asks for another version, and the mends that give it; ("", {}) if none does.

    Args:
        subject: the document.
        context: with the revision before; its ``now`` becomes the ``last_updated`` of OpenVEX.
        settings: a rule that is off there asks for nothing.

    Source: CycloneDX 1.6 ``version``; OpenVEX 0.2.0, "Document Struct Fields", ``version``, ``last_updated``.
    """
    from stella_git.documents.lint import lint

    said = lint(subject, context)
    if settings is not None:
        said = settings.apply(said, subject)
    found = next((each for each in said if each.rule in BUMPS), None)
    if found is None or found.mend is None:
        return "", {}
    rule, mends = found.rule, {found.pointer: found.mend}
    if rule == "V030" and context.now is not None and _is_earlier(subject.value, context):
        mends["/last_updated"] = Mend(str(context.now))
    return rule, mends


def _is_earlier(value: "Json", context: "Context") -> bool:
    """Return whether the document says when it was last updated, and that this was before now."""
    from stella_git.canon.clock import parse_rfc3339
    from stella_git.errors import InputError

    said = text(value, "last_updated")
    if said is None or context.now is None:
        return False
    try:
        return parse_rfc3339(said) < context.now
    except InputError:
        return False
