"""Commands of the hub: done once, answered once, refused by name."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge_agent.remote.commands import Lane, RemoteCommands
from edge_agent.remote.settings import RemoteSettings
from edge_agent.remote.store import RemoteStore
from edge_agent.store.audit import verify_audit
from sync.codec import encode_command
from sync.command_reception import COMMAND
from sync.inbox import Inbox
from sync.messages import Command, CommandAnswered
from sync.signing import key_id, sign_command
from tests.edge_agent.shell_builders import NOW, OpenedStore, opened_store

HUB = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))
PACKS = {"pack-1": "", "pack-2": "", "unfit": "pack-unfit"}


@dataclass(slots=True)
class Post:
    """A lane that notes what is done to it, and a hub that signs."""

    edge: OpenedStore
    key: Ed25519PrivateKey = HUB
    is_empty: bool = True
    applied: list[RemoteSettings] = field(default_factory=list)
    restarts: int = 0
    sent: int = 0
    commands: RemoteCommands = field(init=False)

    def __post_init__(self) -> None:
        lane = Lane(
            apply=self.applied.append,
            pack_fault=lambda pack: PACKS.get(pack, "pack-missing"),
            running_pack="pack-1",
            is_empty=lambda: self.is_empty,
            restart=self.restart,
        )
        trusted = {key_id(HUB.public_key()): HUB.public_key()}
        self.commands = RemoteCommands(RemoteStore(self.edge.store, self.edge.messages), trusted, lane)

    def restart(self) -> None:
        self.restarts += 1

    def say(self, name: str, minutes: int = 5, /, **arguments: str) -> str:
        """Deliver a command and let the edge look; returns what it answered."""
        self.sent += 1
        command = Command(
            command_id=f"command-{self.sent}",
            device_id="edge-1",
            name=name,
            arguments=arguments,
            issued_at=NOW,
            expires_at=NOW + timedelta(minutes=minutes),
        )
        payload = encode_command(sign_command(command, self.key))
        self.edge.store.write(lambda c: Inbox(c).put(COMMAND, command.command_id, payload, NOW))
        self.commands.step(NOW)
        return self.answers().get(command.command_id, "")

    def answers(self) -> dict[str, str]:
        bodies = [message.body for message in self.edge.queued()]
        return {
            body.command_id: f"{body.state} {body.reason}".strip()
            for body in bodies
            if isinstance(body, CommandAnswered)
        }


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    with opened_store(tmp_path) as edge:
        yield Post(edge)


def test_settings_are_applied_kept_and_answered(post: Post) -> None:
    said = post.say("configure", version="3", allowed_false_alarms_per_day="0.5", shadow="true")
    assert said == "applied"
    expected = RemoteSettings(version=3, allowed_false_alarms_per_day=0.5, shadow=True)
    assert post.applied == [expected]
    assert post.commands.store.settings() == expected


def test_a_whole_set_replaces_the_one_before(post: Post) -> None:
    post.say("configure", version="1", shadow="true")
    post.say("configure", version="2", preview_mask="true")
    assert post.applied[-1] == RemoteSettings(version=2, preview_mask=True)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"version": "1", "min_margin": "0"}, "unknown-setting: min_margin"),
        ({"version": "1", "shadow": "yes"}, "bad-value: shadow"),
        ({"version": "1", "allowed_false_alarms_per_day": "nan"}, "bad-value: allowed_false_alarms_per_day"),
        ({"version": "1", "travellers_per_day": "0"}, "bad-value: travellers_per_day"),
        ({"version": "-1"}, "bad-value: version"),
        ({"shadow": "true"}, "bad-value: version"),
    ],
)
def test_settings_that_are_not_understood_are_refused_whole(
    post: Post, arguments: dict[str, str], reason: str
) -> None:
    assert post.say("configure", **arguments) == f"refused {reason}"
    assert post.applied == []


def test_older_settings_never_replace_newer_ones_but_the_same_may_come_again(post: Post) -> None:
    post.say("configure", version="5", shadow="true")
    assert post.say("configure", version="4") == "refused older-settings"
    assert post.say("configure", version="5", shadow="true") == "applied"


@pytest.mark.parametrize(
    ("pack", "said", "kept"),
    [
        ("pack-2", "at-next-start restart-needed", "pack-2"),
        ("pack-1", "applied", "pack-1"),
        ("unfit", "refused pack-unfit", ""),
        ("unknown", "refused pack-missing", ""),
    ],
)
def test_a_pack_is_checked_now_and_loaded_at_the_next_start(
    post: Post, pack: str, said: str, kept: str
) -> None:
    assert post.say("use-pack", pack=pack) == said
    assert post.commands.store.pack() == kept
    assert post.restarts == 0


def test_a_restart_for_a_pack_waits_for_an_empty_lane(post: Post) -> None:
    post.is_empty = False
    post.say("use-pack", pack="pack-2", restart="true")
    assert post.restarts == 0
    post.is_empty = True
    post.commands.step(NOW)
    post.commands.step(NOW)
    assert post.restarts == 1


def test_a_restart_for_a_pack_is_given_up_after_its_time(post: Post) -> None:
    post.is_empty = False
    post.say("use-pack", pack="pack-2", restart="true")
    post.is_empty = True
    post.commands.step(NOW + timedelta(minutes=5))
    assert post.restarts == 0


def test_a_restart_waits_for_an_empty_lane_and_is_answered_before_it_happens(post: Post) -> None:
    post.is_empty = False
    assert post.say("restart") == ""
    post.is_empty = True
    post.commands.step(NOW)
    assert post.answers() == {"command-1": "applied"}
    assert post.restarts == 1
    post.commands.step(NOW)
    assert post.restarts == 1


def test_a_restart_of_a_lane_that_never_was_empty_expires(post: Post) -> None:
    post.is_empty = False
    post.say("restart", 5)
    post.commands.step(NOW + timedelta(minutes=5))
    assert post.answers() == {"command-1": "refused expired"}


def test_a_command_of_another_key_is_refused(post: Post) -> None:
    post.key = STRANGER
    assert post.say("restart") == "refused not-trusted"
    assert post.restarts == 0


def test_an_unknown_command_is_refused_by_name_and_everything_is_in_the_audit_log(post: Post) -> None:
    assert post.say("open-barrier") == "refused unknown-command"
    post.say("configure", version="1")
    actions = post.edge.store.read(
        lambda c: c.execute("SELECT actor, action, subject FROM audit ORDER BY seq").fetchall()
    )
    assert actions == [("hub", "command-refused", "command-1"), ("hub", "command-applied", "command-2")]
    assert post.edge.store.read(verify_audit).broken_seq is None


def test_bytes_that_are_no_command_are_passed_over(post: Post) -> None:
    post.edge.store.write(lambda c: Inbox(c).put(COMMAND, "bad", b"{}", NOW))
    post.commands.step(NOW)
    assert post.answers() == {}
    assert post.commands.store.pending() == []
