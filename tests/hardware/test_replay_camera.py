from collections.abc import Callable
from pathlib import Path

import pytest

from hardware.errors import CameraError, CameraSourceError
from hardware.frame import Frame
from hardware.replay_camera import ReplayCamera
from tests.hardware.recordings import number_of, write_gif, write_pictures, write_video


def frames_of(camera: ReplayCamera, limit: int = 1000) -> list[Frame]:
    frames: list[Frame] = []
    camera.open()
    while len(frames) < limit and (frame := camera.read()) is not None:
        frames.append(frame)
    camera.close()
    return frames


def unpaced(path: Path, frames_per_second: float | None = None, *, is_looping: bool = False) -> ReplayCamera:
    return ReplayCamera("gate", path, frames_per_second, is_looping=is_looping, is_paced=False)


@pytest.mark.parametrize(
    ("make", "rate"),
    [
        (lambda folder: write_video(folder / "clip.avi", 12), 15.0),
        (lambda folder: write_gif(folder / "clip.gif", 12), 12.5),
        (lambda folder: write_pictures(folder / "clip", 12), 15.0),
    ],
    ids=["video", "gif", "folder"],
)
def test_every_frame_comes_once_and_in_order(
    tmp_path: Path, make: Callable[[Path], Path], rate: float
) -> None:
    frames = frames_of(unpaced(make(tmp_path)))
    assert [number_of(frame.image) for frame in frames] == list(range(12))
    assert [frame.sequence for frame in frames] == list(range(12))
    assert [frame.stream_s for frame in frames] == pytest.approx([n / rate for n in range(12)])


def test_looping_recording_goes_on_over_the_seam(tmp_path: Path) -> None:
    camera = unpaced(write_video(tmp_path / "clip.avi", 4), is_looping=True)
    frames = frames_of(camera, limit=10)
    assert [number_of(frame.image) for frame in frames] == [0, 1, 2, 3, 0, 1, 2, 3, 0, 1]
    assert [frame.sequence for frame in frames] == list(range(10))
    assert frames[-1].stream_s == pytest.approx(9 / 15)


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (15.0, list(range(12))),
        (60.0, list(range(12))),
        (7.5, [0, 2, 4, 6, 8, 10]),
        (10.0, [0, 1, 3, 4, 6, 7, 9, 10]),
    ],
)
def test_fast_video_is_thinned_and_keeps_its_clock(tmp_path: Path, rate: float, expected: list[int]) -> None:
    frames = frames_of(unpaced(write_video(tmp_path / "clip.avi", 12), rate))
    assert [number_of(frame.image) for frame in frames] == expected
    for frame, number in zip(frames, expected, strict=True):
        assert number / 15 <= frame.stream_s + 1e-9 < (number + 1) / 15


def test_folder_plays_at_the_rate_asked_for(tmp_path: Path) -> None:
    frames = frames_of(unpaced(write_pictures(tmp_path / "clip", 3), 4.0))
    assert [frame.stream_s for frame in frames] == [0.0, 0.25, 0.5]


def test_reopened_recording_starts_anew(tmp_path: Path) -> None:
    camera = unpaced(write_video(tmp_path / "clip.avi", 5))
    assert [frame.sequence for frame in frames_of(camera)] == [frame.sequence for frame in frames_of(camera)]


def test_missing_recording_is_named() -> None:
    with pytest.raises(CameraSourceError, match=r"recording /nowhere/clip\.avi: no such file"):
        unpaced(Path("/nowhere/clip.avi")).open()


@pytest.mark.parametrize("name", ["clip.mp4", "clip.gif", "clip.avi", "clip.jpg"])
def test_file_without_a_video_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"neither picture nor video" * 40)
    with pytest.raises(CameraSourceError, match=rf"{name}: not a video that can be decoded"):
        unpaced(tmp_path / name).open()


def test_empty_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").touch()
    with pytest.raises(CameraSourceError, match="not a video"):
        unpaced(tmp_path / "clip.mp4").open()


def test_folder_without_pictures_is_named(tmp_path: Path) -> None:
    with pytest.raises(CameraSourceError, match="holds no pictures"):
        unpaced(tmp_path).open()


def test_broken_picture_in_a_folder_is_named(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "clip", 2)
    (folder / "0001.png").write_bytes(b"")
    camera = unpaced(folder)
    camera.open()
    assert camera.read() is not None
    with pytest.raises(CameraSourceError, match=r"0001\.png: not a picture"):
        camera.read()


def test_truncated_video_ends_early_and_is_noted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write_video(tmp_path / "clip.avi", 30)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    camera = unpaced(path)
    camera.open()
    frames = list(iter(camera.read, None))
    assert camera.read() is None
    camera.close()
    assert 1 <= len(frames) < 30
    assert [record.message for record in caplog.records] == [
        f"camera gate: recording ended at frame {len(frames)} of 30"
    ]


def test_unopened_camera_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CameraError, match="gate is not open"):
        unpaced(tmp_path).read()
