"""Shell: what upkeep does for calibration: store scores, settle answers, notice an arming."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Concatenate, ParamSpec

from edge_agent.decision.lane_calibrations import LaneCalibrations
from edge_agent.decision.score_keeper import ScoreKeeper
from edge_agent.watchlists.updates import WatchlistUpdates
from edge_agent.watchlists.watchlist import Watchlist
from sync.watchlist_package import WatchlistPackage

P = ParamSpec("P")
Build = Callable[Concatenate[WatchlistPackage, datetime, P], Watchlist]
"""Makes a package searchable at a time."""


@dataclass(frozen=True, slots=True)
class ScoreUpkeep:
    """The lane's own scores, going in and coming back as thresholds."""

    keeper: ScoreKeeper
    calibrations: LaneCalibrations

    def calibrated(self, build: Build[P]) -> Build[P]:
        """Let every list that is built have the thresholds in force for it."""

        def built(package: WatchlistPackage, now: datetime, /, *rest: P.args, **more: P.kwargs) -> Watchlist:
            return self.calibrations.apply(build(package, now, *rest, **more), now)

        return built

    def step(self, now: datetime, updates: WatchlistUpdates) -> None:
        """Do what is due; raises `StoreError`."""
        self.keeper.step(now)
        if self.calibrations.have_changed(now):
            updates.recalibrate(lambda watchlist: self.calibrations.apply(watchlist, now))
