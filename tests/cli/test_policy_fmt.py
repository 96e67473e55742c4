"""``stella policy fmt`` on files: what is written, when, and how the command ends."""

import io
import stat
import sys

import pytest

from fmt_cases import applied
from stella_git.cli.main import main
from stella_git.flows import fixing
from stella_git.report.layout import patch_of

ROUGH = b"kind: Budget   # what it is\napiVersion: 'stella.ops/v1'\n"
NEAT = b"apiVersion: stella.ops/v1\nkind: Budget  # what it is\n"


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policies/packs").mkdir(parents=True)
    (tmp_path / "policies/.hidden").mkdir()
    (tmp_path / "policies/a.yaml").write_bytes(ROUGH)
    (tmp_path / "policies/packs/b.yml").write_bytes(NEAT)
    for name, data in {
        "policies/.hidden/c.yaml": ROUGH,
        "policies/packs/not-ours.yaml": b"a:   1\n",
        "policies/packs/lock.yaml": b"kind: PolicyLock\napiVersion:   stella.ops/v1\n",
        "policies/packs/other.yaml": b"kind: Policy\napiVersion:   example.org/stella.ops/v2\n",
        "policies/packs/notes.txt": ROUGH,
    }.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_a_folder_is_laid_out_once_and_what_is_not_ours_stays(place, capsys):
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    assert main(["policy", "fmt"]) == 0
    ran = capsys.readouterr()
    assert (ran.out, ran.err) == ("policies/a.yaml\n", "2 files: 1 laid out\n")
    after = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    assert after == before | {place / "policies/a.yaml": NEAT}
    assert main(["policy", "fmt", "policies"]) == 0
    assert capsys.readouterr().err == "2 files: nothing to lay out\n"


def test_check_and_diff_write_nothing_and_end_with_1(place, capsys):
    assert main(["policy", "fmt", "--check", "policies/a.yaml", "policies"]) == 1
    ran = capsys.readouterr()
    assert (ran.out, ran.err) == ("policies/a.yaml\n", "2 files: 1 to lay out\n")
    assert main(["policy", "fmt", "--diff", "policies"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "--- a/policies/a.yaml",
        "+++ b/policies/a.yaml",
        "@@ -1,2 +1,2 @@",
        "-kind: Budget   # what it is",
        "-apiVersion: 'stella.ops/v1'",
        "+apiVersion: stella.ops/v1",
        "+kind: Budget  # what it is",
    ]
    assert (place / "policies/a.yaml").read_bytes() == ROUGH
    assert main(["policy", "fmt", "--check", "policies/packs/b.yml"]) == 0
    assert main(["policy", "fmt", "--diff", "policies/packs/b.yml"]) == 0


def test_standard_input_is_laid_out_on_standard_output(monkeypatch, capfdbinary):
    for options, code, out in (([], 0, NEAT), (["--check"], 1, b"-\n")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ROUGH)))
        assert main(["policy", "fmt", *options, "-"]) == code
        sys.stdout.flush()
        assert capfdbinary.readouterr().out == out
    assert main(["policy", "fmt", "-", "a.yaml"]) == 2
    assert b"policy-fmt-stdin" in capfdbinary.readouterr().err


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"kind: Policy\napiVersion: stella.ops/v1\na: [\n", "policy-unreadable"),
        (b"a: 1\n", "policy-fmt-kind"),
    ],
)
def test_a_file_that_cannot_be_laid_out_keeps_no_other_from_it(place, capsys, data, code):
    (place / "broken.yaml").write_bytes(data)
    assert main(["policy", "fmt", "broken.yaml", "policies/a.yaml"]) == 2
    ran = capsys.readouterr()
    assert f"error[{code}]: broken.yaml:" in ran.err
    assert "remedy: " in ran.err
    assert ran.out == "policies/a.yaml\n"
    assert (place / "broken.yaml").read_bytes() == data
    assert (place / "policies/a.yaml").read_bytes() == NEAT


def test_what_nobody_can_read_is_not_passed_over_in_a_folder(place, capsys):
    (place / "policies/c.yaml").write_bytes(b"apiVersion: stella.ops/v1\nkind: *x\n")
    assert main(["policy", "fmt", "--check", "policies"]) == 2
    assert "error[policy-unreadable]: policies/c.yaml:2:7" in capsys.readouterr().err


def test_links_and_missing_files_are_refused_and_a_folder_without_policies(place, capsys):
    (place / "link.yaml").symlink_to("policies/a.yaml")
    (place / "policies/link.yaml").symlink_to("a.yaml")
    (place / "empty").mkdir()
    for path, code in (
        ("link.yaml", "file-symlink"),
        ("none.yaml", "file-missing"),
        ("empty", "policy-fmt-empty"),
    ):
        assert main(["policy", "fmt", path]) == 2
        assert f"error[{code}]" in capsys.readouterr().err
    assert main(["policy", "fmt", "--check", "policies"]) == 1
    assert capsys.readouterr().out == "policies/a.yaml\n"  # not the link beside it
    assert (place / "policies/a.yaml").read_bytes() == ROUGH


def test_a_file_keeps_its_mode_and_is_old_or_new(place, monkeypatch, capsys):
    path = place / "policies/a.yaml"
    path.chmod(0o640)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(fixing, "_ensure_unchanged", killed)
        assert main(["policy", "fmt"]) == 130
    assert path.read_bytes() == ROUGH
    assert sorted(each.name for each in path.parent.iterdir()) == [".hidden", "a.yaml", "packs"]
    assert main(["policy", "fmt"]) == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    capsys.readouterr()


def test_a_patch_makes_the_one_of_the_other():
    old = "".join(f"{index}\n" for index in range(60))
    new = old.replace("7\n", "seven\n").replace("30\n", "").replace("50\n", "50\n50 1/2\n")
    assert applied(old, patch_of("x", old.encode(), new.encode())) == new
    assert patch_of("x", old.encode(), old.encode()) == ""
    assert "\\ No newline at end of file" in patch_of("x", b"a", b"a\n")


def test_of_a_long_file_the_part_that_differs_is_shown_whole():
    old = "".join(f"{index}\n" for index in range(9000))
    new = old.replace("\n1000\n", "\nx\n").replace("\n8000\n", "\ny\n")
    shown = patch_of("x", old.encode(), new.encode())
    assert shown.count("@@ -") == 1
    assert applied(old, shown) == new
