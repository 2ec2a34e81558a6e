"""Counts both stores at the end and compares them: lost, double, wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from demo.lane import counter
from demo.people import Person
from demo.report import DemoReport, percentile_95
from demo.stores import StoreReader
from hardware.passage import PassagePlan
from sync.messages import AlertRaised

DUPLICATE_MESSAGES = "SELECT count(*) - count(DISTINCT message_id) FROM inbox"
EDGE_ALERTS = "SELECT alert_id FROM alert"
HUB_ALERTS = "SELECT alert_id FROM alerts"
EDGE_DECISIONS = "SELECT decision_id FROM decision"
HUB_DECISIONS = "SELECT decision_id FROM decisions"
EDGE_VERSION = "SELECT max(version) FROM watchlist"
HUB_VERSION = "SELECT max(version) FROM watchlist_versions"


@dataclass(frozen=True, slots=True)
class Truth:
    """Who stood before the camera when."""

    people: Sequence[Person]
    plan: PassagePlan
    subject_ids: dict[str, str]
    """Subject id at the hub of each listed person, by name."""

    def is_right(self, alert: AlertRaised) -> bool:
        """Whether the alert names the person in view; a track may end up to a gap after the person left."""
        for late in (0.0, self.plan.gap):
            index = self.plan.index_at(alert.raised_stream_s - late, len(self.people))
            if index is not None:
                return self.subject_ids.get(self.people[index].name) == alert.subject_id
        return False


def count(report: DemoReport, edge: StoreReader, hub: StoreReader) -> None:
    """Fill in what the two stores say."""
    edge_alerts, hub_alerts = set(edge.names(EDGE_ALERTS)), hub.names(HUB_ALERTS)
    edge_decisions, hub_decisions = set(edge.names(EDGE_DECISIONS)), set(hub.names(HUB_DECISIONS))
    report.alerts, report.alerts_at_hub = len(edge_alerts), len(edge_alerts & set(hub_alerts))
    report.duplicates_at_hub = len(hub_alerts) - len(set(hub_alerts)) + hub.number(DUPLICATE_MESSAGES)
    report.decisions, report.decisions_at_hub = len(edge_decisions), len(edge_decisions & hub_decisions)
    report.outage_events_lost = len(edge_alerts - set(hub_alerts)) + len(edge_decisions - hub_decisions)
    report.watchlist_version_edge, report.watchlist_version_hub = (
        edge.number(EDGE_VERSION),
        hub.number(HUB_VERSION),
    )


def judge(
    report: DemoReport, raised: Sequence[AlertRaised], truth: Truth, arrived_at: Mapping[str, datetime]
) -> None:
    """Compare the alerts with the truth and with the time they took from the first sight of the face."""
    report.wrong_alerts = sum(not truth.is_right(alert) for alert in raised)
    report.p95_alert_ms = percentile_95(
        [
            (arrived_at[alert.alert_id] - alert.first_seen_at).total_seconds() * 1000
            for alert in raised
            if alert.alert_id in arrived_at
        ]
    )


def read_counters(report: DemoReport, metrics: str) -> None:
    """Take frames, tracks and searches from the edge's own metrics."""
    report.frames = counter(metrics, "kechid_frames_total")
    report.tracks = counter(metrics, "kechid_tracks_total")
    report.searches = counter(metrics, "kechid_searches_total")
