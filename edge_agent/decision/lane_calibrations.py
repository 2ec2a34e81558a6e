"""Shell: which calibration is in force for each list of the lane."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from edge_agent.decision.calibration import FalseAlarmBudget
from edge_agent.decision.lane_calibration import ArmedCalibration, thresholds_in_force
from edge_agent.decision.score_store import ScoreStore
from edge_agent.watchlists.watchlist import Watchlist
from models.score_calibration import ScoreCalibration

log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(seconds=5)
"""How soon an arming or disarming by command is seen."""


class LaneCalibrations:
    """What is armed, as of the last look into the store."""

    def __init__(
        self, store: ScoreStore, budget: FalseAlarmBudget, pack: ScoreCalibration, stale_after: timedelta
    ) -> None:
        self._store = store
        self._budget = budget
        self._pack = pack
        self._stale_after = stale_after
        self._armed: Mapping[str, ArmedCalibration] = store.armed()
        self._look_due: datetime | None = None
        self._day: date | None = None

    def apply(self, watchlist: Watchlist, now: datetime) -> Watchlist:
        """Give a list the thresholds in force for it."""
        gallery = (watchlist.contract.contract_id, watchlist.gallery.references)
        thresholds = thresholds_in_force(
            self._budget,
            self._pack,
            self._armed.get(watchlist.list_id),
            gallery,
            (now.date(), self._stale_after),
        )
        if thresholds.lapse:
            log.warning("list %s: the lane's calibration lapsed: %s", watchlist.list_id, thresholds.lapse)
        return replace(watchlist, thresholds=thresholds)

    def allow(self, budget: FalseAlarmBudget) -> None:
        """Take another number of allowed false alarms; `apply` follows it from now on."""
        self._budget = budget

    def have_changed(self, now: datetime) -> bool:
        """Look again, when it is time: whether something was armed or disarmed, or a day began."""
        if self._look_due is not None and now < self._look_due:
            return False
        self._look_due = now + LOOK_EVERY
        known = (self._armed, self._day)
        self._armed, self._day = self._store.armed(), now.date()
        return known != (self._armed, self._day)
