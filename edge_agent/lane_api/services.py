"""What the lane API works on; put together by the bootstrap, faked in part by tests."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from edge_agent.alerts.desk import AlertDesk
from edge_agent.alerts.event_feed import EventFeed
from edge_agent.alerts.records import AlertRecords
from edge_agent.capture.preview import PreviewBoard
from edge_agent.lane.barrier_desk import BarrierDesk
from edge_agent.officers.access import Access
from hardware.travel_document import TravelDocument
from sync.lane_messages import LaneState


@dataclass(frozen=True, slots=True)
class LaneServices:
    """Everything a request may need."""

    access: Access
    desk: AlertDesk
    records: AlertRecords
    barrier: BarrierDesk
    feed: EventFeed
    preview: PreviewBoard
    state: Callable[[], LaneState]
    metrics: Callable[[], bytes]
    """The text of `/metrics`."""
    now: Callable[[], datetime]
    read_document: Callable[[TravelDocument, str, datetime], int | None]
    """Takes in a document with its direction; returns the crossings counted under it, if they are."""
    stopping: threading.Event = field(default_factory=threading.Event)
    """Ends every stream."""
