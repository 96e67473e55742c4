"""The public conformance cases of the expression language, one test for each."""

import pytest

from cel_cases import FILES, alike, cases, run, value_of
from stella_git.errors import StellaError

EXACT = "an int and a double are compared exactly; the case rounds the int first"
NO_ZONES = (
    "names of time zones need a database, which differs from machine to machine; offsets are understood"
)
EXCEPTIONS = {
    "comparisons: lt_literal/not_lt_dyn_int_big_lossy_double": EXACT,
    "comparisons: gt_literal/not_gt_dyn_big_double_int": EXACT,
    "comparisons: lte_literal/lte_dyn_big_double_int": EXACT,
    "comparisons: gte_literal/gte_dyn_int_big_lossy_double": EXACT,
    "timestamps: timestamp_selectors_tz/getDate": NO_ZONES,
    "timestamps: timestamp_selectors_tz/getDayOfMonth_name_pos": NO_ZONES,
    "timestamps: timestamp_selectors_tz/getDayOfMonth_name_neg": NO_ZONES,
    "timestamps: timestamp_selectors_tz/getDayOfYear": NO_ZONES,
    "timestamps: timestamp_selectors_tz/getMinutes": NO_ZONES,
}
# Extensions that are not offered: no policy over components and findings asks for addresses of networks.
ABSENT = {"network_ext"}
CODES = {"cel-evaluation", "cel-syntax", "cel-type", "cel-unknown"}


def named():
    """Return every case by its file and name; where names repeat themselves, by a number as well."""
    found = {}
    for file in FILES:
        for case in cases(file) if file not in ABSENT else ():
            name = f"{file}: {case['name']}"
            again = sum(other == name or other.startswith(f"{name} #") for other in found)
            found[f"{name} #{again + 1}" if again else name] = case
    return found


CASES = named()


def holds(case):
    """Return whether a case comes out as it should; only errors of this project are errors."""
    try:
        found = run(case)
    except StellaError as error:
        return bool(case.get("error")) and error.code in CODES
    return not case.get("error") and alike(found, value_of(case["value"]))


@pytest.mark.parametrize("name", [name for name in CASES if name not in EXCEPTIONS])
def test_case(name):
    assert holds(CASES[name])


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_an_exception_is_still_one(name):
    assert EXCEPTIONS[name]
    assert not holds(CASES[name])


def test_no_case_is_forgotten():
    assert len(CASES) == sum(len(cases(name)) for name in FILES if name not in ABSENT)
    assert set(EXCEPTIONS) <= set(CASES)


@pytest.mark.parametrize("name", sorted(ABSENT))
def test_an_absent_extension_is_still_absent(name):
    assert sum(not holds(case) for case in cases(name)) > len(cases(name)) // 2
