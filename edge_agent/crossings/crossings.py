"""Pure: which sightings are one and the same crossing of the lane."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from models.template import Template, comparison_score

SubjectKey = tuple[str, str]
"""List id and subject id."""


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """A travel document was read at the lane."""

    key: bytes = field(repr=False)
    """Keyed hash of the document; nothing of the document itself."""
    direction: str
    """``in``, ``out``, or empty when the reader does not say."""
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnDocument:
    """Whose document was read: the traveller of this crossing."""

    crossing_id: str
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Traveller:
    """By what a traveller who was found alike a subject may be known again in the same crossing."""

    track: int
    subject: SubjectKey
    face: Template | None = None
    """Fused over the track."""
    document: DocumentRead | None = None
    """Only when it could be told whose it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Crossing:
    """Tracks of one passage that were found alike a subject; strangers have none."""

    crossing_id: str
    tracks: frozenset[int]
    subjects: frozenset[SubjectKey]
    last_s: float
    """Stream time of the last sight of any of its tracks."""
    faces: Mapping[int, Template] = field(default_factory=dict, repr=False)
    """Newest fused template per track; gone with the crossing."""
    documents: frozenset[bytes] = field(default=frozenset(), repr=False)
    direction: str = ""
    """``in`` or ``out`` as a document said; empty: as the lane goes."""

    def shows(self, traveller: Traveller, same_face: float) -> bool:
        """Whether a traveller is the one of this crossing by track, document or face."""
        document, face = traveller.document, traveller.face
        if traveller.track in self.tracks or (document is not None and document.key in self.documents):
            return True
        known = (other for other in self.faces.values() if face and other.contract == face.contract)
        return face is not None and any(comparison_score(face, other) >= same_face for other in known)

    def with_document(self, read: DocumentRead) -> "Crossing":
        """Add a document; the newest direction counts."""
        direction = read.direction or self.direction
        return replace(self, documents=self.documents | {read.key}, direction=direction)


class Crossings:
    """Open crossings of one lane; whoever is seen again within the window is in the same crossing.

    Known again by subject, track, document or a face at least `same_face` alike. A crossing keeps its id:
    two that later turn out to be one are left as they are.
    """

    def __init__(
        self, window_s: float, new_id: Callable[[datetime], str], same_face: float = math.inf
    ) -> None:
        self._window_s = window_s
        self._new_id = new_id
        self._same_face = same_face
        self._open: dict[str, Crossing] = {}

    def join(self, traveller: Traveller, stream_s: float, at: datetime) -> Crossing:
        """Find the crossing of someone who was found alike a subject, or open one."""
        known = self._of_subject(traveller.subject) or self._of_traveller(traveller)
        crossing = known or Crossing(self._new_id(at), frozenset(), frozenset(), stream_s)
        faces = {} if traveller.face is None else {traveller.track: traveller.face}
        crossing = replace(
            crossing,
            tracks=crossing.tracks | {traveller.track},
            subjects=crossing.subjects | {traveller.subject},
            last_s=max(crossing.last_s, stream_s),
            faces={**crossing.faces, **faces},
        )
        if traveller.document is not None:
            crossing = crossing.with_document(traveller.document)
        self._open[crossing.crossing_id] = crossing
        return crossing

    def resume(self, crossing_id: str, subject: SubjectKey, last_s: float, direction: str) -> None:
        """Take up a crossing that stood open when the edge was stopped."""
        known = self._open.get(crossing_id) or Crossing(crossing_id, frozenset(), frozenset(), last_s)
        self._open[crossing_id] = replace(
            known,
            subjects=known.subjects | {subject},
            last_s=max(known.last_s, last_s),
            direction=direction or known.direction,
        )

    def see(self, track: int, stream_s: float) -> tuple[Crossing, ...]:
        """Note that a track is still in view; returns the crossings it belongs to, mostly none."""
        seen = tuple(
            replace(c, last_s=max(c.last_s, stream_s)) for c in self._open.values() if track in c.tracks
        )
        self._open |= {crossing.crossing_id: crossing for crossing in seen}
        return seen

    def read_document(self, track: int, read: DocumentRead) -> tuple[Crossing, ...]:
        """Note the document of a track; returns its crossings as they are now, mostly none."""
        read_by = tuple(c.with_document(read) for c in self._open.values() if track in c.tracks)
        self._open |= {crossing.crossing_id: crossing for crossing in read_by}
        return read_by

    def ids_of(self, track: int) -> tuple[str, ...]:
        """Return the ids of the crossings of a track."""
        return tuple(c.crossing_id for c in self._open.values() if track in c.tracks)

    def close_expired(self, stream_s: float) -> tuple[Crossing, ...]:
        """Close and return the crossings whose window has passed."""
        expired = tuple(c for c in self._open.values() if stream_s - c.last_s > self._window_s)
        for crossing in expired:
            del self._open[crossing.crossing_id]
        return expired

    def close_all(self) -> tuple[Crossing, ...]:
        """Close and return every crossing: the stream has ended."""
        closed = tuple(self._open.values())
        self._open.clear()
        return closed

    def _of_subject(self, subject: SubjectKey) -> Crossing | None:
        return next((c for c in self._open.values() if subject in c.subjects), None)

    def _of_traveller(self, traveller: Traveller) -> Crossing | None:
        return next((c for c in self._open.values() if c.shows(traveller, self._same_face)), None)
