"""Shell: `kechid-edge record`: a passage written down, so that it can be decided anew."""

import argparse
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from edge_agent.alerts.alerting import LaneIdentity
from edge_agent.alerts.effects import RaiseAlert
from edge_agent.alerts.evidence import read_key_file
from edge_agent.commands.options import (
    add_budget_options,
    add_engine_options,
    chosen_budget,
    load_chosen_engine,
    print_result,
)
from edge_agent.commands.replay import random_id, source_of, watchlist_of_folder
from edge_agent.errors import EdgeError
from edge_agent.gallery.folder import read_gallery
from edge_agent.recording.file import RecordingFile
from edge_agent.recording.recorder import RecordedLane, header_of
from edge_agent.vision.pipeline import PipelinePolicy, StepResult
from edge_agent.watchlists.watchlist import Watchlist
from hardware.camera import Camera
from hardware.camera_source import open_camera
from models.engine import FaceEngine
from sync.sealing import RowSeal


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "record", help="write a passage of people who consented down, without pictures"
    )
    parser.add_argument("video", metavar="VIDEO", help="a video, GIF or folder of pictures")
    parser.add_argument("--gallery", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--key", type=Path, required=True, metavar="FILE", help="key that seals the recording"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="never overwritten")
    parser.add_argument("--reason", required=True, help="who consented, or which test this is")
    parser.add_argument(
        "--every-face", action="store_true", help="extract also faces too poor to search, for a wider what-if"
    )
    parser.add_argument("--frames-per-second", type=float, metavar="N", help="thin the recording out")
    parser.add_argument("--max-frames", type=int, metavar="N")
    add_engine_options(parser)
    add_budget_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Play one recording through a lane that writes everything down but the pictures."""
    if arguments.max_frames is not None and arguments.max_frames < 1:
        raise EdgeError(f"--max-frames must be at least 1, got {arguments.max_frames}")
    seal = RowSeal(read_key_file(arguments.key))
    camera = open_camera(source_of(arguments.video), "record-1", arguments.frames_per_second, paced=False)
    engine = load_chosen_engine(arguments)
    watchlist = watchlist_of_folder(arguments.gallery, engine, chosen_budget(arguments))
    now = datetime.now(UTC)
    file = RecordingFile(arguments.out, seal, random_id(now))
    try:
        lane = _lane(arguments, engine, now, file)
        steps = _play(camera, lane, watchlist, arguments.max_frames)
        file.end()
    finally:
        if file.is_running:
            # Half a recording opens nowhere, and holds templates all the same.
            file.discard()
    alerts = [e.alert.alert_id for s in steps for e in s.effects if isinstance(e, RaiseAlert)]
    frames = lane.counters.frames
    result = {"file": str(arguments.out), "frames": frames, "alerts": alerts}
    words = f"{arguments.out}: {frames} frames, alerts: {', '.join(alerts) or 'none'}"
    print_result(result, words, as_json=arguments.json)
    return 0


def _lane(
    arguments: argparse.Namespace, engine: FaceEngine, now: datetime, file: RecordingFile
) -> RecordedLane:
    lane = LaneIdentity("record", is_test=True)
    header = msgspec.structs.replace(
        header_of(engine, PipelinePolicy(), lane, chosen_budget(arguments), now, arguments.reason),
        extracts_every_face=arguments.every_face,
    )
    entries = read_gallery(arguments.gallery, engine.extractor.contract)
    return RecordedLane(engine, header, random_id, file, lambda _: entries)


def _play(
    camera: Camera, lane: RecordedLane, watchlist: Watchlist, max_frames: int | None
) -> list[StepResult]:
    steps: list[StepResult] = []
    at = None
    camera.open()
    with closing(camera):
        while (max_frames is None or len(steps) < max_frames) and (frame := camera.read()) is not None:
            at = frame.captured_at
            steps.append(lane.process(frame, (watchlist,)))
    return steps if at is None else [*steps, lane.finish(at)]
