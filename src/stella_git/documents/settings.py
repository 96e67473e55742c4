"""Severities of somebody's own: the policy file ``DocumentRules``.

```yaml
apiVersion: stella.ops/v1
kind: DocumentRules
spec:
  severities: {C007: "off", C010: error}
  except:
    - {rule: C001, paths: ["vendor/**"], reason: "The vendor repeats bom-refs; asked to mend it."}
```

They hold for documents of others: SBOM, VEX and scanner output as it comes. What says that bytes are not
strict JSON is not negotiable, and neither is anything about bytes that are signed or digested.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from stella_git.canon.globs import glob_matches
from stella_git.documents.severity import Severity
from stella_git.errors import ConfigError

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.canon.yamlreader import YamlDocument
    from stella_git.documents.context import Subject
    from stella_git.documents.problems import Complaint

KIND = "DocumentRules"
LIMIT = 1 << 20
# Documents of others: formats that nobody here signs or digests as they are.
FOREIGN = frozenset({"csaf", "cyclonedx", "openvex", "sarif", "spdx"})

Setting = Severity | Literal["off"]
_SETTINGS: tuple[Setting, ...] = ("error", "warning", "info", "off")
# Bytes, what a document is, and what is signed.
_FIXED = frozenset("JDAY")
_CODE = "document-rules-invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """A rule that is silent about some files.

    Args:
        rule: its id.
        paths: globs; ``*`` inside a name, ``**`` across names.
        reason: why; shown by nobody but the file itself.
    """

    rule: str
    paths: tuple[str, ...]
    reason: str

    def covers(self, path: str) -> bool:
        """Return whether a file is one of those."""
        from os import path as names

        # As the system reads it: a backslash is a separator where it is one, and ``..`` leads out again.
        return glob_matches(names.normpath(path).replace(names.sep, "/"), self.paths)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a repository makes of the rules.

    Args:
        severities: rule id to severity, or "off".
        exemptions: rules that are silent about some files.
    """

    severities: Mapping[str, Setting] = field(default_factory=dict)
    exemptions: tuple[Exemption, ...] = ()

    def apply(self, complaints: "Iterator[Complaint]", subject: "Subject") -> "Iterator[Complaint]":
        """Return complaints with these severities, without those that are off."""
        if subject.format.kind not in FOREIGN:
            yield from complaints
            return
        silent = {one.rule for one in self.exemptions if one.covers(subject.path)}
        for complaint in complaints:
            severity = "off" if complaint.rule in silent else self.severities.get(complaint.rule)
            if severity is None:
                yield complaint
            elif severity != "off":
                yield replace(complaint, severity=severity)


def parse(data: bytes, *, path: str) -> Settings:
    """Return what a file of the kind ``DocumentRules`` says.

    Args:
        data: YAML or JSON.
        path: its name, for messages.

    Raises:
        ConfigError: ``document-rules-invalid``: another kind, an unknown member, rule or severity, a rule
            about bytes, an exemption without paths or a reason.
        InputError: it is not strict YAML.
    """
    from stella_git.canon.reader import parse_yaml

    return _Reader(parse_yaml(data, path=path, limit=LIMIT)).settings()


class _Reader:
    """Reads one file; every refusal has its place."""

    def __init__(self, document: "YamlDocument") -> None:
        self._document = document

    def settings(self) -> Settings:
        value = self._object(self._document.value, {"apiVersion", "kind", "metadata", "spec"}, "")
        if value.get("apiVersion") != "stella.ops/v1" or value.get("kind") != KIND:
            raise self._invalid(f"this is not apiVersion stella.ops/v1, kind {KIND}", "")
        if not isinstance(value.get("metadata", {}), dict):
            raise self._invalid("`metadata` is an object", "/metadata")
        if "spec" not in value:
            raise self._invalid("there is no `spec`", "")
        spec = self._object(value["spec"], {"severities", "except"}, "/spec")
        exemptions = spec.get("except", [])
        if not isinstance(exemptions, list):
            raise self._invalid("`except` is an array", "/spec/except")
        return Settings(
            severities=self._severities(spec.get("severities", {}), "/spec/severities"),
            exemptions=tuple(
                self._exemption(each, f"/spec/except/{number}") for number, each in enumerate(exemptions)
            ),
        )

    def _severities(self, value: "Json", pointer: str) -> dict[str, Setting]:
        if not isinstance(value, dict):
            raise self._invalid("`severities` is an object", pointer)
        return {
            self._rule(name, pointer): self._severity(each, f"{pointer}/{name}")
            for name, each in value.items()
        }

    def _exemption(self, value: "Json", pointer: str) -> Exemption:
        members = self._object(value, {"rule", "paths", "reason"}, pointer)
        paths, reason = members.get("paths"), members.get("reason")
        if not isinstance(paths, list) or not paths or not all(isinstance(each, str) for each in paths):
            raise self._invalid("an exemption names the files it is for in `paths`", pointer)
        if not isinstance(reason, str) or not reason.strip():
            raise self._invalid("an exemption says why in `reason`", pointer)
        rule = self._rule(members.get("rule"), pointer)
        return Exemption(rule=rule, paths=tuple(map(str, paths)), reason=reason)

    def _object(self, value: "Json", known: set[str], pointer: str) -> "dict[str, Json]":
        if not isinstance(value, dict):
            raise self._invalid("this is no object", pointer)
        for name in value:
            if name not in known:
                raise self._invalid(f"{name!a} is unknown here{_hint(name, known)}", pointer)
        return value

    def _rule(self, name: "Json", pointer: str) -> str:
        from stella_git.documents.rules import all_rules, find

        if not isinstance(name, str):
            raise self._invalid("an exemption names its rule in `rule`", pointer)
        if find(name) is None:
            raise self._invalid(f"{ascii(name)[:60]} is no rule{_hint(name, all_rules())}", pointer)
        if name[0] in _FIXED:
            raise self._invalid(f"{name} cannot be set: after it, nothing more can be said", pointer)
        return name

    def _severity(self, value: "Json", pointer: str) -> Setting:
        for known in _SETTINGS:
            if value == known:
                return known
        hint = "; write it in quotes" if isinstance(value, bool) else ""
        raise self._invalid(f"{ascii(value)[:60]} is none of {', '.join(_SETTINGS)}{hint}", pointer)

    def _invalid(self, message: str, pointer: str) -> ConfigError:
        remedy = "see docs/reference/document-rules.md"
        return ConfigError(message, code=_CODE, where=self._document.where(pointer), remedy=remedy)


def _hint(name: str, known: "Iterable[str]") -> str:
    from stella_git.documents.wording import nearest

    meant = nearest(name, known)
    return f"; did you mean {meant}?" if meant else ""
