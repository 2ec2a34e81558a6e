"""What an officer proposes to do with a list, complete: approving it needs nothing else. Pure."""

from typing import Literal, TypeAlias

import msgspec
import numpy as np

from hub.watchlist.photos import EnrolledFace
from hub.watchlist.records import IDENTITY_FIELDS, SubjectRecord, changed_fields
from models.template import EmbeddingContract

ACTS = ("enrol", "amend", "remove", "publish")
"""What a list's policy may ask two persons for."""
Answer = Literal["", "look-alike", "other"]
"""What was said of somebody who resembles the new person; empty: nothing yet."""


class ProposedFace(msgspec.Struct, frozen=True, kw_only=True):
    """One accepted photo with its template."""

    jpeg: bytes
    vector: bytes
    """Little-endian float32, unit length."""
    contract: EmbeddingContract
    quality: float
    face_width: float
    captured_on: str
    components: dict[str, int]
    photo_sha256: str


class Resemblance(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody listed who looks like the proposed person."""

    subject_id: str
    reference_id: str
    probe: int
    """Which of the proposed photos it resembles most, from 0."""
    score: float
    is_same_photo: bool = False
    answer: Answer = ""


class ProposedSubject(msgspec.Struct, frozen=True, kw_only=True):
    """One person to be enrolled."""

    subject_id: str
    entry: SubjectRecord
    faces: tuple[ProposedFace, ...]
    resemblances: tuple[Resemblance, ...] = ()


class Amend(msgspec.Struct, frozen=True, kw_only=True, tag="amend"):
    """Other facts or further photos for somebody listed."""

    subject_id: str
    before: SubjectRecord
    entry: SubjectRecord
    faces: tuple[ProposedFace, ...] = ()

    @property
    def concerns_identity(self) -> bool:
        """Whether it changes who the person is taken for: names or photos."""
        return bool(self.faces) or bool(IDENTITY_FIELDS & changed_fields(self.before, self.entry).keys())


class Enrol(msgspec.Struct, frozen=True, kw_only=True, tag="enrol"):
    """New persons, and from an import also amendments: all of it or nothing."""

    subjects: tuple[ProposedSubject, ...]
    amendments: tuple[Amend, ...] = ()
    source: str = ""
    """Name of the imported file; empty for a person enrolled by hand."""


class Remove(msgspec.Struct, frozen=True, kw_only=True, tag="remove"):
    """Somebody is to be taken off the list."""

    subject_id: str
    reason: str


class Publish(msgspec.Struct, frozen=True, kw_only=True, tag="publish"):
    """The list as it stands is to become a version, or the state of an older version a new one."""

    next_version: int
    digest: str
    """Of the list's content when it was proposed; another one by the time of approval is refused."""
    allow_empty: bool = False
    state_of: int | None = None
    """Version whose state is to come back; None: the list as it stands."""


class SetPolicy(msgspec.Struct, frozen=True, kw_only=True, tag="policy"):
    """Another policy for the list."""

    two_person_acts: tuple[str, ...]
    sites: tuple[str, ...] | None
    """None: to every site."""


Content: TypeAlias = Enrol | Amend | Remove | Publish | SetPolicy
_decoder = msgspec.msgpack.Decoder(Content)


def encode_content(content: Content) -> bytes:
    """Encode for sealing."""
    return msgspec.msgpack.encode(content)


def decode_content(data: bytes) -> Content:
    """Inverse of `encode_content`."""
    content: Content = _decoder.decode(data)
    return content


def act_of(content: Content) -> str:
    """Name the act as the policy does."""
    return str(type(content).__struct_config__.tag)


def subject_of(content: Content) -> str | None:
    """Name the one subject it is about; None for a publication or an import."""
    match content:
        case Enrol(subjects=(only,), amendments=()):
            return only.subject_id
        case Amend(subject_id=subject_id) | Remove(subject_id=subject_id):
            return subject_id
    return None


def proposed_face(face: EnrolledFace) -> ProposedFace:
    """Write an accepted face down."""
    return ProposedFace(
        jpeg=face.jpeg,
        vector=face.template.vector.astype(np.dtype("<f4")).tobytes(),
        contract=face.template.contract,
        quality=face.quality,
        face_width=face.face_width,
        captured_on=face.captured_on,
        components=face.components,
        photo_sha256=face.photo_sha256,
    )
