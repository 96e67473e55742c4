"""The only reader of the environment and of ``stella.toml`` (floor 2).

Nothing else in the package looks at ``os.environ``: what a command does is then a function of its
arguments, of one configuration and of git. Unknown keys are errors with the nearest match, because a
misspelt key that is silently ignored is a rule that silently does not run.

Source: ``docs/reference/configuration.md`` and ``schemas/stella/config.v1.schema.json``.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from stella_git.errors import ConfigError, Where

CONFIG_FILE = "stella.toml"

# What git may inherit, and why. Everything else named GIT_* is dropped: a variable left over from an
# outer git command would make us look at another repository than the one we were asked about.
GIT_ALLOWED: dict[str, str] = {
    "GIT_DIR": "hooks of linked worktrees and submodules are told their repository this way",
    "GIT_WORK_TREE": "belongs to GIT_DIR",
    "GIT_COMMON_DIR": "belongs to GIT_DIR in a linked worktree",
    "GIT_INDEX_FILE": "`git commit -a` and `git commit -- PATH` run hooks on an index of their own",
    "GIT_OBJECT_DIRECTORY": "server-side hooks see quarantined objects only through it",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES": "belongs to GIT_OBJECT_DIRECTORY",
    "GIT_QUARANTINE_PATH": "tells that objects are in quarantine and refs must not move",
    "GIT_CEILING_DIRECTORIES": "where discovery stops is the user's decision",
    "GIT_CONFIG_GLOBAL": "tests and build machines isolate themselves with it",
    "GIT_CONFIG_SYSTEM": "as GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM": "as GIT_CONFIG_GLOBAL",
    "GIT_SSL_CAINFO": "certificate authorities of a closed network",
    "GIT_SSH": "how this user reaches remotes",
    "GIT_SSH_COMMAND": "how this user reaches remotes",
    "GIT_ASKPASS": "how this user answers a remote",
}

# Every variable that we read, and the key it overrides ("" = no key of stella.toml).
VARIABLES: dict[str, str] = {
    "STELLA_ENVIRONMENT": "decide.environment",
    "STELLA_KEY": "sign.key",
    "STELLA_KEY_PASSWORD": "",
    "STELLA_KEYRING": "trust.keyring",
    "STELLA_TRUST_REF": "trust.ref",
    "STELLA_ROOT_KEYS": "trust.root_keys",
    "STELLA_DEBUG": "",
    "SOURCE_DATE_EPOCH": "",
    "NO_COLOR": "",
    "CLICOLOR_FORCE": "",
}


_ENVIRONMENT: ContextVar[Mapping[str, str] | None] = ContextVar("environment", default=None)


def environment() -> Mapping[str, str]:
    """Return the environment: the process's own, unless `use_environment` put another in its place."""
    replaced = _ENVIRONMENT.get()
    return os.environ if replaced is None else replaced


@contextmanager
def use_environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Make ``variables`` the whole environment for a while: for a story or a test that must not vary."""
    token = _ENVIRONMENT.set(variables)
    try:
        yield
    finally:
        _ENVIRONMENT.reset(token)


def git_environment() -> dict[str, str]:
    """Return the environment in which git is run: nothing of ``GIT_*`` but the allow-list.

    The locale is pinned so that messages can be recognised, prompts are off, and optional locks are not
    taken, so that reading never disturbs a command the user is running.
    """
    kept = {
        key: value for key, value in environment().items() if not key.startswith("GIT_") or key in GIT_ALLOWED
    }
    kept |= {"LC_ALL": "C.UTF-8", "LANGUAGE": "", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
    kept |= {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_PAGER": "cat"}
    return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One part of a monorepo with documents of its own; each gets one verdict."""

    name: str
    paths: tuple[str, ...] = ()
    sbom: tuple[str, ...] = ()
    vex: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    environment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What an environment asks of a commit."""

    name: str
    require: bool = True
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything ``stella.toml`` can say, with defaults.

    Lists of paths are globs relative to the root of the tree (``*`` inside a name, ``**`` across names).
    """

    repository_id: str | None = None
    repository_name: str | None = None
    trust_ref: str | None = None
    keyring: str = "stella.keyring.json"
    root_keys: tuple[str, ...] = ()
    environment: str | None = None
    sbom: tuple[str, ...] = ()
    vex: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    budgets: tuple[str, ...] = ("policies/budgets/*.yaml",)
    policies: tuple[str, ...] = ()
    rating_sources: tuple[str, ...] = ()
    trust_file: str = "policies/trust.yaml"
    sign_key: str | None = None
    notes_visibility: str = "public"
    notes_remote: str = "origin"
    hooks: Mapping[str, Any] = field(default_factory=dict)
    components: tuple[Component, ...] = ()
    environments: tuple[Environment, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def signatures(self) -> str:
        """Return the path of the keyring's signatures: ``stella.keyring.sigs.json`` for the default."""
        stem = self.keyring.removesuffix(".json")
        return f"{stem}.sigs.json"

    def required_environments(self, ref: str | None) -> tuple[str, ...]:
        """Return the environments whose verdict a commit on ``ref`` needs, sorted.

        Without an ``[environments]`` table it is ``decide.environment`` alone.
        """
        named = sorted(
            entry.name
            for entry in self.environments
            if entry.require
            and (not entry.refs or ref is None or any(_ref_matches(ref, glob) for glob in entry.refs))
        )
        if self.environments:
            return tuple(named)
        return (self.environment,) if self.environment else ()


def _ref_matches(ref: str, glob: str) -> bool:
    pattern = "".join(
        ".*" if part == "**" else "[^/]*" if part == "*" else re.escape(part)
        for part in re.split(r"(\*\*|\*)", glob)
    )
    return re.fullmatch(pattern, ref) is not None


# key -> (attribute of Config, kind). The parser, `stella config show` and a documentation test read it.
KEYS: dict[str, tuple[str, str]] = {
    "repository.id": ("repository_id", "uuid"),
    "repository.name": ("repository_name", "string"),
    "trust.ref": ("trust_ref", "string"),
    "trust.keyring": ("keyring", "path"),
    "trust.root_keys": ("root_keys", "strings"),
    "trust.file": ("trust_file", "path"),
    "decide.environment": ("environment", "name"),
    "decide.inputs.sbom": ("sbom", "strings"),
    "decide.inputs.vex": ("vex", "strings"),
    "decide.inputs.findings": ("findings", "strings"),
    "decide.budgets": ("budgets", "strings"),
    "decide.policies": ("policies", "strings"),
    "decide.rating_sources": ("rating_sources", "strings"),
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
    "policies": "strings",
    "environment": "name",
}
_ENVIRONMENT_KEYS = {"require": "bool", "refs": "strings"}
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
        import difflib

        close = difflib.get_close_matches(name, sorted(known), n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"known here: {', '.join(sorted(known))}"
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
    "visibility": ("'public' or 'private'", lambda value: value in {"public", "private"}),
}
