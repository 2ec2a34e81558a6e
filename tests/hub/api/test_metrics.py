"""Metrics: counters that stay right when messages are let go, and cost no walk through them."""

from pathlib import Path

from sqlalchemy import delete

from hub.bootstrap import Services
from hub.ingest.ingest import receive_batch
from hub.ingest.tables import inbox
from hub.store.database import writing
from sync.codec import encode_batch
from sync.messages import MessageLane
from tests.hub.api.clients import client_of
from tests.hub.builders import EVENTS, alert, evidence_of, guard_answer, make_hub, message, numbered

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
