"""Names of refs. None is a directory of another, so every one of them can exist at once.

Source: ``docs/reference/refs.md``.
"""

NOTES = "refs/notes/stella/"
INBOXES = "refs/notes/stella/w/"  # one ref per writing key: writers never race each other
SEALED = "refs/notes/stella/attest"
SUMMARY = "refs/notes/stella/summary"  # local and derived: never fetched, never pushed
LOG = "refs/stella/log"
CAS = "refs/stella/cas/"
CAS_INBOXES = "refs/stella/cas/w/"
CAS_SEALED = "refs/stella/cas/sealed"
TRACKING = "refs/stella-remote/"
SEEN = "refs/local/stella/seen"

_KEY_DIGITS = 32


def inbox_ref(keyid: str) -> str:
    """Return the notes ref of one writer.

    Args:
        keyid: lower hex SHA-256 of the DER SPKI.
    """
    return INBOXES + keyid[:_KEY_DIGITS]


def cas_ref(keyid: str) -> str:
    """Return the ref under which one writer keeps evidence blobs."""
    return CAS_INBOXES + keyid[:_KEY_DIGITS]


def tracking(remote: str) -> str:
    """Return the prefix of the refs that a fetch from ``remote`` brings."""
    return f"{TRACKING}{remote}/"


def fetch_refspecs(remote: str) -> tuple[str, ...]:
    """Return what `stella init` adds to ``remote.<remote>.fetch``: notes and log, never the cas.

    Patterns throughout: a fetch fails when a ref that is named outright is missing on the remote.
    """
    there = tracking(remote)
    return (
        f"+{INBOXES}*:{there}notes/w/*",
        f"+{SEALED[:-1]}*:{there}notes/{SEALED.rsplit('/', 1)[1][:-1]}*",
        f"+{LOG[:-1]}*:{there}{LOG.rsplit('/', 1)[1][:-1]}*",
    )


def evidence_refspec(remote: str) -> str:
    """Return the refspec that brings evidence blobs, for whoever needs them."""
    return f"+{CAS}*:{tracking(remote)}cas/*"


def push_refspecs() -> tuple[str, ...]:
    """Return what somebody pushes to share their attestations and evidence; nothing is overwritten by it.

    Patterns, because ``git push`` fails when a ref that is named outright does not exist here.
    """
    return (f"{INBOXES}*:{INBOXES}*", f"{CAS_INBOXES}*:{CAS_INBOXES}*")


def carries_notes(name: str) -> bool:
    """Return whether a ref carries attestations: an inbox or the sealed union, of ours or of a remote."""
    if name.startswith(TRACKING):
        return "/notes/w/" in name or name.endswith("/notes/attest")
    return name == SEALED or name.startswith(INBOXES)


def carries_evidence(name: str) -> bool:
    """Return whether a ref carries evidence blobs, of ours or of a remote."""
    return name.startswith(CAS) or (name.startswith(TRACKING) and "/cas/" in name)
