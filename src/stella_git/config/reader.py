"""Read ``stella.toml``: which keys there are, what each may hold, and where a mistake stands."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from stella_git.config.model import CONFIG_FILE, STAGES, Component, Config, Environment
from stella_git.config.variables import VARIABLES
from stella_git.errors import ConfigError, Where

# key -> (attribute of Config, kind). The parser, `stella config show` and a documentation test read it.
KEYS: dict[str, tuple[str, str]] = {
    "repository.id": ("repository_id", "uuid"),
    "repository.name": ("repository_name", "string"),
    "trust.ref": ("trust_ref", "string"),
    "trust.keyring": ("keyring", "path"),
    "trust.root_keys": ("root_keys", "strings"),
    "trust.file": ("trust_file", "path"),
    "trust.claims": ("claims", "path"),
    "trust.trusted_roots": ("trusted_roots", "strings"),
    "decide.environment": ("environment", "name"),
    "decide.inputs.sbom": ("sbom", "strings"),
    "decide.inputs.vex": ("vex", "strings"),
    "decide.inputs.findings": ("findings", "strings"),
    "decide.inputs.attestations": ("attestations", "strings"),
    "decide.budgets": ("budgets", "strings"),
    "decide.policies": ("policies", "strings"),
    "decide.rating_sources": ("rating_sources", "strings"),
    "documents.rules": ("document_rules", "path"),
    "sign.key": ("sign_key", "string"),
    "notes.visibility": ("notes_visibility", "visibility"),
    "notes.remote": ("notes_remote", "string"),
}
_COMPONENT_KEYS = {
    "name": "name",
    "paths": "strings",
    "sbom": "strings",
    "vex": "strings",
    "findings": "strings",
    "attestations": "strings",
    "policies": "strings",
    "environment": "name",
}
_ENVIRONMENT_KEYS = {"require": "bool", "refs": "strings", "stages": "stages"}
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def parse(data: bytes, *, path: str = CONFIG_FILE, environment: Mapping[str, str] | None = None) -> Config:
    """Return the configuration in the bytes of ``stella.toml``.

    Args:
        data: UTF-8 bytes of the file; empty bytes give the defaults.
        path: name used in messages.
        environment: variables that override keys (`VARIABLES`); none by default.

    Raises:
        ConfigError: not TOML, unknown key (with the nearest one), or a value of the wrong kind.
    """
    reader = _Reader(data, path)
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for key, value in reader.leaves():
        attribute, kind = KEYS[key]
        values[attribute] = reader.check(key, value, kind)
        origins[key] = path
    for variable, key in VARIABLES.items():
        if key and environment and environment.get(variable):
            attribute, kind = KEYS[key]
            text = environment[variable]
            value = [part for part in re.split(r"[,\s]+", text) if part] if kind == "strings" else text
            values[attribute] = reader.check(key, value, kind, origin=f"${variable}")
            origins[key] = f"${variable}"
    return Config(
        **values,
        hooks=reader.table("hooks"),
        components=tuple(reader.components()),
        environments=tuple(reader.environments()),
        origins=origins,
    )


class _Reader:
    """One file: what it says, and where it says it."""

    def __init__(self, data: bytes, path: str) -> None:
        self.path = path
        try:
            self.text = data.decode("utf-8")
            self.document: dict[str, Any] = tomllib.loads(self.text)
        except UnicodeDecodeError as error:
            raise ConfigError(
                "is not UTF-8", code="config-syntax", where=Where(path), remedy="save the file as UTF-8"
            ) from error
        except tomllib.TOMLDecodeError as error:
            raise self._syntax(str(error)) from error
        except (ValueError, RecursionError) as error:
            # tomllib has no limits of its own: a number of 5,000 digits, brackets of 20,000 levels
            raise self._syntax("a value is too long or too deep") from error

    def _syntax(self, message: str) -> ConfigError:
        found = re.search(r"\(at line (\d+), column (\d+)\)", message)
        where = Where(self.path, line=int(found[1]), column=int(found[2])) if found else Where(self.path)
        text = message.split(" (at ", maxsplit=1)[0]
        return ConfigError(
            f"is not TOML: {text}",
            code="config-syntax",
            where=where,
            remedy="mend the line; see https://toml.io",
        )

    def leaves(self) -> Iterator[tuple[str, Any]]:
        """Yield every known ``section.key`` with its value, in file order."""
        known = {key.split(".")[0] for key in KEYS} | {"component", "environments", "hooks"}
        for section, content in self.document.items():
            if section not in known:
                raise self.unknown(section, section, known)
            if section in {"component", "environments", "hooks"}:
                continue
            yield from self._section(section, content)

    def _section(self, prefix: str, content: object) -> Iterator[tuple[str, Any]]:
        if not isinstance(content, dict):
            raise self.wrong(prefix, "a table")
        for name, value in content.items():
            key = f"{prefix}.{name}"
            if key in KEYS:
                yield key, value
            elif any(known.startswith(f"{key}.") for known in KEYS):
                yield from self._section(key, value)
            else:
                siblings = {
                    known[len(prefix) + 1 :].split(".")[0] for known in KEYS if known.startswith(f"{prefix}.")
                }
                raise self.unknown(key, name, siblings)

    def table(self, name: str) -> dict[str, Any]:
        content = self.document.get(name, {})
        if not isinstance(content, dict):
            raise self.wrong(name, "a table")
        return content

    def components(self) -> Iterator[Component]:
        content = self.document.get("component", [])
        if not isinstance(content, list):
            raise self.wrong("component", "an array of tables, written [[component]]")
        seen: set[str] = set()
        for entry in content:
            values = self._entry("component", entry, _COMPONENT_KEYS)
            if "name" not in values:
                raise self.wrong("component.name", "present in every [[component]]")
            if values["name"] in seen:
                raise self.wrong("component.name", f"used once, but {values['name']!r} is used twice")
            seen.add(values["name"])
            yield Component(**values)

    def environments(self) -> Iterator[Environment]:
        for name, entry in sorted(self.table("environments").items()):
            self.check(f"environments.{name}", name, "name")
            yield Environment(name=name, **self._entry(f"environments.{name}", entry, _ENVIRONMENT_KEYS))

    def _entry(self, prefix: str, entry: object, kinds: Mapping[str, str]) -> dict[str, Any]:
        if not isinstance(entry, dict):
            raise self.wrong(prefix, "a table")
        for name in entry:
            if name not in kinds:
                raise self.unknown(f"{prefix}.{name}", name, set(kinds))
        return {name: self.check(f"{prefix}.{name}", value, kinds[name]) for name, value in entry.items()}

    def check(self, key: str, value: Any, kind: str, *, origin: str | None = None) -> Any:
        """Return the value in the form `Config` holds, or refuse it."""
        what, accept = _KINDS[kind]
        if not accept(value):
            raise self.wrong(key, what, origin=origin)
        return tuple(value) if isinstance(value, list) else value

    def wrong(self, key: str, what: str, *, origin: str | None = None) -> ConfigError:
        return ConfigError(
            f"{key} must be {what}",
            code="config-value",
            where=Where(origin) if origin else self.where(key),
            remedy="see docs/reference/configuration.md or `stella config schema`",
        )

    def unknown(self, key: str, name: str, known: set[str]) -> ConfigError:
        from stella_git.config.shape import nearest

        near = nearest(name, known)
        hint = f"did you mean {near!r}?" if near else f"known here: {', '.join(sorted(known))}"
        return ConfigError(
            f"unknown key {key!r}", code="config-unknown-key", where=self.where(key), remedy=hint
        )

    def where(self, key: str) -> Where:
        """Return the line that most likely holds the key; TOML readers keep no positions."""
        name = key.rsplit(".", 1)[-1]
        pattern = re.compile(
            rf"^\s*(?:\[+[^\]]*\b{re.escape(name)}\s*\]|[\"']?{re.escape(name)}[\"']?\s*[=.])"
        )
        for number, line in enumerate(self.text.splitlines(), 1):
            if pattern.search(line):
                return Where(self.path, line=number, column=len(line) - len(line.lstrip()) + 1)
        return Where(self.path)


def _is_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def _is_path(value: object) -> bool:
    return (
        isinstance(value, str) and bool(value) and not value.startswith("/") and ".." not in value.split("/")
    )


_KINDS: dict[str, tuple[str, Any]] = {
    "string": ("a non-empty string", lambda value: isinstance(value, str) and bool(value)),
    "strings": ("a list of non-empty strings", _is_strings),
    "stages": (
        f"a list of stages: {', '.join(sorted(STAGES))}",
        lambda value: _is_strings(value) and set(value) <= set(STAGES),
    ),
    "bool": ("true or false", lambda value: isinstance(value, bool)),
    "path": ("a path inside the repository, with forward slashes", _is_path),
    "name": (
        "a name of lower-case letters, digits, '.', '_' and '-'",
        lambda value: isinstance(value, str) and _NAME.fullmatch(value) is not None,
    ),
    "uuid": (
        "a UUID in lower case (stella init makes one)",
        lambda value: isinstance(value, str) and _UUID.fullmatch(value) is not None,
    ),
    "visibility": ("'public' or 'private'", lambda value: value in ("public", "private")),
}
