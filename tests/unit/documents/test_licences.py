import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growth_cases import grows_in_proportion
from stella_git import resources
from stella_git.documents.licences import (
    Compound,
    Licence,
    Reference,
    With,
    canonical,
    licence_fault,
    listed,
    parse,
    problems,
)
from stella_git.errors import InputError

VALID = [
    "MIT",
    "MIT OR Apache-2.0",
    "(MIT)",
    "((MIT) AND(ISC))OR(0BSD)",
    "GPL-2.0-or-later WITH Bison-exception-2.2",
    "LicenseRef-23",
    "LicenseRef-MIT-Style.1",
    "DocumentRef-spdx-tool-1.2:LicenseRef-MIT-Style-2",
    "Apache-2.0+",
    "CDDL-1.0+ AND LicenseRef-x",
    "MIT WITH AdditionRef-mine",
    "MIT WITH DocumentRef-a:AdditionRef-mine",
    "LicenseRef-x WITH Classpath-exception-2.0",
    "LGPL-2.1-only OR BSD-3-Clause AND MIT",
    "MIT\tAND\n ISC",
    "EPL-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)",
]

INVALID = {
    "": (1, "Write a licence here."),
    " ": (2, "Write a licence here."),
    "()": (2, "Write a licence here."),
    "MIT OR": (7, "Write a licence here."),
    "AND MIT": (1, "Write a licence here."),
    "MIT AND OR ISC": (9, "Write a licence here."),
    "(MIT": (1, "Close it."),
    "MIT)": (4, "Remove it."),
    "MIT ISC": (5, "Write AND or OR before it."),
    "MIT And ISC": (5, "Write AND."),
    "(MIT Or ISC)": (6, "Write OR."),
    "MIT wITH x": (5, "Write WITH."),
    "MIT (ISC)": (5, "Write AND or OR before it."),
    "(MIT OR ISC) WITH LLVM-exception": (14, "Write the exception at the licence."),
    "MIT WITH LLVM-exception WITH LLVM-exception": (25, "Write the exception at the licence."),
    "MIT WITH (LLVM-exception)": (10, "Remove the parentheses."),
    "MIT WITH": (9, "Write an exception here."),
    "MIT WITH LLVM-exception+": (10, "Write the + after the licence."),
    "MIT WITH LicenseRef-x": (10, "Write AdditionRef, or AND."),
    "AdditionRef-x": (1, "Write it after WITH."),
    "MIT +": (5, "Write AND or OR before it."),
    "+ MIT": (1, "Remove the space."),
    "MIT++": (5, "Use letters, digits, `-` and `.` only."),
    "LicenseRef-x+": (1, "Remove the +."),
    "MIT/ISC": (4, "Use letters, digits, `-` and `.` only."),
    "LicenseRef-a_b": (13, "Use letters, digits, `-` and `.` only."),
    "MIT\u00a0OR ISC": (4, "Use letters, digits, `-` and `.` only."),
    "DocumentRef-a:MIT": (14, "Use letters, digits, `-` and `.` only."),
    "MIT, ISC": (4, "Use letters, digits, `-` and `.` only."),
}


@pytest.mark.parametrize("text", VALID)
def test_what_the_grammar_allows_is_read(text):
    assert parse(str(parse(text))) is not None
    assert canonical(canonical(text)) == canonical(text)
    assert [fault for fault in problems(text) if fault.severity == "error"] == []


@pytest.mark.parametrize(("text", "place"), INVALID.items())
def test_what_it_does_not_is_refused_at_its_place(text, place):
    column, remedy = place
    with pytest.raises(InputError) as caught:
        parse(text)
    assert caught.value.code == "licence-expression-invalid"
    assert caught.value.where.column == column
    assert f"(character {column})" in caught.value.message
    (fault,) = problems(text)
    assert fault.severity == "error"
    assert fault.remedy == remedy or fault.remedy.startswith("Write `")


def test_operators_bind_as_the_specification_says():
    found = parse("MIT OR ISC AND GPL-2.0-only WITH LLVM-exception OR 0BSD+")
    assert isinstance(found, Compound)
    assert (found.operator, len(found.operands)) == ("OR", 3)
    inner = found.operands[1]
    assert isinstance(inner, Compound)
    assert inner.operator == "AND"
    assert isinstance(inner.operands[1], With)
    assert found.operands[2] == Licence(id="0BSD", later=True, column=52)
    assert str(found) == "MIT OR ISC AND GPL-2.0-only WITH LLVM-exception OR 0BSD+"


def test_a_reference_names_its_document():
    found = parse("documentref-a:LICENSEREF-b")
    assert found == Reference(prefix="LicenseRef", name="b", document="a", column=1, exact=False)
    (fault,) = problems("documentref-a:LICENSEREF-b")
    assert (fault.severity, fault.remedy) == ("warning", "Write `DocumentRef-a:LicenseRef-b`.")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("mit or (apache-2.0 or isc)", "Apache-2.0 OR ISC OR MIT"),
        ("(MIT)", "MIT"),
        ("MIT AND mit", "MIT"),
        ("(MIT OR ISC) AND (ISC OR MIT)", "ISC OR MIT"),
        ("MIT AND (ISC OR 0BSD)", "(0BSD OR ISC) AND MIT"),
        ("MIT AND ISC OR 0BSD", "0BSD OR ISC AND MIT"),
        ("gpl-2.0+ with llvm-exception", "GPL-2.0+ WITH LLVM-exception"),
        ("(MIT OR MIT) AND ISC AND (0BSD AND ISC)", "0BSD AND ISC AND MIT"),
        ("((MIT OR ISC) AND (ISC OR MIT)) OR 0BSD", "0BSD OR ISC OR MIT"),
        ("LicenseRef-B OR LicenseRef-a", "LicenseRef-B OR LicenseRef-a"),
    ],
)
def test_one_form_for_what_means_the_same(text, wanted):
    assert canonical(text) == wanted


@pytest.mark.parametrize(
    ("text", "severity", "remedy"),
    [
        ("mit", "warning", "Write `MIT`."),
        ("GPL-2.0", "warning", "Write `GPL-2.0-only`."),
        ("GPL-2.0+", "warning", "Write `GPL-2.0-or-later`."),
        ("AGPL-3.0+", "warning", "Write `AGPL-3.0-or-later`."),
        ("eCos-2.0", "warning", "Write `GPL-2.0-or-later WITH eCos-exception-2.0`."),
        ("Net-SNMP", "warning", "Use an id that is not deprecated."),
        ("MIT WITH Nokia-Qt-exception-1.1", "warning", "Write `Qt-LGPL-exception-1.1`."),
        ("MIT WITH llvm-EXCEPTION", "warning", "Write `LLVM-exception`."),
        ("MIT or ISC", "warning", "Write `OR`."),
        ("MIT-1", "error", "Write `MIT-0`."),
        ("GPLv2", "error", "Write `GPL-2.0-only`."),
        ("GPLv2+", "error", "Write `GPL-2.0-or-later`."),
        ("Apache2+", "error", "Write `Apache-2.0+`."),
        ("Apache License 2.0", "error", "Write `Apache-2.0`."),
        ("BSD-3", "error", "Write `BSD-3-Clause`."),
        ("Zzyzx", "error", "Use an id of the list, or a LicenseRef- of your own."),
        ("MIT WITH Zzyzx", "error", "Use an exception of the list, or an AdditionRef- of your own."),
        ("MIT WITH LLVM", "error", "Use an exception of the list, or an AdditionRef- of your own."),
        ("MIT WITH Classpath-exception", "error", "Write `Classpath-exception-2.0`."),
        ("MIT WITH ISC", "error", "Join licences with AND or OR."),
        ("LLVM-exception", "error", "Write it after a licence and WITH."),
        ("NOASSERTION", "error", "Write a licence expression, or leave the licence out."),
    ],
)
def test_faults_say_what_to_write(text, severity, remedy):
    (fault,) = problems(text)
    assert (fault.severity, fault.remedy) == (severity, remedy)


def test_an_unknown_id_names_the_version_of_the_list():
    assert f"list {listed().version}" in licence_fault("Zzyzx").message
    assert listed().version.split(".")[0] == "3"


def test_the_list_is_the_one_of_the_schema():
    schema = json.loads(resources.schema("cyclonedx/spdx.schema.json"))
    known = listed()
    both = [*known.licences.spellings.values(), *known.exceptions.spellings.values()]
    assert sorted(both) == sorted(schema["enum"])
    assert schema["$comment"].endswith(known.version)


def test_what_is_advised_instead_is_itself_without_fault():
    for kind in (listed().licences, listed().exceptions):
        for name in kind.deprecated:
            text = name if kind is listed().licences else f"MIT WITH {name}"
            advised = [fault.remedy for fault in problems(text)]
            for remedy in advised:
                if remedy.startswith("Write `"):
                    new = remedy.removeprefix("Write `").removesuffix("`.")
                    assert not list(problems(new if kind is listed().licences else f"MIT WITH {new}")), name


def test_bounds():
    parse("(" * 64 + "MIT" + ")" * 64)
    with pytest.raises(InputError, match="deeper than 64"):
        parse("(" * 65 + "MIT" + ")" * 65)
    with pytest.raises(InputError, match="more than 65536 characters"):
        parse("M" * 65_537)


def test_a_long_expression_takes_linear_time():
    grows_in_proportion(canonical, lambda count: " AND ".join(["MIT"] * count), 1000)


NAMES = st.sampled_from(["MIT", "isc", "GPL-2.0+", "LicenseRef-a", "MIT WITH LLVM-exception", "0BSD+"])
EXPRESSIONS = st.recursive(
    NAMES,
    lambda inner: st.builds(
        lambda operator, parts: "(" + f" {operator} ".join(parts) + ")",
        st.sampled_from(["AND", "OR", "and", "or"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=12,
)


@given(EXPRESSIONS, EXPRESSIONS, st.sampled_from(["AND", "OR"]))
def test_laws(left, right, operator):
    assert canonical(f"{left} {operator} {right}") == canonical(f"{right} {operator} {left}")
    assert canonical(f"{left} {operator} {left}") == canonical(left)
    assert canonical(canonical(left)) == canonical(left)
    assert str(parse(str(parse(left)))) == str(parse(left))


@given(st.text(alphabet="MIT()+ ANDORWITHandor-.:_é", max_size=40))
def test_any_text_is_read_or_refused(text):
    faults = list(problems(text))
    with contextlib.suppress(InputError):
        parse(text)
        return
    assert [fault.severity for fault in faults] == ["error"]
    assert "(character " in faults[0].message or "no licence expression" in faults[0].message
