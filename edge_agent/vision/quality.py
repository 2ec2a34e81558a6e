"""Pure: the gate that keeps faces too poor to compare away from the gallery.

Blur and darkness raise the scores of strangers, so a fixed threshold without a gate alerts falsely.
"""

from dataclasses import dataclass

from models.image_quality import FaceQuality


@dataclass(frozen=True, slots=True)
class QualityGate:
    """What a face needs to be searched; the same numbers for everyone."""

    min_face_width: float = 40.0
    """Pixels of the frame."""
    min_sharpness: float = 5.0
    """Variance of the Laplacian on the face at 128x128.

    Set where strangers begin to gain, and missing a listed face is all that a stricter gate could add: 55
    pixels wide and blurred to 4 to 6, a face's median mated score falls from 0.77 to 0.48, while of strangers
    one in a thousand still stays below 0.25; below 4 it reaches 0.30. Sharp at 40 pixels width is 32 to 77.
    """
    min_luma: float = 15.0
    max_luma: float = 240.0
    """Mean grey value, 0 to 255."""
    max_yaw_ratio: float = 0.6
    """Nose beside the middle of the eyes, in eye distances; 0 is frontal."""

    def reasons(self, quality: FaceQuality) -> tuple[str, ...]:
        """Why a face is too poor: small, blurred, dark, bright, turned; empty when it may be searched."""
        failed = {
            "small": quality.face_width < self.min_face_width,
            "blurred": quality.sharpness < self.min_sharpness,
            "dark": quality.luma < self.min_luma,
            "bright": quality.luma > self.max_luma,
            "turned": abs(quality.yaw_ratio) > self.max_yaw_ratio,
        }
        return tuple(reason for reason, is_failed in failed.items() if is_failed)
