"""The bytes of a file at revisions, to be compared."""

from contextlib import closing

from stella_git.errors import UsageError, Where

_RANGE = ".."


def revisions(path: str, spec: str) -> list[tuple[str, bytes]]:
    """Return (name for messages, bytes) of a file at a revision, or at two.

    Args:
        path: of the file, relative to the working directory or absolute.
        spec: ``REV``, or ``REV1..REV2``; an end that is left out is HEAD.

    Raises:
        UsageError: ``revision-unknown``; ``revision-without-file``: no regular file is there.
        EnvironmentFault: there is no repository, or git cannot be asked.
    """
    first, dots, second = spec.partition(_RANGE)
    named = [first or "HEAD", second or "HEAD"] if dots else [first]
    return [(f"{revision}:{path}", _at(revision, path)) for revision in named]


def _at(revision: str, path: str) -> bytes:
    from stella_git.flows.surroundings import GitSurroundings

    with closing(GitSurroundings(revision)) as surroundings:
        data = surroundings.earlier(path)
    if data is None:
        raise UsageError(
            f"no such file, or none that can be read, is in {revision}",
            code="revision-without-file",
            where=Where(path),
            remedy="name a revision that has it: git log -- FILE",
        )
    return data
