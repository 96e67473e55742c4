"""A first set of policies: a policy set, a policy of one's own with its test, and copies of reference packs.

1. Say what would be written, all of it.
2. If any of it is there already, nothing is written.
3. Write; whoever is interrupted finds what was written before, and is told so by a second run.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stella_git.errors import UsageError, Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LINE = "# yaml-language-server: $schema=https://stella.ops/schemas/{name}.v1.schema.json\n"
_SHOWN = 10

_SET = """\
# Which policies run, and how: a pack that is not listed does not run.
apiVersion: stella.ops/v1
kind: PolicySet
metadata:
  id: house
  revision: 1
  title: Policies of this repository
  owner: team:maintainers
spec:
  packs:
    - {name: house, path: packs/house}
{packs}  maxWaiverDays: 90
  waiverApprovals: 1
"""

_POLICY = """\
# A policy of your own to begin with. Change the list, or the rule, and say in the test what you expect.
apiVersion: stella.ops/v1
kind: Policy
metadata:
  id: house.banned
  revision: 1
  title: Nothing ships that we decided against
  description: >-
    Some packages are not wanted here, whatever scanners say of them. This list says which, so that
    nobody has to remember.
  owner: team:maintainers
  severity: medium
spec:
  mode: warn
  requires:
    - as: sboms
      predicateType: https://stella.ops/attestation/inventory
      versions: [v1]
      max: 256
  params:
    banned:
      type: strings
      default: [pkg:npm/event-stream@3.3.6, pkg:npm/flatmap-stream]
      description: Package URLs; without a version, every version is meant, and a star means any name.
  let:
    packages: sboms.map(s, s.components.filter(c, has(c.purl))).flatten()
  rules:
    - id: component
      title: No component is on the list
      forEach: {item: c, in: packages, key: c.purl, onEmpty: pass}
      assert: '!purl.match(c.purl, params.banned)'
      violation:
        params: {purl: c.purl}
        message: '{purl} is on the list of what we do not ship'
        fix: Use something else, or take it off the list in the policy house.banned.
"""

_TEST = """\
apiVersion: stella.ops/v1
kind: Test
metadata:
  id: house.banned
  title: Nothing ships that we decided against
spec:
  policy: ../../packs/house/banned.yaml
  cases:
    - name: another package
      evidence:
        - predicateType: https://stella.ops/attestation/inventory/v1
          value:
            format: {kind: cyclonedx, version: '1.6'}
            roots: []
            components:
              - {kind: library, name: event-stream, version: 4.0.1, purl: pkg:npm/event-stream@4.0.1}
      expect: {decision: pass, rules: {component: pass}}
    - name: a package on the list, in the version that is meant
      evidence:
        - predicateType: https://stella.ops/attestation/inventory/v1
          value:
            format: {kind: cyclonedx, version: '1.6'}
            roots: []
            components:
              - {kind: library, name: event-stream, version: 3.3.6, purl: pkg:npm/event-stream@3.3.6}
      expect:
        decision: warn
        rules:
          component:
            status: warn
            violations:
              - {key: pkg:npm/event-stream@3.3.6}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A reference pack that travels with the program.

    Args:
        name: of its folder.
        titles: id of each policy, and its title.
        files: path below the folder of policies, and bytes; its tests with it.
    """

    name: str
    titles: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, bytes], ...]


def pack_names() -> tuple[str, ...]:
    """Return the names of the reference packs, sorted."""
    from stella_git.resources import data_path

    return tuple(sorted(path.name for path in data_path("policies/packs").iterdir() if path.is_dir()))


def find_pack(name: str) -> Pack:
    """Return a reference pack.

    Raises:
        UsageError: ``policy-pack``: there is none of this name.
    """
    from stella_git.policy.load import kind_of, plain
    from stella_git.policy.load import policy as read_policy
    from stella_git.resources import data_path

    known = pack_names()
    if name not in known:
        raise UsageError(
            f"there is no reference pack {name[:60]!a}",
            code="policy-pack",
            remedy=f"name one of {', '.join(known)}",
        )
    root = data_path("policies")
    files = tuple(
        (path.relative_to(root).as_posix(), path.read_bytes())
        for folder in (root / "packs" / name, root / "tests" / name)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )
    read = (plain(data, path=path) for path, data in files if path.startswith("packs/"))
    policies = [read_policy(file) for file in read if kind_of(file) == "Policy"]
    titles = tuple(sorted((policy.id, policy.title) for policy in policies))
    return Pack(name=name, titles=titles, files=files)


def plan(names: "Sequence[str]" = ()) -> tuple[tuple[str, bytes], ...]:
    """Return what a first set of policies consists of: paths below its folder, sorted, and bytes.

    Args:
        names: of reference packs that are copied as well.

    Raises:
        UsageError: ``policy-pack``.
    """
    packs = [find_pack(name) for name in sorted(set(names))]
    files = dict(_own([pack.name for pack in packs]))
    for pack in packs:
        files.update(pack.files)
    return tuple(sorted(files.items()))


def _own(packs: "Sequence[str]") -> "Iterator[tuple[str, bytes]]":
    from stella_git.policy.fmt import formatted

    listed = "".join(f"    - {{name: {name}, path: packs/{name}}}\n" for name in packs)
    for path, schema, text in (
        ("policy-set.yaml", "policy-set", _SET.replace("{packs}", listed)),
        ("packs/house/banned.yaml", "policy", _POLICY),
        ("tests/house/banned.test.yaml", "policy-test", _TEST),
    ):
        yield path, formatted((_LINE.format(name=schema) + text).encode(), path=path)


def write(folder: str, files: "Sequence[tuple[str, bytes]]", *, dry: bool = False) -> None:
    """Write files below a folder, if none of them is there.

    Args:
        folder: made if it is missing.
        files: paths below it, and bytes.
        dry: only look whether they could be written.

    Raises:
        UsageError: ``policy-init-exists``: some are there already; ``init-outside``: a link on the way leads
            out of the folder.
        EnvironmentFault: ``file-unwritable``.
    """
    from stella_git.flows.lockfile import unwritable
    from stella_git.flows.treefiles import write_file

    root = Path(folder)
    there = [path for path, _ in files if os.path.lexists(root / path)]
    if there:
        named = ", ".join(there[:_SHOWN]) + (f" and {len(there) - _SHOWN} more" if there[_SHOWN:] else "")
        raise UsageError(
            f"these files are there already: {named}",
            code="policy-init-exists",
            where=Where(folder),
            remedy="name another folder, or move them away; nothing was written",
        )
    if dry:
        return
    for path, data in files:
        try:
            write_file(root, root / path, data)
        except OSError as error:
            raise unwritable(root / path, error) from error
