"""Pure: a track as the picture shows it."""

from edge_agent.vision.track_record import TrackRecord
from edge_agent.vision.tracking import TrackedFace
from hardware.frame import Frame
from sync.lane_messages import TrackView
from sync.messages import Outcome


def track_view(record: TrackRecord, face: TrackedFace, frame: Frame) -> TrackView:
    """Place a face on the picture, cut to its edges, with a word for it and what is wrong with it."""
    box = face.detection.box
    left, top = max(0.0, box.x / frame.width), max(0.0, box.y / frame.height)
    right = min(1.0, (box.x + box.width) / frame.width)
    bottom = min(1.0, (box.y + box.height) / frame.height)
    status, reasons = _words(record)
    return TrackView(
        track_id=record.track_id,
        x=min(left, 1.0),
        y=min(top, 1.0),
        width=max(0.0, right - left),
        height=max(0.0, bottom - top),
        status=status,
        reasons=reasons,
    )


def _words(record: TrackRecord) -> tuple[str, tuple[str, ...]]:
    """Say the status; whoever looks like a listed person is no less so for a face that is hard to see."""
    if record.outcome in {Outcome.MATCH, Outcome.REVIEW}:
        return str(record.outcome), ()
    if record.usability.is_unusable:
        return "unusable", record.usability.hints
    if record.reasons:
        return "too-poor", record.reasons
    return ("searching" if record.outcome is None else str(record.outcome)), ()
