"""Crossings of listed subjects in `edge.db`: what people confirmed is counted, rules on it are told."""

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import msgspec

from edge_agent.alerts.alerting import StandingAlert, standing_of
from edge_agent.crossings.co_travellers import BESIDE
from edge_agent.crossings.crossings import OwnDocument
from edge_agent.crossings.frequent_crossers import ConfirmedCrossing, CrossingCount, is_confirmed
from edge_agent.crossings.recent_documents import RecentDocuments
from edge_agent.crossings.rules import CrossingRule, fulfilled
from edge_agent.store.audit import AuditEntry, append_audit
from edge_agent.store.message_queue import MessageQueue
from edge_agent.store.sql_rows import insert, rows
from sync.messages import AlertRaised, AlertUpdated, Answer, FrequentCrosser, MessageLane

KEPT_FOR = timedelta(days=60)
"""Twice the longest window: a notice as old as one window can still be counted anew."""

SIGHTING_FIELDS = ("alert_id", "crossing_id", "list_id", "subject_id", "lane_id", "direction")
NOTICE_FIELDS = (
    "notice_id",
    "alert_id",
    "rule",
    "list_id",
    "subject_id",
    "crossings",
    "entries",
    "exits",
    "at_least",
    "within_hours",
)
ANSWERS_SQL = "SELECT answer FROM decision WHERE alert_id = ? ORDER BY decided_at, rowid"
CONFIRMED_SQL = """
SELECT crossing_id, seen_at, direction FROM sighting
WHERE list_id = ? AND subject_id = ? AND answer = 'same' AND is_test = 0 ORDER BY seen_at
"""
NOTICES_SQL = """
SELECT * FROM crossing_notice WHERE list_id = ? AND subject_id = ? AND is_withdrawn = 0 ORDER BY noted_at
"""


class CrossingLedger:
    """Works inside the transactions of the alert store; holds nothing itself."""

    def __init__(
        self,
        messages: MessageQueue,
        rules: Sequence[CrossingRule] = (),
        recent: RecentDocuments | None = None,
    ) -> None:
        """`recent` are the documents read just now; None where documents are not counted."""
        self._messages = messages
        self._rules = tuple(rules)
        self._recent = recent

    def note_raised(self, connection: sqlite3.Connection, raised: AlertRaised, category: str) -> None:
        """Begin a sighting; it counts only once a person has confirmed it."""
        row = {name: getattr(raised, name) for name in SIGHTING_FIELDS}
        seen, last = text_of(raised.first_seen_at), text_of(raised.raised_at)
        more = {"category": category, "seen_at": seen, "last_seen_at": last, "answer": "", "is_ended": 0}
        insert(connection, "sighting", row | more | {"is_test": int(raised.is_test)})
        _forget_before(connection, raised.raised_at - KEPT_FOR)

    def note_updated(self, connection: sqlite3.Connection, update: AlertUpdated) -> None:
        """Take over direction and end."""
        sql = (
            "UPDATE sighting SET direction = coalesce(nullif(?, ''), direction), is_ended = ? "
            "WHERE alert_id = ?"
        )
        connection.execute(sql, (update.direction, int(update.is_ended), update.alert_id))

    def note_answer(
        self, connection: sqlite3.Connection, alert_id: str, decision_id: str, now: datetime
    ) -> None:
        """Count or uncount the crossing after an answer, and tell what rules say to it."""
        found = rows(connection, "SELECT * FROM sighting WHERE alert_id = ?", (alert_id,))
        if not found:
            return
        sighting, answers = found[0], [Answer(r[0]) for r in connection.execute(ANSWERS_SQL, (alert_id,))]
        was, is_now = sighting["answer"] == Answer.SAME, is_confirmed(answers)
        connection.execute("UPDATE sighting SET answer = ? WHERE alert_id = ?", (answers[-1].value, alert_id))
        if was == is_now or sighting["is_test"]:
            return
        if is_now:
            self._tell_fulfilled(connection, sighting, decision_id, now)
            self._note_company(connection, sighting)
        else:
            connection.execute("DELETE FROM companion WHERE alert_id = ?", (alert_id,))
            self._withdraw(connection, sighting, now)

    def _tell_fulfilled(
        self, connection: sqlite3.Connection, sighting: dict[str, object], decision_id: str, now: datetime
    ) -> None:
        who = (str(sighting["list_id"]), str(sighting["subject_id"]))
        crossings = confirmed_crossings(connection, *who)
        told = rows(connection, NOTICES_SQL, who)
        for rule in self._rules:
            if not rule.concerns(who[0], str(sighting["category"])):
                continue
            told_at = [time_of(each["noted_at"]) for each in told if each["rule"] == rule.name]
            count = fulfilled(rule, crossings, told_at, now)
            if count is not None:
                # The same answer never makes a second notice, whatever is repeated.
                notice_id = hashlib.sha256(f"{decision_id}\n{rule.name}".encode()).hexdigest()[:32]
                self._tell(connection, _notice(notice_id, rule, sighting, count, now), rule.direction)

    def _tell(self, connection: sqlite3.Connection, notice: FrequentCrosser, direction: str) -> None:
        row = {name: getattr(notice, name) for name in NOTICE_FIELDS}
        more = {"noted_at": text_of(notice.noted_at), "direction": direction, "is_withdrawn": 0}
        insert(connection, "crossing_notice", row | more)
        self._messages.append(connection, notice, MessageLane.ALERT, notice.noted_at)
        detail = (("alert", notice.alert_id), ("rule", notice.rule))
        append_audit(
            connection, AuditEntry(notice.noted_at, "edge", "frequent-crosser", notice.notice_id, detail)
        )

    def _withdraw(self, connection: sqlite3.Connection, sighting: dict[str, object], now: datetime) -> None:
        who = (str(sighting["list_id"]), str(sighting["subject_id"]))
        crossings = confirmed_crossings(connection, *who)
        for row in rows(connection, NOTICES_SQL, who):
            # As it was told: the settings may have changed since.
            rule = _rule_of(row)
            count = rule.count(crossings, time_of(row["noted_at"]))
            if count.crossings < rule.at_least:
                withdrawn = _notice(str(row["notice_id"]), rule, sighting, count, now, is_withdrawn=True)
                self._take_back(connection, withdrawn, str(row["alert_id"]))

    def _take_back(self, connection: sqlite3.Connection, notice: FrequentCrosser, shown_on: str) -> None:
        sql = "UPDATE crossing_notice SET is_withdrawn = 1 WHERE notice_id = ?"
        connection.execute(sql, (notice.notice_id,))
        connection.execute("INSERT INTO event_log (alert_id) VALUES (?)", (shown_on,))
        self._messages.append(connection, notice, MessageLane.ALERT, notice.noted_at)
        entry = AuditEntry(notice.noted_at, "edge", "frequent-crosser-withdrawn", notice.notice_id)
        append_audit(connection, entry)

    def _note_company(self, connection: sqlite3.Connection, sighting: dict[str, object]) -> None:
        if self._recent is None:
            return
        first, last = time_of(sighting["seen_at"]), time_of(sighting["last_seen_at"])
        for pseudonym in self._recent.beside(str(sighting["crossing_id"]), first, last):
            _insert_companion(connection, sighting, pseudonym)


def note_seen(connection: sqlite3.Connection, alert_ids: Sequence[str], at: datetime) -> None:
    """Note that the subjects of these alerts are still in view."""
    sql = "UPDATE sighting SET last_seen_at = max(last_seen_at, ?) WHERE alert_id = ?"
    connection.executemany(sql, [(text_of(at), alert_id) for alert_id in alert_ids])


def note_companion(
    connection: sqlite3.Connection, pseudonym: bytes, at: datetime, is_own: Callable[[str, bytes], bool]
) -> None:
    """Add a document read beside a crossing that was confirmed before, unless it is the subject's own."""
    sql = (
        "SELECT * FROM sighting WHERE answer = 'same' AND is_test = 0 AND last_seen_at >= ? AND seen_at <= ?"
    )
    for sighting in rows(connection, sql, (text_of(at - BESIDE), text_of(at + BESIDE))):
        if not is_own(str(sighting["crossing_id"]), pseudonym):
            _insert_companion(connection, sighting, pseudonym)


def drop_companions(connection: sqlite3.Connection, own: Sequence[OwnDocument]) -> None:
    """Leave out documents that turn out to be the subjects' own."""
    sql = (
        "DELETE FROM companion WHERE pseudonym = ? "
        "AND alert_id IN (SELECT alert_id FROM sighting WHERE crossing_id = ?)"
    )
    connection.executemany(sql, [(each.key, each.crossing_id) for each in own])


def confirmed_crossings(
    connection: sqlite3.Connection, list_id: str, subject_id: str
) -> tuple[ConfirmedCrossing, ...]:
    """Return a subject's confirmed crossings that are kept, oldest first."""
    found = connection.execute(CONFIRMED_SQL, (list_id, subject_id))
    return tuple(ConfirmedCrossing(row[0], time_of(row[1]), row[2]) for row in found)


def standing_alerts(connection: sqlite3.Connection) -> tuple[StandingAlert, ...]:
    """Return the alerts whose crossing had not ended when the edge was stopped."""
    sql = (
        "SELECT alert.raised, alert.latest, sighting.direction, sighting.last_seen_at "
        "FROM sighting JOIN alert USING (alert_id) WHERE is_ended = 0 ORDER BY sighting.rowid"
    )
    return tuple(_standing(*row) for row in connection.execute(sql))


def text_of(at: datetime) -> str:
    """Write a time so that texts sort as times do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def time_of(text: object) -> datetime:
    """Read what `text_of` wrote."""
    return datetime.fromisoformat(str(text))


def day_of(at: datetime) -> date:
    """Return the day in UTC: the same at every lane, twice a year no exception."""
    return at.astimezone(UTC).date()


def _forget_before(connection: sqlite3.Connection, at: datetime) -> None:
    old = "SELECT alert_id FROM sighting WHERE last_seen_at < ? AND is_ended = 1"
    connection.execute(f"DELETE FROM companion WHERE alert_id IN ({old})", (text_of(at),))  # noqa: S608 - constant
    connection.execute("DELETE FROM sighting WHERE last_seen_at < ? AND is_ended = 1", (text_of(at),))
    connection.execute("DELETE FROM crossing_notice WHERE noted_at < ?", (text_of(at),))


def _insert_companion(connection: sqlite3.Connection, sighting: dict[str, object], pseudonym: bytes) -> None:
    day = day_of(time_of(sighting["seen_at"])).isoformat()
    row = {"alert_id": sighting["alert_id"], "pseudonym": pseudonym, "day": day}
    insert(connection, "companion", row, ignore=True)


def _rule_of(row: dict[str, object]) -> CrossingRule:
    within = timedelta(hours=int(str(row["within_hours"])))
    return CrossingRule(str(row["rule"]), int(str(row["at_least"])), within, direction=str(row["direction"]))


def _notice(
    notice_id: str,
    rule: CrossingRule,
    sighting: dict[str, object],
    count: CrossingCount,
    now: datetime,
    *,
    is_withdrawn: bool = False,
) -> FrequentCrosser:
    return FrequentCrosser(
        notice_id=notice_id,
        alert_id=str(sighting["alert_id"]),
        lane_id=str(sighting["lane_id"]),
        rule=rule.name,
        list_id=str(sighting["list_id"]),
        subject_id=str(sighting["subject_id"]),
        crossings=count.crossings,
        entries=count.entries,
        exits=count.exits,
        at_least=rule.at_least,
        within_hours=int(rule.within / timedelta(hours=1)),
        noted_at=now,
        is_withdrawn=is_withdrawn,
    )


def _standing(raised: bytes, latest: bytes | None, direction: str, last_seen_at: str) -> StandingAlert:
    alert = standing_of(msgspec.json.decode(raised, type=AlertRaised))
    alert = replace(alert, direction=direction, last_seen_at=time_of(last_seen_at))
    if latest is None:
        return alert
    update = msgspec.json.decode(latest, type=AlertUpdated)
    return replace(
        alert,
        outcome=update.outcome,
        score=update.comparison_score,
        quality=update.quality,
        frames_used=update.frames_used,
    )
