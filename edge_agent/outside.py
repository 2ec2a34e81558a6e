"""What reaches beyond the process: clock, chance, cameras, networks; tests put their own in place."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from argon2 import PasswordHasher

from edge_agent.capture.supervision import CameraCapture
from edge_agent.lane.agent import FrameSource
from edge_agent.settings import CameraSection, ModelSection
from models.engine import FaceEngine, best_available_pack, load_engine
from sync.identifiers import uuid7

OpenCamera = Callable[[CameraSection], FrameSource]
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Read the machine's clock."""
    return datetime.now(UTC)


def new_id(now: datetime) -> str:
    """Make a time-ordered id."""
    return uuid7(now, os.urandom(10))


def open_capture(camera: CameraSection) -> FrameSource:
    """Describe a camera read by a process of its own; not started."""
    return CameraCapture(camera.id, camera.source, camera.frames_per_second)


def load_face_engine(models: ModelSection) -> FaceEngine:
    """Load the pack the settings name; raises `ModelError`."""
    folders = [Path(folder) for folder in models.search_path]
    pack = best_available_pack(folders) if models.pack == "auto" else models.pack
    return load_engine(
        pack,
        search_path=folders,
        provider=models.provider,
        providers=models.providers,
        accept_noncommercial=models.accept_noncommercial,
    )


@dataclass(frozen=True, slots=True)
class Outside:
    """What reaches beyond the process; tests put their own in place."""

    load_engine: Callable[[ModelSection], FaceEngine] = load_face_engine
    open_camera: OpenCamera = open_capture
    now: Clock = utc_now
    new_id: Callable[[datetime], str] = new_id
    hasher: PasswordHasher = field(default_factory=PasswordHasher)
