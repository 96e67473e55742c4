"""Values of parameters: of the right type, and within bounds."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.policy.model import Param

_WORDS = {"bool": "true or false", "int": "an integer", "string": "a string", "strings": "a list of strings"}


def refusal(param: "Param", value: "Json") -> str | None:
    """Return why a value is not one of a parameter's; None if it is.

    Args:
        param: what it is for.
        value: strings, integers, booleans, or a list of strings.
    """
    if not _is_kind(param.kind, value):
        return f"{param.name} is {_WORDS[param.kind]}, not {value!r:.60}"
    if isinstance(value, int) and not isinstance(value, bool):
        if param.minimum is not None and value < param.minimum:
            return f"{param.name} is at least {param.minimum}, not {value}"
        if param.maximum is not None and value > param.maximum:
            return f"{param.name} is at most {param.maximum}, not {value}"
    if param.allowed is not None:
        for item in value if isinstance(value, list) else [value]:
            if item not in param.allowed:
                return f"{param.name} is one of {', '.join(map(str, param.allowed))}, not {item!r:.60}"
    return None


def _is_kind(kind: str, value: "Json") -> bool:
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "int":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "string":
        return isinstance(value, str)
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
