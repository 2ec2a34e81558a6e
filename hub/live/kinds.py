"""Kinds of change that are shown live, who may learn of each, and what a device's message changes. Pure."""

from enum import StrEnum

from hub.people.access import Permission, User
from sync.messages import (
    AlertRaised,
    AlertUpdated,
    CommandAnswered,
    DecisionMade,
    EvidenceCaptured,
    Health,
    Message,
    WatchlistApplied,
    WatchlistRejected,
    WatchlistWithdrawn,
)


class ChangeKind(StrEnum):
    """What changed; the identifier beside it says which one."""

    CASE = "case"
    DEVICE = "device"
    CONFIRMATION = "confirmation"
    """A device confirmed or refused a watchlist's version, or dropped the list; ``LIST:DEVICE``."""
    WATCHLIST = "watchlist"
    """A version was published, or the list goes to other sites."""
    DECLARATION = "declaration"
    """One was decided, rejected, asked about, or what follows at the border; its sender's own, too."""


NEEDED = {
    ChangeKind.CASE: Permission.VIEW_CASES,
    ChangeKind.DEVICE: Permission.VIEW_DEVICES,
    ChangeKind.CONFIRMATION: Permission.VIEW_DEVICES,
    ChangeKind.WATCHLIST: Permission.VIEW_SUBJECTS,
    ChangeKind.DECLARATION: Permission.VIEW_DECLARATIONS,
}


OWN = {ChangeKind.DECLARATION: Permission.DECLARE}
"""With less than `NEEDED` a viewer learns of its own of these."""


def own_kinds_for(viewer: User) -> frozenset[ChangeKind]:
    """Which kinds the viewer may learn of when the change is its own."""
    return frozenset(kind for kind, permission in OWN.items() if viewer.may(permission))


def kinds_for(viewer: User) -> frozenset[ChangeKind]:
    """Which kinds the viewer may learn of."""
    return frozenset(kind for kind, permission in NEEDED.items() if viewer.may(permission))


def change_of(message: Message) -> tuple[ChangeKind, str] | None:
    """Kind and identifier of what a device's message changes; None for what nobody watches live."""
    match message.body:
        case AlertRaised() | AlertUpdated() | DecisionMade() | EvidenceCaptured() as body:
            return (ChangeKind.CASE, body.alert_id) if body.alert_id else None
        case Health() | CommandAnswered():
            return ChangeKind.DEVICE, message.device_id
        case WatchlistApplied() | WatchlistRejected() | WatchlistWithdrawn() as body:
            return ChangeKind.CONFIRMATION, f"{body.list_id}:{message.device_id}"
        case _:
            return None
