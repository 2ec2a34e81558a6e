"""Puts one appliance together from its settings."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from edge_agent.alerts.evidence import read_key_file
from edge_agent.appliance import Appliance
from edge_agent.decision.lane_calibrations import LaneCalibrations
from edge_agent.decision.score_upkeep import ScoreUpkeep
from edge_agent.gallery.known_galleries import KnownGalleries
from edge_agent.gallery.shelf import GalleryShelf
from edge_agent.lane.agent import FrameSource, LaneAgent
from edge_agent.lane.monitor import LaneMonitor
from edge_agent.lane.watched_lane import WatchedLane
from edge_agent.lane_api.application import build_application
from edge_agent.lane_api.server import LaneServer
from edge_agent.lane_api.services import LaneServices
from edge_agent.lane_parts import LaneParts
from edge_agent.metrics import LaneCollector, metrics_text
from edge_agent.officers.access import Access
from edge_agent.outside import Outside
from edge_agent.policies import budget_of, builder, policy_of, trusted_keys
from edge_agent.remote.assembly import LaneControls, load_wanted_pack, with_remote_settings
from edge_agent.remote.commands import Lane, RemoteCommands
from edge_agent.remote.store import RemoteStore
from edge_agent.settings import EdgeSettings, MatchingSection
from edge_agent.store.edge_store import EdgeStore, open_vault
from edge_agent.store.message_queue import MessageQueue
from edge_agent.store.recovery import open_or_replace
from edge_agent.upkeep import Upkeep
from edge_agent.vision.pipeline import LaneIdentity
from edge_agent.watchlists.store import WatchlistStore
from edge_agent.watchlists.updates import WatchlistUpdates
from models.engine import FaceEngine
from sync.instance_lock import InstanceLock


def build_appliance(settings: EdgeSettings, outside: Outside) -> Appliance:
    """Build everything, started by `Appliance.start`.

    Raises an error of ours with one line for a bad key, store, certificate, camera source, pack or busy port;
    nothing stays open then.
    """
    with ExitStack() as opened:
        appliance = _build(settings, outside, opened)
        opened.pop_all()
    return appliance


def _build(  # long: one line for each part, in the order in which they are opened
    settings: EdgeSettings, outside: Outside, opened: ExitStack
) -> Appliance:
    now, key = outside.now, read_key_file(Path(settings.keys.store))
    trusted = trusted_keys(settings)
    cameras = [outside.open_camera(camera) for camera in settings.cameras]
    lock = opened.enter_context(InstanceLock(settings.data / "edge.lock", "kechid-edge"))
    store = opened.enter_context(open_or_replace(settings.database, now()))
    vault = open_vault(store, key)
    remote = RemoteStore(store, MessageQueue(settings.device.id, vault.row_seal, outside.new_id))
    own, settings = settings, with_remote_settings(settings, remote)
    engine = load_wanted_pack(outside.load_engine, settings, remote.pack())
    parts = LaneParts.make(settings, outside, store, vault)
    parts.preview.is_masked = bool(remote.settings().preview_mask)
    opened.callback(parts.recording.end)
    scores = _score_upkeep(settings.matching, parts, engine)
    updates = WatchlistUpdates(
        WatchlistStore(store, vault, parts.messages),
        settings.packages,
        trusted,
        scores.calibrated(builder(engine, settings.matching)),
        KnownGalleries(GalleryShelf(settings.data / "galleries", vault)),
        site_id=settings.device.site,
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


def _agent(
    settings: EdgeSettings,
    outside: Outside,
    engine: FaceEngine,
    updates: WatchlistUpdates,
    parts: LaneParts,
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


def _score_upkeep(matching: MatchingSection, parts: LaneParts, engine: FaceEngine) -> ScoreUpkeep:
    stale_after = timedelta(days=matching.calibration_days)
    calibrations = LaneCalibrations(parts.scores, budget_of(matching), engine.calibration, stale_after)
    return ScoreUpkeep(parts.keeper, calibrations)


def _services(
    settings: EdgeSettings, outside: Outside, store: EdgeStore, parts: LaneParts, monitor: LaneMonitor
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
