"""How the lane is doing: the state a terminal shows and the health the hub gets."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from edge_agent.alerts.desk import AlertDesk
from edge_agent.decision.score_keeper import ScoreKeeper
from edge_agent.errors import StoreDamagedError, StoreError, StoreFullError
from edge_agent.lane.agent import LaneAgent
from edge_agent.lane.barrier_desk import BarrierDesk
from edge_agent.settings import DeviceSection
from edge_agent.store.edge_store import EdgeStore, damaged_stores
from edge_agent.watchlists.updates import ActiveWatchlist, WatchlistUpdates
from models.engine import FaceEngine
from sync.lane_messages import CameraState, LaneState, UplinkState, WatchlistState
from sync.messages import Health
from sync.outbox import read_uplink_state
from sync.version import VERSION

LOW_BYTES = 512 << 20
"""Free space below which an administrator has to act."""
UPLINK_DOWN = "uplink-down"
"""Shown to the guard; the lane works all the same."""
RECORDING = "recording"
"""Everybody who passes is recorded: nobody at the lane may overlook it."""
CAMERA_WARNINGS = {
    "blind": "camera-blind",
    "frozen": "camera-frozen",
    "failed": "camera-failed",
    "ended": "camera-ended",
}


@dataclass(frozen=True, slots=True)
class LaneMonitor:
    """Reads the parts; holds nothing itself."""

    device: DeviceSection
    engine: FaceEngine
    agent: LaneAgent
    updates: WatchlistUpdates
    desk: AlertDesk
    barrier: BarrierDesk
    store: EdgeStore
    now: Callable[[], datetime]
    scores: ScoreKeeper
    is_recording: Callable[[], bool] = lambda: False

    def state(self) -> LaneState:
        """Everything the state strip shows."""
        now = self.now()
        cameras = tuple(camera.state(now) for camera in self.agent.cameras)
        uplink = self._uplink(now)
        warnings = self._warnings(cameras, uplink, now)
        return LaneState(
            lane_id=self.device.lane,
            site_id=self.device.site,
            device_id=self.device.id,
            version=VERSION,
            at=now,
            cameras=cameras,
            watchlists=tuple(_list_state(each, now) for each in self.updates.active),
            uplink=uplink,
            devices=self.barrier.devices(),
            pack=self.engine.pack,
            provider=self.engine.provider,
            is_degraded=any(code != UPLINK_DOWN for code in warnings),
            warnings=warnings,
            tracks_now=self.agent.tracks_now,
            open_alerts=self.desk.open_count(),
            is_shadow=self.scores.is_shadow,
            would_be_alerts=self.scores.would_be_alerts,
            unusable_now=self.agent.unusable_now,
        )

    def health(self) -> Health:
        """Sum up what the hub is told every half minute."""
        state, counters = self.state(), self.agent.counters
        return Health(
            version=VERSION,
            pack=state.pack,
            provider=state.provider,
            is_degraded=state.is_degraded,
            # Whoever reads this has the uplink.
            warnings=tuple(code for code in state.warnings if code != UPLINK_DOWN),
            frames=counters.frames,
            dropped=sum(camera.dropped for camera in state.cameras),
            frame_age_p95_ms=self.agent.frame_age_p95_ms,
            tracks=counters.tracks,
            searches=counters.searches,
            alerts=counters.alerts,
            queue_depth=state.uplink.queue_depth,
            watchlist_versions={each.list_id: each.version for each in state.watchlists},
            measured_at=state.at,
        )

    def _uplink(self, now: datetime) -> UplinkState:
        try:
            return self.store.read(lambda connection: read_uplink_state(connection, now))
        except StoreError:
            return UplinkState(is_connected=False, queue_depth=0, last_acknowledged_at=None)

    def _warnings(
        self, cameras: tuple[CameraState, ...], uplink: UplinkState, now: datetime
    ) -> tuple[str, ...]:
        codes = [CAMERA_WARNINGS[c.status] for c in cameras if c.status in CAMERA_WARNINGS]
        codes += _list_warnings(self.updates, now)
        codes += store_warnings(self.desk.fault, self.store.path)
        if self.is_recording():
            codes.append(RECORDING)
        if self.scores.is_shadow:
            codes.insert(0, "shadow")
        if not uplink.is_connected:
            codes.append(UPLINK_DOWN)
        return tuple(dict.fromkeys([*codes, *self.engine.degradations]))


def store_warnings(fault: StoreError | None, path: Path) -> list[str]:
    """Name what is wrong with the store and its disk."""
    codes = []
    if damaged_stores(path) or isinstance(fault, StoreDamagedError):
        codes.append("store-damaged")
    elif fault is not None and not isinstance(fault, StoreFullError):
        codes.append("store-failed")
    if isinstance(fault, StoreFullError):
        codes.append("disk-full")
    elif shutil.disk_usage(path.parent).free < LOW_BYTES:
        codes.append("disk-low")
    return codes


def _list_warnings(updates: WatchlistUpdates, now: datetime) -> list[str]:
    codes = []
    if not updates.active or updates.unusable:
        codes.append("list-missing")
    if any(each.expires_at <= now for each in updates.active):
        codes.append("list-stale")
    if updates.rejected:
        codes.append("list-rejected")
    if any(each.watchlist.thresholds.lapse for each in updates.active):
        codes.append("calibration-lapsed")
    if any(watchlist.unsearchable for watchlist in updates.watchlists):
        codes.append("list-unsearchable")
    if any(recall.is_low for recall in updates.recalls.values()):
        codes.append("gallery-recall-low")
    return codes


def _list_state(active: ActiveWatchlist, now: datetime) -> WatchlistState:
    watchlist, thresholds = active.watchlist, active.watchlist.thresholds
    return WatchlistState(
        list_id=watchlist.list_id,
        title=watchlist.title,
        version=watchlist.version,
        subjects=watchlist.gallery.subjects,
        references=watchlist.gallery.references,
        applied_at=active.applied_at,
        is_stale=active.expires_at <= now,
        threshold=thresholds.match,
        review_threshold=thresholds.review,
        expected_false_alarms_per_day=thresholds.expected_false_alarms_per_day,
        false_alarms_interval=thresholds.false_alarms_interval,
        is_upper_bound=thresholds.is_extrapolated,
        calibration=thresholds.basis.value,
        calibration_lapse=thresholds.lapse,
    )
