"""A whole appliance on real networks and capture processes, before which one listed person passes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from edge_agent.bootstrap import build_appliance
from edge_agent.lane.agent import FrameSource
from edge_agent.outside import Outside, open_capture
from edge_agent.settings import CameraSection, load_settings
from hardware.picture_file import read_picture
from models.engine import FaceEngine
from sync.watchlist_package import PackagedContract, PackagedReference, PackagedSubject, WatchlistPackage
from tests.edge_agent.appliance_kit import Running, ScriptedCamera, Site
from tests.edge_agent.shell_builders import HASHER

SETTINGS_HEAD = """
[device]
id = "edge-1"
site = "north"
lane = "lane-1"
data = "data"
[keys]
store = "store.key"
hub_public = "hub.pem"
[api]
port = 0
[matching]
crossing_window_s = 1.0
"""

OpenCamera = Callable[[CameraSection], FrameSource]


@contextmanager
def live_lane(
    folder: Path,
    engine: FaceEngine,
    sources: Sequence[str],
    listed: Path,
    open_camera: OpenCamera = open_capture,
) -> Iterator[Running]:
    """Run the appliance on these sources at 15 frames a second, its list applied and its guard logged in."""
    site = Site(folder).prepare()
    tables = [
        f'[[cameras]]\nid = "c{n}"\nsource = "{source}"\nframes_per_second = 15\n'
        for n, source in enumerate(sources)
    ]
    site.config.write_text(SETTINGS_HEAD + "".join(tables))
    site.deliver(package_of_one(engine, listed))
    outside = Outside(load_engine=lambda _models: engine, open_camera=open_camera, hasher=HASHER)
    appliance = build_appliance(load_settings(site.config), outside)
    try:
        appliance.start()
        with httpx.Client(base_url=appliance.server.url, timeout=60.0) as client:
            running = Running(site, appliance, ScriptedCamera(()), client)
            running.login()
            running.wait_for_list(1)
            yield running
    finally:
        appliance.stop()


def package_of_one(engine: FaceEngine, picture: Path) -> WatchlistPackage:
    """List the person on a picture; raises `IndexError` when there is no face on it."""
    image = read_picture(picture)
    face = engine.detector.detect(image)[0]
    [template] = engine.extractor.extract([engine.extractor.align(image, face)])
    contract = engine.extractor.contract
    subject = PackagedSubject(
        subject_id="subject-1",
        display_name="Example Person",
        category="test",
        severity=2,
        legal_basis="",
        authority="",
        instructions="",
        expires_at=None,
        references=(
            PackagedReference(
                reference_id="r1",
                vector=template.vector.astype("<f4").tobytes(),
                photo=b"",
                quality=80.0,
                captured_on="",
            ),
        ),
    )
    return WatchlistPackage(
        list_id="wanted",
        version=1,
        base_version=None,
        title="Wanted",
        contract=PackagedContract(
            model_id=contract.model_id,
            sha256=contract.sha256,
            alignment=contract.alignment,
            colour_order=contract.colour_order,
            dimension=contract.dimension,
        ),
        subjects=(subject,),
    )
