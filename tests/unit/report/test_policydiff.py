"""What `stella policy diff` says besides verdicts."""

from stella_git.flows.policydiff import Difference
from stella_git.report.policies import differences

FOUND = Difference(
    before="HEAD", after="policies", compared=(), without=(), failed=(), uncounted=("policies",)
)
SAID = "note: no waiver of the folder policies counts"


def test_a_folder_whose_waivers_do_not_count_is_named():
    assert SAID in differences.text(FOUND, colour=False)
    assert "no waiver of the folder policies counts" in differences.markdown(FOUND)


def test_nobody_is_told_of_waivers_that_are_not_there():
    found = Difference(before="A", after="B", compared=(), without=(), failed=())
    assert differences.text(found, colour=False) == "0 verdicts, 0 of them otherwise\n"
