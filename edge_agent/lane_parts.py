"""Shell: the parts of one appliance that share its store."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from edge_agent.alerts.alerting import StandingAlert
from edge_agent.alerts.desk import AlertDesk
from edge_agent.alerts.effects import Effect
from edge_agent.alerts.event_feed import EventFeed
from edge_agent.alerts.evidence import EvidenceVault
from edge_agent.alerts.records import AlertRecords
from edge_agent.alerts.store import AlertStore
from edge_agent.capture.preview import PreviewBoard
from edge_agent.crossings.desk import CrossingDesk
from edge_agent.crossings.document_counts import DocumentCounts, DocumentPolicy
from edge_agent.crossings.ledger import CrossingLedger, standing_alerts
from edge_agent.crossings.recent_documents import RecentDocuments
from edge_agent.decision.score_keeper import ScoreKeeper
from edge_agent.decision.score_store import ScoreStore
from edge_agent.lane.barrier_desk import BarrierDesk
from edge_agent.lane.devices import open_devices
from edge_agent.outside import Outside
from edge_agent.policies import rule_of
from edge_agent.recording.lane_recording import LaneRecording
from edge_agent.settings import EdgeSettings
from edge_agent.store.edge_store import EdgeStore
from edge_agent.store.message_queue import MessageQueue
from edge_agent.watchlists.watchlist import Watchlist


@dataclass(frozen=True, slots=True)
class LaneParts:
    """Made once from the settings, before the networks are loaded."""

    messages: MessageQueue
    scores: ScoreStore
    keeper: ScoreKeeper
    alerts: AlertStore
    records: AlertRecords
    feed: EventFeed
    desk: AlertDesk
    barrier: BarrierDesk
    preview: PreviewBoard
    crossings: CrossingDesk
    recording: LaneRecording
    standing: tuple[StandingAlert, ...]

    def expire(self, now: datetime) -> None:
        """Delete what has been kept long enough."""
        self.crossings.expire(now)
        self.recording.expire(now)

    def perform(self, effects: Sequence[Effect], lists: Sequence[Watchlist]) -> None:
        """Do what the pipeline wants done; the barrier follows the alerts."""
        for effect in effects:
            self.desk.perform(effect, lists)
        self.barrier.refresh()

    @classmethod
    def make(
        cls, settings: EdgeSettings, outside: Outside, store: EdgeStore, vault: EvidenceVault
    ) -> "LaneParts":
        """Make them on an open store; raises an error of ours for a device or rule that cannot be."""
        messages = MessageQueue(settings.device.id, vault.row_seal, outside.new_id)
        store.write(messages.claim)
        recent = RecentDocuments()
        ledger = CrossingLedger(messages, [rule_of(rule) for rule in settings.rules], recent)
        alerts, records = AlertStore(store, vault, messages, ledger), AlertRecords(store, vault)
        feed = EventFeed()
        desk = AlertDesk(alerts, records, feed)
        barrier = BarrierDesk(settings.device.lane, open_devices(settings.devices), desk, outside.now)
        preview = PreviewBoard([camera.id for camera in settings.cameras])
        scores = ScoreStore(store, vault)
        keeper = ScoreKeeper(scores, outside.now, is_shadow=settings.matching.shadow)
        crossings = _crossing_desk(settings, store, vault, recent)
        recording = LaneRecording(settings, store, vault.row_seal, outside.now, outside.new_id)
        return cls(
            messages,
            scores,
            keeper,
            alerts,
            records,
            feed,
            desk,
            barrier,
            preview,
            crossings,
            recording,
            store.read(standing_alerts),
        )


def _crossing_desk(
    settings: EdgeSettings, store: EdgeStore, vault: EvidenceVault, recent: RecentDocuments
) -> CrossingDesk:
    section = settings.crossings
    window = timedelta(days=section.document_window_days)
    counts = DocumentCounts(
        store, vault, DocumentPolicy(settings.device.lane, window, section.direction), os.urandom
    )
    crossing_window = timedelta(seconds=settings.matching.crossing_window_s)
    return CrossingDesk(
        store, recent, counts, crossing_window, os.urandom, is_counting=section.count_documents
    )
