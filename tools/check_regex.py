"""Hold the regular expressions of policies to RE2: what one takes the other takes, with the same answers.

Expressions and texts are made of pieces, at random from a number. Needs google-re2, so it runs in the nox
session ``regex`` and nowhere else. What differs on purpose is left out, each with its reason.
"""

import random
import sys
from pathlib import Path

import re2

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "src"))

from stella_git.policy.cel.meter import EvalError, Meter  # noqa: E402 - the path is set above
from stella_git.policy.cel.regex import Regex  # noqa: E402
from stella_git.policy.cel.regex_classes import category, folded  # noqa: E402
from stella_git.policy.cel.regex_unicode import CATEGORIES  # noqa: E402

PIECES = [
    *"ab01 _-AkKs\n.^$|()[]*+?{},:()",
    *(
        "\u00e9",
        "\u017f",
        "\u212a",
        "\\",
        "(?:",
        "(?i)",
        "(?m)",
        "(?s)",
        "(?U)",
        "(?i-s:",
        "(?P<n>",
        "(?<m>",
        "(?",
    ),
    *(
        "[a-c]",
        "[^a]",
        "[[:alpha:]]",
        "[[:^digit:]]",
        "[:x:]",
        "[[:a]",
        "[[:word:]-z]",
        "[[:",
        "b:]",
        "[\\d-a]",
    ),
    *(
        "[a-]",
        "[]a]",
        "\\d",
        "\\W",
        "\\s",
        "\\w",
        "\\b",
        "\\B",
        "\\A",
        "\\z",
        "\\Z",
        "\\pL",
        "\\PN",
        "\\p{Lu}",
    ),
    *(
        "\\p{^Ll}",
        "\\p{Any}",
        "\\x41",
        "\\x{e9}",
        "\\x{110000}",
        "\\n",
        "\\t",
        "\\012",
        "\\1",
        "\\8",
        "\\E",
        "\\.",
    ),
    *("\\_", "\\Qa.b\\E", "{2}", "{1,2}", "{0,}", "{01}", "{,2}", "*?", "+?", "??", "(a|b)"),
]
CHARACTERS = "ab01 _-AkKs\n\u00e9.\u017f\u212a["
EXPRESSIONS, TEXTS = 100_000, 4


def left_out(pattern: str, text: str) -> bool:
    """Return whether RE2 works on the bytes of characters, as ours never does: places between them."""
    return "\\B" in pattern and not text.isascii()


def theirs(pattern: str) -> "re2._Regexp | None":
    """Return what RE2 makes of an expression."""
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error:
        return None


def ours(pattern: str) -> Regex | None:
    """Return what we make of it."""
    try:
        return Regex(pattern)
    except EvalError:
        return None


def differences(source: random.Random) -> "list[str]":
    """Return what the two say differently about one expression."""
    pattern = "".join(source.choice(PIECES) for _ in range(source.randint(0, 8)))
    one, other = theirs(pattern), ours(pattern)
    if one is None or other is None:
        # Two groups of one name are taken by RE2 and refused by us: nothing could ask for either.
        same = (one is None) == (other is None) or pattern.count("(?P<n>") > 1 or pattern.count("(?<m>") > 1
        return [] if same else [f"{pattern!a}: {'refused' if other is None else 'taken'} by us alone"]
    texts = ["".join(source.choice(CHARACTERS) for _ in range(source.randint(0, 8))) for _ in range(TEXTS)]
    return [
        f"{pattern!a} in {text!a}"
        for text in texts
        if (one.search(text) is not None) != other.search(text, Meter(10**9)) and not left_out(pattern, text)
    ]


def classes() -> "list[str]":
    """Return the categories and the case of letters that RE2, whose Unicode is newer, sees otherwise."""
    found = []
    for name in CATEGORIES:
        if name == "Cs":
            continue  # no text has surrogates
        program = theirs(f"^[\\p{{{name}}}]$")
        for low, high in category(name) or ():
            found += [f"\\p{{{name}}} U+{code:04X}" for code in {low, high} if not program.search(chr(code))]
    for low, high in category("L") or ():
        for code in range(low, high + 1):
            others = [other for ends in folded(((code, code),)) for other in range(ends[0], ends[1] + 1)]
            if len(others) > 1:
                program = theirs(f"(?i)^{chr(code)}$")
                found += [
                    f"(?i)U+{code:04X} {other:04X}" for other in others if not program.search(chr(other))
                ]
    return found


def main() -> int:
    """Return 1 if anything differs."""
    source = random.Random(sys.argv[1] if len(sys.argv) > 1 else "regex")
    found = [*classes()]
    for _ in range(EXPRESSIONS):
        found += differences(source)
    for each in found:
        print(each)
    print(f"{EXPRESSIONS} expressions, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
