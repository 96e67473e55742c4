"""The laws of the fuzz target, held on every run: two readers of any notes tree have one answer."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from fuzz.fuzz_notes import fuzz_one, readers, starts


@settings(max_examples=1500)
@given(st.binary(max_size=60))
def test_any_tree_has_one_answer(recipe):
    readers(recipe)


@settings(max_examples=300)
@given(st.data())
def test_objects_are_taken_whole_or_refused(data):
    start = data.draw(st.sampled_from(starts()))
    at = data.draw(st.integers(0, len(start)))
    until = data.draw(st.integers(at, min(at + 8, len(start))))
    fuzz_one(start[:at] + data.draw(st.binary(max_size=3)) + start[until:])


@given(st.binary(max_size=40))
@example(b"x" * 39 + b"\n")
def test_bytes_from_nowhere(data):
    fuzz_one(data)
