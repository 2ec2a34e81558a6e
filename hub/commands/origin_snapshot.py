"""`kechid-hub origin index|snapshot|status`: what the chain says, kept on site."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from hub.commands.options import Commands, add_command, settings_of
from hub.commands.outcome import Outcome
from hub.errors import HubError
from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.settings import OriginSettings

if TYPE_CHECKING:
    from hub.origin.snapshot.source import Listing

STALE = ", too old to rely on"


def add_parsers(group: Commands) -> None:
    """Add the commands."""
    snapshot = add_command(group, "snapshot", copy_one, "copy what is kept on site, for a border post")
    snapshot.add_argument("--to", type=Path, required=True, metavar="FILE", help="replaces an older copy")
    status = add_command(group, "status", show_status, "say what is kept on site and how old it is")
    status.add_argument("--authorities", action="store_true", help="list who was listed when")


def copy_one(options: argparse.Namespace) -> Outcome:
    """Copy the snapshot; raises `SnapshotError`."""
    from hub.origin.snapshot.copying import copy_snapshot

    origin = settings_of(options).origin
    made = copy_snapshot(origin.snapshot, registry_or_refuse(origin), options.to)
    words = f"{options.to}: as of block {made.block}, {made.bytes} bytes\nsha256 {made.sha256}"
    facts = {"file": str(options.to), "block": made.block, "bytes": made.bytes, "sha256": made.sha256}
    return Outcome(words, facts)


def show_status(options: argparse.Namespace) -> Outcome:
    """Describe the snapshot; raises `SnapshotError` when there is none."""
    from hub.origin.snapshot.source import SnapshotSource

    origin = settings_of(options).origin
    source = SnapshotSource(origin.snapshot, registry_or_refuse(origin))
    options.opened.callback(source.close)
    tip = source.tip()
    if tip is None:
        raise HubError("nothing has been indexed yet")
    age_h = (datetime.now(UTC) - tip.at).total_seconds() / 3600
    counts, is_stale = source.counts(), age_h > origin.stale_after_h
    listings = source.listings() if options.authorities else []
    age = f"{age_h:.1f} h ago" + (STALE if is_stale else "")
    lines = [
        f"as of block {tip.number}, {tip.at:%Y-%m-%d %H:%M} UTC, {age}",
        f"{counts.batches} batches, {counts.statuses} changes of status, {counts.draws} uses by shipments,"
        f" {counts.authorities} authorities",
        *map(_line_of, listings),
    ]
    facts = {
        "block": tip.number,
        "block_hash": tip.digest.hex(),
        "as_of": tip.at,
        "age_h": round(age_h, 2),
        "is_stale": is_stale,
        "counts": counts,
        "bytes": origin.snapshot.stat().st_size,
        "authorities": [msgspec.to_builtins(one) | {"account": one.account.hex()} for one in listings],
    }
    return Outcome("\n".join(lines), facts)


def _line_of(listing: "Listing") -> str:
    one = listing.authority
    roles = (one.roles.name or "none").lower()
    period = f"{one.valid_from:%Y-%m-%d %H:%M} to {one.valid_until:%Y-%m-%d %H:%M}"
    return f"{one.state} 0x{listing.account.hex()} {roles}, {period}, said in block {listing.block}"


def registry_or_refuse(origin: OriginSettings) -> RegistryPlace:
    """Return the registry of the settings; raises `HubError` when they name none."""
    from hub.origin.bootstrap import registry_of

    registry = registry_of(origin)
    if registry is None:
        raise HubError("[origin] names no registry_address")
    return registry
