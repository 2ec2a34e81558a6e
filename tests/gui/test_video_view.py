import pytest
from PySide6.QtGui import QImage

from gui.mjpeg_parser import PreviewPart
from gui.settings import ThemeName
from gui.theme import THEMES
from gui.video_view import VideoView
from sync.lane_messages import TrackView
from tests.gui.cartoons import jpeg, scene
from tests.gui.waiting import Waiting


@pytest.fixture
def scenery() -> PreviewPart:
    image, boxes = scene(0.0)
    tracks = tuple(
        TrackView(track_id=n, x=b.x(), y=b.y(), width=b.width(), height=b.height(), status="match")
        for n, b in enumerate(boxes)
    )
    return PreviewPart(jpeg(image), None, 1, tracks)


def view(qtbot: Waiting, *, mask_faces: bool = False) -> VideoView:
    made = VideoView(THEMES[ThemeName.DARK], 1.0, mask_faces=mask_faces)
    qtbot.addWidget(made)
    made.resize(960, 540)
    return made


def picture(video: VideoView) -> QImage:
    return video.grab().toImage()


def test_an_empty_tile_says_so(qtbot: Waiting) -> None:
    video = view(qtbot)
    assert video.is_stale()
    assert not picture(video).isNull()


def test_tracks_are_drawn_where_they_are(qtbot: Waiting, scenery: PreviewPart) -> None:
    video = view(qtbot)
    video.show_part(PreviewPart(scenery.jpeg, None, 1, ()))
    plain = picture(video)
    video.show_part(PreviewPart(scenery.jpeg, None, 2, scenery.tracks))
    marked = picture(video)
    edge = round(scenery.tracks[2].x * 960), round((scenery.tracks[2].y + 0.05) * 540)
    assert marked.pixelColor(*edge).red() > 200
    assert plain.pixelColor(*edge) != marked.pixelColor(*edge)


def test_bytes_that_are_no_picture_leave_the_old_one(qtbot: Waiting, scenery: PreviewPart) -> None:
    video = view(qtbot)
    video.show_part(scenery)
    before = picture(video)
    video.show_part(PreviewPart(b"nonsense", None, 2, ()))
    assert picture(video).pixelColor(480, 300) == before.pixelColor(480, 300)


def test_the_picture_keeps_its_proportions(qtbot: Waiting, scenery: PreviewPart) -> None:
    video = view(qtbot)
    video.resize(960, 960)
    video.show_part(scenery)
    area = video.picture_area()
    assert (area.width(), area.height(), area.top()) == (960, 540, 210)


def test_a_face_stays_masked_when_its_track_is_lost_for_a_moment(
    qtbot: Waiting, scenery: PreviewPart
) -> None:
    video = view(qtbot, mask_faces=True)
    video.show_part(scenery)
    video.show_part(PreviewPart(scenery.jpeg, None, 2, ()))
    open_video = view(qtbot)
    open_video.show_part(PreviewPart(scenery.jpeg, None, 2, ()))
    face = scenery.tracks[2]
    left, top = round(face.x * 960), round(face.y * 540)
    area = (left, top, round(face.width * 960), round(face.height * 540))
    assert picture(video).copy(*area) != picture(open_video).copy(*area)
