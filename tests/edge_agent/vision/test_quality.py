"""The gate before the gallery."""

from dataclasses import replace

import pytest

from edge_agent.vision.quality import QualityGate
from models.image_quality import FaceQuality

CLEAR = FaceQuality(face_width=90.0, sharpness=70.0, luma=120.0, yaw_ratio=0.05, unified=90.0)


def changed(**measurements: float) -> FaceQuality:
    return replace(CLEAR, **measurements)


@pytest.mark.parametrize(
    ("quality", "reasons"),
    [
        (CLEAR, ()),
        (changed(face_width=39.9), ("small",)),
        (changed(face_width=40.0), ()),
        (changed(sharpness=4.9), ("blurred",)),
        (changed(luma=14.9), ("dark",)),
        (changed(luma=241.0), ("bright",)),
        (changed(yaw_ratio=-0.7), ("turned",)),
        (changed(yaw_ratio=0.7, sharpness=1.0, face_width=10.0), ("small", "blurred", "turned")),
    ],
)
def test_the_gate_names_every_reason(quality: FaceQuality, reasons: tuple[str, ...]) -> None:
    assert QualityGate().reasons(quality) == reasons
