from pathlib import Path

import cv2
import numpy as np
import pytest

from hardware.camera import Camera
from hardware.camera_source import masked, open_camera
from hardware.errors import CameraSourceError


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "one, two?.png"
    cv2.imwrite(str(path), np.full((60, 80, 3), 90, np.uint8))
    return path


def escaped(path: Path) -> str:
    return str(path).replace("%", "%25").replace(",", "%2C").replace("?", "%3F")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", "must start with"),
        ("webcam", "must start with"),
        ("replay:", "no such file"),
        ("replay:/nowhere/clip.mp4", "no such file or folder: '/nowhere/clip.mp4'"),
        ("replay:/?speed=2", "unknown option 'speed'"),
        ("replay:/?loop=perhaps", "option loop is 'perhaps'"),
        ("replay:/?loop", "bad query field"),
        ("pan:/nowhere/face.jpg", "no such file"),
        ("pan:/?size=large", "option size is 'large'"),
        ("pan:/?size=1x1", "size 1x1"),
        ("pan:/?seconds=soon", "option seconds is 'soon'"),
        ("pan:/?seconds=0", "seconds 0"),
        ("pan:/?gap=nan", "gap nan"),
        ("pan:/?seed=inf", "option seed"),
        ("pan:/?seed=-1", "option seed"),
        ("usb:front", "number of a video device"),
        ("rtsp://", "no URL"),
        ("rtsp://host:0/x", "no URL"),
        ("rtsp://host:door/x", "no URL"),
    ],
)
def test_malformed_source_is_refused_with_its_reason(source: str, reason: str) -> None:
    with pytest.raises(CameraSourceError) as caught:
        open_camera(source, "gate")
    assert reason in str(caught.value)
    assert "camera gate" in str(caught.value)


@pytest.mark.parametrize("rate", [0.0, -1.0, 1000.0, float("nan")])
def test_impossible_rate_is_refused(rate: float) -> None:
    with pytest.raises(CameraSourceError, match="frames per second"):
        open_camera("usb:0", "gate", rate)


@pytest.mark.parametrize(
    "source", ["rtsp://guard:hush@cam.example/1", "rtsp://guard:hu/sh@cam.example", "rtsp://a:hush@b@c/d"]
)
def test_credentials_never_reach_a_message(source: str) -> None:
    assert "hu" not in masked(source)
    with pytest.raises(CameraSourceError) as caught:
        open_camera(source, "gate", 1000.0)
    assert "hu" not in str(caught.value)


def test_password_that_breaks_the_url_is_not_quoted() -> None:
    with pytest.raises(CameraSourceError) as caught:
        open_camera("rtsp://guard:hush/x@host", "gate")
    assert "hush" not in str(caught.value)


def test_path_with_separators_is_written_escaped(picture: Path) -> None:
    camera = open_camera(f"pan:{escaped(picture)}?seconds=1&gap=0&size=64x48", "gate", paced=False)
    camera.open()
    frame = camera.read()
    camera.close()
    assert frame is not None
    assert frame.image.shape == (48, 64, 3)


@pytest.mark.parametrize("source", ["usb:0", "rtsp://cam.example/stream"])
def test_live_sources_make_a_camera_without_connecting(source: str) -> None:
    camera = open_camera(source, "gate", 15)
    assert isinstance(camera, Camera)
    assert camera.camera_id == "gate"
