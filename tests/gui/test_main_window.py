import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel

from gui.main_window import MainWindow
from gui.review import Pictures, Stage
from gui.settings import Language
from sync.lane_messages import ReferenceView, TrackView
from sync.messages import Answer
from tests.gui.builders import make_alert, make_decision, make_subject
from tests.gui.cartoons import jpeg, photo, scene
from tests.gui.fake_lane import FakeLane
from tests.gui.waiting import Waiting

NAME = "Vüqar Nümunəvi"


@pytest.fixture
def reviewing(lane: FakeLane, terminal: MainWindow, qtbot: Waiting) -> MainWindow:
    """Wait until an alert with both pictures may be answered."""
    for evidence_id in ("probe-1", "reference-1", "old"):
        lane.evidence[evidence_id] = jpeg(photo(1))
    references = (
        ReferenceView(evidence_id="reference-1", captured_on="2021-03-12"),
        ReferenceView(evidence_id="old", captured_on="2011-03-12"),
    )
    lane.raise_alert(make_alert(1, references=references))
    qtbot.waitUntil(lambda: terminal.review.review.pictures is Pictures.BOTH)
    qtbot.waitUntil(lambda: terminal.review.review.wait_s(_now()) == 0)
    return terminal


def _now() -> float:
    import time

    return time.monotonic()


def texts(root: QObject) -> str:
    return "\n".join(label.text() for label in root.findChildren(QLabel) if label.isVisible())


def test_a_new_alert_comes_on_the_screen_and_flashes(
    lane: FakeLane, terminal: MainWindow, qtbot: Waiting
) -> None:
    lane.raise_alert(make_alert(1))
    qtbot.waitUntil(lambda: terminal.review.alert_id == "alert-1")
    assert terminal.review.isVisible()
    assert terminal.flash.is_flashing


def test_a_new_alert_does_not_push_the_one_under_review_away(
    lane: FakeLane, reviewing: MainWindow, qtbot: Waiting
) -> None:
    lane.raise_alert(make_alert(2))
    qtbot.waitUntil(lambda: "alert-2" in reviewing.session.alerts.alerts)
    assert reviewing.review.alert_id == "alert-1"


def test_neither_name_nor_score_is_told_before_the_answer(lane: FakeLane, reviewing: MainWindow) -> None:
    said = texts(reviewing)
    assert "Is this the same person?" in said
    assert "taken 5 years ago" in said
    for secret in (NAME, "0.43", "0.44", "0,44", "Wanted persons, version"):
        assert secret not in said


def test_a_subject_sent_too_early_is_not_shown(lane: FakeLane, terminal: MainWindow, qtbot: Waiting) -> None:
    lane.raise_alert(make_alert(1, subject=make_subject()))
    qtbot.waitUntil(lambda: terminal.review.alert_id == "alert-1")
    assert NAME not in texts(terminal)


@pytest.mark.parametrize(
    ("key", "answer"), [("1", Answer.SAME), ("2", Answer.NOT_SAME), ("3", Answer.UNSURE)]
)
def test_a_key_answers_and_the_name_follows(
    key: str, answer: Answer, lane: FakeLane, reviewing: MainWindow, qtbot: Waiting
) -> None:
    qtbot.keyClicks(reviewing, key)
    qtbot.waitUntil(lambda: NAME in texts(reviewing))
    assert [(alert_id, request.answer) for alert_id, request in lane.decisions] == [("alert-1", answer)]
    assert lane.decisions[0][1].seconds_to_answer >= 1.0
    assert "Ask for the travel document" in texts(reviewing)


def test_a_double_press_answers_once(lane: FakeLane, reviewing: MainWindow, qtbot: Waiting) -> None:
    qtbot.keyClicks(reviewing, "12")
    qtbot.waitUntil(lambda: NAME in texts(reviewing))
    assert len(lane.decisions) == 1


def test_a_key_before_the_pictures_does_not_answer(
    lane: FakeLane, terminal: MainWindow, qtbot: Waiting
) -> None:
    lane.evidence_status = 503
    lane.raise_alert(make_alert(1))
    qtbot.waitUntil(lambda: terminal.review.alert_id == "alert-1")
    qtbot.keyClicks(terminal, "1")
    assert terminal.review.review.stage is Stage.LOOKING
    assert terminal.session.pending.items == ()
    assert terminal.header.message.isVisible()


def test_a_correction_is_a_second_decision(lane: FakeLane, reviewing: MainWindow, qtbot: Waiting) -> None:
    qtbot.keyClicks(reviewing, "1")
    qtbot.waitUntil(lambda: NAME in texts(reviewing))
    qtbot.keyClicks(reviewing, "c")
    qtbot.waitUntil(lambda: reviewing.review.review.wait_s(_now()) == 0)
    qtbot.keyClicks(reviewing, "2")
    qtbot.waitUntil(lambda: len(lane.decisions) == 2)
    assert [d.answer for d in lane.alerts["alert-1"].decisions] == [Answer.SAME, Answer.NOT_SAME]


def test_a_remark_is_sent_and_digits_in_it_answer_nothing(
    lane: FakeLane, reviewing: MainWindow, qtbot: Waiting
) -> None:
    qtbot.keyClicks(reviewing, "3")
    qtbot.waitUntil(lambda: NAME in texts(reviewing))
    qtbot.keyClicks(reviewing, "r")
    field = reviewing.review.subject._reason
    qtbot.keyClicks(field, "seat 12, O")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(lane.decisions) == 2)
    assert lane.decisions[1][1].reason == "seat 12, O"
    assert lane.decisions[1][1].answer is Answer.UNSURE
    assert lane.barrier_commands == []


def test_the_barrier_opens_on_the_second_press_only(
    lane: FakeLane, terminal: MainWindow, qtbot: Waiting
) -> None:
    qtbot.keyClicks(terminal, "o")
    assert terminal.barrier.is_armed
    first = _now()
    qtbot.waitUntil(lambda: _now() - first > 0.5)
    assert lane.barrier_commands == []
    qtbot.keyClicks(terminal, "o")
    qtbot.waitUntil(lambda: len(lane.barrier_commands) == 1)
    assert lane.barrier_commands[0].action == "open"


def test_hold_needs_one_press(lane: FakeLane, terminal: MainWindow, qtbot: Waiting) -> None:
    qtbot.keyClicks(terminal, "h")
    qtbot.waitUntil(lambda: [command.action for command in lane.barrier_commands] == ["hold"])


def test_arrows_walk_the_alerts(lane: FakeLane, terminal: MainWindow, qtbot: Waiting) -> None:
    for number in (1, 2, 3):
        lane.raise_alert(make_alert(number, decisions=(make_decision(),)))
    qtbot.waitUntil(lambda: len(terminal.session.alerts.alerts) == 3)
    seen = []
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(terminal, key)
        seen.append(terminal.review.alert_id)
    assert seen == ["alert-3", "alert-2", "alert-3"]


def test_arrows_turn_the_reference_photos(reviewing: MainWindow, qtbot: Waiting) -> None:
    qtbot.keyClick(reviewing, Qt.Key.Key_Right)
    assert "taken 15 years ago" in texts(reviewing)
    qtbot.keyClick(reviewing, Qt.Key.Key_Right)
    assert "taken 5 years ago" in texts(reviewing)


def test_probe_and_reference_have_the_same_room(reviewing: MainWindow) -> None:
    review = reviewing.review
    assert abs(review.probe.width() - review.references.large.width()) <= 1
    assert abs(review.probe.height() - review.references.large.height()) <= 1


@pytest.mark.parametrize(
    ("key", "language", "title"),
    [
        (Qt.Key.Key_F2, Language.AZERBAIJANI, "Siqnallar"),
        (Qt.Key.Key_F3, Language.RUSSIAN, "Сигналы"),
        (Qt.Key.Key_F4, Language.ENGLISH, "Alerts"),
    ],
)
def test_a_key_switches_the_language_at_once(
    key: Qt.Key, language: Language, title: str, terminal: MainWindow, qtbot: Waiting
) -> None:
    qtbot.keyClick(terminal, key)
    assert terminal._translation.language is language
    qtbot.waitUntil(lambda: title in texts(terminal))


def test_a_lost_connection_is_big_and_heals(lane: FakeLane, terminal: MainWindow, qtbot: Waiting) -> None:
    assert not terminal.blind.isVisible()
    lane.stop()
    qtbot.waitUntil(terminal.blind.isVisible)
    assert "LANE BLIND" in texts(terminal)
    assert [item.key for item in terminal.strip.items()] == ["lane"]
    lane.start()
    qtbot.waitUntil(lambda: not terminal.blind.isVisible(), timeout=10000)


def test_a_picture_that_stays_is_not_to_be_trusted(
    lane: FakeLane, terminal: MainWindow, qtbot: Waiting
) -> None:
    image, boxes = scene(0.0)
    tracks = tuple(
        TrackView(
            track_id=n,
            x=b.x(),
            y=b.y(),
            width=b.width(),
            height=b.height(),
            status="too-poor",
            reasons=("dark",),
        )
        for n, b in enumerate(boxes)
    )
    lane.picture = lambda: (jpeg(image), tracks)
    qtbot.waitUntil(lambda: _video_is(terminal, is_stale=False), timeout=10000)
    assert _is_coloured(terminal.lane.grab().toImage())
    lane.stop()
    qtbot.waitUntil(lambda: _video_is(terminal, is_stale=True))
    age = terminal.lane.videos()["cam-1"].age_s()
    assert age is not None
    assert age > 1.0


def _video_is(terminal: MainWindow, *, is_stale: bool) -> bool:
    video = terminal.lane.videos().get("cam-1")
    return video is not None and video.is_stale() is is_stale


def _is_coloured(image: QImage) -> bool:
    points = ((x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7))
    return any(image.pixelColor(x, y).saturation() > 90 for x, y in points)


def test_help_shows_the_keys_and_escape_takes_it_away(terminal: MainWindow, qtbot: Waiting) -> None:
    qtbot.keyClick(terminal, Qt.Key.Key_F1)
    assert terminal.help.isVisible()
    qtbot.keyClick(terminal, Qt.Key.Key_Escape)
    assert not terminal.help.isVisible()


def test_keys_rest_while_nobody_is_logged_in(lane: FakeLane, window: MainWindow, qtbot: Waiting) -> None:
    qtbot.keyClicks(window, "h")
    assert not any(action.isEnabled() for action in window._actions)
    assert lane.barrier_commands == []


@pytest.mark.parametrize(
    ("category", "said"), [("court-order", "court order"), ("new-category", "new-category")]
)
def test_the_reason_of_listing_is_worded(
    lane: FakeLane, reviewing: MainWindow, qtbot: Waiting, category: str, said: str
) -> None:
    lane.subjects["alert-1"] = make_subject(category=category)
    qtbot.keyClicks(reviewing, "3")
    qtbot.waitUntil(lambda: said in texts(reviewing))


def test_a_key_ends_the_flashing(lane: FakeLane, reviewing: MainWindow, qtbot: Waiting) -> None:
    reviewing.flash.flash()
    qtbot.keyClicks(reviewing, "3")
    assert not reviewing.flash.is_flashing


@pytest.mark.parametrize(("instructions", "is_headed"), [("Call the supervisor.", True), ("", False)])
def test_a_heading_without_instructions_is_not_shown(
    lane: FakeLane,
    reviewing: MainWindow,
    qtbot: Waiting,
    instructions: str,
    is_headed: bool,
) -> None:
    lane.subjects["alert-1"] = make_subject(instructions=instructions)
    qtbot.keyClicks(reviewing, "2")
    qtbot.waitUntil(lambda: NAME in texts(reviewing))
    assert ("WHAT TO DO" in texts(reviewing)) is is_headed


def test_after_log_out_nothing_of_the_lane_is_left(
    lane: FakeLane, reviewing: MainWindow, qtbot: Waiting
) -> None:
    qtbot.keyClick(reviewing, Qt.Key.Key_F4)
    reviewing.session.log_out()
    assert reviewing.stack.currentWidget() is reviewing.login
    assert reviewing.review.alert_id is None
    assert reviewing.lane.videos() == {}
    assert not reviewing.session.alerts.alerts


def test_no_button_answers_by_default(reviewing: MainWindow, qtbot: Waiting) -> None:
    qtbot.keyClick(reviewing, Qt.Key.Key_Return)
    qtbot.keyClick(reviewing, Qt.Key.Key_Space)
    assert reviewing.review.review.stage is Stage.LOOKING
