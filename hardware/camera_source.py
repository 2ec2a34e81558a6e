"""Turns a source text of the settings, such as ``rtsp://…`` or ``replay:PATH?loop=true``, into a camera."""

import re
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from hardware.camera import Camera
from hardware.errors import CameraSourceError
from hardware.live_camera import LiveCamera
from hardware.panning_camera import PanningCamera
from hardware.passage import PassagePlan
from hardware.replay_camera import ReplayCamera
from hardware.video_reader import open_device, open_stream

_CREDENTIALS = re.compile(r"//\S*@")
_SIZE = re.compile(r"(\d{1,5})x(\d{1,5})")
_BOOLEANS = {"true": True, "false": False}


def open_camera(
    source: str, camera_id: str, frames_per_second: float | None = None, *, paced: bool = True
) -> Camera:
    """Make the camera that `source` describes, not yet opened.

    ``replay:PATH[?loop=true]``, ``pan:FILE,FILE…[?seconds=4&gap=1&size=640x480&loop=true&seed=0]``,
    ``usb:0``, ``rtsp://…``, ``http://…`` (MJPEG).
    In paths, ``%3F``, ``%2C`` and ``%25`` stand for ``?``, ``,`` and ``%``.
    With `paced` false a recording comes as fast as it is read, every frame of it.
    Raises `CameraSourceError` naming the source, without its credentials, and what is wrong with it.
    """
    try:
        _require_rate(frames_per_second)
        return _camera(source, camera_id, frames_per_second, is_paced=paced)
    except (CameraSourceError, ValueError) as error:
        raise CameraSourceError(f"camera {camera_id}, source {masked(source)!r}: {error}") from error


def masked(source: str) -> str:
    """Return the source text without the user and password of a URL; fit for logs and messages."""
    return _CREDENTIALS.sub("//***@", source)


def _camera(source: str, camera_id: str, frames_per_second: float | None, *, is_paced: bool) -> Camera:
    scheme, _, rest = source.partition(":")
    match scheme:
        case "replay":
            return _replay(rest, camera_id, frames_per_second, is_paced=is_paced)
        case "pan":
            return _panning(rest, camera_id, frames_per_second, is_paced=is_paced)
        case "usb":
            return _usb(rest, camera_id, frames_per_second)
        case "rtsp" | "rtsps" | "http" | "https":
            return _stream(source, camera_id, frames_per_second)
        case _:
            raise CameraSourceError("must start with replay:, pan:, usb:, rtsp:// or http://")


def _replay(rest: str, camera_id: str, frames_per_second: float | None, *, is_paced: bool) -> Camera:
    place, options = _split(rest, {"loop"})
    path = _existing(place)
    return ReplayCamera(
        camera_id, path, frames_per_second, is_looping=_flag(options, "loop"), is_paced=is_paced
    )


def _panning(rest: str, camera_id: str, frames_per_second: float | None, *, is_paced: bool) -> Camera:
    places, options = _split(rest, {"seconds", "gap", "size", "loop", "seed"})
    width, height = _size(options.get("size", "640x480"))
    plan = PassagePlan(
        seconds=_number(options, "seconds", 4.0),
        gap=_number(options, "gap", 1.0),
        width=width,
        height=height,
        is_looping=_flag(options, "loop"),
        seed=_seed(options.get("seed", "0")),
    )
    pictures = tuple(_existing(place) for place in places.split(","))
    return PanningCamera(camera_id, pictures, plan, frames_per_second, is_paced=is_paced)


def _usb(rest: str, camera_id: str, frames_per_second: float | None) -> Camera:
    if not re.fullmatch(r"\d{1,3}", rest):
        raise CameraSourceError(f"usb: wants the number of a video device, got {rest!r}")
    index = int(rest)
    return LiveCamera(
        camera_id, f"/dev/video{index}", lambda: open_device(index, frames_per_second), frames_per_second
    )


def _stream(source: str, camera_id: str, frames_per_second: float | None) -> Camera:
    try:
        parts = urlsplit(source)
        is_usable = bool(parts.hostname) and parts.port != 0
    except ValueError:  # its text may quote a part of the password
        is_usable = False
    if not is_usable:
        raise CameraSourceError("is no URL with a host and, if any, a port number")
    return LiveCamera(camera_id, masked(source), lambda: open_stream(source), frames_per_second)


def _split(rest: str, known: set[str]) -> tuple[str, dict[str, str]]:
    place, _, query = rest.partition("?")
    options = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
    unknown = sorted(options.keys() - known)
    if unknown:
        raise CameraSourceError(f"unknown option {unknown[0]!r}; known are {', '.join(sorted(known))}")
    return place, options


def _existing(place: str) -> Path:
    path = Path(unquote(place)).expanduser()
    if not place or not path.exists():
        raise CameraSourceError(f"no such file or folder: {str(path) if place else ''!r}")
    return path


def _flag(options: dict[str, str], name: str) -> bool:
    text = options.get(name, "false")
    if text not in _BOOLEANS:
        raise CameraSourceError(f"option {name} is {text!r}, not true or false")
    return _BOOLEANS[text]


def _number(options: dict[str, str], name: str, default: float) -> float:
    text = options.get(name)
    try:
        return default if text is None else float(text)
    except ValueError as error:
        raise CameraSourceError(f"option {name} is {text!r}, not a number") from error


def _size(text: str) -> tuple[int, int]:
    match = _SIZE.fullmatch(text)
    if match is None:
        raise CameraSourceError(f"option size is {text!r}, not like 640x480")
    return int(match[1]), int(match[2])


def _require_rate(frames_per_second: float | None) -> None:
    if frames_per_second is not None and not 0.1 <= frames_per_second <= 240:
        raise CameraSourceError(f"{frames_per_second} frames per second is outside 0.1 to 240")


def _seed(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text):
        raise CameraSourceError(f"option seed is {text!r}, not a whole number")
    return int(text)
