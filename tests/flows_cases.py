"""A repository with documents, a keyring and a budget, made with the commands themselves."""

import contextlib
import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from stella_git import config
from stella_git.cli.story import call

ID = "11111111-2222-4333-8444-555555555555"
START = 1_767_000_000
PURL = "pkg:pypi/pyyaml@5.3.1"


def git(cwd, *words, when=START, data=None, env=None):
    environment = {**os.environ, "GIT_AUTHOR_DATE": f"{when} +0000", "GIT_COMMITTER_DATE": f"{when} +0000"}
    done = subprocess.run(
        ["git", *words], cwd=cwd, input=data, capture_output=True, env=environment | (env or {}), check=False
    )
    assert done.returncode == 0, (words, done.stderr.decode())
    return done.stdout.decode().strip()


def sbom(*purls, vulnerabilities=None):
    parts = [
        {
            "type": "library",
            "bom-ref": purl,
            "name": purl.split("/")[1].split("@")[0],
            "version": purl.split("@")[1],
            "purl": purl,
        }
        for purl in purls
    ]
    document = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": parts}
    return document if vulnerabilities is None else document | {"vulnerabilities": vulnerabilities}


def findings(*rows):
    return {
        "apiVersion": "stella.ops/v1",
        "kind": "Findings",
        "metadata": {"source": {"name": "test"}},
        "findings": list(rows),
        "unknowns": [],
    }


def finding(identifier="CVE-2020-14343", purl=PURL, severity="critical", **more):
    return {"id": identifier, "purl": purl, "severity": severity, "fixable": True, **more}


def vex(status, *, identifier="CVE-2020-14343", purl=PURL, when="2025-12-28T00:00:00Z", **more):
    return {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://example.org/vex/1",
        "author": "maintainers",
        "timestamp": when,
        "version": 1,
        "statements": [
            {"vulnerability": {"name": identifier}, "products": [{"@id": purl}], "status": status, **more}
        ],
    }


@dataclass
class Place:
    """One clone; `run` calls a command in it, with a clock that stands still."""

    path: Path
    now: int = START + 86_400
    extra: dict = field(default_factory=dict)

    def environment(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("STELLA_")}
        return kept | {"SOURCE_DATE_EPOCH": str(self.now)} | self.extra

    def run(self, *words, expect=0):
        with config.use_environment(self.environment()):
            code, out, err = call(self.path, [str(word) for word in words])
        assert code == expect, (words, code, out, err)
        return out + err

    def json(self, *words, expect=0):
        return json.loads(self.run(*words, "--format", "json", expect=expect))

    def write(self, files):
        for name, content in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            data = content if isinstance(content, bytes) else json.dumps(content, indent=1).encode()
            path.write_bytes(data)

    def commit(self, files=(), message="Change", *, at=None):
        self.write(dict(files))
        git(self.path, "add", "-A")
        git(self.path, "commit", "--quiet", "--allow-empty", "-m", message, when=at or START)
        return git(self.path, "rev-parse", "HEAD")

    def git(self, *words, **options):
        return git(self.path, *words, **options)

    def attest(self, *words, expect=0):
        return self.json("attest", "create", *words, expect=expect)

    def verify(self, *words, expect=0):
        return self.json("verify", *words, expect=expect)

    def standing(self, *words, expect=1):
        """Return the code of the only standing of the only commit."""
        result = self.verify(*words, expect=expect)
        return result["commits"][0]["standings"][0].get("code", "")

    def clone(self, name="clone"):
        target = self.path.parent / name
        git(self.path.parent, "clone", "--quiet", str(self.path), str(target))
        other = Place(target, now=self.now)
        other.run("init")
        git(target, "fetch", "--quiet")
        return other

    def note_refs(self):
        rows = git(
            self.path, "for-each-ref", "--format=%(refname)", "refs/notes/stella/w", "refs/stella-remote"
        )
        return [name for name in rows.split() if "/notes/" in name]


def make(path, *, object_format="sha1"):
    """Return a repository that has run ``stella init``, with nothing committed yet."""
    path.mkdir(parents=True)
    git(path, "init", "--quiet", "--initial-branch=main", f"--object-format={object_format}")
    place = Place(path)
    place.now = START - 3600
    # a keyring for long: what is verified here is held against the clock of the machine
    place.run("init", "--name", "reader", "--repository-id", ID, "--keyring-days", "36500")
    place.now = START + 86_400
    return place


CLEAN = {"sbom/app.cdx.json": sbom("pkg:pypi/pyyaml@6.0.3"), "findings/scan.json": findings()}
DIRTY = {"sbom/app.cdx.json": sbom(PURL), "findings/scan.json": findings(finding())}


def story(path, files=None, **options):
    """Return a repository with one commit of ``files`` (clean documents by default)."""
    place = make(path, **options)
    place.commit(CLEAN if files is None else files, "Start")
    return place


@contextlib.contextmanager
def changed(path, change):
    """Change a file for a while."""
    before = path.read_bytes()
    path.write_bytes(change(before))
    try:
        yield
    finally:
        path.write_bytes(before)
