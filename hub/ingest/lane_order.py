"""Keeps each lane in order: a message is taken in when all before it are, and once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from hub.ingest.tables import inbox, lane_progress
from hub.store.insertion import insert_or_update
from sync.messages import Message, MessageLane

Marks = Mapping[MessageLane, int]
"""Last sequence taken in, per lane."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """What of a batch is to be stored."""

    fresh: tuple[Message, ...]
    """The next ones of their lanes, without a gap."""
    marks: Marks
    """Of the epoch, once they are stored."""
    repeated: int
    ahead: int
    """Beyond a gap; the device sends them again, after what is missing."""
    clone: Message | None
    """One whose place in its lane holds another message."""


def marks_of(connection: Connection, device_id: str, epoch: str) -> dict[MessageLane, int]:
    """Read how far each lane of a device's epoch has come."""
    query = select(lane_progress.c.lane, lane_progress.c.upto).where(
        lane_progress.c.device_id == device_id, lane_progress.c.epoch == epoch
    )
    return {MessageLane(row.lane): row.upto for row in connection.execute(query)}


def sort_out(connection: Connection, messages: Sequence[Message], marks: Marks) -> Sorted:
    """Part a batch of one epoch into new, repeated and early ones."""
    known = _stored_ids(connection, [each for each in messages if each.seq <= marks.get(each.lane, 0)])
    reached, fresh, repeated, ahead = dict(marks), list[Message](), 0, 0
    clone: Message | None = None
    for message in messages:
        place, mark = (message.lane, message.seq), reached.get(message.lane, 0)
        if message.seq > mark + 1:
            ahead += 1
        elif message.seq == mark + 1:
            fresh.append(message)
            reached[message.lane] = message.seq
            known[place] = message.message_id
        else:
            repeated += 1
            if known.get(place, message.message_id) != message.message_id:
                clone = clone or message
    return Sorted(tuple(fresh), reached, repeated, ahead, clone)


def advance(connection: Connection, device_id: str, epoch: str, before: Marks, after: Marks) -> None:
    """Write the marks that moved."""
    for lane, upto in after.items():
        if upto > before.get(lane, 0):
            row = {"device_id": device_id, "epoch": epoch, "lane": lane, "upto": upto}
            insert_or_update(connection, lane_progress, row, ("device_id", "epoch", "lane"))


def _stored_ids(connection: Connection, repeats: Iterable[Message]) -> dict[tuple[MessageLane, int], str]:
    """Ids on the places of messages that have come before; one that is kept no longer has none."""
    places: dict[MessageLane, list[Message]] = {}
    for message in repeats:
        places.setdefault(message.lane, []).append(message)
    known: dict[tuple[MessageLane, int], str] = {}
    for lane, found in places.items():
        seqs = [message.seq for message in found]
        query = select(inbox.c.seq, inbox.c.message_id).where(
            inbox.c.device_id == found[0].device_id,
            inbox.c.epoch == found[0].epoch,
            inbox.c.lane == lane,
            inbox.c.seq.between(min(seqs), max(seqs)),
        )
        known |= {(lane, row.seq): row.message_id for row in connection.execute(query)}
    return known
