"""Laws of locks: what was locked holds, and nothing else does."""

from hypothesis import given
from hypothesis import strategies as st

from lock_cases import loaded, policy_set
from stella_git.errors import RefusedError
from stella_git.policy import load, lock, packs

NAMES = st.sampled_from(["a", "b", "own", "A", "x.yaml", "policy-set.yaml", "é", "z z"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
FILES = st.dictionaries(PATHS.map("policies/".__add__), st.binary(max_size=4), max_size=6)
SET = loaded(policy_set("    - {name: own, path: own}\n"))
PATH = "policies/policy.lock"


def whole(files):
    return {"policies/own/p.yaml": b"", SET.file.path: b""} | files


def locked(files):
    return load.read(lock.make(PATH, files, SET), path=PATH)


@given(FILES)
def test_what_was_locked_has_no_differences(files):
    assert lock.differences(locked(whole(files)), whole(files), SET) == ()


@given(FILES, FILES)
def test_whatever_differs_is_told(before, after):
    before, after = whole(before), whole(after)
    found = {one.path for one in lock.differences(locked(before), after, SET) if one.what != "pack"}
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert found == changed


@given(FILES)
def test_the_order_of_files_makes_no_difference(files):
    files = whole(files)
    backwards = dict(reversed(files.items()))
    assert lock.make(PATH, files, SET) == lock.make(PATH, backwards, SET)
    assert lock.pack_digest(files, "policies/own") == lock.pack_digest(backwards, "policies/own")


@given(FILES, FILES)
def test_packs_with_other_files_have_other_digests(one, other):
    same = lock.pack_digest(one, "policies") == lock.pack_digest(other, "policies")
    assert same == (one == other)


@given(PATHS, st.lists(NAMES, max_size=3))
def test_a_path_relative_to_a_folder_leads_back(path, folder):
    head = "".join(f"{name}/" for name in folder)
    parts = list(folder)
    for part in lock.relative(path, head).split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    assert "/".join(parts) == path


PARTS = st.text(st.sampled_from("aA.~\\:/ \x00git1conéß\u202e"), max_size=6)


@given(st.lists(PARTS, min_size=1, max_size=4).map("/".join))
def test_names_that_are_taken_stay_below_their_folder(path):
    try:
        packs.require_safe([path], place="p")
    except RefusedError:
        return
    parts = path.split("/")
    assert not {"", ".", ".."} & set(parts)
    assert not any(part.lower().startswith(".") or set(part) & set("\\:\0\u202e") for part in parts)


@given(st.integers(0, 5), st.booleans(), st.booleans())
def test_a_digest_that_is_written_is_what_is_read(index, flow, there):
    digest = "sha256:" + "1" * 64
    rows = []
    for number in range(6):
        said = f"name: n{number}, from: {{file: f}}" + (", digest: 'sha256:0'" if there else "")
        block = said.replace(", ", "\n      ")
        rows.append(f"    - {{{said}}}  # {number}\n" if flow else f"    - {block}\n")
    file = load.plain(("spec:\n  packs:\n" + "".join(rows)).encode(), path="s")
    after = load.plain(packs.with_digests(file, {index: digest}), path="s").value["spec"]["packs"]
    before = file.value["spec"]["packs"]
    assert after == [row | ({"digest": digest} if n == index else {}) for n, row in enumerate(before)]
