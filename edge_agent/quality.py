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
    min_sharpness: float = 8.0
    """Variance of the Laplacian on the face at 128x128.

    Set where comparison with a clear reference begins to suffer: blurred to a median of 12 to 17, mated
    scores lose 0.02 to 0.04 and strangers gain nothing. A sharp face 40 pixels wide has 32 to 77.
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
