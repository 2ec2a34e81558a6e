"""What `kechid-sync status` tells: the queue, the last acknowledgement, the watchlist versions received."""

from contextlib import closing
from datetime import datetime

import msgspec

from sync.codec import decode_manifest, decode_withdrawal
from sync.errors import SyncError
from sync.inbox import Inbox
from sync.outbox import Outbox, read_uplink_state
from sync.settings import SyncSettings
from sync.store_file import open_store
from sync.watchlist_reception import WATCHLIST, WITHDRAWAL


class SyncStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One look at the store."""

    device_id: str
    epoch: str
    is_connected: bool
    queue_depth: int
    lanes: dict[str, int]
    """Messages waiting per lane."""
    last_acknowledged_at: datetime | None
    watchlists: dict[str, int]
    """Newest version received per list that is not withdrawn."""


def read_status(settings: SyncSettings, now: datetime) -> SyncStatus:
    """Read the store without disturbing the relay; raises `SyncError` when there is none yet."""
    if not settings.database.exists():
        raise SyncError(f"{settings.database}: there is no store yet")
    with closing(open_store(settings.database)) as connection:
        outbox = Outbox(connection, settings.device.id)
        state = read_uplink_state(connection, now)
        watchlists = received_versions(Inbox(connection))
        return SyncStatus(
            device_id=settings.device.id,
            epoch=outbox.epoch,
            is_connected=state.is_connected,
            queue_depth=state.queue_depth,
            lanes={lane.value: depth for lane, depth in outbox.depth_by_lane().items()},
            last_acknowledged_at=state.last_acknowledged_at,
            watchlists=watchlists,
        )


def received_versions(inbox: Inbox) -> dict[str, int]:
    """Return the newest version received of each list that is not withdrawn."""
    rows = (decode_withdrawal(row.body) for row in inbox.received(WITHDRAWAL))
    ended = {each.list_id: each.issued_at for each in sorted(rows, key=lambda each: each.issued_at)}
    manifests = sorted(
        (decode_manifest(row.body) for row in inbox.received(WATCHLIST)), key=lambda each: each.version
    )
    return {
        each.list_id: each.version
        for each in manifests
        if each.list_id not in ended or each.issued_at > ended[each.list_id]
    }


def describe(status: SyncStatus) -> str:
    """Say the same in words."""
    lanes = ", ".join(f"{lane} {depth}" for lane, depth in status.lanes.items())
    lists = ", ".join(f"{name} version {version}" for name, version in status.watchlists.items())
    last = "never" if status.last_acknowledged_at is None else status.last_acknowledged_at.isoformat()
    return "\n".join(
        (
            f"device          {status.device_id}, epoch {status.epoch}",
            f"uplink          {'connected' if status.is_connected else 'not connected'}",
            f"waiting         {status.queue_depth} ({lanes})",
            f"acknowledged    {last}",
            f"watchlists      {lists or 'none received'}",
        )
    )
