"""Short texts that ``git log`` shows: a local notes ref, derived, never fetched or pushed."""

from collections.abc import Mapping

from stella_git.gitstore import refs
from stella_git.gitstore.backend import Backend, Identity
from stella_git.gitstore.notewriter import Writer
from stella_git.gitstore.pending import Pending
from stella_git.gitstore.retry import swap


def write_summary(backend: Backend, texts: Mapping[str, str], *, who: Identity, when: int) -> str | None:
    """Set the summary of commits, replacing what was there, and return the new tip.

    Args:
        texts: one line or several, by commit id; characters that a terminal would obey are escaped.
        when: seconds since the epoch, UTC.

    Raises:
        EnvironmentFault: git could not write.
        RefusedError: somebody else has put something into the ref that is no notes tree.
    """
    contents = {target: (escape(text) + "\n").encode() for target, text in texts.items()}
    pending = Pending(backend)
    if not contents:
        return backend.ref(refs.SUMMARY)

    def attempt(tip: str | None) -> str:
        writer = Writer(backend, refs.SUMMARY, tip, contents)
        return writer.commit(contents.items(), pending, message="Summarise", who=who, when=when)

    return swap(backend, refs.SUMMARY, attempt)


def escape(text: str) -> str:
    """Return the text with everything but printable characters and line ends escaped."""
    return "".join(
        char if char.isprintable() or char == "\n" else char.encode("unicode_escape").decode()
        for char in text
    )
