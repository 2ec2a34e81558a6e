"""Pure: the format of a recorded passage: sealed entries in order, from which every decision follows anew.

No picture is in it. The templates of everybody who passed are: it holds biometric data of people who are on
no list, and is made only where they consented or are the installers themselves.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import msgspec
import numpy as np

from edge_agent.alerts.alerting import LaneIdentity, StandingAlert
from edge_agent.decision.calibration import FalseAlarmBudget, Thresholds
from edge_agent.errors import EdgeError, RecordingError
from edge_agent.gallery.faiss_gallery import FaissGallery
from edge_agent.gallery.port import GalleryEntry
from edge_agent.vision.observations import ObservedFrame, plain
from edge_agent.vision.pipeline import PipelinePolicy
from edge_agent.watchlists.watchlist import Watchlist
from models.errors import ModelError
from models.score_calibration import ScoreCalibration
from models.template import EmbeddingContract, Template
from sync.errors import SyncError
from sync.sealing import RowSeal
from sync.watchlist_package import PackagedLookAlikes, PackagedReference, PackagedSubject

T = TypeVar("T")

MAGIC = b"kechid-recording "
FORMAT = 1
MOST_REFERENCES = 50_000
"""Of all lists together; the references are in the recording, or it could not be decided anew."""
_LENGTH = struct.Struct("<I")


class Header(msgspec.Struct, frozen=True, tag="header"):
    """All that decisions rest on besides what was seen."""

    version: str
    """Of the software that decided."""
    started_at: datetime
    reason: str
    """Who consented, or which test this is."""
    lane: LaneIdentity
    policy: PipelinePolicy
    budget: FalseAlarmBudget
    pack: str
    provider: str
    contract: EmbeddingContract
    calibration: ScoreCalibration
    has_attack_detector: bool
    attack_hint_threshold: float | None
    extracts_every_face: bool
    """Otherwise only faces that passed the quality gate of this policy."""


class RecordedReference(msgspec.Struct, frozen=True, array_like=True):
    """One enrolled template."""

    subject_id: str
    reference_id: str
    vector: bytes
    """float32 little-endian."""


class RecordedList(msgspec.Struct, frozen=True, omit_defaults=True):
    """One list as it was searched; without names and photos."""

    list_id: str
    title: str
    list_version: int
    thresholds: Thresholds
    references: tuple[RecordedReference, ...]
    knows_subjects: bool
    """Its subjects can be compared with one another: a package's can, a gallery folder's cannot."""
    pairs: tuple[PackagedLookAlikes, ...] = ()
    """Look-alikes; left out where there are none, as in recordings from before there were any."""


class ListsInForce(msgspec.Struct, frozen=True, tag="lists"):
    """The lists searched from here on."""

    lists: tuple[RecordedList, ...]


class Resumed(msgspec.Struct, frozen=True, tag="resumed"):
    """Alerts taken up from before the edge was stopped."""

    standing: tuple[StandingAlert, ...]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something the pipeline was told, and the digest of what it decided."""

    ids: tuple[str, ...] = ()
    """Ids that were made, in order."""
    digest: bytes = b""


class Looked(Step, frozen=True, tag="looked", kw_only=True):
    """A frame was looked at."""

    frame: ObservedFrame
    late_at: datetime | None = None
    """When a frame that came late was looked at."""


class DocumentNoted(Step, frozen=True, tag="document", kw_only=True):
    """A document was read; its number stands for its keyed hash."""

    document: int
    direction: str
    at: datetime


class Paused(Step, frozen=True, tag="paused", kw_only=True):
    """The edge was being stopped."""

    at: datetime


class Finished(Step, frozen=True, tag="finished", kw_only=True):
    """The stream had ended."""

    at: datetime


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """The recording is complete up to here."""

    digest: str
    """Of every decision, chained."""


AnyStep = Looked | DocumentNoted | Paused | Finished
Entry = Header | ListsInForce | Resumed | AnyStep | Ended


Told = ListsInForce | Resumed | AnyStep


@dataclass(frozen=True, slots=True)
class Recording:
    """A whole recording, opened."""

    recording_id: str
    header: Header
    entries: tuple[Told, ...]
    digest: str

    @property
    def steps(self) -> tuple[AnyStep, ...]:
        """What the pipeline was told, in order."""
        return tuple(entry for entry in self.entries if isinstance(entry, AnyStep))


def opening_of(recording_id: str) -> bytes:
    """Return the bytes that a recording file begins with, in clear."""
    return MAGIC + f"{FORMAT}\n{recording_id}\n".encode()


def encode_entry(entry: Entry) -> bytes:
    """Encode an entry, not yet sealed."""
    return msgspec.msgpack.encode(entry, enc_hook=plain)


def seal_entry(seal: RowSeal, recording_id: str, number: int, content: bytes) -> bytes:
    """Seal entry `number` (from 0) of a recording to its place, with its length before it."""
    sealed = seal.seal(content, _place(recording_id, number))
    return _LENGTH.pack(len(sealed)) + sealed


def decode_recording(data: bytes, seal: RowSeal, name: str) -> Recording:
    """Open a recording; raises `RecordingError` in one line that begins with `name`."""
    recording_id, rest = _opened(data, name)
    contents = _unsealed(rest, seal, recording_id, name)
    entries = [_decoded(content, number, name) for number, content in enumerate(contents)]
    if not entries or not isinstance(entries[-1], Ended):
        raise RecordingError(f"{name}: cut off after {len(entries)} whole entries")
    header, *middle = entries[:-1]
    told = tuple(entry for entry in middle if not isinstance(entry, Header | Ended))
    if not isinstance(header, Header) or len(told) < len(middle):
        raise RecordingError(f"{name}: its entries are not in order")
    return Recording(recording_id, header, told, entries[-1].digest)


def record_list(watchlist: Watchlist, references: Sequence[GalleryEntry]) -> RecordedList:
    """Write a list down with its references."""
    return RecordedList(
        watchlist.list_id,
        watchlist.title,
        watchlist.version,
        watchlist.thresholds,
        tuple(
            RecordedReference(r.subject_id, r.reference_id, r.template.vector.astype("<f4").tobytes())
            for r in references
        ),
        bool(watchlist.subjects),
        watchlist.pairs,
    )


def references_of_subjects(watchlist: Watchlist) -> list[GalleryEntry]:
    """Give the enrolled templates of a list that was built from a package."""
    return [
        GalleryEntry(s.subject_id, r.reference_id, _template(r.vector, watchlist.contract))
        for s in watchlist.subjects.values()
        for r in s.references
    ]


def searchable(recorded: RecordedList, contract: EmbeddingContract) -> Watchlist:
    """Build the list anew."""
    entries = [
        GalleryEntry(r.subject_id, r.reference_id, _template(r.vector, contract)) for r in recorded.references
    ]
    return Watchlist(
        list_id=recorded.list_id,
        title=recorded.title,
        version=recorded.list_version,
        contract=contract,
        subjects=_subjects_of(recorded.references) if recorded.knows_subjects else {},
        gallery=FaissGallery(contract, entries),
        thresholds=recorded.thresholds,
        pairs=recorded.pairs,
    )


def _template(vector: bytes, contract: EmbeddingContract) -> Template:
    return Template(np.frombuffer(vector, "<f4").astype(np.float32), contract)


def _subjects_of(references: Sequence[RecordedReference]) -> dict[str, PackagedSubject]:
    """Put the subjects together again, with nothing but their references."""
    owned: dict[str, list[PackagedReference]] = {}
    for r in references:
        reference = PackagedReference(
            reference_id=r.reference_id, vector=r.vector, photo=b"", quality=0.0, captured_on=""
        )
        owned.setdefault(r.subject_id, []).append(reference)
    return {
        subject_id: PackagedSubject(
            subject_id=subject_id,
            display_name="",
            category="",
            severity=1,
            legal_basis="",
            authority="",
            instructions="",
            expires_at=None,
            references=tuple(found),
        )
        for subject_id, found in owned.items()
    }


def _opened(data: bytes, name: str) -> tuple[str, bytes]:
    if not data.startswith(MAGIC):
        raise RecordingError(f"{name}: not a recording of a passage")
    line, _, rest = data.removeprefix(MAGIC).partition(b"\n")
    if line != str(FORMAT).encode():
        raise RecordingError(f"{name}: recording format {line[:20]!r} is not {FORMAT}")
    recording_id, end, entries = rest.partition(b"\n")
    if not end:
        raise RecordingError(f"{name}: cut off before its first entry")
    return recording_id.decode(errors="replace"), entries


def _unsealed(rest: bytes, seal: RowSeal, recording_id: str, name: str) -> list[bytes]:
    contents: list[bytes] = []
    at = 0
    while at < len(rest):
        body = at + _LENGTH.size
        end = body + (_LENGTH.unpack_from(rest, at)[0] if body <= len(rest) else 1)
        if end > len(rest):
            raise RecordingError(f"{name}: cut off after {len(contents)} whole entries")
        try:
            contents.append(seal.open(rest[body:end], _place(recording_id, len(contents))))
        except SyncError as error:
            reason = f"entry {len(contents)} was altered" if contents else "another key, or altered"
            raise RecordingError(f"{name}: does not open: {reason}") from error
        at = end
    return contents


def _decoded(content: bytes, number: int, name: str) -> Entry:
    try:
        entry: Entry = msgspec.msgpack.decode(content, type=Entry)
    except (msgspec.MsgspecError, EdgeError, ModelError) as error:
        raise RecordingError(f"{name}: entry {number} cannot be read: {error}") from error
    # A number that this version does not know, or that it has besides, would decide otherwise in silence.
    if encode_entry(entry) != content:
        raise RecordingError(f"{name}: made by a version that decides by other numbers (entry {number})")
    return entry


def _place(recording_id: str, number: int) -> bytes:
    return msgspec.json.encode(["recording", recording_id, number])
