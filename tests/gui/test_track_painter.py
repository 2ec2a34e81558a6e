import pytest
from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtWidgets import QApplication

from gui.settings import Language
from gui.track_painter import MARKS, label_of, placed_label
from gui.translation import Translation
from sync.lane_messages import TrackView

PICTURE = QRectF(0, 0, 400, 300)
LABEL = QSizeF(80, 20)


def make_track(status: str, *reasons: str) -> TrackView:
    return TrackView(track_id=1, x=0.1, y=0.1, width=0.1, height=0.1, status=status, reasons=reasons)


def test_every_status_has_a_shape_of_its_own_not_only_a_colour() -> None:
    assert len({mark.sign for mark in MARKS.values()}) == len(MARKS)


@pytest.mark.parametrize(
    ("track", "said"),
    [
        (make_track("match"), "alert"),
        (make_track("non-match", "small"), "no alert"),
        (make_track("too-poor"), "not clear yet"),
        (make_track("too-poor", "small", "dark"), "not clear yet\n(too far away, too dark)"),
        (make_track("unusable", "covered"), "face not usable: look yourself\n(covered)"),
        (
            make_track("unusable", "turned", "picture"),
            "face not usable: look yourself\n(turned away, may be a picture)",
        ),
        (make_track("new-status"), "new-status"),
    ],
)
def test_a_face_says_in_words_what_it_is(track: TrackView, said: str, qapp: QApplication) -> None:
    Translation(qapp).choose(Language.ENGLISH)
    assert label_of(track) == said


@pytest.mark.parametrize(
    "box",
    [QRectF(100, 100, 50, 60), QRectF(380, 270, 20, 30), QRectF(0, 0, 30, 30), QRectF(-20, 290, 50, 60)],
)
def test_a_label_stays_inside_the_picture(box: QRectF) -> None:
    assert PICTURE.contains(placed_label(LABEL, box, PICTURE, []))


def test_a_label_gives_way_to_another_face() -> None:
    box, below = QRectF(100, 100, 50, 60), QRectF(90, 165, 80, 60)
    plate = placed_label(LABEL, box, PICTURE, [below])
    assert not plate.intersects(below)
    assert not plate.intersects(box)
