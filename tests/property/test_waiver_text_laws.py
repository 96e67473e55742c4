"""Laws of changing waivers: what is to change does, nothing else does, and no comment gets lost."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from stella_git.canon import jcs
from stella_git.policy import load
from stella_git.policy.model import Approval
from stella_git.policy.waivers import text
from waiver_cases import document

NAMES = ("ada", "ben", "cyd")
TIMES = st.sampled_from(("2026-05-01T00:00:00Z", "2026-06-09T12:00:00Z"))
REASONS = st.text(st.sampled_from("ab #:'\"-,{}[]|>\\é"), min_size=20, max_size=40).map(
    lambda text: "x" + text
)


def approval(name):
    return Approval(identity=f"key:{name}", digest="sha256:" + name[0] * 64, signature="QUFB")


def rows(names):
    found = map(approval, names)
    return [{"identity": one.identity, "digest": one.digest, "signature": one.signature} for one in found]


@st.composite
def files(draw):
    """Draw a waiver in some layout, with comments on lines of their own and at the ends of lines."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True))
    made = document(reason=draw(REASONS), ticket=draw(st.sampled_from((None, "#1"))), approvals=rows(names))
    if draw(st.booleans()):
        return names, jcs.dumps(made), []
    lines, comments = [], []
    for line in text.render(made, path="w").decode().splitlines():
        inside = line.startswith(("    ", "  approvals:"))
        if not inside and draw(st.integers(0, 3)) == 0:
            comments.append(f"# own {len(comments):02}")
            lines.append(draw(st.sampled_from(("", "  "))) + comments[-1])
        if draw(st.integers(0, 3)) == 0:
            comments.append(f"# end {len(comments):02}")
            lines.append(f"{line}  {comments[-1]}")
        else:
            lines.append(line)
    return names, ("\n".join(lines) + "\n").encode(), comments


@settings(deadline=None)
@given(files(), st.lists(st.sampled_from(NAMES), unique=True), TIMES, st.none() | REASONS)
def test_what_is_to_change_does_and_nothing_else(file, after, expires, reason):
    names, data, comments = file
    values = {"expires": expires} | ({} if reason is None else {"reason": reason})
    read = load.plain(data, path="w")
    changed = text.changed(read, map(approval, after), values)
    kept = [name for name in names if name in after]
    wanted = {**read.value, "spec": {**read.value["spec"], **values}}
    wanted["spec"]["approvals"] = rows([*kept, *sorted(set(after) - set(names))])
    assert load.plain(changed, path="w").value == wanted
    if set(names) <= set(after):
        found = changed.decode()
        assert Counter({comment: found.count(comment) for comment in comments}) == Counter(comments)


@settings(deadline=None)
@given(files())
def test_nothing_to_change_changes_nothing(file):
    names, data, comments = file
    if comments:
        assert text.changed(load.plain(data, path="w"), map(approval, names)) == data
