"""Nothing of a face that matches nobody reaches a file, a socket or outlives its track in memory."""

import re
import signal
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import httpx
import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from edge_agent.store.edge_store import open_edge_store
from hardware.picture_file import read_picture
from models.engine import FaceEngine, best_available_pack, load_engine
from models.errors import PackError
from models.template import Vector
from sync import topics
from sync.codec import decode_batch
from sync.fakes import InMemoryBroker
from sync.messages import Answer, EvidenceCaptured, Message
from sync.outbox import Outbox
from sync.ports import Transport
from sync.sealing import read_seal
from sync.watchlist_package import PackagedContract, PackagedReference, WatchlistPackage
from tests.edge_agent.appliance_kit import Running, Site, running, wait_until
from tests.edge_agent.crossings.test_document_pseudonyms import ERIKSSON
from tests.edge_agent.passages import Walk, package_of, passage, template_of
from tests.edge_agent.shell_builders import PASSWORD
from tests.edge_agent.traces import Person, arrays_in_memory
from tests.resources import group_picture
from tests.sync.checkpoint import Place, relay_running

ROOT = Path(__file__).resolve().parents[2]
LISTED, STRANGER = 5, 9
ROUTES = ("/v1/state", "/v1/alerts", "/metrics", "/healthz")


def stranger() -> Person:
    """Draw the person who is on no list."""
    frames = list(passage([Walk(STRANGER)]))
    # The middle line of the face, while it is in the picture: 60 pixels of it.
    rows = [f.image[110, 20 + 6 * n : 20 + 6 * n + 60].tobytes() for n, f in enumerate(frames[:30])]
    return Person((template_of(STRANGER).vector,), tuple(rows))


def vector() -> Vector:
    return template_of(STRANGER).vector


@pytest.mark.parametrize(
    "planted",
    [
        b"x" + vector().tobytes(),
        b"xyz" + vector().astype("<f2").tobytes() + b"abc",
        b"12345" + (vector().astype("<f8") * 40).tobytes(),
        (vector() + np.float32(0.01)).tobytes(),
        b"[" + b", ".join(b"%.4f" % number for number in vector()) + b"]",
        b"..." + bytes(cv2.imencode(".jpg", np.zeros((20, 20, 3), np.uint8))[1]),
        b"..." + next(iter(stranger().rows)) + b"...",
    ],
)
def test_the_search_finds_what_is_planted(planted: bytes) -> None:
    noise = np.random.default_rng(1).bytes(5000)
    assert stranger().traces_in(noise + planted + noise)
    assert stranger().traces_in(noise) == set()


def test_the_search_finds_what_is_held_in_memory() -> None:
    known = arrays_in_memory().keys()
    held = [{"somewhere": vector().copy()}, {"crop": np.zeros((32, 32, 3), np.uint8)}]
    new = [array for place, array in arrays_in_memory().items() if place not in known]
    assert len(stranger().traces_among(new)) >= len(held)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path).prepare()
    site.deliver(package_of({"subject-1": [LISTED]}))
    with site.config.open("a") as settings:
        settings.write("[crossings]\ncount_documents = true\n")
    return site


@contextmanager
def uplink(site: Site, payloads: list[bytes]) -> Iterator[Transport]:
    """Run the relay, and hear all it publishes."""
    broker = InMemoryBroker()
    listener = broker.transport("listener")
    listener.connect()
    listener.subscribe([topics.ALL_EVENTS, topics.ALL_STATES])
    place = Place("north", "edge-1", seal=read_seal(site.folder / "store.key"))
    with relay_running(site.database, broker.transport("edge-1"), place=place):
        yield listener
        while (heard := listener.receive(0.5)) is not None:
            payloads.append(heard.payload)


def pass_by(edge: Running, answers: list[bytes]) -> None:
    """Have a stranger walk past, and ask for everything a terminal may ask for."""
    edge.login()
    edge.wait_for_list(1)
    edge.camera.play(list(passage([Walk(STRANGER)])))
    answers.append(edge.client.post("/v1/documents", json={"mrz": ERIKSSON}).content)
    wait_until(lambda: edge.camera.is_through, "the passage's end")
    edge.camera.status = "ended"
    wait_until(lambda: edge.appliance.agent.tracks_now == 0, "the tracks' end")
    answers.extend(edge.client.get(route).content for route in ROUTES)
    with edge.client.stream("GET", "/v1/events", headers={"Last-Event-ID": "0"}) as stream:
        answers.append(next(stream.iter_bytes()))


def files_of(site: Site) -> list[bytes]:
    return [path.read_bytes() for path in site.folder.rglob("*") if path.is_file()]


def test_a_stranger_is_in_no_file_no_answer_no_message_and_no_memory(site: Site) -> None:
    person, answers, payloads = stranger(), list[bytes](), list[bytes]()
    with uplink(site, payloads), running(site) as edge:
        known = arrays_in_memory().keys()
        pass_by(edge, answers)
        assert edge.appliance.agent.counters.searches >= 1
        wait_until(lambda: person.traces_among(_new(known)) == [], "the end of every template and picture")
        assert person.traces_in(b"".join(files_of(site))) == set()
    messages = [message for payload in payloads for message in _messages(payload)]
    assert {type(message.body).__name__ for message in messages} == {"Health", "WatchlistApplied"}
    packed = [msgspec.msgpack.encode(message) for message in messages]
    for content in (*answers, *payloads, *packed, *files_of(site)):
        assert person.traces_in(content) == set()


def test_the_live_picture_goes_to_who_watches_and_nowhere_else(site: Site) -> None:
    person = stranger()
    with running(site) as edge:
        edge.login()
        edge.wait_for_list(1)
        with edge.client.stream("GET", "/v1/preview/c1") as stream:
            edge.camera.play(list(passage([Walk(STRANGER)])))
            part = next(stream.iter_bytes())
        # A whole frame with boxes, which is the camera's picture; no crop and no template.
        assert person.traces_in(part) == {"jpeg"}
        jpeg = part[part.index(b"\xff\xd8\xff") :].split(b"\r\n--")[0]
        picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        assert picture.shape == (360, 640, 3)
        assert len(re.findall(rb"X-Tracks", part)) == part.count(b"\xff\xd8\xff")
    assert person.traces_in(b"".join(files_of(site))) == set()


def test_a_listed_persons_evidence_is_sealed_on_the_disk(site: Site) -> None:
    with running(site) as edge:
        edge.login()
        edge.wait_for_list(1)
        edge.camera.play(list(passage([Walk(LISTED)])))
        alert = edge.wait_for_alert()
        body = {"decision_id": "d-1", "answer": Answer.SAME.value, "seconds_to_answer": 2.0}
        assert edge.client.post(f"/v1/alerts/{alert.alert_id}/decisions", json=body).status_code == 201
        assert Person(()).traces_in(b"".join(files_of(site))) == set()
    messages = _queued(site)
    assert any(isinstance(message.body, EvidenceCaptured) for message in messages)


@pytest.fixture(scope="module")
def engine() -> FaceEngine:
    try:
        return load_engine(best_available_pack())
    except PackError as error:
        pytest.skip(str(error))


def nobody(engine: FaceEngine) -> WatchlistPackage:
    """Pack a list with one subject whom no face is alike, so that every face is searched in vain."""
    contract = engine.extractor.contract
    numbers = np.random.default_rng(7).normal(size=contract.dimension)
    reference = PackagedReference(
        reference_id="reference-1",
        vector=(numbers / np.linalg.norm(numbers)).astype("<f4").tobytes(),
        photo=b"",
        quality=80.0,
        captured_on="",
    )
    subject = msgspec.structs.replace(
        package_of({"subject-1": [LISTED]}).subjects[0], references=(reference,)
    )
    packaged = PackagedContract(
        model_id=contract.model_id,
        sha256=contract.sha256,
        alignment=contract.alignment,
        colour_order=contract.colour_order,
        dimension=contract.dimension,
    )
    return msgspec.structs.replace(package_of({}), contract=packaged, subjects=(subject,))


def people_in(picture: Path, engine: FaceEngine) -> Person:
    """Whom the picture shows, as the lane's own networks see them."""
    image = read_picture(picture)
    chips = [engine.extractor.align(image, face) for face in engine.detector.detect(image)]
    return Person(tuple(template.vector for template in engine.extractor.extract(chips)))


@contextmanager
def lane_process(site: Site) -> Iterator[httpx.Client]:
    """Run `kechid-edge run` as a process of its own."""
    command = [sys.executable, "-m", "edge_agent", "run", "--config", str(site.config)]
    with (site.folder / "edge.log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, stderr=log, stdout=log)
    try:
        log_of = site.folder / "edge.log"
        wait_until(lambda: "lane API on" in log_of.read_text(), "the lane API", 90.0)
        url = re.findall(r"lane API on (\S+)", log_of.read_text())[-1]
        with httpx.Client(base_url=url, timeout=20.0) as client:
            yield client
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()


@pytest.mark.real
def test_a_real_lane_past_real_strangers_keeps_and_tells_nothing(tmp_path: Path, engine: FaceEngine) -> None:
    person = people_in(group_picture(), engine)
    assert len(person.templates) == 6
    site = Site(tmp_path).prepare()
    source = f"pan:{group_picture()}?seconds=6"
    text = site.config.read_text().replace('source = "scripted"', f'source = "{source}"')
    site.config.write_text(f'{text}[models]\npack = "{engine.pack}"\n')
    site.deliver(nobody(engine))
    answers: list[bytes] = []
    with lane_process(site) as client:
        login = {"officer_id": "guard-1", "password": PASSWORD}
        client.headers["Authorization"] = f"Bearer {client.post('/v1/login', json=login).json()['token']}"

        def is_over() -> bool:
            state, metrics = client.get("/v1/state"), client.get("/metrics")
            answers.extend((state.content, metrics.content))
            searches = re.search(r"searches_total (\d+)", metrics.text)
            ended = [camera["status"] for camera in state.json()["cameras"]] == ["ended"]
            return ended and state.json()["tracks_now"] == 0 and searches is not None and int(searches[1]) > 0

        wait_until(is_over, "searches and the passage's end", 90.0)
        answers.extend(client.get(route).content for route in ROUTES)
        assert client.get("/v1/alerts").json() == []
    messages = _queued(site)
    assert {type(message.body).__name__ for message in messages} == {"Health", "WatchlistApplied"}
    told = b"".join(msgspec.msgpack.encode(message) for message in messages)
    for content in (b"".join(answers), told, *files_of(site)):
        assert person.traces_in(content) == set()


def _new(known: Collection[int]) -> list[NDArray[np.generic]]:
    return [array for place, array in arrays_in_memory().items() if place not in known]


def _messages(payload: bytes) -> tuple[Message, ...]:
    return () if payload.startswith(b"{") else tuple(decode_batch(payload))


def _queued(site: Site) -> list[Message]:
    seal = read_seal(site.folder / "store.key")
    with open_edge_store(site.database) as store:
        return store.read(lambda connection: Outbox(connection, "edge-1", seal=seal).pending(1 << 24))
