"""A ring of frames in shared memory: one process writes, another takes the newest without ever waiting."""

import mmap
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from edge_agent.errors import EdgeError
from hardware.frame import Frame, Image

MIN_SLOTS = 3
"""One being written, one being read, one to spare."""

_CHANNELS = 3
_HEADER = np.dtype(
    [
        ("written", "<i8"),
        ("repeats", "<i8"),
        ("frames_per_second", "<f8"),
        ("flat_s", "<f8"),
        ("same_s", "<f8"),
    ]
)
_SLOT = np.dtype(
    [
        ("begun", "<i8"),
        ("done", "<i8"),
        ("sequence", "<i8"),
        ("captured_us", "<i8"),
        ("written_ns", "<i8"),
        ("stream_s", "<f8"),
        ("height", "<i4"),
        ("width", "<i4"),
    ]
)
_PAGE = 4096


class FrameRingError(EdgeError):
    """The ring cannot be had or a frame does not fit into it; a matter of settings, not of trying again."""


@dataclass(frozen=True, slots=True)
class RingShape:
    """How many frames the ring holds and how large each may be."""

    slots: int = 4
    max_pixels: int = 1920 * 1080

    def __post_init__(self) -> None:
        """Refuse a ring that cannot work."""
        if not MIN_SLOTS <= self.slots <= 64:
            raise FrameRingError(f"frame ring: {self.slots} slots is outside {MIN_SLOTS} to 64")
        if not 1 <= self.max_pixels <= 4096 * 4096:
            raise FrameRingError(
                f"frame ring: {self.max_pixels} pixels a frame is outside 1 to {4096 * 4096}"
            )

    @property
    def slot_bytes(self) -> int:
        """Bytes of the largest picture."""
        return self.max_pixels * _CHANNELS

    @property
    def pictures_at(self) -> int:
        """Offset of the first picture, on a page of its own."""
        return -(-(_HEADER.itemsize + self.slots * _SLOT.itemsize) // _PAGE) * _PAGE

    @property
    def total_bytes(self) -> int:
        """Bytes of the whole ring."""
        return self.pictures_at + self.slots * self.slot_bytes


@dataclass(frozen=True, slots=True)
class NewestMark:
    """What is known of the newest frame without copying it."""

    sequence: int
    captured_at: datetime
    written_monotonic_s: float
    """On the machine's monotonic clock, which all its processes share."""
    stream_s: float
    frames_per_second: float
    """Measured by the writer over its last frames."""
    flat_s: float
    """For how long the camera has shown nothing but one colour; 0 while there is something to see."""
    same_s: float = 0.0
    """For how long it has sent one and the same picture; 0 while pictures differ."""
    repeats: int = 0
    """Pictures that were the same as the one before, ever."""


@dataclass(frozen=True, slots=True)
class WriterNotes:
    """What the writer measured up to a frame."""

    monotonic_s: float
    frames_per_second: float = 0.0
    flat_s: float = 0.0
    same_s: float = 0.0


class FrameRing:
    """The ring over an anonymous memory file: it has no name, so nothing is left behind when processes die.

    Every slot carries a number before and after its picture (a sequence lock): a reader that finds the two
    different from what it expects was overtaken and discards what it copied.
    """

    def __init__(self, descriptor: int, shape: RingShape) -> None:
        """Map an existing ring; `allocate` makes one. Takes the descriptor over."""
        self.descriptor = descriptor
        self.shape = shape
        self._memory = mmap.mmap(descriptor, shape.total_bytes)
        self._header = np.frombuffer(self._memory, _HEADER, 1)
        self._slots = np.frombuffer(self._memory, _SLOT, shape.slots, _HEADER.itemsize)
        self._pictures = np.frombuffer(self._memory, np.uint8, offset=shape.pictures_at).reshape(
            shape.slots, shape.slot_bytes
        )

    @classmethod
    def allocate(cls, shape: RingShape) -> "FrameRing":
        """Reserve all memory now; `FrameRingError` when there is not enough, never a bus error later."""
        _require_free_memory(shape)
        descriptor = os.memfd_create("kechid-frames", os.MFD_CLOEXEC)
        try:
            os.posix_fallocate(descriptor, 0, shape.total_bytes)
        except OSError as error:
            os.close(descriptor)
            raise FrameRingError(
                f"frame ring of {_mebibytes(shape.total_bytes)}: {error.strerror}"
            ) from error
        return cls(descriptor, shape)

    def write(self, frame: Frame, notes: WriterNotes) -> None:
        """Put a frame over the oldest one; raises `FrameRingError` when it is larger than a slot."""
        size = frame.image.size
        if size > self.shape.slot_bytes:
            raise FrameRingError(
                f"camera {frame.camera_id}: frame of {frame.width}x{frame.height} is more than the "
                f"{self.shape.max_pixels} pixels set as max_pixels"
            )
        number = int(self._header["written"][0]) + 1
        slot = self._slots[(number - 1) % self.shape.slots]
        slot["begun"] = number
        slot["sequence"], slot["stream_s"] = frame.sequence, frame.stream_s
        slot["captured_us"] = _microseconds(frame.captured_at)
        slot["written_ns"] = round(notes.monotonic_s * 1e9)
        slot["height"], slot["width"] = frame.image.shape[:2]
        self._pictures[(number - 1) % self.shape.slots, :size] = frame.image.reshape(-1)
        slot["done"] = number
        self._header["frames_per_second"] = notes.frames_per_second
        self._header["flat_s"] = notes.flat_s
        self._header["same_s"] = notes.same_s
        self._header["repeats"] += notes.same_s > 0
        self._header["written"] = number

    @property
    def written(self) -> int:
        """How many frames were ever written."""
        return int(self._header["written"][0])

    def mark(self) -> NewestMark | None:
        """Describe the newest frame; None before the first, or when overtaken just now."""
        number = self.written
        if number == 0:
            return None
        slot = self._slots[(number - 1) % self.shape.slots]
        mark = NewestMark(
            sequence=int(slot["sequence"]),
            captured_at=_time(int(slot["captured_us"])),
            written_monotonic_s=int(slot["written_ns"]) / 1e9,
            stream_s=float(slot["stream_s"]),
            frames_per_second=float(self._header["frames_per_second"][0]),
            flat_s=float(self._header["flat_s"][0]),
            same_s=float(self._header["same_s"][0]),
            repeats=int(self._header["repeats"][0]),
        )
        return mark if slot["begun"] == number else None

    def newest(self, camera_id: str, after_sequence: int) -> Frame | None:
        """Copy out the newest frame if later than `after_sequence`; None otherwise or when it was torn."""
        number = self.written
        if number == 0:
            return None
        index = (number - 1) % self.shape.slots
        slot = self._slots[index].copy()
        if slot["done"] != number or slot["sequence"] <= after_sequence or self._is_overtaken(index, number):
            return None
        image = self._copied(index, int(slot["height"]), int(slot["width"]))
        if self._is_overtaken(index, number):
            return None
        captured_at = _time(int(slot["captured_us"]))
        return Frame(image, camera_id, int(slot["sequence"]), captured_at, float(slot["stream_s"]))

    def close(self) -> None:
        """Unmap; the memory is freed when the last process has let go. May be called twice."""
        if self.descriptor < 0:
            return
        del self._header, self._slots, self._pictures
        self._memory.close()
        os.close(self.descriptor)
        self.descriptor = -1

    def _is_overtaken(self, index: int, number: int) -> bool:
        return bool(self._slots[index]["begun"] != number)

    def _copied(self, index: int, height: int, width: int) -> Image:
        flat = self._pictures[index, : height * width * _CHANNELS]
        return flat.reshape(height, width, _CHANNELS).copy()


def _require_free_memory(shape: RingShape) -> None:
    """Refuse early: the kernel would promise more than there is and kill somebody for it later."""
    available = _available_bytes()
    if available is not None and shape.total_bytes > available // 2:
        raise FrameRingError(
            f"frame ring of {_mebibytes(shape.total_bytes)} "
            f"(slots {shape.slots}, max_pixels {shape.max_pixels}) "
            f"is more than half of the {_mebibytes(available)} of memory available"
        )


def _available_bytes() -> int | None:
    try:
        table = Path("/proc/meminfo").read_text(encoding="ascii")
    except OSError:
        return None
    found = re.search(r"^MemAvailable:\s+(\d+) kB", table, re.MULTILINE)
    return int(found[1]) * 1024 if found else None


def _mebibytes(count: int) -> str:
    return f"{count / 2**20:.0f} MiB"


def _microseconds(time: datetime) -> int:
    return round(time.timestamp() * 1_000_000)


def _time(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)
