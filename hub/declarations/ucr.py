"""The unique consignment reference (UCR). Pure.

Source: WCO Recommendation concerning the UCR (2004): the last digit of the year, the country (ISO 3166-1), a
number of the trader, at most 35 signs together.
"""

import re

from hub.errors import FieldProblem, InvalidInputError

MOST_SIGNS = 35
UCR_CODE = "ucr-form"
_FORM = re.compile(r"[0-9][A-Z]{2}[0-9A-Z()./-]{1,32}\Z")


def check_ucr(ucr: str, pointer: str) -> None:
    """Raise `InvalidInputError` for a reference that is stated and is no UCR."""
    if ucr and _FORM.match(ucr) is None:
        detail = (
            f"{ucr[:MOST_SIGNS]!r} is no UCR: a digit of the year, a country of two capitals, a number of "
            f"capitals, digits and ( ) . / -, at most {MOST_SIGNS} signs together"
        )
        raise InvalidInputError(FieldProblem(pointer, UCR_CODE, detail))
