"""CVSS scores of vectors, for reports that give nothing else."""

from functools import lru_cache


@lru_cache(maxsize=4096)
def scored(vector: str) -> tuple[int, bool] | None:
    """Return the base score of a CVSS vector in tenths, and whether it is of CVSS 2; None if it is no vector.

    Args:
        vector: such as ``CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H``, of version 2.0 to 4.0.
    """
    from stella_git.documents import cvss

    parsed = cvss.parse(vector)
    return None if parsed is None else (cvss.scores(parsed).base, parsed.version == "2.0")


def severity(deci: int, *, legacy: bool) -> str:
    """Return the qualitative rating of a score in tenths, of CVSS 2 (``legacy``) or later."""
    from stella_git.documents import cvss

    return cvss.severity(deci, "2.0" if legacy else "3.1")
