"""When the guard is told that the camera may be seeing a photo or a screen."""

import msgspec
import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui import words
from gui.question_view import QuestionView
from sync.lane_messages import AlertView
from tests.gui.builders import make_alert


@pytest.mark.parametrize(
    ("score", "threshold", "is_told"),
    [
        (0.29, 0.3, True),
        (0.31, 0.3, False),
        (None, 0.3, False),
        (0.49, None, True),
        (0.51, None, False),
    ],
    ids=["below", "above", "without a score", "below an old edge's", "above an old edge's"],
)
def test_guard_is_told_only_below_the_packs_threshold(
    qtbot: QtBot, score: float | None, threshold: float | None, is_told: bool
) -> None:
    view = QuestionView()
    qtbot.addWidget(view)
    view.show_alert(make_alert(bona_fide_score=score, attack_hint_threshold=threshold), is_correcting=False)
    warning = view.findChild(QLabel, "warning")
    assert warning is not None
    assert warning.isHidden() is not is_told


@pytest.mark.parametrize(
    ("hints", "score", "said"),
    [
        ((), 0.9, []),
        (("covered",), 0.9, [words.FACE_COVERED]),
        (("covered",), 0.1, [words.FACE_COVERED, words.FAKE_FACE]),
        (("hint-of-a-later-edge",), 0.9, []),
    ],
    ids=["clear", "covered", "covered and false", "unknown"],
)
def test_guard_who_compares_is_told_what_may_mislead(
    qtbot: QtBot, hints: tuple[str, ...], score: float, said: list[str]
) -> None:
    view = QuestionView()
    qtbot.addWidget(view)
    alert = make_alert(bona_fide_score=score, attack_hint_threshold=0.3, face_hints=hints)
    view.show_alert(alert, is_correcting=False)
    warning = view.findChild(QLabel, "warning")
    assert warning is not None
    assert warning.text().splitlines() == said
    assert warning.isHidden() is not bool(said)


def test_alert_of_an_edge_that_states_no_threshold_is_read() -> None:
    alert = make_alert(attack_hint_threshold=0.3)
    old = msgspec.to_builtins(alert)
    del old["attack_hint_threshold"]
    assert msgspec.convert(old, AlertView).attack_hint_threshold is None
    assert msgspec.json.decode(msgspec.json.encode(alert), type=AlertView) == alert
