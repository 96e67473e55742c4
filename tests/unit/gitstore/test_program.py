"""Programs that the user of a clone configured."""

import sys

import pytest

from stella_git.errors import EnvironmentFault
from stella_git.gitstore import program


def run(code, data=b"", folder=".", **options):
    program.run([sys.executable, "-c", code], data, cwd=folder, **options)


def test_a_program_gets_its_input_in_its_directory(tmp_path):
    run("import sys; open('out', 'wb').write(sys.stdin.buffer.read())", b"in\x00put", tmp_path)

    assert (tmp_path / "out").read_bytes() == b"in\x00put"


@pytest.mark.parametrize(
    ("code", "options", "what"),
    [
        ("raise SystemExit(7)", {}, "exited with 7"),
        ("import time; time.sleep(60)", {"timeout": 0.2}, "did not end within 0.2 s"),
    ],
)
def test_a_program_that_fails_is_said(tmp_path, code, options, what):
    with pytest.raises(EnvironmentFault) as caught:
        run(code, folder=tmp_path, **options)

    assert caught.value.code == "program-failed"
    assert what in caught.value.message
    assert caught.value.where.path == sys.executable


def test_a_program_that_is_not_there_is_said(tmp_path):
    with pytest.raises(EnvironmentFault) as caught:
        program.run([str(tmp_path / "gone")], b"", cwd=tmp_path)
    assert "cannot be started" in caught.value.message
