import pytest

from gui import words
from gui.phrase import Phrase
from gui.review import GUARD_S, SETTLE_S, Accepted, Pictures, Review, Stage
from sync.messages import Answer
from tests.gui.builders import make_alert, make_decision


def looking(pictures: Pictures = Pictures.BOTH) -> Review:
    return Review().shown(make_alert(1), 100.0, is_answered=False).seen(pictures, 100.0)


def told(review: Review, answer: Answer, now: float) -> str | Accepted:
    _, result = review.press(answer, now)
    return result.source if isinstance(result, Phrase) else result


def test_an_answer_after_looking_counts_with_its_time() -> None:
    review, result = looking().press(Answer.NOT_SAME, 104.2)
    assert result == Accepted("alert-1", Answer.NOT_SAME, 4.2)
    assert review.stage is Stage.ANSWERED


@pytest.mark.parametrize(
    ("pictures", "answer", "now", "said"),
    [
        (Pictures.BOTH, Answer.SAME, 100.0 + SETTLE_S - 0.1, words.PRESS_TOO_SOON),
        (Pictures.INCOMPLETE, Answer.SAME, 110.0, words.PRESS_NO_PICTURE),
        (Pictures.INCOMPLETE, Answer.NOT_SAME, 110.0, words.PRESS_NO_PICTURE),
    ],
)
def test_an_answer_without_a_look_does_not_count(
    pictures: Pictures, answer: Answer, now: float, said: str
) -> None:
    assert told(looking(pictures), answer, now) == said


def test_while_pictures_load_only_unsure_counts() -> None:
    review = Review().shown(make_alert(1), 100.0, is_answered=False)
    assert told(review, Answer.SAME, 110.0) == words.PRESS_LOADING
    assert isinstance(told(review, Answer.UNSURE, 110.0), Accepted)


def test_unsure_counts_where_a_picture_is_missing() -> None:
    assert isinstance(told(looking(Pictures.INCOMPLETE), Answer.UNSURE, 110.0), Accepted)


def test_a_second_press_does_not_count() -> None:
    review, _ = looking().press(Answer.SAME, 102.0)
    assert told(review, Answer.SAME, 102.1) == words.PRESS_TWICE


def test_a_double_press_does_not_answer_the_next_alert() -> None:
    review, _ = looking().press(Answer.SAME, 102.0)
    following = review.shown(make_alert(2), 102.1, is_answered=False).seen(Pictures.BOTH, 102.1)
    assert told(following, Answer.SAME, 102.0 + GUARD_S - 0.1) == words.PRESS_TOO_SOON
    assert isinstance(told(following, Answer.SAME, 102.0 + GUARD_S + 0.1), Accepted)


def test_nothing_on_the_screen_cannot_be_answered() -> None:
    assert told(Review(), Answer.SAME, 1.0) == words.PRESS_NOTHING
    assert told(looking().closed(), Answer.SAME, 200.0) == words.PRESS_NOTHING


def test_a_correction_is_asked_for_and_counts() -> None:
    review, _ = looking().press(Answer.SAME, 102.0)
    assert isinstance(told(review.correcting(), Answer.NOT_SAME, 105.0), Accepted)
    assert review.correcting().kept().stage is Stage.ANSWERED


def test_an_open_alert_cannot_be_corrected() -> None:
    assert looking().correcting().stage is Stage.LOOKING


def test_an_answer_from_elsewhere_ends_the_question() -> None:
    answered = make_alert(1, decisions=(make_decision(),))
    assert looking().updated(answered).stage is Stage.ANSWERED


def test_another_alerts_news_change_nothing() -> None:
    assert looking().updated(make_alert(2, decisions=(make_decision(),))) == looking()


def test_looking_begins_when_the_pictures_are_there() -> None:
    review = Review().shown(make_alert(1), 100.0, is_answered=False).seen(Pictures.BOTH, 107.0)
    assert told(review, Answer.SAME, 107.5) == words.PRESS_TOO_SOON
    assert told(review, Answer.SAME, 109.0) == Accepted("alert-1", Answer.SAME, 2.0)
