"""Patterns of subject names."""


def matches(pattern: str, name: str) -> bool:
    """Return whether a subject pattern fits: ``*`` within one path segment, ``**`` across segments.

    The time is at most proportional to the product of the lengths: no pattern can make it run away.
    """
    reached = {0}
    for symbol in pattern.replace("**", "\0"):
        if symbol in "\0*":
            reached = _stretch(reached, name, across=symbol == "\0")
        else:
            reached = {at + 1 for at in reached if at < len(name) and name[at] == symbol}
    return len(name) in reached


def _stretch(reached: set[int], name: str, *, across: bool) -> set[int]:
    grown = set(reached)
    for at in range(len(name)):
        if at in grown and (across or name[at] != "/"):
            grown.add(at + 1)
    return grown
