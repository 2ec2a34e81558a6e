"""Builds a hub and a lane on this machine out of the installed programs, and takes them down again."""

import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec

from demo.lane import LaneListener, one_json
from demo.people import Person
from demo.processes import Processes, catches_signal
from demo.screen import Screen
from demo.stores import StoreReader
from demo.waiting import wait_for
from demo.workspace import (
    DEVICE,
    FIRST_OFFICER,
    HUB_USERS,
    LANE,
    LANE_TITLE,
    LIST,
    OFFICER,
    SECOND_OFFICER,
    SITE,
    SITE_PLACE,
    SITE_TITLE,
    Workspace,
)
from sync import topics
from sync.broker import MosquittoProcess, write_mosquitto_configuration
from sync.broker_accounts import BrokerAccount

PROGRAMS = Path(sys.executable).parent


class _Proposal(msgspec.Struct, frozen=True):
    proposal_id: str


class _Proposed(msgspec.Struct, frozen=True):
    """What a command prints that has put up a proposal."""

    proposal: _Proposal


@dataclass(slots=True)
class Stage:
    """The processes of one checkpoint and one hub, each startable and killable by itself."""

    workspace: Workspace
    processes: Processes
    broker: MosquittoProcess | None = None

    @property
    def edge_store(self) -> StoreReader:
        """What the edge has."""
        return StoreReader(self.workspace.path("edge", "edge.db"))

    @property
    def hub_store(self) -> StoreReader:
        """What the hub has."""
        return StoreReader(self.workspace.path("hub", "hub.db"))

    def make_keys(self) -> None:
        """Signing keys, store keys and passwords."""
        keys = self.workspace.path("keys")
        self._edge("key", "create", str(keys / "store.key"))
        self._hub("key", "create")
        for name in ("broker-device.password", "broker-hub.password", "officer.password", "user.password"):
            self.workspace.secret(name)

    def start_broker(self) -> None:
        """Start mosquitto with one account per party and the topics each may use."""
        if self.broker is None:
            port = self.workspace.broker_port
            settings = write_mosquitto_configuration(self.workspace.path("broker"), port, self._accounts())
            self.broker = MosquittoProcess(settings, port)
        self.broker.start()

    def kill_broker(self) -> None:
        """End the broker as a power cut would."""
        if self.broker is not None:
            self.broker.kill()

    def stop_broker(self) -> None:
        """Ask the broker to end."""
        if self.broker is not None:
            self.broker.stop()

    def waiting_messages(self) -> int:
        """Messages in the edge's outbox that the hub has not acknowledged."""
        return self.edge_store.number("SELECT count(*) FROM outbox WHERE acknowledged_at IS NULL")

    def start_hub(self) -> None:
        """Store, first user, the device's registration, then API and ingest."""
        password = str(self.workspace.path("keys", "user.password"))
        self._hub("migrate")
        for user_id, (name, role) in HUB_USERS.items():
            self._hub("user", "add", user_id, "--name", name, "--role", role, "--password-file", password)
        token = str(self.workspace.path("keys", "device.token"))
        self._hub("device", "add", DEVICE, "--site", SITE, "--lane", LANE, "--token-file", token)
        latitude, longitude = SITE_PLACE
        place = ("--latitude", latitude, "--longitude", longitude)
        self._hub("site", "set", SITE, "--title", SITE_TITLE, *place)
        self._hub("lane", "set", SITE, LANE, "--title", LANE_TITLE, "--direction", "in")
        self._hub("watchlist", "create", LIST, "--title", "Criminal charges")
        self.start_process("hub-api")
        self.start_process("hub-ingest")
        wait_for("the hub's API", lambda: is_healthy(self.workspace.hub_url))

    def start_lane(self) -> None:
        """Start the edge and its relay; return when the lane API answers."""
        password = str(self.workspace.path("keys", "officer.password"))
        self._edge(
            "officer",
            "add",
            OFFICER,
            "--name",
            "Demo guard",
            "--role",
            "guard",
            "--password-file",
            password,
            *self._config("edge"),
        )
        self.start_process("edge")
        self.start_process("sync")
        wait_for("the lane API", lambda: is_healthy(self.workspace.lane_url))

    def start_process(self, name: str) -> int:
        """Start one of the long-running programs by its short name."""
        command = {
            "edge": ("kechid-edge", "run", "edge"),
            "sync": ("kechid-sync", "run", "sync"),
            "hub-api": ("kechid-hub", "api", "hub"),
            "hub-ingest": ("kechid-hub", "ingest", "hub"),
        }[name]
        return self.processes.start(name, PROGRAMS / command[0], command[1], *self._config(command[2]))

    def start_terminal(self, screen: Screen) -> int:
        """Start the guard's window; returns its pid."""
        self.processes.environment.update(screen.environment())
        shots = str(self.workspace.path("screenshots"))
        pid = self.processes.start(
            "terminal", PROGRAMS / "kechid-terminal", *self._config("terminal"), "--screenshots", shots
        )
        wait_for("the terminal", lambda: catches_signal(pid, signal.SIGUSR1), 40)
        return pid

    def enrol(self, person: Person, display_name: str) -> str:
        """Put a person on the list from the photos on file; returns the subject's id."""
        printed = self._hub(
            "watchlist",
            "enrol",
            *("--name", display_name, "--category", "criminal-charges", "--severity", "3"),
            *("--legal-basis", "Demonstration", "--authority", "Demonstration", "--json"),
            *("--instructions", "Ask to wait and call the supervisor.", LIST, *map(str, person.enrolment)),
            *self._officer(FIRST_OFFICER),
        )
        self._approve(printed)
        return str(one_json(printed)["subject_id"])

    def publish(self) -> int:
        """Let one officer propose the list as it stands and another approve it; returns the version."""
        printed = self._hub("watchlist", "publish", "--json", LIST, *self._officer(FIRST_OFFICER))
        self._approve(printed)
        return int(str(one_json(printed)["version"]))

    def _approve(self, printed: str) -> None:
        """Let the second officer approve what the first one has proposed."""
        proposal = msgspec.json.decode(printed, type=_Proposed).proposal
        self._hub("watchlist", "approve", proposal.proposal_id, *self._officer(SECOND_OFFICER))

    def _officer(self, user_id: str) -> tuple[str, ...]:
        return "--as", user_id, "--password-file", str(self.workspace.path("keys", "user.password"))

    def listener(self) -> LaneListener:
        """Sign in and listen on the lane API."""
        lane = LaneListener(self.workspace.lane_url)
        lane.sign_in(OFFICER, self.workspace.secret("officer.password"))
        lane.listen()
        return lane

    def _accounts(self) -> tuple[BrokerAccount, ...]:
        return (
            BrokerAccount(
                "hub",
                self.workspace.secret("broker-hub.password"),
                publish=(
                    "kechid/+/+/acks",
                    "kechid/+/+/commands",
                    topics.ALL_MANIFESTS,
                    topics.ALL_SITE_MANIFESTS,
                ),
                subscribe=(topics.ALL_EVENTS, topics.ALL_STATES),
            ),
            BrokerAccount(
                DEVICE,
                self.workspace.secret("broker-device.password"),
                publish=(topics.events(SITE, DEVICE), topics.state(SITE, DEVICE)),
                subscribe=(
                    topics.acknowledgements(SITE, DEVICE),
                    topics.commands(SITE, DEVICE),
                    topics.ALL_MANIFESTS,
                    topics.site_manifests(SITE),
                ),
            ),
        )

    def _edge(self, *arguments: str) -> str:
        return self.processes.run(PROGRAMS / "kechid-edge", *arguments)

    def _hub(self, *arguments: str) -> str:
        return self.processes.run(PROGRAMS / "kechid-hub", *arguments, *self._config("hub"))

    def _config(self, name: str) -> Sequence[str]:
        return ("--config", str(self.workspace.path(f"{name}.toml")))


def is_healthy(url: str) -> bool:
    """Whether `/healthz` answers 200."""
    try:
        return httpx.get(f"{url}/healthz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
