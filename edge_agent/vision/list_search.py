"""Pure but for the gallery: a person's probe asked of every list, and what is reported of the answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from edge_agent.alerts.alerting import AlertBook, Sighting
from edge_agent.alerts.effects import Effect, RaiseAlert
from edge_agent.crossings.crossings import DocumentRead
from edge_agent.decision.identification import DecisionPolicy, Identification, identify
from edge_agent.decision.shadow import TrackScore
from edge_agent.vision.counters import Tally
from edge_agent.vision.fusion import FusedTemplate
from edge_agent.vision.search_trace import SearchTrace, trace_of
from edge_agent.vision.track_record import TrackRecord
from edge_agent.watchlists.watchlist import Watchlist
from sync.messages import Outcome

OnSearch = Callable[[SearchTrace], None]

CANDIDATES = 2
"""The best subject and the second, for the margin."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Whom the lists are asked about, and when."""

    record: TrackRecord
    probe: FusedTemplate
    stream_s: float
    at: datetime
    document: DocumentRead | None = None
    bona_fide_score: float | None = None
    attack_hint_threshold: float | None = None
    """Both None where the face is out of sight or nothing looks for attacks."""


class ListSearch:
    """Searches, decides and reports to the book of alerts."""

    def __init__(
        self, book: AlertBook, policy: DecisionPolicy, tally: Tally, on_search: OnSearch | None
    ) -> None:
        self._book = book
        self._policy = policy
        self._tally = tally
        self._on_search = on_search

    def ask(self, question: Question, watchlists: Sequence[Watchlist]) -> list[Effect]:
        """Ask every list, then report what is no non-match."""
        sightings = [self._search(question, watchlist) for watchlist in watchlists]
        return [e for s in sightings if s is not None for e in self._report(s)]

    def _search(self, question: Question, watchlist: Watchlist) -> Sighting | None:
        """Ask one list; None for a non-match."""
        found = self._identify(question, watchlist)
        record = question.record
        record.note_outcome(found.outcome)
        if found.candidate is not None:
            record.note_score(_track_score(watchlist, found, found.candidate.comparison_score))
        return None if found.outcome is Outcome.NON_MATCH else _sighting(question, watchlist, found)

    def _identify(self, question: Question, watchlist: Watchlist) -> Identification:
        self._tally.add(searches=1)
        record, probe = question.record, question.probe
        is_supported = self._policy.supports_match(record.good_frames, record.good_span_s)
        candidates = watchlist.gallery.search(probe.template, CANDIDATES)
        likeness = watchlist.likeness(candidates)
        found = identify(
            candidates,
            watchlist.thresholds,
            self._policy,
            is_supported=is_supported,
            likeness=likeness,
            look_alikes=watchlist.look_alikes(candidates, question.probe.template),
        )
        if self._on_search is not None:
            answer, when = (candidates, found), (question.stream_s, question.at)
            self._on_search(trace_of(record, probe.used, watchlist, answer, when, is_supported=is_supported))
        return found

    def _report(self, sighting: Sighting) -> tuple[Effect, ...]:
        effects = self._book.report(sighting)
        self._tally.add(alerts=sum(isinstance(effect, RaiseAlert) for effect in effects))
        return effects


def _sighting(question: Question, watchlist: Watchlist, found: Identification) -> Sighting:
    record, best = question.record, question.record.shots[0]
    return Sighting(
        record.track_id,
        record.camera_id,
        found,
        watchlist,
        best.picture,
        best.quality,
        question.bona_fide_score,
        question.probe.used,
        record.first_seen_at,
        question.at,
        question.stream_s,
        question.probe.template,
        question.document,
        question.attack_hint_threshold,
        record.usability.reasons,
    )


def _track_score(watchlist: Watchlist, found: Identification, score: float) -> TrackScore:
    return TrackScore(
        watchlist.list_id,
        watchlist.version,
        watchlist.contract.contract_id,
        watchlist.gallery.references,
        score,
        found.outcome is not Outcome.NON_MATCH,
        watchlist.thresholds.match,
    )
