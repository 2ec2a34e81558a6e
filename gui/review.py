"""Adjudication as a state machine: who may answer what, when; no clock and no window of its own."""

from dataclasses import dataclass, replace
from enum import StrEnum

from gui import words
from gui.phrase import Phrase, phrase
from sync.lane_messages import AlertView
from sync.messages import Answer

SETTLE_S = 1.0
"""An answer counts only this long after both pictures came on the screen: nobody compares faces faster."""
GUARD_S = 2.0
"""After an answer no other counts for this long: key repeat and the accidental second press."""


class Stage(StrEnum):
    """Where the officer is with the alert on the screen."""

    NOTHING = "nothing"
    LOOKING = "looking"
    ANSWERED = "answered"
    CORRECTING = "correcting"


class Pictures(StrEnum):
    """What the officer can see of probe and reference."""

    LOADING = "loading"
    BOTH = "both"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Accepted:
    """An answer that counts."""

    alert_id: str
    answer: Answer
    seconds_to_answer: float


@dataclass(frozen=True, slots=True)
class Review:
    """The alert on the screen. Times are seconds of one monotonic clock."""

    alert: AlertView | None = None
    stage: Stage = Stage.NOTHING
    pictures: Pictures = Pictures.LOADING
    looking_since_s: float | None = None
    locked_until_s: float = 0.0

    def shown(self, alert: AlertView, now_s: float, *, is_answered: bool) -> "Review":
        """Put an alert on the screen; the guard against double presses goes on."""
        stage = Stage.ANSWERED if is_answered else Stage.LOOKING
        return Review(alert, stage, Pictures.LOADING, now_s, self.locked_until_s)

    def updated(self, alert: AlertView) -> "Review":
        """Take in a newer account of the alert on the screen; any other is ignored."""
        if self.alert is None or alert.alert_id != self.alert.alert_id:
            return self
        is_answered_elsewhere = self.stage is Stage.LOOKING and bool(alert.decisions)
        return replace(self, alert=alert, stage=Stage.ANSWERED if is_answered_elsewhere else self.stage)

    def seen(self, pictures: Pictures, now_s: float) -> "Review":
        """Note what of the pictures is on the screen; looking begins when they are complete."""
        if pictures is self.pictures:
            return self
        since = now_s if pictures is not Pictures.LOADING else self.looking_since_s
        return replace(self, pictures=pictures, looking_since_s=since)

    def closed(self) -> "Review":
        """Take the alert off the screen."""
        return Review(locked_until_s=self.locked_until_s)

    def correcting(self) -> "Review":
        """Open an answered alert for a second decision; nothing is overwritten."""
        return replace(self, stage=Stage.CORRECTING) if self.stage is Stage.ANSWERED else self

    def kept(self) -> "Review":
        """Leave the answer as it is."""
        return replace(self, stage=Stage.ANSWERED) if self.stage is Stage.CORRECTING else self

    def press(self, answer: Answer, now_s: float) -> tuple["Review", Accepted | Phrase]:
        """Return the review after an answer key, and the answer that counts or why it does not."""
        refusal = self.refusal(answer, now_s)
        if self.alert is None or refusal is not None:
            return self, refusal or phrase(words.PRESS_NOTHING)
        seconds = max(0.0, now_s - (self.looking_since_s or now_s))
        accepted = Accepted(self.alert.alert_id, answer, round(seconds, 3))
        return replace(self, stage=Stage.ANSWERED, locked_until_s=now_s + GUARD_S), accepted

    def refusal(self, answer: Answer, now_s: float) -> Phrase | None:
        """Return why `answer` does not count now; None when it does."""
        if self.stage is Stage.NOTHING:
            return phrase(words.PRESS_NOTHING)
        if self.stage is Stage.ANSWERED:
            return phrase(words.PRESS_TWICE)
        if answer is not Answer.UNSURE and self.pictures is not Pictures.BOTH:
            is_loading = self.pictures is Pictures.LOADING
            return phrase(words.PRESS_LOADING if is_loading else words.PRESS_NO_PICTURE)
        wait_s = self.wait_s(now_s)
        return phrase(words.PRESS_TOO_SOON, seconds=f"{wait_s:.1f}") if wait_s > 0 else None

    def wait_s(self, now_s: float) -> float:
        """Return seconds until an answer counts, 0 when it does."""
        settled_s = (self.looking_since_s or 0.0) + SETTLE_S if self.stage is Stage.LOOKING else 0.0
        return max(0.0, settled_s - now_s, self.locked_until_s - now_s)
