"""Pure: a track's best non-mated score, and the scores of a day; no face, no order, no time of day."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

MOST_SCORES = 100_000
"""Kept of a list; older days go first."""
KEEP_DAYS = 120
LIKE_SIZE = 1.25
"""Galleries whose sizes differ by less than this factor have comparable top scores."""


@dataclass(frozen=True, slots=True)
class TrackScore:
    """The best score of an ended track in one list."""

    list_id: str
    list_version: int
    contract_id: str
    gallery_size: int
    score: float
    is_alert: bool
    """The track was found alike a listed subject: whether it is one, only an answer can tell."""
    match_threshold: float

    def merged(self, later: "TrackScore") -> "TrackScore":
        """Take in a later search of the same track: the higher score of the newer version."""
        if (later.list_version, later.contract_id) != (self.list_version, self.contract_id):
            return replace(later, is_alert=self.is_alert or later.is_alert)
        best = later if later.score > self.score else self
        return replace(best, is_alert=self.is_alert or later.is_alert)


@dataclass(frozen=True, slots=True)
class ScoreKey:
    """What scores must have in common to be kept together."""

    list_id: str
    contract_id: str
    list_version: int
    gallery_size: int
    day: date

    @classmethod
    def of(cls, score: TrackScore, day: date) -> "ScoreKey":
        """Return the place of a track's score."""
        return cls(score.list_id, score.contract_id, score.list_version, score.gallery_size, day)


@dataclass(frozen=True, slots=True, eq=False)
class ScoreDay:
    """Non-mated track scores of one day and gallery, in rising order so that none tells when it came."""

    key: ScoreKey
    scores: NDArray[np.float32]
    capped: int = 0
    """Of these, would-be matches of a shadow lane, kept as no more than the match threshold."""
    alerts: int = 0
    """Of these, tracks for which a shadow lane would have raised an alert."""

    def plus(self, more: "NewScores") -> "ScoreDay":
        """Add scores."""
        added = np.asarray(more.scores, np.float32)
        return replace(
            self,
            scores=np.sort(np.concatenate([self.scores, added])),
            capped=self.capped + more.capped,
            alerts=self.alerts + more.alerts,
        )


@dataclass(frozen=True, slots=True)
class NewScores:
    """What comes to a day."""

    scores: tuple[float, ...] = ()
    capped: int = 0
    alerts: int = 0

    def plus(self, score: TrackScore) -> "NewScores":
        """Add a track; only a shadow lane adds one that was found alike a listed subject."""
        is_capped = score.is_alert and score.score >= score.match_threshold
        kept = min(score.score, score.match_threshold) if score.is_alert else score.score
        return self.merged(NewScores((kept,), int(is_capped), int(score.is_alert)))

    def merged(self, other: "NewScores") -> "NewScores":
        """Put two together."""
        return NewScores(self.scores + other.scores, self.capped + other.capped, self.alerts + other.alerts)


@dataclass(frozen=True, slots=True, eq=False)
class CollectedScores:
    """Everything of one list that can be fitted together: newest gallery and those much like it."""

    list_id: str
    contract_id: str
    gallery_size: int
    """Mean over the scores."""
    scores: NDArray[np.float32]
    capped: int
    alerts: int
    days: int
    last_day: date
    left_out: int
    """Scores of galleries too unlike the newest."""


def empty_day(key: ScoreKey) -> ScoreDay:
    """Return a day without scores."""
    return ScoreDay(key, np.empty(0, np.float32))


def collected(days: Iterable[ScoreDay]) -> CollectedScores | None:
    """Put the days of one list together; None when there is none."""
    ordered = sorted(days, key=lambda each: (each.key.day, each.key.list_version))
    if not ordered:
        return None
    newest = ordered[-1].key
    like = [each for each in ordered if _is_like(each.key, newest)]
    count = sum(len(each.scores) for each in like)
    total = sum(each.key.gallery_size * len(each.scores) for each in like)
    return CollectedScores(
        newest.list_id,
        newest.contract_id,
        round(total / count) if count else newest.gallery_size,
        np.concatenate([each.scores for each in like]),
        sum(each.capped for each in like),
        sum(each.alerts for each in like),
        len({each.key.day for each in like}),
        newest.day,
        sum(len(each.scores) for each in ordered) - count,
    )


def outlived(days: Iterable[ScoreDay], today: date) -> list[ScoreKey]:
    """Name the days of one list to be deleted: too old, or beyond the bound."""
    keys, kept = [], 0
    for each in sorted(days, key=lambda day: day.key.day, reverse=True):
        kept += len(each.scores)
        if kept > MOST_SCORES or (today - each.key.day).days > KEEP_DAYS:
            keys.append(each.key)
    return keys


def _is_like(key: ScoreKey, newest: ScoreKey) -> bool:
    smaller, larger = sorted((key.gallery_size, newest.gallery_size))
    return key.contract_id == newest.contract_id and larger <= smaller * LIKE_SIZE
