"""What makes two declarations one parcel: keys to look for. Pure."""

from typing import NamedTuple

from hub.declarations.cleansing.folding import fold
from hub.declarations.cleansing.parties import match_key
from hub.declarations.cleansing.vague_words import WORD
from hub.declarations.facts import DeclarationFacts, ItemFacts
from hub.declarations.identity import digest_of

_DIGEST_BITS = 48
_DAYS = 1 << 15


class ParcelKeys(NamedTuple):
    """Two declarations that share one of these are likely of one parcel; None: cannot be told."""

    tracking: str | None
    """The tracking number in one spelling."""
    content: int | None
    """Of the consignee, the items and the day, which comes first: 63 bits."""


def parcel_keys(facts: DeclarationFacts, apart: str = "") -> ParcelKeys:
    """Return the keys of cleansed facts; those made with another `apart` meet none of these.

    The sender's own number does not count, nor the items' order. Keys of one time lie near one another, so
    an index of them grows at few places.
    """
    tracking = "".join(filter(str.isalnum, facts.tracking_number)).upper()
    if apart and tracking:
        tracking = digest_of(f"{apart}|{tracking}".encode())
    return ParcelKeys(tracking or None, _content_key(facts, apart))


def _content_key(facts: DeclarationFacts, apart: str) -> int | None:
    who = facts.consignee.id or match_key(facts.consignee.name)
    if not who or not facts.items:
        return None
    day = 0 if facts.arrives_at is None else facts.arrives_at.toordinal() % _DAYS
    items = sorted(map(_item, facts.items))
    digest = digest_of("|".join((apart, facts.consignee.country, who, *items)).encode())
    return day << _DIGEST_BITS | int(digest[: _DIGEST_BITS // 4], 16)


def _item(item: ItemFacts) -> str:
    words = " ".join(sorted(WORD.findall(fold(item.description))))
    quantity = "" if item.quantity is None else f"{item.quantity.normalize():f}"
    value = "" if item.value is None else f"{item.value.amount.normalize():f}{item.value.currency}"
    return f"{item.hs_code[:6]};{words};{quantity};{value}"
