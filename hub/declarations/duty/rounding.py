"""Exact sums brought to whole units of money, and parted so that the parts add up. Pure."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from functools import reduce

from hub.declarations.duty.rules import Rounding

EXACT = Context(prec=80)
"""For sums and products without loss; only shares are divided, and their last digits are guarded."""
_GUARD = Decimal("1e-20")
"""Smaller differences come from divisions: without it they could cost a unit too much."""
_FINER_GUARD = Decimal("1e-25")
"""Of parts: thousands of them are together off by less than `_GUARD`, so they never outdo their sum."""
CENT = Decimal("0.01")
_MODES = {Rounding.UP: ROUND_CEILING, Rounding.HALF_UP: ROUND_HALF_UP, Rounding.DOWN: ROUND_DOWN}


def rounded(exact: Decimal, unit: Decimal, rounding: Rounding) -> Decimal:
    """Bring an amount to whole units."""
    return EXACT.multiply(_in_units(exact, unit, _GUARD).to_integral_value(_MODES[rounding]), unit)


def apportion(parts: Sequence[Decimal], unit: Decimal, rounding: Rounding) -> list[Decimal]:
    """Bring parts to whole units that add up to their rounded sum; none is off by a unit or more."""
    units = [_in_units(part, unit, _FINER_GUARD) for part in parts]
    whole = [one.to_integral_value(ROUND_FLOOR) for one in units]
    total = EXACT.divide(rounded(_sum(parts), unit, rounding), unit)
    missing = int(EXACT.subtract(total, _sum(whole)))
    if missing:
        rests = [EXACT.subtract(one, exact) for one, exact in zip(whole, units, strict=True)]
        for place in sorted(range(len(parts)), key=rests.__getitem__)[:missing]:
            whole[place] += 1
    return [EXACT.multiply(one, unit) for one in whole]


def _sum(numbers: Sequence[Decimal]) -> Decimal:
    return reduce(EXACT.add, numbers, Decimal(0))


def _in_units(exact: Decimal, unit: Decimal, guard: Decimal) -> Decimal:
    return EXACT.divide(exact, unit).quantize(guard, ROUND_HALF_EVEN, context=EXACT)
