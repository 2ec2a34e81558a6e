"""Shell: `kechid-edge replay`: recorded passages through the whole pipeline."""

import argparse
import os
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from edge_agent.alerts.alerting import LaneIdentity
from edge_agent.alerts.effects import Effect, RaiseAlert
from edge_agent.commands.options import (
    add_budget_options,
    add_engine_options,
    chosen_budget,
    load_chosen_engine,
    print_result,
)
from edge_agent.decision.calibration import FalseAlarmBudget, thresholds_for
from edge_agent.errors import EdgeError
from edge_agent.gallery.faiss_gallery import FaissGallery
from edge_agent.gallery.folder import read_gallery
from edge_agent.vision.pipeline import LanePipeline, PipelineCounters, PipelinePolicy, StepResult
from edge_agent.watchlists.watchlist import Watchlist
from hardware.camera import Camera
from hardware.camera_source import open_camera
from models.engine import FaceEngine
from sync.identifiers import uuid7

SCHEMES = ("pan:", "replay:", "usb:", "rtsp:", "rtsps:")


@dataclass(slots=True, eq=False)
class ReplayedAlert:
    """One alert with the frames in which its subject was in view."""

    subject_id: str
    score: float
    outcome: str
    first_frame: int
    last_frame: int
    raised_frame: int
    video: str

    def as_result(self) -> dict[str, object]:
        """Give the keys that stay put, and a few more."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True, eq=False)
class Replayed:
    """What one recording came to."""

    video: str
    counters: PipelineCounters = field(default_factory=PipelineCounters)
    dropped: int = 0
    alerts: dict[str, ReplayedAlert] = field(default_factory=dict)
    """By alert id."""
    cpu_s: float = 0.0
    wall_s: float = 0.0


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("replay", help="play recordings through the pipeline and print the alerts")
    parser.add_argument("--gallery", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "videos", nargs="+", metavar="VIDEO", help="a video, GIF or folder of pictures; or pan:FILE,FILE…"
    )
    parser.add_argument(
        "--frames-per-second", type=float, metavar="N", help="thin recordings out to this rate"
    )
    parser.add_argument(
        "--max-frames", type=int, metavar="N", help="of each recording; needed for a looping one"
    )
    add_engine_options(parser)
    add_budget_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Replay every recording as a passage of its own and print their sum."""
    if arguments.max_frames is not None and arguments.max_frames < 1:
        raise EdgeError(f"--max-frames must be at least 1, got {arguments.max_frames}")
    cameras = [
        open_camera(source_of(video), f"replay-{number}", arguments.frames_per_second, paced=False)
        for number, video in enumerate(arguments.videos, start=1)
    ]
    engine = load_chosen_engine(arguments)
    watchlist = watchlist_of_folder(arguments.gallery, engine, chosen_budget(arguments))
    replays = [
        replay(camera, video, engine, watchlist, arguments.max_frames)
        for camera, video in zip(cameras, arguments.videos, strict=True)
    ]
    result = summed(replays) | {"pack": engine.pack, "threshold": watchlist.thresholds.match}
    print_result(result, words_of(replays), as_json=arguments.json)
    return 0


def source_of(video: str) -> str:
    """Take a plain path for a recording; leave a camera source as it is."""
    if video.startswith(SCHEMES):
        return video
    escaped = video.replace("%", "%25").replace("?", "%3F").replace(",", "%2C")
    return f"replay:{escaped}"


def watchlist_of_folder(folder: Path, engine: FaceEngine, budget: FalseAlarmBudget) -> Watchlist:
    """Make a list of a gallery folder; raises `GalleryError`."""
    contract = engine.extractor.contract
    gallery = FaissGallery(contract, read_gallery(folder, contract))
    thresholds = thresholds_for(budget, gallery.references, engine.calibration)
    return Watchlist("gallery", folder.name, 1, contract, {}, gallery, thresholds)


def replay(
    camera: Camera, video: str, engine: FaceEngine, watchlist: Watchlist, max_frames: int | None = None
) -> Replayed:
    """Run one recording, every frame of it, through a pipeline of its own."""
    pipeline = LanePipeline(engine, PipelinePolicy(), LaneIdentity("replay", is_test=True), random_id)
    replayed, sequences = Replayed(video), dict[datetime, int]()
    wall, cpu = time.perf_counter(), time.process_time()
    camera.open()
    with closing(camera):
        last, at = -1, None
        while (max_frames is None or len(sequences) < max_frames) and (frame := camera.read()) is not None:
            replayed.dropped += frame.sequence - last - 1
            last, at = frame.sequence, frame.captured_at
            sequences[at] = last
            note(replayed, pipeline.process(frame, (watchlist,)), last, sequences)
    if at is None:
        raise EdgeError(f"recording {video}: not one frame of it can be decoded")
    note(replayed, pipeline.finish(at), last, sequences)
    replayed.wall_s, replayed.cpu_s = time.perf_counter() - wall, time.process_time() - cpu
    replayed.counters = pipeline.counters
    return replayed


def note(replayed: Replayed, step: StepResult, sequence: int, sequences: dict[datetime, int]) -> None:
    """Take over what one step said about alerts."""
    for effect in step.effects:
        _note_effect(replayed, effect, sequence, sequences)
    for alert_id in step.alerts_in_view:
        replayed.alerts[alert_id].last_frame = sequence


def _note_effect(replayed: Replayed, effect: Effect, sequence: int, sequences: dict[datetime, int]) -> None:
    if isinstance(effect, RaiseAlert):
        alert = effect.alert
        first = sequences[alert.first_seen_at]
        replayed.alerts[alert.alert_id] = ReplayedAlert(
            alert.subject_id,
            alert.comparison_score,
            str(alert.outcome),
            first,
            sequence,
            sequence,
            replayed.video,
        )
    else:
        known = replayed.alerts[effect.update.alert_id]
        known.score, known.outcome = effect.update.comparison_score, str(effect.update.outcome)


def summed(replays: Sequence[Replayed]) -> dict[str, object]:
    """Add up the recordings under the keys that stay put."""
    counters = [r.counters for r in replays]
    cpu_s = sum(r.cpu_s for r in replays)
    frames = sum(c.frames for c in counters)
    return {
        "frames": frames,
        "dropped": sum(r.dropped for r in replays),
        "faces": sum(c.faces for c in counters),
        "gated": sum(c.gated for c in counters),
        "tracks": sum(c.tracks for c in counters),
        "unusable": sum(c.unusable for c in counters),
        "extractions": sum(c.extractions for c in counters),
        "searches": sum(c.searches for c in counters),
        "alerts": [alert.as_result() for r in replays for alert in r.alerts.values()],
        "cpu_s": round(cpu_s, 4),
        "wall_s": round(sum(r.wall_s for r in replays), 4),
        "frames_per_cpu_s": round(frames / cpu_s, 1) if cpu_s > 0 else None,
    }


def words_of(replays: Sequence[Replayed]) -> str:
    """Say it for a person, a line per recording and per alert."""
    lines = []
    for r in replays:
        c = r.counters
        lines.append(
            f"{r.video}: {c.frames} frames, {c.tracks} tracks, {c.searches} searches, "
            f"{len(r.alerts)} alerts, {r.cpu_s:.2f} s of CPU"
        )
        lines += [
            f"  {a.outcome}: {a.subject_id}, score {a.score:.3f}, frames {a.first_frame} to {a.last_frame}"
            for a in r.alerts.values()
        ]
    return "\n".join(lines)


def random_id(at: datetime) -> str:
    """Make an id that nobody else makes."""
    return uuid7(at, os.urandom(10))
