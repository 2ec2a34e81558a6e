"""Shell: joins the hub's commands to the running lane."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from edge_agent.capture.preview import PreviewBoard
from edge_agent.decision.calibration import FalseAlarmBudget
from edge_agent.decision.lane_calibrations import LaneCalibrations
from edge_agent.decision.score_keeper import ScoreKeeper
from edge_agent.remote.pack_check import pack_fault
from edge_agent.remote.settings import RemoteSettings, with_pack
from edge_agent.remote.store import RemoteStore
from edge_agent.settings import EdgeSettings, MatchingSection, ModelSection
from edge_agent.watchlists.updates import WatchlistUpdates
from models.engine import FaceEngine
from models.errors import ModelError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LaneControls:
    """Everything of a running lane that settings change at once."""

    own: EdgeSettings
    """What the device's own file says."""
    calibrations: LaneCalibrations
    updates: WatchlistUpdates
    keeper: ScoreKeeper
    preview: PreviewBoard
    budget_of: Callable[[MatchingSection], FalseAlarmBudget]
    now: Callable[[], datetime]

    def apply(self, settings: RemoteSettings) -> None:
        """Put settings in force: every list's thresholds, whether alerts are raised, masked previews."""
        matching = settings.over(self.own.matching)
        self.calibrations.allow(self.budget_of(matching))
        self.updates.recalibrate(lambda watchlist: self.calibrations.apply(watchlist, self.now()))
        self.keeper.is_shadow = matching.shadow
        self.preview.is_masked = bool(settings.preview_mask)
        log.info("settings version %d of the hub in force", settings.version)

    def pack_fault(self, name: str) -> str:
        """Say as a code why a pack could not be loaded at the next start; empty: it could."""
        contracts = {watchlist.contract.contract_id for watchlist in self.updates.watchlists}
        return pack_fault(name, self.own.models, contracts)


def with_remote_settings(settings: EdgeSettings, remote: RemoteStore) -> EdgeSettings:
    """Lay what the hub told before over the device's own file; raises `StoreError`."""
    return msgspec.structs.replace(settings, matching=remote.settings().over(settings.matching))


def load_wanted_pack(
    load: Callable[[ModelSection], FaceEngine], settings: EdgeSettings, pack: str
) -> FaceEngine:
    """Load the pack the hub named, or the device's own where that does not load; raises `ModelError`."""
    if pack:
        try:
            return load(with_pack(settings, pack).models)
        except ModelError as error:
            # A lane with the old pack is better than one that does not start.
            log.error("pack %s of the hub: %s", pack, error)
    return load(settings.models)
