"""What ``stella init`` tells git: fetch notes and log, and show summaries in ``git log``."""

from stella_git.gitstore import refs
from stella_git.gitstore.backend import Backend

_DISPLAY = "notes.displayRef"


def _fetch_key(remote: str) -> str:
    return f"remote.{remote}.fetch"


def has_refspecs(backend: Backend, remote: str) -> bool:
    """Return whether a fetch from the remote brings notes and log."""
    return set(refs.fetch_refspecs(remote)) <= set(backend.config_get_all(_fetch_key(remote)))


def add_refspecs(backend: Backend, remote: str) -> None:
    """Make a fetch from the remote bring notes and log; what is there already stays once."""
    present = set(backend.config_get_all(_fetch_key(remote)))
    for refspec in refs.fetch_refspecs(remote):
        if refspec not in present:
            backend.config_add(_fetch_key(remote), refspec)


def remove_refspecs(backend: Backend, remote: str) -> None:
    """Undo `add_refspecs`."""
    for refspec in refs.fetch_refspecs(remote):
        backend.config_unset(_fetch_key(remote), refspec)


def has_display_ref(backend: Backend) -> bool:
    """Return whether ``git log`` shows summaries."""
    return refs.SUMMARY in backend.config_get_all(_DISPLAY)


def add_display_ref(backend: Backend) -> None:
    """Make ``git log`` show summaries; once a displayRef is set git still shows its default notes."""
    if not has_display_ref(backend):
        backend.config_add(_DISPLAY, refs.SUMMARY)


def remove_display_ref(backend: Backend) -> None:
    """Undo `add_display_ref`."""
    backend.config_unset(_DISPLAY, refs.SUMMARY)
