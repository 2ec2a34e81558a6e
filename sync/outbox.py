"""Durable outbox: messages leave it only when the hub has said that they are stored."""

import logging
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from sync.codec import decode_body, encode_body
from sync.errors import MessageError, OutboxError
from sync.identifiers import Epoch
from sync.lane_messages import UplinkState
from sync.messages import Acknowledgement, EventBody, Message, MessageLane
from sync.outbox_tables import Randomness, claim_store, create_outbox_tables, new_epoch
from sync.sealing import RowSeal
from sync.store_file import transaction

__all__ = ["Outbox", "create_outbox_tables", "read_uplink_state", "write_uplink_status"]

MAX_BODY_BYTES: Final = 512 << 10
"""A larger message could be refused by the broker again and again."""
ENVELOPE_BYTES: Final = 320
"""About what the envelope adds to a body on the wire, before compression."""
UPLINK_STATUS_LASTS: Final = timedelta(seconds=20)
"""A relay that has not reported for that long is not connected, whatever it said last."""

_log = logging.getLogger(__name__)


class Outbox:
    """The outbox of one store; `append` is for the edge process, the rest for the relay."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        device_id: str,
        *,
        seal: RowSeal | None = None,
        randomness: Randomness = os.urandom,
    ) -> None:
        """Raise `OutboxError` when the store is another device's; `seal` encrypts bodies on the disk."""
        self._connection = connection
        self._device_id = device_id
        self._seal = seal
        self._randomness = randomness
        create_outbox_tables(connection, randomness=randomness)
        claim_store(connection, device_id)

    @property
    def epoch(self) -> Epoch:
        """The store's random epoch; sequences count within it."""
        (epoch,) = self._connection.execute("SELECT epoch FROM outbox_identity").fetchone()
        return Epoch(epoch)

    def append(self, body: EventBody, lane: MessageLane, occurred_at: datetime, message_id: str) -> int:
        """Queue a message inside the caller's open transaction and return its sequence number.

        Raises `OutboxError`, before anything is written, when there is no transaction, the body is larger
        than 512 KiB or could not be read back, or `message_id` was used before.
        """
        if not self._connection.in_transaction:
            raise OutboxError("append joins the caller's transaction, and none is open")
        data = _encode(body, occurred_at)
        if self._seal is not None:
            data = self._seal.seal(data, message_id.encode())
        if self._connection.execute("SELECT 1 FROM outbox WHERE message_id = ?", (message_id,)).fetchone():
            raise OutboxError(f"message {message_id} is in the outbox already")
        (seq,) = self._connection.execute(
            "UPDATE outbox_lanes SET last_seq = last_seq + 1 WHERE lane = ? RETURNING last_seq", (lane.value,)
        ).fetchone()
        self._connection.execute(
            "INSERT INTO outbox (lane, seq, message_id, occurred_at, body, is_sealed)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (lane.value, seq, message_id, occurred_at.isoformat(), data, self._seal is not None),
        )
        return int(seq)

    def pending(self, max_bytes: int, after: Mapping[MessageLane, int] | None = None) -> list[Message]:
        """Return what the hub has not acknowledged, urgent lanes first, in order per lane.

        `after` names the last sequence per lane that is under way already. At least one message is returned
        when there is one; more as long as they stay within `max_bytes` of uncompressed JSON.
        """
        messages: list[Message] = []
        epoch = self.epoch
        for lane, acknowledged in self._marks("acknowledged").items():
            start = max(acknowledged, (after or {}).get(lane, 0))
            for message, size in self._read(epoch, lane, start):
                max_bytes -= size
                if messages and max_bytes < 0:
                    return messages
                messages.append(message)
        return messages

    def mark_sent(self, messages: Iterable[Message]) -> None:
        """Note, before they go out, that these messages do; the hub may acknowledge nothing beyond."""
        sent = self._marks("sent")
        beyond = {message.lane for message in messages if message.seq > sent[message.lane]}
        if not beyond:
            return
        with transaction(self._connection):
            # Everything queued by now is meant, so that a backlog costs one write and not one per batch.
            self._connection.executemany(
                "UPDATE outbox_lanes SET sent = last_seq WHERE lane = ?", [(lane.value,) for lane in beyond]
            )

    def acknowledge(self, ack: Acknowledgement, at: datetime, *, may_go_back: bool = False) -> int:
        """Apply what the hub has stored and return how many messages that settles.

        Of another device or epoch: ignored. Of another store of the hub than the last (restored from a
        backup): settles nothing yet, but messages that it lacks are pending again as far as they are kept;
        `may_go_back` allows that for the same store too. Where some are not kept, or where the hub knows
        more than this store, a new epoch begins.
        """
        with transaction(self._connection):
            if ack.device_id != self._device_id or ack.epoch != self.epoch:
                return 0
            is_other_hub = self._note_hub(ack.hub_epoch)
            lanes = MessageLane if is_other_hub else ack.upto.keys()
            marks = {lane: ack.upto.get(lane, 0) for lane in lanes}
            if self._is_ahead(marks):
                self._begin_epoch()
                return 0
            # A word from another store may be stale, so it may only cost a resend; its next one may settle.
            settled = (
                0 if is_other_hub else sum(self._advance(lane, mark, at) for lane, mark in marks.items())
            )
            if settled:
                self._connection.execute(
                    "UPDATE outbox_uplink SET last_acknowledged_at = ?", (at.timestamp(),)
                )
            if is_other_hub or may_go_back:
                self._go_back(marks)
        return settled

    def depth(self) -> int:
        """Count the messages that the hub has not acknowledged."""
        return sum(self.depth_by_lane().values())

    def depth_by_lane(self) -> dict[MessageLane, int]:
        """Count them per lane, urgent lanes first."""
        rows = self._connection.execute("SELECT lane, last_seq - acknowledged FROM outbox_lanes").fetchall()
        return {lane: int(dict(rows)[lane.value]) for lane in MessageLane}

    def prune(self, acknowledged_before: Mapping[MessageLane, datetime]) -> int:
        """Delete messages acknowledged before a lane's time; the rest can be sent again to a restored hub."""
        with transaction(self._connection):
            return sum(
                self._connection.execute(
                    "DELETE FROM outbox WHERE lane = ? AND acknowledged_at < ?",
                    (lane.value, before.timestamp()),
                ).rowcount
                for lane, before in acknowledged_before.items()
            )

    def next_birth(self) -> int:
        """Count a connection; the number tells a will of this connection from an older one's."""
        with transaction(self._connection):
            (birth,) = self._connection.execute(
                "UPDATE outbox_identity SET birth = birth + 1 RETURNING birth"
            ).fetchone()
        return int(birth)

    def _marks(self, column: Literal["sent", "acknowledged"]) -> dict[MessageLane, int]:
        query = f"SELECT lane, {column} FROM outbox_lanes"  # noqa: S608 - one of two constants
        rows = dict(self._connection.execute(query).fetchall())
        return {lane: int(rows[lane.value]) for lane in MessageLane}

    def _read(self, epoch: str, lane: MessageLane, start: int) -> Iterator[tuple[Message, int]]:
        rows = self._connection.execute(
            "SELECT seq, message_id, occurred_at, body, is_sealed FROM outbox"
            " WHERE lane = ? AND seq > ? ORDER BY seq",
            (lane.value, start),
        )
        for seq, message_id, occurred_at, data, is_sealed in rows:
            plain = self._unseal(data, message_id) if is_sealed else data
            message = Message(
                message_id=message_id,
                device_id=self._device_id,
                epoch=epoch,
                lane=lane,
                seq=seq,
                occurred_at=datetime.fromisoformat(occurred_at),
                body=decode_body(plain),
            )
            yield message, len(plain) + ENVELOPE_BYTES

    def _unseal(self, data: bytes, message_id: str) -> bytes:
        if self._seal is None:
            raise OutboxError("the outbox is sealed and no store key is given")
        return self._seal.open(data, message_id.encode())

    def _note_hub(self, hub_epoch: str) -> bool:
        """Tell whether another store of the hub acknowledged last."""
        (last,) = self._connection.execute("SELECT hub_epoch FROM outbox_identity").fetchone()
        self._connection.execute("UPDATE outbox_identity SET hub_epoch = ?", (hub_epoch,))
        return last not in (None, hub_epoch)

    def _advance(self, lane: MessageLane, upto: int, at: datetime) -> int:
        """Raise a lane's acknowledged mark; returns by how much."""
        before = self._marks("acknowledged")[lane]
        if upto <= before:
            return 0
        self._connection.execute(
            "UPDATE outbox_lanes SET acknowledged = ? WHERE lane = ?", (upto, lane.value)
        )
        self._connection.execute(
            "UPDATE outbox SET acknowledged_at = ? WHERE lane = ? AND seq > ? AND seq <= ?",
            (at.timestamp(), lane.value, before, upto),
        )
        return upto - before

    def _go_back(self, marks: Mapping[MessageLane, int]) -> None:
        """Lower the marks to what the hub has, and count anew where it lacks what is no longer kept."""
        for lane, upto in marks.items():
            self._connection.execute(
                "UPDATE outbox_lanes SET acknowledged = min(acknowledged, ?) WHERE lane = ?",
                (upto, lane.value),
            )
            self._connection.execute(
                "UPDATE outbox SET acknowledged_at = NULL WHERE lane = ? AND seq > ?"
                " AND seq > (SELECT acknowledged FROM outbox_lanes WHERE outbox_lanes.lane = outbox.lane)",
                (lane.value, upto),
            )
        if not self._is_contiguous():
            self._begin_epoch()

    def _is_ahead(self, marks: Mapping[MessageLane, int]) -> bool:
        """Tell whether the hub has more of this epoch than ever went out: this store is an old copy."""
        sent = self._marks("sent")
        return any(upto > sent[lane] for lane, upto in marks.items())

    def _is_contiguous(self) -> bool:
        """Tell whether every lane still holds each message between the hub's mark and its own last one."""
        missing = self._connection.execute(
            "SELECT 1 FROM outbox_lanes WHERE last_seq - acknowledged <>"
            " (SELECT count(*) FROM outbox WHERE outbox.lane = outbox_lanes.lane AND seq > acknowledged)"
        ).fetchone()
        return missing is None

    def _begin_epoch(self) -> None:
        """Give what is pending new numbers from 1: this store and the hub no longer count the same."""
        _log.warning("the hub's count and this store's differ: beginning a new epoch")
        self._connection.execute("UPDATE outbox_identity SET epoch = ?", (new_epoch(self._randomness),))
        for lane in MessageLane:
            self._connection.execute(
                "DELETE FROM outbox WHERE lane = ? AND acknowledged_at IS NOT NULL", (lane.value,)
            )
            rows = self._connection.execute(
                "SELECT message_id FROM outbox WHERE lane = ? ORDER BY seq", (lane.value,)
            )
            renumbered = [(-seq, message_id) for seq, (message_id,) in enumerate(rows.fetchall(), 1)]
            self._connection.executemany("UPDATE outbox SET seq = ? WHERE message_id = ?", renumbered)
            self._connection.execute("UPDATE outbox SET seq = -seq WHERE lane = ?", (lane.value,))
            self._connection.execute(
                "UPDATE outbox_lanes SET acknowledged = 0, sent = 0, last_seq = ? WHERE lane = ?",
                (len(renumbered), lane.value),
            )


def read_uplink_state(connection: sqlite3.Connection, now: datetime) -> UplinkState:
    """Say how the hub is doing from what the relay last wrote; a silent relay is a lost uplink."""
    connected, reported, acknowledged = connection.execute(
        "SELECT is_connected, reported_at, last_acknowledged_at FROM outbox_uplink"
    ).fetchone()
    (depth,) = connection.execute("SELECT sum(last_seq - acknowledged) FROM outbox_lanes").fetchone()
    is_fresh = reported is not None and now.timestamp() - reported <= UPLINK_STATUS_LASTS.total_seconds()
    return UplinkState(
        is_connected=bool(connected) and is_fresh,
        queue_depth=depth,
        last_acknowledged_at=None if acknowledged is None else datetime.fromtimestamp(acknowledged, UTC),
    )


def write_uplink_status(connection: sqlite3.Connection, now: datetime, *, is_connected: bool) -> None:
    """Report the uplink for `read_uplink_state`; the relay repeats it every few seconds."""
    with transaction(connection):
        connection.execute(
            "UPDATE outbox_uplink SET is_connected = ?, reported_at = ?", (is_connected, now.timestamp())
        )


def _encode(body: EventBody, occurred_at: datetime) -> bytes:
    if occurred_at.tzinfo is None:
        raise OutboxError(f"{type(body).__name__}: occurred_at has no offset")
    try:
        data = encode_body(body)
    except MessageError as error:
        raise OutboxError(str(error)) from error
    if len(data) > MAX_BODY_BYTES:
        raise OutboxError(f"{type(body).__name__}: {len(data)} bytes, at most {MAX_BODY_BYTES} allowed")
    return data
