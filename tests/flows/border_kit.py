"""A border in this process: the real hub, a lane's edge and the relay between them, on a broker in memory."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import cv2
import msgspec
import numpy as np

from hub.bootstrap import Services
from hub.fleet.devices import DeviceIdentity
from hub.ingest.loop import IngestLoop
from hub.store.database import reading
from hub.store.pictures import probe_picture, reference_picture
from models.fakes import fake_engine
from models.template import comparison_score
from sync.fakes import InMemoryBroker
from sync.lane_messages import AlertView, DecisionRequest, LaneState
from sync.messages import Answer, Outcome
from sync.outbox import Outbox
from sync.package_client import HubAddress, fetch_package
from sync.ports import Transport
from sync.sealing import read_seal
from sync.signing import load_public_key
from sync.store_file import open_store
from tests.edge_agent.appliance_kit import Running, Site, wait_until
from tests.edge_agent.passages import Walk, passage, template_of
from tests.flows import hub_kit
from tests.sync.checkpoint import Place, relay_running

EDGE = DeviceIdentity("edge-1", "north", "lane-1")
"""As `appliance_kit.SETTINGS` calls it."""
TOKEN = "e" * 64
CROSSING_S = 120.0
"""Of the lane's settings: somebody who comes back later than that makes a crossing of its own."""
JPEG_START = b"\xff\xd8\xff\xe0\x00\x10JFIF"
TELLS_APART = 0.8
"""Comparison score; different drawn people have about 0."""


@dataclass(slots=True)
class Border:
    """Folders, stores and broker; what runs on them is started by the tests."""

    folder: Path
    site: Site
    hub: Services
    broker: InMemoryBroker = field(default_factory=InMemoryBroker)

    @contextmanager
    def relay(self, hub_url: str, transport: Transport | None = None) -> Iterator[None]:
        """Run the relay on the edge's store; packages come over HTTP with the device's token.

        `transport`: to another broker than the border's own.
        """
        fetch = partial(fetch_package, HubAddress(hub_url, TOKEN), folder=self.site.data / "packages")
        place = Place(
            EDGE.site_id,
            EDGE.device_id,
            load_public_key(self.site.folder / "hub.pem"),
            read_seal(self.site.folder / "store.key"),
        )
        to_broker = transport or self.broker.transport(EDGE.device_id)
        with relay_running(self.site.database, to_broker, fetch=fetch, place=place):
            yield

    def ingesting(self) -> AbstractContextManager[IngestLoop]:
        """Run the hub's ingest loop."""
        return hub_kit.ingesting(self.hub, hub_kit.session(self.broker))

    def probe(self, evidence_id: str) -> bytes:
        """Open a probe picture at the hub."""
        with reading(self.hub.engine) as connection:
            return probe_picture(self.hub, connection, evidence_id).content

    def reference(self, reference_id: str) -> bytes:
        """Open a reference photo at the hub."""
        with reading(self.hub.engine) as connection:
            return reference_picture(self.hub, connection, reference_id).content

    def all_probes(self) -> list[bytes]:
        """Open every probe picture the hub has."""
        cases = [hub_kit.case_of(self.hub, each) for each in hub_kit.case_ids(self.hub)]
        return [self.probe(each) for found in cases for each in found.evidence_ids]

    def queued(self) -> list[tuple[str, int, str]]:
        """Return everything the edge ever queued as (lane, seq, id), by lane in order."""
        with closing(open_store(self.site.database)) as connection:
            return connection.execute(
                "SELECT lane, seq, message_id FROM outbox ORDER BY lane, seq"
            ).fetchall()

    def wait_until_all_arrived(self) -> None:
        """Wait for `has_all_arrived`."""
        wait_until(self.has_all_arrived, "equal stores")

    def waiting(self) -> int:
        """Count the messages that the hub has not acknowledged."""
        with closing(open_store(self.site.database)) as connection:
            return Outbox(connection, EDGE.device_id).depth()

    def has_all_arrived(self) -> bool:
        """Tell whether the hub holds every message of the edge once and in order, and nothing else."""
        return hub_kit.received(self.hub) == self.queued()

    def wait_until_nothing_waits(self) -> None:
        """Wait until the hub has acknowledged every message."""
        wait_until(lambda: self.waiting() == 0, "an empty outbox")

    def wait_for_confirmation(self, version: int) -> None:
        """Wait until the hub shows that the edge searches a version."""

        def versions() -> list[int | None]:
            return [each.version for each in hub_kit.device_of(self.hub, EDGE.device_id).watchlists]

        wait_until(lambda: versions() == [version], f"the confirmation of version {version}")

    def edge_rows(self) -> dict[str, int]:
        """Count every table's rows; messages of the telemetry lane come and go by the clock, left out."""
        with closing(open_store(self.site.database)) as connection:
            query = "SELECT name FROM sqlite_master WHERE type = 'table'"
            names = [name for (name,) in connection.execute(query)]
            only = {"outbox": " WHERE lane <> 'telemetry'"}
            return {
                name: connection.execute(f"SELECT count(*) FROM {name}{only.get(name, '')}").fetchone()[0]
                for name in names
            }


def make_border(folder: Path) -> Border:
    """Prepare a lane as an installation does, and a hub whose key the lane trusts."""
    (folder / "site").mkdir()
    site = Site(folder / "site").prepare()
    return Border(
        folder, site, hub_kit.live_hub(folder / "hub", site.folder / "hub-private.pem", EDGE, TOKEN)
    )


class Lane:
    """What happens before the camera and at the guard's terminal."""

    def __init__(self, edge: Running) -> None:
        self.edge = edge
        self._clock_s = 0.0

    @property
    def searches(self) -> int:
        """How often a probe was compared with the list."""
        return self.edge.appliance.agent.counters.searches

    def pass_by(self, *walks: Walk) -> None:
        """Let people walk past (nobody: time passes), in a crossing of their own, until nobody is in view."""
        self.edge.camera.play(list(passage(walks, start_s=self._clock_s)))
        self._clock_s += 2 * CROSSING_S
        agent = self.edge.appliance.agent
        wait_until(lambda: self.edge.camera.is_through and agent.tracks_now == 0, "the passage's end")

    def alert_of(self, *walks: Walk) -> AlertView:
        """Let people walk past and return the one alert that makes."""
        before = {alert.alert_id for alert in self.edge.alerts()}
        self.pass_by(*walks)
        (alert,) = (alert for alert in self.edge.alerts() if alert.alert_id not in before)
        assert (alert.outcome, alert.subject) == (Outcome.MATCH, None)
        return alert

    def answer(self, alert: AlertView, answer: Answer) -> tuple[str, str]:
        """Answer as the guard and return who it then is said to be: subject id and name."""
        request = DecisionRequest(
            decision_id=f"answer-to-{alert.alert_id}", answer=answer, seconds_to_answer=2.0
        )
        path = f"/v1/alerts/{alert.alert_id}/decisions"
        reply = self.edge.client.post(path, content=msgspec.json.encode(request)).raise_for_status()
        subject = msgspec.json.decode(reply.content, type=AlertView).subject
        assert subject is not None
        return subject.subject_id, subject.display_name

    def picture(self, evidence_id: str) -> bytes:
        """Fetch a picture as the terminal does."""
        return self.edge.client.get(f"/v1/evidence/{evidence_id}").raise_for_status().content

    def state(self) -> LaneState:
        """Return what the state strip shows."""
        return msgspec.json.decode(self.edge.client.get("/v1/state").content, type=LaneState)


def people_in(picture: bytes, people: Mapping[str, int]) -> list[str]:
    """Name who of these drawn people is in an encoded picture."""
    image = np.asarray(cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR), np.uint8)
    engine = fake_engine()
    chips = [engine.extractor.align(image, found) for found in engine.detector.detect(image)]
    probes = engine.extractor.extract(chips)
    return [
        name
        for name, identity in people.items()
        if any(comparison_score(probe, template_of(identity)) > TELLS_APART for probe in probes)
    ]


def files_with(folder: Path, traces: tuple[bytes, ...]) -> list[str]:
    """Name the files below a folder that hold one of these byte strings in clear."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    contents = [(path.name, path.read_bytes()) for path in files]
    return [name for name, content in contents if any(trace in content for trace in traces)]
