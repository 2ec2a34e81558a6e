"""What a transaction offers for its gas, and how much more when nobody takes it (EIP-1559). Pure."""

from hub.origin.chain.node import Fees

STEP = 125
"""Raised by 12.5 %, in thousandths: nodes refuse a replacement that offers less than 10 % more."""


def first_offer(suggested: Fees, ceiling: int) -> Fees:
    """Offer what the node suggests, at most `ceiling` wei for each unit of gas."""
    most = min(suggested.most, ceiling)
    return Fees(most, min(suggested.tip, most))


def raised_offer(offered: Fees, suggested: Fees, ceiling: int) -> Fees | None:
    """Offer more than before; None: the chain takes no fees, or the ceiling leaves no room to replace it."""
    most = max(_raised(offered.most), suggested.most)
    tip = max(_raised(offered.tip), suggested.tip)
    if most == 0 or most > ceiling:
        return None
    return Fees(most, min(tip, most))


def _raised(amount: int) -> int:
    return -(-amount * (1000 + STEP) // 1000)
