"""The members of a policy, from JSON that keeps to the schema to records."""

from typing import TYPE_CHECKING, Any

from stella_git.policy import model
from stella_git.policy.model import Expression

if TYPE_CHECKING:
    from collections.abc import Mapping


def match(row: "Mapping[str, Any]") -> model.Match:
    """Return where and when a policy applies, of ``spec.match``."""
    return model.Match(**{name: tuple(values) for name, values in row.items()})


def requirement(row: "Mapping[str, Any]", pointer: str) -> model.Requirement:
    """Return what evidence is asked for, of an item of ``spec.requires`` at a JSON Pointer."""
    signed = row.get("signedBy")
    minimum = row.get("min", 1)
    return model.Requirement(
        name=row["as"],
        predicate_type=row["predicateType"],
        versions=tuple(row["versions"]) if "versions" in row else None,
        signed_by=None
        if signed is None
        else model.SignedBy(
            any_of=tuple(signed["anyOf"]) if "anyOf" in signed else None,
            role=signed.get("role"),
            threshold=signed.get("threshold", 1),
        ),
        minimum=minimum,
        maximum=row.get("max", 1),
        max_age_days=row.get("maxAgeDays"),
        on_missing=row.get("onMissing", "deny"),
        schema=row.get("schema"),
        pointer=pointer,
    )


def param(name: str, row: "Mapping[str, Any]") -> model.Param:
    """Return a parameter, of a member of ``spec.params``."""
    return model.Param(
        name=name,
        kind=row["type"],
        default=row.get("default"),
        minimum=row.get("min"),
        maximum=row.get("max"),
        allowed=tuple(row["enum"]) if "enum" in row else None,
        description=row.get("description", ""),
        pointer=f"/spec/params/{name}",
    )


def rule(row: "Mapping[str, Any]", pointer: str) -> model.Rule:
    """Return a rule, of an item of ``spec.rules`` at a JSON Pointer."""
    each, said = row.get("forEach"), row["violation"]
    return model.Rule(
        id=row["id"],
        title=row.get("title", ""),
        for_each=None
        if each is None
        else model.ForEach(
            item=each["item"],
            source=Expression(text=each["in"], pointer=f"{pointer}/forEach/in"),
            key=Expression(text=each["key"], pointer=f"{pointer}/forEach/key"),
            on_empty=each["onEmpty"],
        ),
        condition=Expression(text=row["assert"], pointer=f"{pointer}/assert"),
        violation=model.Template(
            code=said.get("code", row["id"]),
            params=tuple(
                (name, Expression(text=text, pointer=f"{pointer}/violation/params/{name}"))
                for name, text in sorted(said.get("params", {}).items())
            ),
            message=said["message"],
            fix=said.get("fix", ""),
            at=Expression(text=said["at"], pointer=f"{pointer}/violation/at") if "at" in said else None,
        ),
        pointer=pointer,
    )
