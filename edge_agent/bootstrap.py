"""Puts one appliance together from its settings."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from edge_agent.alerts.alerting import AlertPolicy, StandingAlert
from edge_agent.alerts.desk import AlertDesk
from edge_agent.alerts.effects import Effect
from edge_agent.alerts.event_feed import EventFeed
from edge_agent.alerts.evidence import EvidenceVault, read_key_file
from edge_agent.alerts.records import AlertRecords
from edge_agent.alerts.store import AlertStore
from edge_agent.appliance import Appliance
from edge_agent.capture.preview import PreviewBoard
from edge_agent.capture.supervision import CameraCapture
from edge_agent.crossings.desk import CrossingDesk
from edge_agent.crossings.document_counts import DocumentCounts, DocumentPolicy
from edge_agent.crossings.frequent_crossers import WINDOWS
from edge_agent.crossings.ledger import CrossingLedger, standing_alerts
from edge_agent.crossings.recent_documents import RecentDocuments
from edge_agent.crossings.rules import CrossingRule
from edge_agent.decision.calibration import FalseAlarmBudget
from edge_agent.decision.identification import DecisionPolicy
from edge_agent.decision.lane_calibrations import LaneCalibrations
from edge_agent.decision.score_keeper import ScoreKeeper
from edge_agent.decision.score_store import ScoreStore
from edge_agent.decision.score_upkeep import ScoreUpkeep
from edge_agent.gallery.known_galleries import KnownGalleries
from edge_agent.gallery.shelf import GalleryShelf
from edge_agent.lane.agent import FrameSource, LaneAgent
from edge_agent.lane.barrier_desk import BarrierDesk
from edge_agent.lane.devices import open_devices
from edge_agent.lane.monitor import LaneMonitor
from edge_agent.lane.watched_lane import WatchedLane
from edge_agent.lane_api.application import build_application
from edge_agent.lane_api.server import LaneServer
from edge_agent.lane_api.services import LaneServices
from edge_agent.metrics import LaneCollector, metrics_text
from edge_agent.officers.access import Access
from edge_agent.recording.lane_recording import LaneRecording
from edge_agent.remote.assembly import LaneControls, load_wanted_pack, with_remote_settings
from edge_agent.remote.commands import Lane, RemoteCommands
from edge_agent.remote.store import RemoteStore
from edge_agent.settings import CameraSection, EdgeSettings, MatchingSection, ModelSection, RuleSection
from edge_agent.store.edge_store import EdgeStore, open_vault
from edge_agent.store.lock import StoreLock
from edge_agent.store.message_queue import MessageQueue
from edge_agent.store.recovery import open_or_replace
from edge_agent.upkeep import Upkeep
from edge_agent.vision.pipeline import LaneIdentity, PipelinePolicy
from edge_agent.vision.quality import QualityGate
from edge_agent.watchlists.store import WatchlistStore
from edge_agent.watchlists.updates import Build, WatchlistUpdates
from edge_agent.watchlists.watchlist import KnownGallery, Watchlist, build_watchlist
from models.engine import FaceEngine, best_available_pack, load_engine
from sync.identifiers import uuid7
from sync.signing import key_id, load_public_key
from sync.watchlist_package import WatchlistPackage

OpenCamera = Callable[[CameraSection], FrameSource]
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Read the machine's clock."""
    return datetime.now(UTC)


def new_id(now: datetime) -> str:
    """Make a time-ordered id."""
    return uuid7(now, os.urandom(10))


def open_capture(camera: CameraSection) -> FrameSource:
    """Describe a camera read by a process of its own; not started."""
    return CameraCapture(camera.id, camera.source, camera.frames_per_second)


def load_face_engine(models: ModelSection) -> FaceEngine:
    """Load the pack the settings name; raises `ModelError`."""
    folders = [Path(folder) for folder in models.search_path]
    pack = best_available_pack(folders) if models.pack == "auto" else models.pack
    return load_engine(
        pack,
        search_path=folders,
        provider=models.provider,
        providers=models.providers,
        accept_noncommercial=models.accept_noncommercial,
    )


@dataclass(frozen=True, slots=True)
class Outside:
    """What reaches beyond the process; tests put their own in place."""

    load_engine: Callable[[ModelSection], FaceEngine] = load_face_engine
    open_camera: OpenCamera = open_capture
    now: Clock = utc_now
    new_id: Callable[[datetime], str] = new_id
    hasher: PasswordHasher = field(default_factory=PasswordHasher)


def build_appliance(settings: EdgeSettings, outside: Outside) -> Appliance:
    """Build everything, started by `Appliance.start`.

    Raises an error of ours with one line for a bad key, store, certificate, camera source, pack or busy port;
    nothing stays open then.
    """
    with ExitStack() as opened:
        appliance = _build(settings, outside, opened)
        opened.pop_all()
    return appliance


def _build(settings: EdgeSettings, outside: Outside, opened: ExitStack) -> Appliance:
    now, key = outside.now, read_key_file(Path(settings.keys.store))
    trusted = trusted_keys(settings)
    cameras = [outside.open_camera(camera) for camera in settings.cameras]
    lock = opened.enter_context(StoreLock(settings.data))
    store = opened.enter_context(open_or_replace(settings.database, now()))
    vault = open_vault(store, key)
    remote = RemoteStore(store, MessageQueue(settings.device.id, vault.row_seal, outside.new_id))
    own, settings = settings, with_remote_settings(settings, remote)
    engine = load_wanted_pack(outside.load_engine, settings, remote.pack())
    parts = _Parts.make(settings, outside, store, vault)
    parts.preview.is_masked = bool(remote.settings().preview_mask)
    opened.callback(parts.recording.end)
    scores = _score_upkeep(settings.matching, parts, engine)
    updates = WatchlistUpdates(
        WatchlistStore(store, vault, parts.messages),
        settings.packages,
        trusted,
        scores.calibrated(builder(engine, settings.matching)),
        KnownGalleries(GalleryShelf(settings.data / "galleries", vault)),
    )
    updates.load(now())
    agent = _agent(settings, outside, engine, updates, parts, cameras)
    watched = (parts.keeper, parts.recording.is_on)
    monitor = LaneMonitor(
        settings.device, engine, agent, updates, parts.desk, parts.barrier, store, now, *watched
    )
    services = _services(settings, outside, store, parts, monitor)
    server = LaneServer(build_application(services), settings.api)
    upkeep = Upkeep(updates, parts.desk, parts.alerts, monitor.health, now, scores)
    upkeep.expire = parts.expire
    appliance = Appliance(agent, upkeep, server, services, store, lock)
    controls = LaneControls(own, scores.calibrations, updates, parts.keeper, parts.preview, budget_of, now)
    lane = _commanded_lane(appliance, controls, engine.pack)
    upkeep.take_commands = RemoteCommands(remote, trusted, lane).step
    return appliance


def _commanded_lane(appliance: Appliance, controls: LaneControls, pack: str) -> Lane:
    return Lane(
        apply=controls.apply,
        pack_fault=controls.pack_fault,
        running_pack=pack,
        is_empty=lambda: appliance.agent.tracks_now == 0,
        restart=appliance.restart_asked.set,
    )


@dataclass(frozen=True, slots=True)
class _Parts:
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
        self.crossings.expire(now)
        self.recording.expire(now)

    def perform(self, effects: Sequence[Effect], lists: Sequence[Watchlist]) -> None:
        for effect in effects:
            self.desk.perform(effect, lists)
        self.barrier.refresh()

    @classmethod
    def make(
        cls, settings: EdgeSettings, outside: Outside, store: EdgeStore, vault: EvidenceVault
    ) -> "_Parts":
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


def _agent(
    settings: EdgeSettings,
    outside: Outside,
    engine: FaceEngine,
    updates: WatchlistUpdates,
    parts: _Parts,
    cameras: Sequence[FrameSource],
) -> LaneAgent:
    lane = LaneIdentity(settings.device.lane, direction=settings.crossings.direction)
    pipeline = parts.recording.decider(engine, policy_of(settings.matching), lane)
    pipeline.resume(parts.standing)
    agent = LaneAgent(
        cameras,
        WatchedLane(pipeline, parts.keeper),
        lambda: updates.watchlists,
        parts.perform,
        parts.preview,
        now=outside.now,
    )
    agent.watch_crossings(parts.crossings)
    return agent


def _score_upkeep(matching: MatchingSection, parts: _Parts, engine: FaceEngine) -> ScoreUpkeep:
    stale_after = timedelta(days=matching.calibration_days)
    calibrations = LaneCalibrations(parts.scores, budget_of(matching), engine.calibration, stale_after)
    return ScoreUpkeep(parts.keeper, calibrations)


def _services(
    settings: EdgeSettings, outside: Outside, store: EdgeStore, parts: _Parts, monitor: LaneMonitor
) -> LaneServices:
    collector = LaneCollector(monitor.state, lambda: monitor.agent.counters)
    length = timedelta(hours=settings.api.session_hours)
    return LaneServices(
        access=Access(store, outside.hasher, length),
        desk=parts.desk,
        records=parts.records,
        barrier=parts.barrier,
        feed=parts.feed,
        preview=parts.preview,
        state=monitor.state,
        metrics=lambda: metrics_text(collector),
        now=outside.now,
        read_document=parts.crossings.read,
    )


def rule_of(section: RuleSection) -> CrossingRule:
    """Translate a rule of the settings."""
    within = WINDOWS[section.within]
    return CrossingRule(
        section.name, section.at_least, within, section.list, section.category, section.direction
    )


def policy_of(matching: MatchingSection) -> PipelinePolicy:
    """Translate the settings into the pipeline's numbers."""
    quality = matching.quality
    gate = QualityGate(
        min_face_width=quality.min_face_width,
        min_sharpness=quality.min_sharpness,
        min_luma=quality.min_luma,
        max_luma=quality.max_luma,
        max_yaw_ratio=quality.max_yaw_ratio,
    )
    return PipelinePolicy(
        gate=gate,
        decision=DecisionPolicy(min_margin=matching.min_margin, lookalike_margin=matching.lookalike_margin),
        alerts=AlertPolicy(crossing_window_s=matching.crossing_window_s),
    )


def budget_of(matching: MatchingSection) -> FalseAlarmBudget:
    """Translate the settings into the lane's budget."""
    return FalseAlarmBudget(
        matching.allowed_false_alarms_per_day, matching.travellers_per_day, matching.review_factor
    )


def builder(engine: FaceEngine, matching: MatchingSection) -> Build:
    """Make the function that turns a package into a searchable list under the lane's budget."""
    budget = budget_of(matching)

    def build(package: WatchlistPackage, now: datetime, known: KnownGallery | None) -> Watchlist:
        contract = engine.extractor.contract
        return build_watchlist(package, engine.calibration, budget, now, contract=contract, known=known)

    return build


def trusted_keys(settings: EdgeSettings) -> Mapping[str, Ed25519PublicKey]:
    """Read the hub's signing key; empty when none is set; raises `SyncError` naming the file."""
    if not settings.keys.hub_public:
        return {}
    key = load_public_key(Path(settings.keys.hub_public))
    return {key_id(key): key}
