"""Laws of `stella policy fmt`: the same meaning, the same comments, and nothing left to do."""

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from fmt_cases import MARK, POLICIES, SOUP, applied, documents, laid_out, value_of
from stella_git.canon import jcs
from stella_git.canon.reader import parse_yaml
from stella_git.report.layout import patch_of


def hold(text, *kind):
    data = text.encode()
    value = parse_yaml(data).value
    after = laid_out(data, *kind)
    assert jcs.dumps(parse_yaml(after).value) == jcs.dumps(value)  # it says the same
    comments, same = MARK.findall(after.decode()), MARK.findall(text)
    assert sorted(comments) == sorted(same)
    if not kind and not MARK.search(jcs.dumps(value).decode()):  # no members moved, all marks are comments
        assert comments == same
    assert laid_out(after, *kind) == after  # a second run has nothing to do
    assert after.endswith(b"\n")
    assert b"\r" not in after


@settings(deadline=None, max_examples=300)
@given(documents())
def test_a_document_with_comments_everywhere_stays_what_it_is(text):
    assume(value_of(text.encode()) is not None)
    event("comments" if MARK.search(text) else "none")
    hold(text)


@settings(deadline=None, max_examples=200)
@given(documents(POLICIES))
def test_a_policy_in_any_order_stays_what_it_is(text):
    assume(value_of(text.encode()) is not None)
    hold(text, "stella.ops/v1", "Policy")


@settings(deadline=None, max_examples=1500)
@given(SOUP)
def test_whatever_is_strict_yaml_stays_what_it_is(text):
    if isinstance(value_of(text.encode()), (list, dict)):  # one in some: the rest takes no time
        event("collection")
        hold(text)


TEXTS = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=12).map(
    lambda lines: "".join(f"{x}\n" for x in lines)
)


@given(TEXTS, TEXTS)
def test_a_patch_makes_the_new_of_the_old(old, new):
    patch = patch_of("x", old.encode(), new.encode())
    assert applied(old, patch) == new
    assert bool(patch) == (old != new)
