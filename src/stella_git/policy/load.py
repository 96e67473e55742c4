"""From bytes to records: strict YAML, the schema of the kind, and what no schema can say.

Every refusal has a line, a column and a remedy. `stella_git.policy.ruleset` puts the files of a set together.
"""

from typing import TYPE_CHECKING, Any, cast

from stella_git.canon.clock import Instant, parse_rfc3339
from stella_git.canon.reader import parse_yaml
from stella_git.errors import ConfigError, InputError
from stella_git.policy import members, model
from stella_git.policy.model import Expression
from stella_git.policy.paths import beside
from stella_git.policy.source import PolicyFile

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMIT = 4 << 20
API_VERSION = "stella.ops/v1"


def read(data: bytes, *, path: str) -> PolicyFile:
    """Return a file of a kind that has a schema, and keeps to it.

    Args:
        data: YAML or JSON, at most 4 MiB.
        path: its name, for messages and verdicts.

    Raises:
        ConfigError: ``policy-unreadable``: not strict YAML; ``policy-invalid``: not of a kind that we know,
            or not as its schema says; the first problem is named with its place and the nearest match.
    """
    file = plain(data, path=path)
    require_valid(file)
    return file


def plain(data: bytes, *, path: str) -> PolicyFile:
    """Return a file that is strict YAML, whatever it says.

    Raises:
        ConfigError: ``policy-unreadable``.
    """
    try:
        return PolicyFile(path, data, parse_yaml(data, path=path, limit=LIMIT))
    except InputError as error:
        raise unreadable(error, path) from error


def unreadable(error: InputError, path: str) -> ConfigError:
    """Return the error of a policy file that is not strict YAML."""
    return ConfigError(
        error.message,
        code="policy-unreadable",
        where=error.where.within(path),
        remedy=error.remedy or "make it one strict YAML document",
    )


def kind_of(file: PolicyFile) -> str:
    """Return the kind that a file says it is; "" if it says none."""
    value = file.value
    kind = value.get("kind") if isinstance(value, dict) else None
    return kind if isinstance(kind, str) else ""


def require_valid(file: PolicyFile) -> None:
    """Refuse a file that does not keep to the schema of its kind.

    Raises:
        ConfigError: ``policy-invalid``.
    """
    from stella_git.documents.detect import detect
    from stella_git.documents.schema.engine import schema_errors

    found = detect(file.value)
    known = found is not None and found.kind == "stella" and found.supported
    if known and found and next(iter(schema_errors(found.kind, found.version, file.value)), None) is None:
        return
    _refuse(file)


def _refuse(file: PolicyFile) -> None:
    from stella_git.documents.validate import validate

    result = validate(file.data, path=file.path, expect=frozenset({"stella"}))
    errors = [problem for problem in result.problems if problem.severity == "error"]
    first = errors[0]
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    where = file.where(first.pointer)
    where.line, where.column = first.line, first.column
    raise ConfigError(f"{first.message}{more}", code="policy-invalid", where=where, remedy=first.remedy)


def policy(file: PolicyFile) -> model.Policy:
    """Return the policy in a file that keeps to its schema.

    Raises:
        ConfigError: ``policy-invalid``, ``policy-instant``: what its schema cannot say.
    """
    _require_kind(file, "Policy")
    document = cast("dict[str, Any]", file.value)
    metadata, spec = document["metadata"], document["spec"]
    made = model.Policy(
        id=metadata["id"],
        revision=metadata["revision"],
        title=metadata["title"],
        description=metadata.get("description", ""),
        owner=metadata["owner"],
        severity=metadata["severity"],
        controls=tuple(sorted(metadata.get("controls", ()))),
        mode=spec["mode"],
        effective_on=_instant(file, spec, "effectiveOn"),
        expires=_instant(file, spec, "expires"),
        cache=spec.get("cache"),
        match=members.match(spec.get("match", {})),
        requires=tuple(
            members.requirement(row, f"/spec/requires/{index}")
            for index, row in enumerate(spec.get("requires", ()))
        ),
        params=tuple(members.param(name, row) for name, row in sorted(spec.get("params", {}).items())),
        lets=tuple(
            (name, Expression(text=text, pointer=f"/spec/let/{name}"))
            for name, text in sorted(spec.get("let", {}).items())
        ),
        rules=tuple(members.rule(row, f"/spec/rules/{index}") for index, row in enumerate(spec["rules"])),
        file=file,
    )
    _require_once(file, [rule.id for rule in made.rules], "/spec/rules", "rule")
    _require_once(file, [row.name for row in made.requires], "/spec/requires", "piece of evidence")
    return made


def policy_set(file: PolicyFile) -> model.PolicySet:
    """Return the policy set in a file that keeps to its schema.

    Paths of packs are made relative to the root that the path of the file is relative to.

    Raises:
        ConfigError: ``policy-invalid``: what its schema cannot say.
    """
    _require_kind(file, "PolicySet")
    document = cast("dict[str, Any]", file.value)
    metadata, spec = document["metadata"], document["spec"]
    packs = tuple(_pack(file, row, f"/spec/packs/{index}") for index, row in enumerate(spec["packs"]))
    _require_once(file, [pack.name for pack in packs], "/spec/packs", "pack")
    return model.PolicySet(
        id=metadata["id"],
        revision=metadata["revision"],
        title=metadata.get("title", ""),
        owner=metadata["owner"],
        packs=packs,
        allow=tuple(spec.get("allow", ())),
        everywhere=_overrides(spec),
        environments={name: _overrides(row) for name, row in sorted(spec.get("environments", {}).items())},
        max_waiver_days=spec.get("maxWaiverDays", 90),
        waiver_approvals=spec.get("waiverApprovals", 1),
        file=file,
    )


def _overrides(row: "Mapping[str, Any]") -> model.Overrides:
    return model.Overrides(modes=row.get("modes", {}), params=row.get("params", {}))


def _pack(file: PolicyFile, row: "Mapping[str, Any]", pointer: str) -> model.Pack:
    origin = row.get("from")
    made = None
    if origin is not None:
        kind = next(name for name in ("git", "https", "file") if name in origin)
        made = model.Origin(
            kind=kind, url=origin[kind], commit=origin.get("commit", ""), path=origin.get("path", "")
        )
    return model.Pack(
        name=row["name"],
        path=beside(file, row["path"], f"{pointer}/path"),
        origin=made,
        digest=row.get("digest"),
        pointer=pointer,
    )


def waiver(file: PolicyFile) -> model.Waiver:
    """Return the waiver in a file that keeps to its schema.

    Raises:
        ConfigError: ``policy-instant``: a time that does not exist.
    """
    _require_kind(file, "Waiver")
    document = cast("dict[str, Any]", file.value)
    metadata, spec = document["metadata"], document["spec"]
    match = spec["match"]
    return model.Waiver(
        id=metadata["id"],
        owner=metadata["owner"],
        created=_time(file, metadata["created"], "/metadata/created"),
        policy=spec["policy"],
        rule=spec.get("rule"),
        fingerprint=match.get("fingerprint"),
        vuln=match.get("vuln"),
        purl=match.get("purl"),
        environments=tuple(match["environments"]) if "environments" in match else None,
        subjects=tuple(match["subjects"]) if "subjects" in match else None,
        kind=spec["type"],
        effect=spec["effect"],
        reason=spec["reason"],
        ticket=spec.get("ticket"),
        approvals=tuple(
            model.Approval(identity=row["identity"], digest=row["digest"], signature=row["signature"])
            for row in spec["approvals"]
        ),
        effective_from=_time(file, spec["effectiveFrom"], "/spec/effectiveFrom"),
        expires=_time(file, spec["expires"], "/spec/expires"),
        file=file,
    )


def _require_kind(file: PolicyFile, kind: str) -> None:
    if kind_of(file) != kind:
        raise ConfigError(
            f"this is of the kind {kind_of(file)[:60]!a}, not {kind!a}",
            code="policy-kind",
            where=file.where("/kind"),
            remedy=f"give a file of the kind {kind}",
        )


def _instant(file: PolicyFile, spec: "Mapping[str, Any]", name: str) -> Instant | None:
    return _time(file, spec[name], f"/spec/{name}") if name in spec else None


def _time(file: PolicyFile, text: str, pointer: str) -> Instant:
    try:
        return parse_rfc3339(text)
    except InputError as error:
        raise ConfigError(
            error.message, code="policy-instant", where=file.where(pointer), remedy="write a time that exists"
        ) from error


def _require_once(file: PolicyFile, names: list[str], pointer: str, what: str) -> None:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            raise ConfigError(
                f"the {what} {name!a} is there twice",
                code="policy-twice",
                where=file.where(f"{pointer}/{index}"),
                remedy="give each a name of its own",
            )
        seen.add(name)
