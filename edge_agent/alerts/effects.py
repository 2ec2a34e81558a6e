"""What the pipeline wants done: values that the shell performs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sync.messages import AlertRaised, AlertUpdated

Picture = NDArray[np.uint8]  # (height, width, 3), BGR


@dataclass(frozen=True, slots=True, eq=False)
class RaiseAlert:
    """Store a new alert with its evidence, queue it for the hub, show it, hold the barrier."""

    alert: AlertRaised
    probe: Picture
    """The best sample's crop; the only picture that is kept."""


@dataclass(frozen=True, slots=True, eq=False)
class UpdateAlert:
    """Add better evidence to an alert, or close it; never a second alert."""

    update: AlertUpdated
    probe: Picture | None


Effect = RaiseAlert | UpdateAlert
