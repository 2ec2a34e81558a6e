"""What makes two declarations one parcel: digests to look for, which say nothing of who it is. Pure."""

import msgspec

from hub.declarations.cleansing.folding import fold
from hub.declarations.cleansing.parties import match_key
from hub.declarations.cleansing.vague_words import WORD
from hub.declarations.facts import DeclarationFacts, ItemFacts
from hub.declarations.identity import digest_of


class DuplicateKeys(msgspec.Struct, frozen=True, gc=False):
    """Two declarations that share one of these are likely of one parcel; empty: cannot be told."""

    tracking: str
    """Of the tracking number."""
    content: str
    """Of the consignee, the items and the day."""


def duplicate_keys(facts: DeclarationFacts) -> DuplicateKeys:
    """Return the keys of cleansed facts; the sender's own number does not count, nor the items' order."""
    tracking = "".join(filter(str.isalnum, facts.tracking_number)).upper()
    return DuplicateKeys(
        tracking=digest_of(f"tracking|{tracking}".encode()) if tracking else "",
        content=_content_key(facts),
    )


def _content_key(facts: DeclarationFacts) -> str:
    who = facts.consignee.id or match_key(facts.consignee.name)
    if not who or not facts.items:
        return ""
    day = facts.arrives_at.date().isoformat() if facts.arrives_at is not None else ""
    items = sorted(map(_item, facts.items))
    return digest_of("|".join((facts.consignee.country, who, day, *items)).encode())


def _item(item: ItemFacts) -> str:
    words = " ".join(sorted(WORD.findall(fold(item.description))))
    quantity = "" if item.quantity is None else f"{item.quantity.normalize():f}"
    value = "" if item.value is None else f"{item.value.amount.normalize():f}{item.value.currency}"
    return f"{item.hs_code[:6]};{words};{quantity};{value}"
