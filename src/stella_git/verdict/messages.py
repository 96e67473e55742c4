"""What readers of a verdict are told beside it; the wording may change, the verdict may not."""

from collections.abc import Mapping

from stella_git.canon.reader import Json

Message = Mapping[str, Json]


def message(code: str, text: str, **members: Json) -> Message:
    """Return ``{code, text, ...}``."""
    return {"code": code, "text": text, **members}
