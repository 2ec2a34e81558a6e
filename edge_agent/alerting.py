"""Pure: one alert per subject and crossing, updated on better evidence, ended with the crossing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from edge_agent.crossings import Crossing, Crossings, SubjectKey
from edge_agent.effects import Effect, Picture, RaiseAlert, UpdateAlert
from edge_agent.identification import Identification
from edge_agent.watchlist import Watchlist
from sync.messages import AlertRaised, AlertUpdated, Outcome


@dataclass(frozen=True, slots=True)
class LaneIdentity:
    """Whose alerts these are."""

    lane_id: str
    is_test: bool = False
    """Marks the alerts of a rehearsal, so that nobody stops a person for them."""


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """What counts as better evidence for an alert that stands."""

    crossing_window_s: float = 120.0
    score_gain: float = 0.02
    quality_gain: float = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """A track found alike a subject: what an alert is made of."""

    track_id: int
    camera_id: str
    identification: Identification
    watchlist: Watchlist
    picture: Picture
    """Of the best sample."""
    quality: float
    """Of the best sample, 0 to 100."""
    bona_fide_score: float | None
    frames_used: int
    first_seen_at: datetime
    at: datetime
    stream_s: float


@dataclass(frozen=True, slots=True)
class _OpenAlert:
    alert_id: str
    outcome: Outcome
    score: float
    quality: float
    frames_used: int


class AlertBook:
    """Open alerts of one lane; holds numbers and ids, no picture and no template."""

    def __init__(
        self, lane: LaneIdentity, pack: str, policy: AlertPolicy, new_id: Callable[[datetime], str]
    ) -> None:
        self._lane = lane
        self._pack = pack
        self._policy = policy
        self._new_id = new_id
        self._crossings = Crossings(policy.crossing_window_s, new_id)
        self._alerts: dict[str, dict[SubjectKey, _OpenAlert]] = {}

    @property
    def open_alerts(self) -> int:
        """Alerts whose crossing has not ended."""
        return sum(len(alerts) for alerts in self._alerts.values())

    def report(self, sighting: Sighting) -> tuple[Effect, ...]:
        """Take in a match or a review; a non-match is never reported."""
        candidate = sighting.identification.candidate
        if candidate is None or sighting.identification.outcome is Outcome.NON_MATCH:
            return ()
        key = (sighting.watchlist.list_id, candidate.subject_id)
        crossing = self._crossings.join(sighting.track_id, key, sighting.stream_s, sighting.at)
        alerts = self._alerts.setdefault(crossing.crossing_id, {})
        known = alerts.get(key)
        if known is None:
            alert = self._raised(sighting, crossing)
            alerts[key] = _opened(alert)
            return (RaiseAlert(alert, sighting.picture),)
        better = self._better(known, sighting)
        alerts[key] = better
        return () if better is known else (self._update(known, better, sighting),)

    def see(self, track: int, stream_s: float) -> tuple[str, ...]:
        """Note that a track is still in view; returns the ids of the alerts of its crossing."""
        crossings = self._crossings.see(track, stream_s)
        return tuple(a.alert_id for c in crossings for a in self._alerts[c.crossing_id].values())

    def expire(self, stream_s: float, at: datetime) -> tuple[Effect, ...]:
        """End the alerts of crossings that are over."""
        return self._end(self._crossings.close_expired(stream_s), at)

    def finish(self, at: datetime) -> tuple[Effect, ...]:
        """End every alert: the stream has ended."""
        return self._end(self._crossings.close_all(), at)

    def _better(self, known: _OpenAlert, sighting: Sighting) -> _OpenAlert:
        """Give the alert with the new evidence, or the very same value when it adds nothing."""
        found = sighting.identification
        score = found.candidate.comparison_score if found.candidate else known.score
        is_risen = known.outcome is Outcome.REVIEW and found.outcome is Outcome.MATCH
        is_nearer = score >= known.score + self._policy.score_gain
        is_clearer = score >= known.score and sighting.quality >= known.quality + self._policy.quality_gain
        if not (is_risen or is_nearer or is_clearer):
            return known
        return replace(
            known,
            outcome=Outcome.MATCH if Outcome.MATCH in {known.outcome, found.outcome} else Outcome.REVIEW,
            score=max(score, known.score),
            quality=max(sighting.quality, known.quality),
            frames_used=max(sighting.frames_used, known.frames_used),
        )

    def _update(self, known: _OpenAlert, better: _OpenAlert, sighting: Sighting) -> UpdateAlert:
        picture = sighting.picture if better.quality > known.quality else None
        evidence_id = None if picture is None else self._new_id(sighting.at)
        return UpdateAlert(_updated(better, sighting.at, evidence_id), picture)

    def _end(self, crossings: Iterable[Crossing], at: datetime) -> tuple[Effect, ...]:
        alerts = [a for c in crossings for a in self._alerts.pop(c.crossing_id).values()]
        return tuple(UpdateAlert(_updated(alert, at, None, is_ended=True), None) for alert in alerts)

    def _raised(self, sighting: Sighting, crossing: Crossing) -> AlertRaised:
        watchlist, found = sighting.watchlist, sighting.identification
        candidate, thresholds = found.candidate, watchlist.thresholds
        return AlertRaised(
            alert_id=self._new_id(sighting.at),
            crossing_id=crossing.crossing_id,
            lane_id=self._lane.lane_id,
            camera_id=sighting.camera_id,
            list_id=watchlist.list_id,
            list_version=watchlist.version,
            subject_id=candidate.subject_id if candidate else "",
            outcome=found.outcome,
            comparison_score=candidate.comparison_score if candidate else 0.0,
            threshold=thresholds.match,
            review_threshold=thresholds.review,
            margin=found.margin,
            expected_false_alarms_per_day=thresholds.expected_false_alarms_per_day,
            contract_id=watchlist.contract.contract_id,
            pack=self._pack,
            gallery_size=watchlist.gallery.references,
            quality=sighting.quality,
            bona_fide_score=sighting.bona_fide_score,
            frames_used=sighting.frames_used,
            first_seen_at=sighting.first_seen_at,
            raised_at=sighting.at,
            raised_stream_s=sighting.stream_s,
            probe_evidence_id=self._new_id(sighting.at),
            is_test=self._lane.is_test,
        )


def _opened(alert: AlertRaised) -> _OpenAlert:
    return _OpenAlert(alert.alert_id, alert.outcome, alert.comparison_score, alert.quality, alert.frames_used)


def _updated(
    alert: _OpenAlert, at: datetime, evidence_id: str | None, *, is_ended: bool = False
) -> AlertUpdated:
    return AlertUpdated(
        alert_id=alert.alert_id,
        outcome=alert.outcome,
        comparison_score=alert.score,
        quality=alert.quality,
        frames_used=alert.frames_used,
        probe_evidence_id=evidence_id,
        is_ended=is_ended,
        updated_at=at,
    )
