"""Digests of packs, and what a lock says of files."""

import hashlib
import json

import pytest

from lock_cases import OWN, loaded, policy, policy_set, theirs
from stella_git.canon.digest import sha256
from stella_git.errors import ConfigError, RefusedError
from stella_git.policy import load, lock, packs

PATH = "policies/policy.lock"
FILES = {"policies/policy-set.yaml": policy_set(), "policies/packs/own/one.yaml": policy("own.one")}
SOURCE = "{file: ../elsewhere}"


def read(data):
    return load.read(data, path=PATH)


def locked(files=None, found=None):
    return read(lock.make(PATH, FILES if files is None else files, found or loaded(policy_set())))


def rows(differences):
    return [(one.path, one.what) for one in differences]


def test_the_digest_of_a_pack_can_be_made_without_us():
    files = {"p/b.yaml": b"b", "p/a/c.yaml": b"c", "q/x.yaml": b"x", "p2/y.yaml": b"y"}
    listed = [
        {"digest": "sha256:" + hashlib.sha256(b"c").hexdigest(), "path": "a/c.yaml"},
        {"digest": "sha256:" + hashlib.sha256(b"b").hexdigest(), "path": "b.yaml"},
    ]
    text = json.dumps(listed, separators=(",", ":"), sort_keys=True).encode()
    assert lock.pack_digest(files, "p") == "sha256:" + hashlib.sha256(text).hexdigest()


def test_the_digest_of_a_pack_that_is_one_file_is_that_of_the_file():
    assert lock.pack_digest({"p/b.yaml": b"b"}, "p/b.yaml") == str(sha256(b"b"))
    assert lock.pack_digest({"p/b.yaml": b"b"}, "q") is None


def test_a_policy_set_is_no_part_of_the_pack_that_it_lies_in():
    row = "    - {name: own, path: .}\n"
    found = loaded(policy_set(row))
    digest = lock.digest_of(found.packs[0], FILES, found)
    others = {path: data for path, data in FILES.items() if path != found.file.path}
    assert digest == lock.pack_digest(others, "policies")


def test_a_lock_lists_what_is_below_its_folder():
    document = json.loads(lock.make(PATH, FILES | {"elsewhere/x.yaml": b"x"}, loaded(policy_set())))
    assert [row["path"] for row in document["files"]] == ["packs/own/one.yaml", "policy-set.yaml"]
    assert document["packs"] == [
        {"name": "own", "path": "packs/own", "digest": lock.pack_digest(FILES, "policies/packs/own")}
    ]


def test_a_lock_says_where_packs_come_from():
    digest = lock.pack_digest({"p/one.yaml": policy()}, "p")
    commit = "a" * 40
    text = policy_set(OWN, theirs(f"{{git: 'https://example.org/x', commit: {commit}, path: p}}", digest))
    files = FILES | {"policies/policy-set.yaml": text, "policies/packs/theirs/one.yaml": policy()}
    document = json.loads(lock.make(PATH, files, loaded(text)))
    assert document["packs"][1] == {
        "name": "theirs",
        "path": "packs/theirs",
        "digest": digest,
        "from": {"git": "https://example.org/x", "commit": commit, "path": "p"},
    }


def test_packs_in_other_folders_stay_as_they_are_locked():
    text = policy_set(OWN, "    - {name: shared, path: ../shared/packs}\n")
    files = FILES | {"policies/policy-set.yaml": text, "shared/packs/one.yaml": policy()}
    made = locked(files, loaded(text))
    assert made.value["packs"][1]["path"] == "../shared/packs"
    assert lock.differences(made, files, loaded(text)) == ()
    changed = files | {"shared/packs/one.yaml": policy("other")}
    assert rows(lock.differences(made, changed, loaded(text))) == [("shared/packs", "pack")]


@pytest.mark.parametrize(
    ("path", "folder", "said"),
    [
        ("policies/packs/a", "policies/", "packs/a"),
        ("packs/a", "", "packs/a"),
        ("shared", "policies/", "../shared"),
        ("a/b", "a/c/d/", "../../b"),
        ("policies", "policies/", "."),
        ("", "policies/", ".."),
        ("", "", "."),
        ("/x/policies/packs/a", "/x/policies/", "packs/a"),
        ("policies2/a", "policies/", "../policies2/a"),
    ],
)
def test_paths_are_relative_to_the_lock(path, folder, said):
    assert lock.relative(path, folder) == said


def test_a_pack_that_is_not_there_cannot_be_locked():
    text = policy_set(OWN, "    - {name: gone, path: packs/gone}\n")
    with pytest.raises(ConfigError) as caught:
        lock.make(PATH, FILES, loaded(text))
    assert caught.value.code == "policy-pack-empty"


def test_what_is_as_it_was_locked_has_no_differences():
    assert lock.differences(locked(), FILES, loaded(policy_set())) == ()
    assert lock.differences(locked(), FILES | {"other/x.yaml": b""}, loaded(policy_set())) == ()


def test_every_difference_is_told():
    files = FILES | {"policies/packs/own/new.yaml": policy("own.new")}
    files["policies/packs/own/one.yaml"] += b"# changed\n"
    del files["policies/policy-set.yaml"]
    found = lock.differences(locked(), files, loaded(policy_set()))
    assert rows(found) == [
        ("policies/packs/own", "pack"),
        ("policies/packs/own/new.yaml", "unlisted"),
        ("policies/packs/own/one.yaml", "changed"),
        ("policies/policy-set.yaml", "missing"),
    ]
    assert all(one.path in one.text() for one in found)


def test_a_part_of_the_files_is_held_to_the_lock_too():
    part = {"policies/packs/own/one.yaml": FILES["policies/packs/own/one.yaml"]}
    assert lock.differences(locked(), part, None, complete=False) == ()
    part["policies/packs/own/new.yaml"] = b""
    found = lock.differences(locked(), part, None, complete=False)
    assert rows(found) == [("policies/packs/own/new.yaml", "unlisted")]


def test_packs_that_come_or_go_are_differences():
    text = policy_set(OWN, "    - {name: more, path: packs/more}\n")
    files = FILES | {"policies/packs/more/m.yaml": policy("more.m"), "policies/policy-set.yaml": text}
    assert ("policies/packs/more", "pack") in rows(lock.differences(locked(), files, loaded(text)))
    after = locked(files, loaded(text))
    assert ("policies/packs/more", "pack") in rows(lock.differences(after, FILES, loaded(policy_set())))


@pytest.mark.parametrize("member", ["files", "packs"])
@pytest.mark.parametrize("complete", [True, False])
def test_a_lock_that_lists_something_twice_is_refused(member, complete):
    document = json.loads(lock.make(PATH, FILES, loaded(policy_set())))
    document[member].insert(0, document[member][0] | {"digest": "sha256:" + "0" * 64})
    hostile = read(json.dumps(document).encode())
    assert "twice" in {
        one.what for one in lock.differences(hostile, FILES, loaded(policy_set()), complete=complete)
    }
    with pytest.raises(ConfigError) as caught:
        lock.require_locked(hostile, FILES, loaded(policy_set()), complete=complete)
    assert caught.value.code == "policy-locked"


@pytest.mark.parametrize(
    "path", ["../policies/packs/own/one.yaml", "packs/../packs/own/one.yaml", "/etc/passwd", "./x"]
)
def test_paths_of_a_hostile_lock_stand_for_no_file(path):
    document = json.loads(lock.make(PATH, FILES, loaded(policy_set())))
    document["files"][0]["path"] = path
    found = lock.differences(read(json.dumps(document).encode()), FILES, loaded(policy_set()))
    assert ("policies/packs/own/one.yaml", "unlisted") in rows(found)
    assert ("policies/" + path, "missing") in rows(found)


@pytest.mark.parametrize(
    "bend",
    [
        lambda row: row.update(digest="sha256:" + "A" * 64),
        lambda row: row.update(digest="md5:" + "a" * 32),
        lambda row: row.update(path=""),
        lambda row: row.update(more=1),
        lambda row: row.pop("path"),
    ],
)
def test_a_lock_keeps_to_its_schema(bend):
    document = json.loads(lock.make(PATH, FILES, loaded(policy_set())))
    bend(document["files"][0])
    with pytest.raises(ConfigError) as caught:
        read(json.dumps(document).encode())
    assert caught.value.code == "policy-invalid"


def test_packs_are_held_to_the_digest_of_the_policy_set():
    digest = lock.pack_digest({"p/one.yaml": policy()}, "p")
    found = loaded(policy_set(OWN, theirs(SOURCE, digest)))
    files = FILES | {"policies/packs/theirs/one.yaml": policy()}
    lock.verify_packs(found, files)
    for wrong in (FILES, files | {"policies/packs/theirs/two.yaml": policy("two")}):
        with pytest.raises(ConfigError) as caught:
            lock.verify_packs(found, wrong)
        assert caught.value.code == "policy-pack-digest"
        assert caught.value.where.line


# --- names of entries ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "paths", [["a.yaml", "b/c.yaml"], ["Größe.yaml"], ["a b.yaml"], ["a/x.yaml", "b/x.yaml"]]
)
def test_ordinary_names_are_taken(paths):
    packs.require_safe(paths, place="p")


@pytest.mark.parametrize(
    "paths",
    [
        ["../x.yaml"],
        ["a/../x.yaml"],
        ["/x.yaml"],
        ["a//x.yaml"],
        ["./x.yaml"],
        [".git/x.yaml"],
        ["a/.GIT/x.yaml"],
        ["git~1/x.yaml"],
        [".g\u0131t/x.yaml"],
        [".hidden.yaml"],
        ["a\\x.yaml"],
        ["c:x.yaml"],
        ["a\nb.yaml"],
        ["a\u202eb.yaml"],
        ["a\udcff.yaml"],
        ["con.yaml"],
        ["a/LPT1/x.yaml"],
        ["a./x.yaml"],
        ["a /x.yaml"],
        ["a/" * 3 + "x" * 256],
        ["A.yaml", "a.yaml"],
        ["a/x.yaml", "A/y.yaml"],
        ["stra\u00dfe.yaml", "STRASSE.yaml"],
        ["e\u0301.yaml", "\u00e9.yaml"],
        ["\uff41.yaml", "a.yaml"],
    ],
)
def test_names_that_lead_elsewhere_or_collide_are_refused(paths):
    with pytest.raises(RefusedError) as caught:
        packs.require_safe(paths, place="p")
    assert caught.value.code == "policy-pack-entry"
    assert caught.value.message.isascii()


# --- digests written into policy sets ----------------------------------------------------------------

D1, D2 = "sha256:" + "1" * 64, "sha256:" + "2" * 64


def put(text, digests):
    file = load.plain(text if isinstance(text, bytes) else text.encode(), path="s")
    return packs.with_digests(file, digests).decode()


def test_a_digest_comes_beside_where_the_pack_comes_from():
    text = policy_set(OWN, theirs(SOURCE)).decode()
    said = put(text, {1: D1})
    assert said == text.replace("      from:", f"      digest: {D1}\n      from:")
    assert put(said, {1: D2}) == said.replace(D1, D2)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "    - {name: a, path: p, from: {file: x}} # c\n",
            "    - {name: a, path: p, digest: D, from: {file: x}} # c\n",
        ),
        ("    - from: {file: x}\n      path: p\n", "    - digest: D\n      from: {file: x}\n      path: p\n"),
        ("    - 'from':\n        file: x\n", "    - digest: D\n      'from':\n        file: x\n"),
        (
            "    -\n      path: p\n      from: {file: x}\n",
            "    -\n      path: p\n      digest: D\n      from: {file: x}\n",
        ),
        ('    - {from: {file: x}, digest: "sha256:0"}\n', '    - {from: {file: x}, digest: "D"}\n'),
        (
            "    - from: {file: x}\n      digest: 'sha256:0'  # c\n",
            "    - from: {file: x}\n      digest: 'D'  # c\n",
        ),
        ("    - { # why\n      from: {file: x} }\n", "    - { # why\n      digest: D, from: {file: x} }\n"),
    ],
)
def test_layout_and_comments_stay(before, after):
    text = "# head\nspec:\n  packs:\n" + before + "  more: 1 # tail\n"
    assert put(text, {0: D1}) == text.replace(before, after.replace("D", D1))


def test_json_stays_json_and_line_ends_stay():
    text = '{"spec": {"packs": [{"name": "a", "from": {"file": "x"}}]}}'
    assert json.loads(put(text, {0: D1}))["spec"]["packs"][0]["digest"] == D1
    text = "spec:\r\n  packs:\r\n  - from: {file: x}\r\n"
    assert (
        put(text.encode(), {0: D1}) == f"spec:\r\n  packs:\r\n  - digest: {D1}\r\n    from: {{file: x}}\r\n"
    )


def test_several_digests_at_once():
    text = "spec:\n  packs:\n  - from: {file: x}\n    digest: sha256:0\n  - {from: {file: z}}\n"
    assert packs.without_digests(load.plain(text.encode(), path="s")) == (1,)
    said = put(text, {1: D2, 0: D1})
    assert [row["digest"] for row in load.plain(said.encode(), path="s").value["spec"]["packs"]] == [D1, D2]


@pytest.mark.parametrize(
    "text", ["[]", "spec: []", "spec: {packs: 1}", "spec: {packs: [1, {from: x, digest: z}]}"]
)
def test_what_is_no_policy_set_lacks_no_digest(text):
    assert packs.without_digests(load.plain(text.encode(), path="s")) == ()


def test_a_layout_that_cannot_take_a_digest_is_refused():
    text = "spec:\n  packs:\n  - ? from\n    : {file: x}\n"
    with pytest.raises(ConfigError) as caught:
        put(text, {0: D1})
    assert caught.value.code == "policy-set-layout"
