"""Repositories that the tests of `gitstore` share: real ones, and one in memory."""

import hashlib
import subprocess
from contextlib import contextmanager

from stella_git.errors import EnvironmentFault
from stella_git.gitstore import catfile, objectformat
from stella_git.gitstore.backend import BLOB_LIMIT, MODE_TREE, Identity, RefUpdate, TreeEntry
from stella_git.gitstore.libgit2 import Libgit2
from stella_git.gitstore.plumbing import Plumbing

WHO = Identity(name="Ada Tester", email="ada@example.org")
WHEN = 1_767_323_045
REF = "refs/notes/stella/w/" + "a" * 32
KINDS = ("plumbing-sha1", "plumbing-sha256", "libgit2-sha1")


def git(cwd, *words, data=b"", env=None, check=True):
    """Run the user's git and return what it prints, as text without the last line end."""
    done = subprocess.run(["git", *words], cwd=cwd, input=data, capture_output=True, env=env, check=False)
    if check and done.returncode:
        raise AssertionError((words, done.stderr.decode("utf-8", "replace")))
    return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")


def make(directory, kind="plumbing-sha1", *, bare=False):
    """Create an empty repository of the object format that ``kind`` names."""
    directory.mkdir(parents=True, exist_ok=True)
    words = ["--bare"] if bare else []
    git(directory, "init", "-q", "--template=", f"--object-format={kind.rsplit('-', 1)[1]}", *words, ".")
    return directory


@contextmanager
def opened(directory, kind="plumbing-sha1"):
    backend = (Libgit2 if kind.startswith("libgit2") else Plumbing)(directory)
    try:
        yield backend
    finally:
        backend.close()


def commit_file(directory, name="file", data=b"content\n", message="change"):
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    git(directory, "add", "-A")
    git(directory, "commit", "-q", "--allow-empty", "-m", message)
    return git(directory, "rev-parse", "HEAD")


def target(number, digits=40):
    """Return an object id that no object has."""
    return hashlib.sha256(str(number).encode()).hexdigest()[:digits]


class Memory:
    """A repository without git: implements the part of `Backend` that notes are read and written through."""

    def __init__(self, object_format="sha1"):
        self.object_format = object_format
        self.objects = {}
        self.tips = {}
        self.before_update = lambda: None

    def put(self, kind, data):
        header = f"{kind} {len(data)}\0".encode()
        name = hashlib.new(self.object_format, header + data).hexdigest()
        self.objects[name] = (kind, data)
        return name

    def put_tree(self, entries):
        """Store entries as they stand: in this order, with whatever names and modes."""
        rows = [b"%o %s\0%s" % (mode, name, bytes.fromhex(name_id)) for mode, name, name_id in entries]
        return self.put("tree", b"".join(rows))

    def put_commit(self, tree, parents=()):
        return self.put("commit", objectformat.commit_bytes(tree, parents, "x", who=WHO, when=WHEN))

    def contents(self, name, kind, limit=BLOB_LIMIT):
        if name not in self.objects:
            raise catfile.absent(name)
        found, data = self.objects[name]
        catfile.require(name, (name, found, len(data)), kind, limit)
        return data

    def close(self):
        pass

    def resolve(self, revision):
        return self.tips.get(revision)

    def object_type(self, name):
        return self.objects[name][0] if name in self.objects else None

    def commit(self, name):
        return objectformat.parse_commit(name, self.contents(name, "commit"))

    def tree(self, name):
        return objectformat.parse_tree(self.contents(name, "tree"), len(name) // 2)

    def blob(self, name, *, limit=BLOB_LIMIT):
        return self.contents(name, "blob", limit)

    def read_many(self, names, *, limit=BLOB_LIMIT):
        for name in names:
            yield name, self.blob(name, limit=limit)

    def write_objects(self, objects):
        for kind, data in objects:
            self.put(kind, data)

    def ref(self, name):
        return self.tips.get(name)

    def refs(self, *prefixes):
        def below(name):
            return any(name == p or name.startswith(p.rstrip("/") + "/") for p in prefixes)

        return sorted((name, tip) for name, tip in self.tips.items() if below(name))

    def update_refs(self, updates):
        self.before_update()
        for update in updates:
            if self.tips.get(update.name) != update.old:
                raise EnvironmentFault("moved", code="git-ref-conflict")
        for update in updates:
            self.tips[update.name] = update.new


def set_ref(backend, name, new):
    old = backend.resolve(name)
    backend.update_refs([RefUpdate(name=name, new=new, old=old)])


def nest(backend, notes, cuts):
    """Store a notes tree: ``notes`` is blob by target, ``cuts(target)`` how many directories it lies in."""
    root = {}
    for name, blob in notes.items():
        here, rest = root, name
        for _ in range(cuts(name)):
            here, rest = here.setdefault(rest[:2], {}), rest[2:]
        here[rest] = blob

    def store(folder):
        entries = [
            TreeEntry(MODE_TREE, name.encode(), store(value))
            if isinstance(value, dict)
            else TreeEntry(0o100644, name.encode(), value)
            for name, value in folder.items()
        ]
        return backend.put("tree", objectformat.tree_bytes(entries))

    return store(root)
