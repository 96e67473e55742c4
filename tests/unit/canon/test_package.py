import subprocess
import sys

import pytest

from stella_git import canon


@pytest.mark.parametrize("name", sorted(canon._HOME))
def test_public_names_are_there(name):
    assert getattr(canon, name) is not None


def test_other_names_are_not():
    with pytest.raises(AttributeError, match="nothing"):
        _ = canon.nothing


def test_importing_the_floor_loads_nothing_heavy():
    code = (
        "import sys; start = set(sys.modules); import stella_git.canon; first = set(sys.modules) - start;"
        "import stella_git.canon.digest, stella_git.canon.reader, stella_git.canon.jcs;"
        "later = set(sys.modules) - start;"
        "heavy = {'yaml', 'blake3', 'dataclasses', 'typing', 'inspect', 'stella_git.canon.scanner'};"
        "print(sorted(first), sorted(heavy & later), sep='|')"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "['stella_git', 'stella_git.canon']|[]"
