"""Pure: for how long a track's face has been of no use for a search; a hint to the guard, no decision."""

from dataclasses import dataclass, replace

from models.image_quality import FaceQuality

COVERED = "covered"
PICTURE = "picture"
"""The face may be a print or a screen."""


@dataclass(frozen=True, slots=True)
class UsabilityPolicy:
    """When the guard is asked to look."""

    unusable_after_s: float = 1.0
    clear_frames: int = 3
    """Of a face seen so often without fault the search says all it can: nobody has to look any more."""
    usable_in_a_row: int = 2
    """It takes that many usable looks to end a spell: one alone may be the measurement's noise."""
    covering: float = 1.0
    """`FaceQuality.covering` from which a face counts as covered."""


@dataclass(frozen=True, slots=True)
class Usability:
    """What a track has shown of its face so far."""

    reasons: tuple[str, ...] = ()
    """What was wrong with it in the newest look that was of no use; of a usable face, nothing."""
    since_s: float | None = None
    """Stream time when the spell began; None for a face that is usable."""
    usable_now: int = 0
    """Usable looks in a row."""
    clear_frames: int = 0
    is_picture: bool = False
    """As judged when the lists were last asked."""
    is_unusable: bool = False
    """The guard is to look."""
    is_known: bool = False
    """The track was unusable before and has been counted."""
    is_new: bool = False
    """It became unusable with this very look."""

    @property
    def hints(self) -> tuple[str, ...]:
        """Everything the guard should know of the face."""
        return (*self.reasons, PICTURE) if self.is_picture else self.reasons

    def seen(self, reasons: tuple[str, ...], stream_s: float, policy: UsabilityPolicy) -> "Usability":
        """Take in one look at the face and what was wrong with it."""
        seen = self._with(reasons, stream_s, policy)
        is_unusable = seen.is_picture or seen._is_hidden(stream_s, policy)
        return replace(
            seen,
            is_unusable=is_unusable,
            is_new=is_unusable and not self.is_known,
            is_known=is_unusable or self.is_known,
        )

    def judged(self, *, is_picture: bool) -> "Usability":
        """Take in what the attack detector says."""
        return replace(self, is_picture=is_picture)

    def after(self, earlier: "Usability") -> "Usability":
        """Give this as the continuation of an earlier track of the same person."""
        clear_frames, is_known = self.clear_frames + earlier.clear_frames, self.is_known or earlier.is_known
        return replace(self, clear_frames=clear_frames, is_known=is_known)

    def _with(self, reasons: tuple[str, ...], stream_s: float, policy: UsabilityPolicy) -> "Usability":
        if reasons:
            since_s = stream_s if self.since_s is None else self.since_s
            return replace(self, reasons=reasons, since_s=since_s, usable_now=0)
        now = replace(self, usable_now=self.usable_now + 1, clear_frames=self.clear_frames + 1)
        return now if now.usable_now < policy.usable_in_a_row else replace(now, reasons=(), since_s=None)

    def _is_hidden(self, stream_s: float, policy: UsabilityPolicy) -> bool:
        """Nothing to search by for a second, and never before either."""
        if self.since_s is None or self.clear_frames >= policy.clear_frames:
            return False
        return stream_s - self.since_s >= policy.unusable_after_s


def hindrances(gated: tuple[str, ...], quality: FaceQuality, policy: UsabilityPolicy) -> tuple[str, ...]:
    """Why a non-match of this face means little: what the gate said, and whether something covers it."""
    return (*gated, COVERED) if quality.covering >= policy.covering else gated
