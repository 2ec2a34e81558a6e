"""Sends the outbox in batches and waits for the hub, not the broker, to confirm them."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sync.backoff import delay_s
from sync.codec import encode_batch
from sync.messages import Acknowledgement, MessageLane
from sync.outbox import Outbox
from sync.ports import Reception, Transport
from sync.window import SendWindow

QUICK_S = 1.0
SLOW_S = 2.0
"""How long a batch takes on a line that can do with more, and on one that wants less."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SendPolicy:
    """How much is sent at a time and how long the hub has to confirm it."""

    batch_bytes: int = 64 << 10
    """Uncompressed, on a new connection; a single larger message goes alone."""
    most_batch_bytes: int = 512 << 10
    """A quick line gets twice as much each time, up to this; a slow one half: alerts wait behind a batch."""
    window_bytes: int = 256 << 10
    """Compressed and under way; about twice what the line carries in one round trip."""
    acknowledgement_timeout_s: float = 20.0
    """A lane that gets on no more for so long is sent again; doubles each time, up to 16 times."""


class Sender:
    """Sends what is pending over one connection at a time; call `restart` after each connect."""

    def __init__(
        self,
        outbox: Outbox,
        transport: Transport,
        topic: str,
        policy: SendPolicy,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._outbox = outbox
        self._transport = transport
        self._topic = topic
        self._policy = policy
        self._clock = clock
        self._window = SendWindow(policy.window_bytes)
        self._batch_bytes = policy.batch_bytes
        self._epoch = str(outbox.epoch)
        self._hub_epoch = ""
        self._timeouts = 0
        self._refusals = 0
        self._not_before = 0.0
        self._deadlines: dict[MessageLane, float] = {}

    @property
    def is_heard(self) -> bool:
        """False while nobody listens at the other end or the hub confirms nothing in time."""
        return self._timeouts == 0 and self._refusals == 0

    def restart(self) -> None:
        """Begin afresh on a new connection with whatever the hub has not confirmed."""
        self._window.rewind()
        self._batch_bytes = self._policy.batch_bytes
        self._not_before = 0.0

    def send_due(self) -> int:
        """Send what the window has room for and return how many messages went out."""
        now = self._clock()
        if now < self._not_before:
            return 0
        self._resend_unconfirmed(now)
        sent = 0
        while self._window.room > 0:
            count = self._send_batch()
            if count == 0:
                break
            sent += count
        return sent

    def confirm(self, acknowledgement: Acknowledgement, at: datetime) -> int:
        """Apply what the hub says and return how many messages that settles."""
        # Twice nothing settled in time: the hub may have gone back without saying so (a restored copy).
        settled = self._outbox.acknowledge(acknowledgement, at, may_go_back=self._timeouts >= 2)
        epoch = str(self._outbox.epoch)
        if epoch != self._epoch or self._hub_epoch not in ("", acknowledgement.hub_epoch):
            # This store or the hub's began anew: what was under way may have to go out again.
            self._window.rewind()
        elif acknowledgement.epoch == epoch:
            self._extend(self._window.acknowledged(acknowledgement.upto))
        self._epoch, self._hub_epoch = epoch, acknowledgement.hub_epoch
        if settled:
            self._timeouts = self._refusals = 0
        return settled

    def _extend(self, lanes: Iterable[MessageLane]) -> None:
        """Give lanes that got on, or begin, their time anew: a stuck one must not hide behind others."""
        for lane in lanes:
            self._deadlines[lane] = self._next_deadline()

    def _send_batch(self) -> int:
        messages = self._outbox.pending(self._batch_bytes, self._window.last_sent())
        if not messages:
            return 0
        self._outbox.mark_sent(messages)
        batch, begun = encode_batch(messages), self._clock()
        if self._transport.publish(self._topic, batch) is Reception.NO_SUBSCRIBER:
            self._not_before = self._clock() + delay_s(self._refusals, 0.0, first_s=1.0, most_s=30.0)
            self._refusals += 1
            _log.warning(
                "nobody at the hub listens to %s; %d messages wait", self._topic, self._outbox.depth()
            )
            return 0
        waiting = self._window.lanes
        self._refusals = 0
        self._adapt(self._clock() - begun)
        self._window.sent(((message.lane, message.seq) for message in messages), len(batch))
        self._extend(self._window.lanes - waiting)
        return len(messages)

    def _adapt(self, seconds: float) -> None:
        policy = self._policy
        if seconds < QUICK_S:
            self._batch_bytes = min(self._batch_bytes * 2, policy.most_batch_bytes)
        elif seconds > SLOW_S:
            self._batch_bytes = max(self._batch_bytes // 2, policy.batch_bytes)

    def _resend_unconfirmed(self, now: float) -> None:
        if not any(now >= self._deadlines[lane] for lane in self._window.lanes):
            return
        self._timeouts += 1
        self._window.rewind()
        _log.warning("the hub has confirmed nothing in time; sending %d messages again", self._outbox.depth())

    def _next_deadline(self) -> float:
        return self._clock() + self._policy.acknowledgement_timeout_s * 2.0 ** min(self._timeouts, 4)
