"""Pure: one alert per subject and crossing, updated on better evidence, ended with the crossing."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from edge_agent.alerts.effects import Effect, Picture, RaiseAlert, UpdateAlert
from edge_agent.crossings.crossings import Crossing, Crossings, DocumentRead, SubjectKey, Traveller
from edge_agent.decision.identification import Identification
from edge_agent.watchlists.watchlist import Watchlist
from models.template import Template
from sync.messages import AlertRaised, AlertUpdated, Outcome


@dataclass(frozen=True, slots=True)
class LaneIdentity:
    """Whose alerts these are."""

    lane_id: str
    is_test: bool = False
    """Marks the alerts of a rehearsal, so that nobody stops a person for them."""
    direction: str = ""
    """``in`` or ``out`` of the country; empty when travellers go both ways."""


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """What counts as better evidence for an alert that stands."""

    crossing_window_s: float = 120.0
    same_face_fmr: float = 1e-4
    """False match rate at which two fused templates of a lane count as one traveller."""
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
    face: Template | None = None
    """The probe, by which another camera's track is known as the same traveller."""
    document: DocumentRead | None = None
    attack_hint_threshold: float | None = None
    """Bona fide score below which the guard is told; the pack's."""
    face_hints: tuple[str, ...] = ()
    """What hides the face, as of the newest look."""


@dataclass(frozen=True, slots=True)
class StandingAlert:
    """What is known of an alert whose crossing has not ended."""

    alert_id: str
    crossing_id: str
    subject: SubjectKey
    outcome: Outcome
    score: float
    quality: float
    frames_used: int
    direction: str
    last_seen_at: datetime
    """As of the store; the book itself goes by the crossing's stream time."""


class AlertBook:
    """Open alerts of one lane; holds numbers and ids, no picture and no template."""

    def __init__(
        self,
        lane: LaneIdentity,
        pack: str,
        policy: AlertPolicy,
        new_id: Callable[[datetime], str],
        same_face: float = math.inf,
    ) -> None:
        self._lane = lane
        self._pack = pack
        self._policy = policy
        self._new_id = new_id
        self._crossings = Crossings(policy.crossing_window_s, new_id, same_face)
        self._alerts: dict[str, dict[SubjectKey, StandingAlert]] = {}

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
        traveller = Traveller(sighting.track_id, key, sighting.face, sighting.document)
        crossing = self._crossings.join(traveller, sighting.stream_s, sighting.at)
        alerts = self._alerts.setdefault(crossing.crossing_id, {})
        known = alerts.get(key)
        if known is None:
            alert = self._raised(sighting, crossing)
            alerts[key] = standing_of(alert)
            return (RaiseAlert(alert, sighting.picture),)
        way = self._way(crossing)
        better = self._better(known if known.direction == way else replace(known, direction=way), sighting)
        alerts[key] = better
        return () if better is known else (self._update(known, better, sighting),)

    def see(self, track: int, stream_s: float) -> tuple[str, ...]:
        """Note that a track is still in view; returns the ids of the alerts of its crossing."""
        crossings = self._crossings.see(track, stream_s)
        return tuple(a.alert_id for c in crossings for a in self._alerts[c.crossing_id].values())

    def read_document(self, track: int, read: DocumentRead) -> tuple[Effect, ...]:
        """Note whose document was read; alerts of that crossing learn the direction it says."""
        standing = [
            (crossing, alert)
            for crossing in self._crossings.read_document(track, read)
            for alert in self._alerts[crossing.crossing_id].values()
        ]
        turned = [replace(a, direction=self._way(c)) for c, a in standing if a.direction != self._way(c)]
        for alert in turned:
            self._alerts[alert.crossing_id][alert.subject] = alert
        return tuple(UpdateAlert(_updated(alert, read.at, None), None) for alert in turned)

    def crossings_of(self, track: int) -> tuple[str, ...]:
        """Return the ids of the open crossings of a track, mostly none."""
        return self._crossings.ids_of(track)

    def resume(self, standing: Sequence[StandingAlert], stream_s: float, at: datetime) -> None:
        """Take up the alerts that stood open when the edge was stopped; `expire` ends those out of date."""
        for alert in standing:
            last_s = stream_s - max(0.0, (at - alert.last_seen_at).total_seconds())
            self._crossings.resume(alert.crossing_id, alert.subject, last_s, alert.direction)
            self._alerts.setdefault(alert.crossing_id, {})[alert.subject] = alert

    def expire(self, stream_s: float, at: datetime) -> tuple[Effect, ...]:
        """End the alerts of crossings that are over."""
        return self._end(self._crossings.close_expired(stream_s), at)

    def finish(self, at: datetime) -> tuple[Effect, ...]:
        """End every alert: the stream has ended."""
        return self._end(self._crossings.close_all(), at)

    def _better(self, known: StandingAlert, sighting: Sighting) -> StandingAlert:
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

    def _update(self, known: StandingAlert, better: StandingAlert, sighting: Sighting) -> UpdateAlert:
        picture = sighting.picture if better.quality > known.quality else None
        evidence_id = None if picture is None else self._new_id(sighting.at)
        return UpdateAlert(_updated(better, sighting.at, evidence_id), picture)

    def _end(self, crossings: Iterable[Crossing], at: datetime) -> tuple[Effect, ...]:
        alerts = [a for c in crossings for a in self._alerts.pop(c.crossing_id).values()]
        return tuple(UpdateAlert(_updated(alert, at, None, is_ended=True), None) for alert in alerts)

    def _raised(  # long: one line per field of the message
        self, sighting: Sighting, crossing: Crossing
    ) -> AlertRaised:
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
            is_upper_bound=thresholds.is_extrapolated,
            contract_id=watchlist.contract.contract_id,
            pack=self._pack,
            gallery_size=watchlist.gallery.references,
            quality=sighting.quality,
            bona_fide_score=sighting.bona_fide_score,
            attack_hint_threshold=sighting.attack_hint_threshold,
            face_hints=sighting.face_hints,
            frames_used=sighting.frames_used,
            first_seen_at=sighting.first_seen_at,
            raised_at=sighting.at,
            raised_stream_s=sighting.stream_s,
            probe_evidence_id=self._new_id(sighting.at),
            is_test=self._lane.is_test,
            direction=self._way(crossing),
        )

    def _way(self, crossing: Crossing) -> str:
        """Give the direction: what a document said counts more than where the lane leads."""
        return crossing.direction or self._lane.direction


def standing_of(alert: AlertRaised) -> StandingAlert:
    """Give a new alert as one that stands."""
    return StandingAlert(
        alert.alert_id,
        alert.crossing_id,
        (alert.list_id, alert.subject_id),
        alert.outcome,
        alert.comparison_score,
        alert.quality,
        alert.frames_used,
        alert.direction,
        alert.raised_at,
    )


def _updated(
    alert: StandingAlert, at: datetime, evidence_id: str | None, *, is_ended: bool = False
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
        direction=alert.direction,
    )
