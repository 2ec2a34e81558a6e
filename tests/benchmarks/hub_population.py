"""Fills a hub's store as years of work would: sites, devices, listed people, alerts with their answers."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine, text

from hub.cases.counting import policy_of, recount
from hub.cases.tables import alerts, decisions, evidence
from hub.fleet.tables import devices, health_samples, lanes, sites
from hub.people.tables import audit
from hub.settings_tree import CaseSettings
from hub.store.bulk import insert_many
from hub.store.database import writing
from hub.watchlist.names import folded, script_of, words_of
from hub.watchlist.tables import (
    contracts,
    name_words,
    reference_photos,
    subject_names,
    subjects,
    watchlist_history,
    watchlists,
)

GIVEN = ("Elçin", "Leyla", "Rəşad", "Nigar", "Tural", "Aysel", "Kamran", "Günel", "Orxan", "Sevda")
FAMILY = ("Məmmədov", "Əliyev", "Həsənov", "Quliyev", "İsmayılov", "Hüseynov", "Abbasov", "Rzayev")
LISTS = ("wanted", "customs-alerts", "travel-bans")
DAYS = 3 * 365
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Population:
    """How much of everything; the rest follows from it."""

    now: datetime
    alerts: int = 1_000_000
    subjects: int = 100_000
    sites: int = 20
    devices: int = 200
    seed: int = 4

    def alert_id(self, number: int) -> str:
        """Ids in the order of time, newest last."""
        return str(UUID(int=(0xA << 124) + number))

    def subject_id(self, number: int) -> str:
        return str(UUID(int=(0xB << 124) + number))

    def device_id(self, number: int) -> str:
        return f"edge-{number % self.devices:04d}"

    def raised_at(self, number: int) -> datetime:
        """Spread evenly over three years."""
        return self.now - timedelta(days=DAYS) * (1 - number / self.alerts) - timedelta(minutes=1)


def fill(engine: Engine, population: Population, say: Callable[[str], None] = lambda _: None) -> None:
    """Insert everything, a transaction per table, then count: a server plans badly for unseen rows."""
    people = (subject_names, _names(population)), (name_words, _words(population))
    tables = (
        (sites, _sites(population)),
        (lanes, _lanes(population)),
        (devices, _devices(population)),
        (health_samples, _health(population)),
        (contracts, _contracts()),
        (watchlists, _lists(population)),
        (subjects, _subjects(population)),
        *people,
        (reference_photos, _photos(population)),
        (watchlist_history, _history(population)),
        (alerts, _alerts(population)),
        (decisions, _decisions(population)),
        (evidence, _evidence(population)),
        (audit, _audit(population)),
    )
    for table, rows in tables:
        with writing(engine) as connection:
            say(f"{insert_many(connection, table, rows)} {table.name}")
    analyse(engine)
    with writing(engine) as connection:
        say(f"{recount(connection, policy_of(CaseSettings())).rows} counts by day")
    analyse(engine)


def analyse(engine: Engine) -> None:
    """Do at once what a server does by itself in the course of a day: autovacuum, after rows came in."""
    upkeep = "VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(upkeep))


def _sites(of: Population) -> Iterator[Row]:
    for number in range(of.sites):
        place = {"latitude": 39.0 + number / 10, "longitude": 46.0 + number / 10}
        yield {"site_id": f"site-{number:02d}", "title": f"Post {number}", "kind": "road", **place}


def _lanes(of: Population) -> Iterator[Row]:
    for number in range(of.devices):
        yield {
            "site_id": f"site-{number % of.sites:02d}",
            "lane_id": f"lane-{number}",
            "title": f"Lane {number}",
        }


def _devices(of: Population) -> Iterator[Row]:
    for number in range(of.devices):
        yield {
            "device_id": of.device_id(number),
            "site_id": f"site-{number % of.sites:02d}",
            "lane_id": f"lane-{number}",
            "token_sha256": f"{number:064d}",
            "registered_at": of.now - timedelta(days=DAYS),
            "registered_by": "root",
            "is_online": number % 10 != 0,
            "last_seen_at": of.now,
            "health_at": of.now,
        }


def _health(of: Population) -> Iterator[Row]:
    for number in range(of.devices):
        for slot in range(288):
            yield {
                "device_id": of.device_id(number),
                "slot_at": of.now.replace(minute=0, second=0, microsecond=0) - timedelta(minutes=5 * slot),
                "queue_depth": slot % 7,
                "warnings": 0,
                "is_degraded": False,
            }


def _contracts() -> Iterator[Row]:
    yield {
        "contract_id": "contract",
        "model_id": "drawn",
        "sha256": "0" * 64,
        "alignment": "five-points",
        "colour_order": "rgb",
        "dimension": 512,
    }


def _lists(of: Population) -> Iterator[Row]:
    for list_id in LISTS:
        yield {"list_id": list_id, "title": list_id.capitalize(), "created_at": of.now - timedelta(days=DAYS)}


def _name(number: int) -> str:
    return f"{GIVEN[number % len(GIVEN)]} {FAMILY[number // 10 % len(FAMILY)]} {number}"


def _subjects(of: Population) -> Iterator[Row]:
    for number in range(of.subjects):
        yield {
            "subject_id": of.subject_id(number),
            "list_id": LISTS[number % len(LISTS)],
            "display_name": _name(number),
            "category": "criminal-charges",
            "severity": 1 + number % 3,
            "legal_basis": "Court order",
            "authority": "Baku city court",
            "case_number": f"{number}",
            "instructions": "",
            "expires_at": of.now + timedelta(days=number % 900 - 90),
            "enrolled_at": of.now - timedelta(days=DAYS) * (number / of.subjects),
            "enrolled_by": "nigar",
            "removed_at": of.now if number % 50 == 0 else None,
        }


def _names(of: Population) -> Iterator[Row]:
    for number in range(of.subjects):
        name = _name(number)
        facts = {"name": name, "script": script_of(name), "folded": folded(name)}
        yield {"subject_id": of.subject_id(number), "position": 0, **facts}


def _words(of: Population) -> Iterator[Row]:
    for number in range(of.subjects):
        for word in sorted(set(words_of(_name(number)))):
            yield {"word": word, "subject_id": of.subject_id(number)}


def _photos(of: Population) -> Iterator[Row]:
    for number in range(of.subjects):
        yield {
            "reference_id": str(UUID(int=(0xC << 124) + number)),
            "subject_id": of.subject_id(number),
            "contract_id": "contract",
            "sealed_photo": bytes(64),
            "sealed_template": bytes(64),
            "quality": 80.0,
            "face_width": 200.0,
            "captured_on": "",
            "position": 0,
            "enrolled_at": of.now - timedelta(days=1),
            "photo_sha256": f"{number:064d}",
        }


def _history(of: Population) -> Iterator[Row]:
    for number in range(of.subjects):
        yield {
            "entry_id": str(UUID(int=(0xD << 124) + number)),
            "list_id": LISTS[number % len(LISTS)],
            "subject_id": of.subject_id(number),
            "at": of.now - timedelta(days=DAYS) * (number / of.subjects),
            "actor": "nigar",
            "action": "enrolled",
        }


def _alerts(of: Population) -> Iterator[Row]:
    chance = random.Random(of.seed)
    for number in range(of.alerts):
        at = of.raised_at(number)
        yield {
            "alert_id": of.alert_id(number),
            "device_id": of.device_id(number),
            "crossing_id": f"crossing-{number}",
            "lane_id": f"lane-{number % of.devices}",
            "camera_id": "camera-1",
            "list_id": LISTS[number % of.subjects % len(LISTS)],
            "list_version": 1 + number // 10_000,
            "subject_id": of.subject_id(number % of.subjects),
            "outcome": "match",
            "comparison_score": 0.5 + chance.random() / 2,
            "threshold": 0.55,
            "review_threshold": 0.5,
            "margin": 0.1,
            "expected_false_alarms_per_day": 0.1,
            "contract_id": "contract",
            "pack": "drawn",
            "gallery_size": of.subjects,
            "quality": 70.0,
            "bona_fide_score": 0.9,
            "frames_used": 5,
            "first_seen_at": at,
            "raised_at": at,
            "updated_at": at,
            "received_at": at + timedelta(seconds=1),
            "is_ended": True,
            "is_test": number % 200 == 0,
            "direction": ("in", "out")[number % 2],
            "status": "open" if _is_open(of, number) else "answered",
        }


def _is_open(of: Population, number: int) -> bool:
    """Let the newest wait for an answer, and some that nobody ever answered."""
    return number > of.alerts - 500 or number % 100 == 0


def _decisions(of: Population) -> Iterator[Row]:
    for number in range(of.alerts):
        answer = ("same", "same", "not-same", "unsure")[number % 4]
        given = {"alert_id": of.alert_id(number), "answer": answer, "seconds_to_answer": 4.5, "reason": ""}
        at = of.raised_at(number) + timedelta(seconds=5)
        guard = {"device_id": of.device_id(number), "officer_id": "tural", "role": "guard", "decided_at": at}
        yield {"decision_id": str(UUID(int=(0xE << 124) + number)), **given, **guard}
        if not _is_open(of, number):
            leyla = {"device_id": None, "officer_id": "leyla", "role": "supervisor"}
            at += timedelta(minutes=3)
            yield {"decision_id": str(UUID(int=(0xF << 124) + number)), **given, **leyla, "decided_at": at}


def _evidence(of: Population) -> Iterator[Row]:
    for number in range(of.alerts):
        yield {
            "evidence_id": str(UUID(int=(0x9 << 124) + number)),
            "alert_id": of.alert_id(number),
            "device_id": of.device_id(number),
            "media_type": "image/jpeg",
            "sha256": "0" * 64,
            "size": 20_000,
            "file": f"{number:064d}",
            "captured_at": of.raised_at(number),
        }


def _audit(of: Population) -> Iterator[Row]:
    # Pages read the log, only `audit verify` checks its chain: these rows need no true hashes.
    for number in range(of.alerts // 2):
        yield {
            "seq": 1000 + number,
            "at": of.now - timedelta(days=DAYS) * (1 - 2 * number / of.alerts),
            "actor": ("leyla", "nigar", "tural")[number % 3],
            "action": ("case-viewed", "evidence-viewed", "case-answered")[number % 3],
            "target": of.alert_id(2 * number),
            "detail": {},
            "hash": "0" * 64,
        }
