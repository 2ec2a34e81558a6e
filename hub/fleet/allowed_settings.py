"""The settings that the hub may give to devices, and the form of each on the wire. Pure."""

import math
from collections.abc import Callable, Mapping

from hub.errors import FieldProblem, InvalidInputError

Settings = Mapping[str, str]
"""Values by name, each as it travels."""


def _number(least: float, most: float) -> Callable[[str], str | None]:
    def normal(text: str) -> str | None:
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            return None
        return f"{value:g}" if math.isfinite(value) and least <= value <= most else None

    return normal


def _whole(least: int, most: int) -> Callable[[str], str | None]:
    def normal(text: str) -> str | None:
        is_number = text.isascii() and text.isdigit() and len(text) < 10
        return str(int(text)) if is_number and least <= int(text) <= most else None

    return normal


def _truth(text: str) -> str | None:
    return text if text in ("true", "false") else None


ALLOWED: Mapping[str, Callable[[str], str | None]] = {
    "allowed_false_alarms_per_day": _number(0.001, 100),
    "travellers_per_day": _whole(1, 1_000_000),
    "shadow": _truth,
    "preview_mask": _truth,
}
"""Every setting the hub may give, with what brings a value into its form on the wire or says None."""


def checked(wanted: Settings) -> Settings:
    """Bring values into their form; empty ones are left to the device. Raises `InvalidInputError`."""
    problems, good = [], {}
    for name, text in wanted.items():
        normal = ALLOWED[name](text.strip()) if name in ALLOWED else None
        if name not in ALLOWED:
            problems.append(FieldProblem(f"/settings/{name[:40]}", "unknown", f"{name[:40]!r} is no setting"))
        elif text.strip() and normal is None:
            detail = f"{text[:40]!r} is not a value of {name}"
            problems.append(FieldProblem(f"/settings/{name}", "out-of-range", detail))
        elif normal is not None:
            good[name] = normal
    if problems:
        raise InvalidInputError(*problems)
    return good
