"""The page that verifies a verdict without this program: its three commands, as they are printed."""

import re
import subprocess

import pytest

from flows_cases import story
from house_cases import ROOT

PAGE = (ROOT / "docs/how-to/verify-without-stella.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"(?s)```sh\n(.*?)```", PAGE)


def shell(place, script):
    done = subprocess.run(
        ["bash", "-euc", script], cwd=place.path, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def place(tmp_path):
    found = story(tmp_path / "shop")
    found.attest()
    return found


def test_three_commands_verify(place):
    assert len(COMMANDS) == 3
    assert [shell(place, command) for command in COMMANDS] == [(0, ""), (0, ""), (0, "Verified OK\n")]


@pytest.mark.parametrize("name", ["0" * 32, "f" * 32])
def test_a_writer_with_nothing_about_the_commit_is_passed_over(place, name):
    ref = f"refs/notes/stella/w/{name}"
    code, out = shell(place, f"git -c user.name=B -c user.email=b@e notes --ref={ref} add -m x HEAD^{{tree}}")
    assert code == 0, out
    assert [shell(place, command) for command in COMMANDS] == [(0, ""), (0, ""), (0, "Verified OK\n")]


def test_they_notice_another_payload(place):
    for command in COMMANDS[:2]:
        shell(place, command)
    signed = (place.path / "pae").read_bytes()
    (place.path / "pae").write_bytes(signed.replace(b'"decision":"pass"', b'"decision":"warn"'))
    assert (place.path / "pae").read_bytes() != signed
    code, out = shell(place, COMMANDS[2])
    assert code != 0
    assert "Verification" in out
