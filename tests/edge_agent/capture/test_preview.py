"""The picture a guard watches."""

import cv2
import numpy as np

from edge_agent.capture.preview import PreviewBoard, encode_preview
from hardware.frame import Frame
from sync.lane_messages import TrackView
from tests.edge_agent.shell_builders import NOW

TRACK = TrackView(track_id=1, x=0.1, y=0.1, width=0.2, height=0.2, status="searching")


def frame(sequence: int, width: int = 640, height: int = 360) -> Frame:
    return Frame(np.full((height, width, 3), 90, np.uint8), "c1", sequence, NOW, sequence / 15)


def test_nothing_is_shown_before_the_first_frame() -> None:
    assert PreviewBoard(["c1"]).picture("c1", -1) is None


def test_the_newest_frame_is_shown_with_its_own_tracks() -> None:
    board = PreviewBoard(["c1"])
    board.publish(frame(1), ())
    board.publish(frame(2), (TRACK,))
    picture = board.picture("c1", -1)
    assert picture is not None
    assert (picture.sequence, picture.tracks, picture.captured_at) == (2, (TRACK,), NOW)


def test_a_frame_is_sent_to_a_viewer_once() -> None:
    board = PreviewBoard(["c1"])
    board.publish(frame(2), ())
    assert board.picture("c1", 2) is None


def test_viewers_share_one_encoding_which_goes_with_the_last() -> None:
    board = PreviewBoard(["c1"])
    board.publish(frame(2), ())
    with board.watching("c1"):
        first = board.picture("c1", -1)
        assert board.picture("c1", -1) is first
    assert board.picture("c1", -1) is not first


def test_an_ended_passage_leaves_no_picture() -> None:
    board = PreviewBoard(["c1"])
    board.publish(frame(2), ())
    board.clear()
    assert board.picture("c1", -1) is None


def test_a_wide_picture_is_made_smaller_in_proportion() -> None:
    jpeg = encode_preview(frame(1, 1920, 1080))
    shown = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    assert shown.shape == (540, 960, 3)


def test_a_masked_face_is_a_few_flat_squares_and_the_rest_stays() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (360, 640, 3), dtype=np.uint8)
    board = PreviewBoard(["c1"])
    board.is_masked = True
    board.publish(Frame(noise.copy(), "c1", 1, NOW, 0.0), (TRACK,))
    picture = board.picture("c1", -1)
    assert picture is not None
    shown = cv2.imdecode(np.frombuffer(picture.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    face, rest = shown[40:100, 70:180], shown[200:, 300:]
    assert np.std(face) < np.std(rest) / 4


def test_a_mask_at_the_edge_of_the_picture_stays_inside_it() -> None:
    outside = TrackView(track_id=1, x=0.95, y=-0.3, width=0.4, height=0.2, status="searching")
    assert encode_preview(frame(1), (outside,))
