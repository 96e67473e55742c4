"""Regular expressions in linear time: the syntax of RE2, searched without going back."""


def matches(text: str, pattern: str) -> bool:
    """Return whether the pattern is found anywhere in the text."""
    raise NotImplementedError
