import pytest

from stella_git.report.text import count, paint, printable


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain text, grüße 日本", "plain text, grüße 日本"),
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("a\r\nb\tc\x00\x7f", r"a\r\nb\tc\x00\x7f"),
        ("\x9b31m", r"\x9b31m"),
        ("safe\u202egnp.exe", r"safe\u202egnp.exe"),
        ("a\u2066b\u200bc\ufeffd\u2028e", r"a\u2066b\u200bc\ufeffd\u2028e"),
        ("file-\udcff", r"file-\udcff"),
        ("\U000e0041", r"\U000e0041"),
        ("", ""),
    ],
)
def test_nothing_reaches_the_terminal_that_it_would_obey(text, safe):
    assert printable(text) == safe


def test_colour_is_optional():
    assert paint("x", "error", colour=False) == "x"
    assert paint("x", "error", colour=True) == "\x1b[1;31mx\x1b[0m"


def test_numbers_agree_with_their_nouns():
    assert [count(number, "file") for number in (0, 1, 2)] == ["0 files", "1 file", "2 files"]
