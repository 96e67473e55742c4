"""Many files, on several processors: the answer is the one that a single process gives."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from documents_cases import bom, data
from stella_git.errors import EnvironmentFault
from stella_git.flows.validation import Job, outcomes


@pytest.fixture
def large(tmp_path):
    """Files that are worth a second process."""
    components = [{"type": "library", "name": "n" * 200, "version": str(number)} for number in range(18000)]
    for name in ("a.cdx.json", "b.cdx.json"):
        (tmp_path / name).write_bytes(data(bom(components=components)))
    return tmp_path


def test_standard_input_is_read_beside_other_files(large):
    code = "import sys; from stella_git.cli.main import main; sys.exit(main(sys.argv[1:]))"
    words = [
        "evidence",
        "validate",
        "--no-git",
        "--jobs",
        "2",
        "--format",
        "concise",
        "-",
        "a.cdx.json",
        "b.cdx.json",
    ]
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=large,
        input=data(bom(zzz=1)),
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.stdout.startswith(b"-:")
    assert done.returncode == 1


def _killed(_name):
    os.kill(os.getpid(), 9)
    return b""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_process_that_is_killed_is_no_answer(large):
    names = [str(large / "a.cdx.json"), str(large / "b.cdx.json")]
    with pytest.raises(EnvironmentFault) as caught:
        list(outcomes(Job(read=_killed), names, processes=2))
    assert caught.value.code == "process-ended"


def test_several_processes_say_what_one_says(large):
    names = [str(large / "a.cdx.json"), "lost.json", str(large / "b.cdx.json")]

    def said(processes):
        return [repr(each) for each in outcomes(Job(read=_read), names, processes=processes)]

    assert said(2) == said(1)


def _read(name):
    return Path(name).read_bytes()
