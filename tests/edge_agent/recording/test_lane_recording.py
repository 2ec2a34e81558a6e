"""A running lane on record: off by default, loud while on, over after its time, gone after a day."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from edge_agent.alerts.evidence import read_key_file
from edge_agent.errors import RecordingError
from edge_agent.recording.file import read_recording
from edge_agent.recording.recording import Finished, Looked
from edge_agent.recording.redecide import redecide
from edge_agent.recording.tape import SUFFIX, LaneTape, delete_expired
from edge_agent.settings import RecordingSection, load_settings
from edge_agent.store.audit import verify_audit
from edge_agent.store.edge_store import open_edge_store
from hardware.frame import Frame
from sync.sealing import RowSeal
from sync.settings_file import SettingsError
from tests.edge_agent.appliance_kit import Running, Site, running, wait_until
from tests.edge_agent.passages import Walk, package_of, passage, template_of
from tests.edge_agent.shell_builders import NOW, OpenedStore, opened_store
from tests.edge_agent.taping import SEAL, MemoryTape, taped_lane

ON = '\n[recording]\non = true\nreason = "commissioning, consent 12"\n'
STRANGER = 7
PEOPLE = [Walk(1), Walk(STRANGER, top=220)]


def now_frames(walks: list[Walk], frames: int = 30) -> list[Frame]:
    """Give drawn frames taken now, as a live camera does."""
    begin = datetime.now(UTC)
    return [
        Frame(f.image, f.camera_id, f.sequence, begin + timedelta(seconds=f.stream_s), f.stream_s)
        for f in passage(walks, frames)
    ]


@contextmanager
def lane(folder: Path, more: str = "") -> Iterator[Running]:
    site = Site(folder).prepare()
    site.config.write_text(site.config.read_text() + more)
    site.deliver(package_of({"a": [1], "b": [2]}))
    with running(site) as edge:
        edge.wait_for_list(1)
        edge.camera.play(now_frames(PEOPLE))
        wait_until(lambda: edge.camera.is_through, "the passage")
        edge.login()
        edge.wait_for_alert()
        yield edge


def warnings_of(edge: Running) -> list[str]:
    state: dict[str, list[str]] = json.loads(edge.client.get("/v1/state").content)
    return state["warnings"]


def audit_of(database: Path) -> list[tuple[str, str, str]]:
    with open_edge_store(database) as store:
        sql = "SELECT actor, action, detail FROM audit WHERE action LIKE 'recording%' ORDER BY seq"
        return [tuple(row) for row in store.read(lambda c: c.execute(sql).fetchall())]


def test_by_default_nothing_is_recorded(tmp_path: Path) -> None:
    with lane(tmp_path) as edge:
        assert "recording" not in warnings_of(edge)
    stranger = template_of(STRANGER).vector.astype("<f4").tobytes()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(path.name.endswith(SUFFIX) for path in files)
    assert not any(stranger[:64] in path.read_bytes() for path in files)
    assert audit_of(tmp_path / "data" / "edge.db") == []


def test_a_lane_on_record_says_so_and_can_be_decided_anew(tmp_path: Path) -> None:
    with lane(tmp_path, ON) as edge:
        assert "recording" in warnings_of(edge)
        [alert] = edge.alerts()
    [path] = (tmp_path / "data" / "recordings").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    recording = read_recording(path, RowSeal(read_key_file(tmp_path / "store.key")))
    assert redecide(recording).first_difference is None
    assert alert.alert_id in {id_ for step in recording.steps for id_ in step.ids}
    assert recording.header.reason == "commissioning, consent 12"
    rows = audit_of(tmp_path / "data" / "edge.db")
    assert [(actor, action) for actor, action, _ in rows] == [
        ("edge", "recording-on"),
        ("edge", "recording-off"),
    ]
    assert "consent 12" in rows[0][2]


@pytest.mark.parametrize(
    ("section", "reason"),
    [
        ("on = true", "reason is needed"),
        ('on = true\nreason = " "', "reason is needed"),
        ("minutes = 0", "outside 0..240"),
        ("minutes = 9999", "outside 0..240"),
        ("minutes = 120\nkeep_hours = 1", "keep_hours 1"),
        ("keep_hours = 1000", "keep_hours 1000"),
        ("forever = true", "forever"),
    ],
)
def test_a_recording_without_reason_or_end_is_refused(tmp_path: Path, section: str, reason: str) -> None:
    site = Site(tmp_path).prepare()
    site.config.write_text(site.config.read_text() + f"\n[recording]\n{section}\n")
    with pytest.raises(SettingsError, match=reason):
        load_settings(site.config)


class Clock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OpenedStore]:
    with opened_store(tmp_path) as store:
        yield store


def tape_of(folder: Path, opened: OpenedStore, clock: Clock) -> LaneTape:
    section = RecordingSection(on=True, reason="test", minutes=10)
    return LaneTape(folder, section, SEAL, opened.store, clock, "recording-1")


def actions_of(opened: OpenedStore) -> list[str]:
    assert opened.store.read(verify_audit).broken_seq is None
    rows = opened.store.read(lambda c: c.execute("SELECT action, detail FROM audit ORDER BY seq").fetchall())
    return [f"{action} {json.loads(detail)['reason']}" for action, detail in rows]


def recorded_entries() -> MemoryTape:
    tape = MemoryTape()
    recorded = taped_lane(tape)
    for frame in passage([Walk(1)], 4):
        recorded.process(frame, ())
    return tape


def test_after_its_time_a_recording_ends_whole(tmp_path: Path, opened: OpenedStore) -> None:
    clock, folder = Clock(), tmp_path / "recordings"
    tape = tape_of(folder, opened, clock)
    header, lists, first, *_ = recorded_entries().entries
    for entry in (header, lists):
        tape.write(entry)
    clock.now += timedelta(minutes=10)
    tape.write(first)
    assert not tape.is_running
    [path] = folder.iterdir()
    assert len(read_recording(path, SEAL).steps) == 1
    tape.end()
    assert actions_of(opened) == ["recording-on test", "recording-off complete"]


def test_an_abandoned_recording_is_deleted_and_audited(tmp_path: Path, opened: OpenedStore) -> None:
    tape = tape_of(tmp_path / "recordings", opened, Clock())
    tape.abandon("disk full")
    assert not list((tmp_path / "recordings").iterdir())
    assert actions_of(opened) == ["recording-on test", "recording-off disk full"]


def test_a_recording_that_cannot_begin_is_one_line(tmp_path: Path, opened: OpenedStore) -> None:
    (tmp_path / "recordings").write_text("in the way")
    with pytest.raises(RecordingError, match=r"recordings .*: File exists"):
        tape_of(tmp_path / "recordings", opened, Clock())


def test_recordings_are_deleted_after_their_hours_whole_or_not(tmp_path: Path, opened: OpenedStore) -> None:
    clock, folder = Clock(), tmp_path / "recordings"
    tape_of(folder, opened, clock).end()
    (folder / f"no-time{SUFFIX}").write_bytes(b"half")
    (folder / "notes.txt").write_text("not ours")
    day = timedelta(hours=24)
    assert delete_expired(folder, day, NOW + timedelta(hours=23)) == 1
    assert delete_expired(folder, day, NOW + day) == 1
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]
    assert delete_expired(tmp_path / "nowhere", day, NOW) == 0


def test_every_entry_has_a_digest_of_its_decisions() -> None:
    looked = [entry for entry in recorded_entries().entries if isinstance(entry, Looked)]
    assert {len(entry.digest) for entry in looked} == {16}
    assert msgspec.structs.asdict(Finished(at=NOW))["digest"] == b""
