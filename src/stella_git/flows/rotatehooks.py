"""Who is told that a key took the place of another: a Python object, or a program of the user's choice."""

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from stella_git import config
from stella_git.canon import jcs
from stella_git.canon.clock import Instant
from stella_git.canon.reader import Json
from stella_git.errors import EnvironmentFault, UsageError
from stella_git.flows.workspace import Workspace
from stella_git.gitstore import program
from stella_git.trust.keyring import KeyEntry

HOOK_CONFIG = "stella.rotateHook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """A key took the place of another; `until` is the last instant at which the old one counts."""

    old: KeyEntry
    new: KeyEntry
    until: Instant
    version: int

    def to_json(self) -> dict[str, Json]:
        """Return what a hook is told."""
        return {
            "event": "rotated",
            "keyringVersion": self.version,
            "old": {"name": self.old.name, "keyid": self.old.key.keyid},
            "new": {"name": self.new.name, "keyid": self.new.key.keyid, **self.new.to_json()},
            "until": str(self.until),
        }


class RotateHook(Protocol):
    """Whoever is told of a rotation: a signer that has to register the new key, a chat, a cache."""

    def rotated(self, event: Rotation) -> None:
        """Take note of a rotation that is written, and may not be signed by everybody yet.

        Raises:
            EnvironmentFault: it could not; the rotation stays.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandHook:
    """Tells a program, on its standard input, as one line of canonical JSON."""

    words: tuple[str, ...]
    directory: Path

    def rotated(self, event: Rotation) -> None:
        """Run the program, without passwords and tokens in its environment.

        Raises:
            EnvironmentFault: it failed.
        """
        from stella_git.trust.signers.exec import inherited

        data = jcs.dumps(event.to_json()) + b"\n"
        try:
            program.run(self.words, data, cwd=self.directory, environment=inherited(config.environment()))
        except EnvironmentFault as error:
            error.remedy = "the rotation is made and stays: commit it; mend the hook, and run it by hand"
            raise


def configured_hooks(workspace: Workspace, command: str | None = None) -> tuple[RotateHook, ...]:
    """Return the hooks of this clone: ``command``, else git's own configuration ``stella.rotateHook``.

    Never ``stella.toml``: a file that a commit brings must not name a program to run.

    Raises:
        UsageError: it is no command.
    """
    text = command or workspace.backend.config_get(HOOK_CONFIG)
    if not text:
        return ()
    try:
        words = tuple(shlex.split(text))
    except ValueError:
        words = ()
    if not words:
        raise UsageError(
            "the command of the hook cannot be split into words",
            code="hook-command",
            remedy=f"quote it as for a shell, or unset it: git config --unset {HOOK_CONFIG}",
        )
    directory = Path(workspace.backend.work_tree or workspace.backend.git_dir)
    return (CommandHook(words=words, directory=directory),)
