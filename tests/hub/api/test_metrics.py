"""Metrics: counters that stay right when messages are let go, and cost no walk through them."""

from dataclasses import replace
from pathlib import Path

from msgspec import structs
from sqlalchemy import delete

from hub.bootstrap import Services
from hub.ingest.ingest import receive_batch
from hub.ingest.tables import inbox
from hub.origin.settings import OriginSettings
from hub.store.database import writing
from sync.codec import encode_batch
from sync.messages import MessageLane
from tests.hub.api.clients import client_of
from tests.hub.builders import EVENTS, alert, evidence_of, guard_answer, make_hub, message, numbered
from tests.hub.origin.snapshot.test_source import indexed
from tests.hub.origin.snapshot.told import REGISTRY

EXPECTED = {
    "kechid_hub_inbox_messages_total": 4,
    "kechid_hub_alerts_total": 2,
    "kechid_hub_first_answers_total": 1,
    "kechid_hub_media_messages_total": 1,
    "kechid_hub_refused_payloads_total": 0,
    "kechid_hub_open_cases": 2,
    "kechid_hub_citizens_active_this_month": 0,
}


def counts(services: Services) -> dict[str, int]:
    with client_of(services) as stranger:
        lines = stranger.get("/metrics").text.splitlines()
    pairs = (line.split(" ") for line in lines if not line.startswith("#") and "{" not in line)
    return {name: int(value) for name, value in pairs}


def test_the_snapshot_of_the_chain_is_told_where_there_is_one(tmp_path: Path) -> None:
    services = make_hub(tmp_path).services
    path = indexed(tmp_path / "snapshot.db", 1)
    address = f"0x{REGISTRY.address.hex()}"
    for snapshot, expected in (
        (path, {"block": 1, "block_time_seconds": 1772323202}),
        (tmp_path / "none", {}),
    ):
        origin = OriginSettings(registry_chain_id=9441, registry_address=address, snapshot=snapshot)
        there = replace(services, settings=structs.replace(services.settings, origin=origin))
        told = {name: value for name, value in counts(there).items() if "origin" in name}
        assert told == {f"kechid_hub_origin_snapshot_{name}": value for name, value in expected.items()}
    services.engine.dispose()


def test_counters_tell_what_came_also_after_it_was_let_go(tmp_path: Path) -> None:
    services = make_hub(tmp_path).services
    sent = numbered([alert(), alert("alert-2", evidence="probe-2"), guard_answer()])
    media = message(evidence_of(), lane=MessageLane.MEDIA)
    receive_batch(services, EVENTS, encode_batch([*sent, media]))
    assert counts(services) == EXPECTED
    with writing(services.engine) as connection:
        connection.execute(delete(inbox))
    assert counts(services) == EXPECTED
    services.engine.dispose()
