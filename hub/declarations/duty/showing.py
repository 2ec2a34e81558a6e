"""Stored duties as they are shown: explained, and a person's month only to who may see it. Pure."""

from collections.abc import Mapping
from typing import Any

import msgspec

from hub.declarations.duty.assessment import DutyAssessment, explain


def shown(found: DutyAssessment, *, with_limit: bool) -> dict[str, Any]:
    """Give duties as JSON has them, explained; without the limit no other parcel of the person shows."""
    said = found if with_limit else msgspec.structs.replace(found, limit=None)
    facts: dict[str, Any] = msgspec.to_builtins(said)
    return facts | {"explanation": msgspec.to_builtins(explain(said))}


def shown_stored(kept: Mapping[str, Any] | None, *, with_limit: bool) -> dict[str, Any] | None:
    """Show what was kept with an assessment."""
    return None if kept is None else shown(msgspec.convert(kept, DutyAssessment), with_limit=with_limit)
