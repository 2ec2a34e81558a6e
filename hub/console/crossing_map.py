"""A map of crossings drawn here: coasts and borders of the region, checkpoints, the way between them. Pure.

Outlines are Natural Earth's (public domain); see ``south_caucasus.json``. No tiles, nothing from outside.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

_FILE = Path(__file__).with_name("south_caucasus.json")
_WIDTH = 600.0
_MOST_LEGS = 60


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A place on the map."""

    site_id: str
    title: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Projection:
    """Plate carrée with its true scale in the middle of the box: good enough for a region."""

    west: float
    south: float
    east: float
    north: float

    @property
    def _scale(self) -> float:
        return _WIDTH / ((self.east - self.west) * self._squeeze)

    @property
    def _squeeze(self) -> float:
        return math.cos(math.radians((self.south + self.north) / 2))

    @property
    def height(self) -> float:
        """Of the drawing, whose width is fixed."""
        return (self.north - self.south) * self._scale

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Where a point is drawn."""
        x = (longitude - self.west) * self._squeeze * self._scale
        return round(x, 1), round((self.north - latitude) * self._scale, 1)

    def holds(self, longitude: float, latitude: float) -> bool:
        """Whether a point lies on the map."""
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north


def draw_map(title: str, summary: str, way: Sequence[Checkpoint]) -> Markup | None:
    """Draw checkpoints in the order of time with lines between them; None when none lies on the map."""
    projection = Projection(*_outlines()[0])
    on_map = [one for one in way if projection.holds(one.longitude, one.latitude)]
    if not on_map:
        return None
    box = f"0 0 {_WIDTH:g} {projection.height:.0f}"
    root = Element(
        "svg", {"class": "drawn map", "viewBox": box, "role": "img", "aria-labelledby": "map-title map-desc"}
    )
    SubElement(root, "title", {"id": "map-title"}).text = title
    SubElement(root, "desc", {"id": "map-desc"}).text = summary
    for path in _outlines()[1]:
        SubElement(root, "path", {"d": path, "class": "land"})
    _legs(root, projection, on_map[-_MOST_LEGS - 1 :])
    for checkpoint in {one.site_id: one for one in on_map}.values():
        x, y = projection.place(checkpoint.longitude, checkpoint.latitude)
        SubElement(root, "circle", {"cx": str(x), "cy": str(y), "r": "6", "class": "mark"})
        is_right = x > _WIDTH * 0.75
        text = {"x": str(x - 10 if is_right else x + 10), "y": str(y + 4)}
        more = {"class": "figure"} if is_right else {}
        SubElement(root, "text", text | more).text = checkpoint.title
    return Markup(tostring(root, encoding="unicode"))  # noqa: S704  # ElementTree has escaped every text


def _legs(root: Element, projection: Projection, way: Sequence[Checkpoint]) -> None:
    """Draw each leg as an arc, so that there and back are two lines."""
    for start, end in pairwise(way):
        (x1, y1), (x2, y2) = (projection.place(one.longitude, one.latitude) for one in (start, end))
        if (x1, y1) != (x2, y2):
            bend_x, bend_y = (x1 + x2) / 2 + (y2 - y1) / 6, (y1 + y2) / 2 - (x2 - x1) / 6
            path = f"M{x1} {y1}Q{bend_x:.1f} {bend_y:.1f} {x2} {y2}"
            SubElement(root, "path", {"d": path, "class": "leg"})


@cache
def _outlines() -> tuple[tuple[float, float, float, float], tuple[str, ...]]:
    data = json.loads(_FILE.read_text(encoding="utf-8"))
    west, south, east, north = data["box"]
    projection = Projection(west, south, east, north)
    paths = tuple(
        "".join(_ring(projection, ring) for ring in country["rings"]) for country in data["countries"]
    )
    return (west, south, east, north), paths


def _ring(projection: Projection, ring: Sequence[tuple[float, float]]) -> str:
    points = (projection.place(longitude, latitude) for longitude, latitude in ring)
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"
