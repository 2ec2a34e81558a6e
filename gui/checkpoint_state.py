"""The lane's state as items of the strip: a label, a value and how bad it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from gui import words
from gui.phrase import Phrase, phrase
from sync.lane_messages import CameraState, DeviceView, LaneState, UplinkState, WatchlistState

STALE_FRAME_MS = 1000.0
LONG_QUEUE = 100
CLOCK_TOLERANCE_S = 5.0


class Severity(IntEnum):
    """How bad something is; the strip shows it by colour, shape and words."""

    GOOD = 0
    WARNING = 1
    FAULT = 2


@dataclass(frozen=True, slots=True)
class StripItem:
    """One cell of the strip; `key` stays the same from state to state."""

    key: str
    label: Phrase
    value: Phrase
    severity: Severity


_CAMERA_SEVERITY = {"live": Severity.GOOD, "connecting": Severity.WARNING, "ended": Severity.WARNING}
_BAD_DEVICES = frozenset({"offline", "failed", "unknown"})
NO_ALERTS = "shadow"
"""Nothing at the lane warns of anybody: the loudest state there is."""
_BY_HAND = "manual"
"""Somebody turned the key: allowed, and not to be forgotten."""
_RECOGNISER_CODES = ("models-", "attack-detection-", "calibration-", "running-on-")
_SHOWN_ELSEWHERE = ("camera-", "list-stale", "list-missing", "uplink-", "disk-", "store-", *_RECOGNISER_CODES)


def strip_items(state: LaneState, now: datetime) -> tuple[StripItem, ...]:
    """Word a lane's state; `now` is the terminal's own time, to notice clocks that differ."""
    return (
        *(_camera(camera, now_alone=len(state.cameras) == 1) for camera in state.cameras),
        _uplink(state.uplink),
        *_watchlists(state),
        _recogniser(state),
        *_unusable_faces(state.unusable_now),
        *(_device(device) for device in state.devices),
        _store(state.warnings),
        *_clock(state.at, now),
        *_warnings(state.warnings),
    )


def worst(items: tuple[StripItem, ...]) -> Severity:
    """Return the severity of the worst item; none at all is good."""
    return max((item.severity for item in items), default=Severity.GOOD)


def _camera(camera: CameraState, *, now_alone: bool) -> StripItem:
    """Count a live camera whose newest frame is old as a fault all the same."""
    severity = _CAMERA_SEVERITY.get(camera.status, Severity.FAULT)
    if camera.status == "live" and (camera.frame_age_ms is None or camera.frame_age_ms > STALE_FRAME_MS):
        severity = Severity.FAULT
    value = phrase(words.CAMERA_STATUS.get(camera.status, camera.status))
    if camera.status == "live" and camera.frame_age_ms is not None:
        age = phrase(words.PICTURE_AGE, seconds=f"{camera.frame_age_ms / 1000:.1f}")
        value = phrase("{status} · {age}", status=value, age=age)
    label = (
        phrase(words.CAMERA)
        if now_alone
        else phrase("{label} {id}", label=phrase(words.CAMERA), id=camera.camera_id)
    )
    return StripItem(f"camera:{camera.camera_id}", label, value, severity)


def _uplink(uplink: UplinkState) -> StripItem:
    """Warn of a cut uplink: it costs nothing yet, and nothing is lost while it queues."""
    status = phrase(words.UPLINK_UP if uplink.is_connected else words.UPLINK_DOWN)
    severity = Severity.GOOD
    if not uplink.is_connected or uplink.queue_depth > LONG_QUEUE:
        severity = Severity.WARNING
    queue = phrase(words.UPLINK_QUEUE, count=uplink.queue_depth)
    value = phrase("{status} · {queue}", status=status, queue=queue) if uplink.queue_depth else status
    return StripItem("uplink", phrase(words.UPLINK), value, severity)


def _watchlists(state: LaneState) -> Iterator[StripItem]:
    """Without a list nobody can be found, which is the worst that can be."""
    if not state.watchlists:
        yield StripItem("watchlist", phrase(words.WATCHLIST), phrase(words.WATCHLIST_NONE), Severity.FAULT)
    for watchlist in state.watchlists:
        yield _watchlist(watchlist)


def _watchlist(watchlist: WatchlistState) -> StripItem:
    """Version, size and whether the hub's word on it has run out."""
    name = phrase(words.WATCHLIST_VERSION, title=watchlist.title, version=str(watchlist.version))
    detail = (
        phrase(words.WATCHLIST_STALE)
        if watchlist.is_stale
        else phrase(words.WATCHLIST_SUBJECTS, count=watchlist.subjects)
    )
    severity = Severity.WARNING if watchlist.is_stale else Severity.GOOD
    value = phrase("{name} · {detail}", name=name, detail=detail)
    return StripItem(f"watchlist:{watchlist.list_id}", phrase(words.WATCHLIST), value, severity)


def _recogniser(state: LaneState) -> StripItem:
    """Pack and provider; degraded or failed networks are said in words."""
    name = phrase("{pack} · {provider}", pack=state.pack, provider=_short(state.provider))
    codes = [code for code in state.warnings if code.startswith(_RECOGNISER_CODES)]
    if not codes:
        return StripItem("recogniser", phrase(words.RECOGNISER), name, Severity.GOOD)
    has_failed = any(code.startswith("models-") for code in codes)
    trouble = _warning(codes[0])
    value = phrase("{name} · {trouble}", name=name, trouble=trouble)
    return StripItem(
        "recogniser", phrase(words.RECOGNISER), value, Severity.FAULT if has_failed else Severity.WARNING
    )


def _unusable_faces(now: int) -> Iterator[StripItem]:
    """Faces no search says anything of are the guard's alone, whether the picture is looked at or not."""
    if now:
        value = phrase(words.FACES_UNUSABLE, count=now)
        yield StripItem("faces", phrase(words.FACES), value, Severity.WARNING)


def _short(provider: str) -> str:
    """Name a run-time provider as people do: CPU, CUDA."""
    return provider.removesuffix("ExecutionProvider")


def _device(device: DeviceView) -> StripItem:
    """Barrier, beacon or reader."""
    label = phrase(words.DEVICES.get(device.kind.replace("_", "-"), device.name))
    value = phrase(words.DEVICE_STATUS.get(device.status, device.status))
    severity = Severity.FAULT if device.status in _BAD_DEVICES else Severity.GOOD
    if device.status == _BY_HAND:
        severity = Severity.WARNING
    return StripItem(f"device:{device.name}", label, value, severity)


def _store(warnings: tuple[str, ...]) -> StripItem:
    """Word the state of disk and store, from the lane's warnings."""
    codes = [code for code in warnings if code.startswith(("disk-", "store-"))]
    if not codes:
        return StripItem("store", phrase(words.STORE), phrase(words.STORE_GOOD), Severity.GOOD)
    severity = Severity.WARNING if codes == ["disk-low"] else Severity.FAULT
    return StripItem("store", phrase(words.STORE), _warning(codes[0]), severity)


def _clock(lane: datetime, now: datetime) -> Iterator[StripItem]:
    """Two clocks that differ make every time on the screen doubtful."""
    seconds = abs((now - lane).total_seconds())
    if seconds > CLOCK_TOLERANCE_S:
        value = phrase(words.CLOCK_DIFFERS, seconds=str(round(seconds)))
        yield StripItem("clock", phrase(words.CLOCK), value, Severity.WARNING)


def _warnings(warnings: tuple[str, ...]) -> Iterator[StripItem]:
    """Whatever no other item shows already, so that no warning is swallowed."""
    for code in warnings:
        if not code.startswith(_SHOWN_ELSEWHERE):
            severity = Severity.FAULT if code == NO_ALERTS else Severity.WARNING
            yield StripItem(f"warning:{code}", phrase(words.WARNING), _warning(code), severity)


def _warning(code: str) -> Phrase:
    """Show an unknown code as it is: better a strange word than none."""
    return phrase(words.WARNINGS.get(code, code))
