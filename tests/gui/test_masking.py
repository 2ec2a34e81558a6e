from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from gui.masking import BLOCKS, face_area, masked_tracks, masked_whole
from sync.lane_messages import TrackView
from tests.gui.cartoons import photo


def track(x: float, y: float, width: float, height: float) -> TrackView:
    return TrackView(track_id=1, x=x, y=y, width=width, height=height, status="match")


def colours(image: QImage, area: QRect) -> set[int]:
    return {
        image.pixel(x, y) for x in range(area.left(), area.right()) for y in range(area.top(), area.bottom())
    }


def test_a_masked_face_is_a_few_blocks_and_the_rest_stays(qapp: QApplication) -> None:
    image, face = photo(1), track(0.3, 0.25, 0.4, 0.4)
    masked = masked_tracks(image, [face])
    area = face_area(face, image.size())
    assert len(colours(masked, area)) <= BLOCKS * (BLOCKS + 6)
    assert len(colours(image, area)) > 4 * len(colours(masked, area)) or masked != image
    assert masked.pixel(2, 2) == image.convertToFormat(QImage.Format.Format_RGB32).pixel(2, 2)


def test_the_original_is_left_alone(qapp: QApplication) -> None:
    image = photo(1)
    before = image.copy()
    masked_tracks(image, [track(0.2, 0.2, 0.5, 0.5)])
    assert image == before


def test_a_whole_photo_is_a_few_blocks_of_the_same_size(qapp: QApplication) -> None:
    masked = masked_whole(photo(2))
    assert masked.size() == photo(2).size()
    assert len(colours(masked, masked.rect())) <= BLOCKS * BLOCKS * 2


def test_a_mask_is_larger_than_the_box_and_inside_the_picture() -> None:
    area = face_area(track(0.5, 0.5, 0.2, 0.2), QSize(100, 100))
    assert area.contains(QRect(50, 50, 20, 20))
    assert face_area(track(-0.1, 0.9, 0.2, 0.2), QSize(100, 100)).width() <= 20


def test_a_box_outside_the_picture_masks_nothing(qapp: QApplication) -> None:
    image = photo(3)
    assert masked_tracks(image, [track(5.0, 5.0, 0.1, 0.1)]) == image.convertToFormat(
        QImage.Format.Format_RGB32
    )
