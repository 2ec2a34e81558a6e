"""How long the next span is."""

from hub.origin.snapshot.telling import LONGEST, next_span


def test_spans_grow_after_an_answer_and_shrink_after_a_refusal() -> None:
    assert [next_span(8, was_told=True), next_span(8, was_told=False)] == [16, 2]
    assert [next_span(LONGEST, was_told=True), next_span(1, was_told=False)] == [LONGEST, 1]
