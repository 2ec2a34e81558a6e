"""A strip of crossings over time: one row per span, a tick per crossing, its side says the way. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

_ROW, _LINE, _TICK = 46, 32, 11
_MIDDLE = 4


@dataclass(frozen=True, slots=True)
class Tick:
    """One crossing: ``in``, ``out`` or empty."""

    at: datetime
    direction: str
    label: str


def draw_strip(
    title: str, spans: Sequence[tuple[str, timedelta]], ticks: Sequence[Tick], now: datetime
) -> Markup:
    """Draw one row per span that ends now; time runs to the right."""
    attributes = {"class": "drawn passages", "width": "100%", "height": str(_ROW * len(spans)), "role": "img"}
    root = Element("svg", attributes | {"aria-labelledby": "passages-title"})
    SubElement(root, "title", {"id": "passages-title"}).text = title
    for at, (name, span) in enumerate(spans):
        middle = at * _ROW + _LINE
        SubElement(root, "text", {"x": "0", "y": str(at * _ROW + 14)}).text = name
        line = {"x1": "0", "x2": "100%", "y1": str(middle), "y2": str(middle), "class": "axis"}
        SubElement(root, "line", line)
        for tick in ticks:
            share = 1 - (now - tick.at) / span
            if 0 <= share <= 1:
                _draw(root, tick, share, middle)
    return Markup(tostring(root, encoding="unicode"))  # noqa: S704  # ElementTree has escaped every text


def _draw(root: Element, tick: Tick, share: float, middle: int) -> None:
    top, bottom = {
        "in": (middle - _TICK, middle),
        "out": (middle, middle + _TICK),
    }.get(tick.direction, (middle - _MIDDLE, middle + _MIDDLE))
    # A tick at either end stays whole: half a percent of room on both sides.
    x = f"{0.5 + 99 * share:.2f}%"
    line = {"x1": x, "x2": x, "y1": str(top), "y2": str(bottom)}
    drawn = SubElement(root, "line", line | {"class": f"tick {tick.direction}".strip()})
    SubElement(drawn, "title").text = tick.label
