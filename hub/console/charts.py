"""Charts as SVG that the style sheet colours: bars, columns over time, lines, values with intervals. Pure.

Drawn in percent of its width, so that letters keep their size on a phone; its figures are a table too.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

SERIES_COLOURS = 4
"""The style sheet has ``series-0`` to ``series-3``; lines also differ by dashes."""
ROW, BAR, TEXT = 44, 14, 15
"""Pixels: a row of bars or intervals, the bar in it, where its label stands."""
HEIGHT, FOOT = 180, 24
"""Pixels: the plot of columns and lines, the labels below it."""
_MOST_LABELS = 6


@dataclass(frozen=True, slots=True)
class Value:
    """One figure: `text` is how it is written; `low` and `high` bound its interval; `tone` as of a badge."""

    label: str
    value: float
    text: str
    low: float | None = None
    high: float | None = None
    tone: str = ""

    def __post_init__(self) -> None:
        bounds = (self.value, self.low or 0.0, self.high or 0.0)
        if not all(math.isfinite(number) and number >= 0 for number in bounds):
            raise ValueError(f"{self.label}: {bounds} is not drawn")
        if (self.low is None) != (self.high is None):
            raise ValueError(f"{self.label}: an interval has two ends")

    @property
    def top(self) -> float:
        """The largest number of this figure."""
        return max(self.value, self.high or 0.0)


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name and its values, all lines of a chart with the same labels."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What is said with a chart: `name` is its id in the page, `columns` head its table."""

    name: str
    title: str
    columns: tuple[str, ...]
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with its words and figures; `parts.chart` shows it."""

    title: str
    summary: str
    svg: Markup
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    legend: tuple[str, ...] = ()
    """Names of the lines, in the order of their colours."""


def bars(words: Words, values: Sequence[Value]) -> Chart:
    """Draw horizontal bars, a thin line over each that has an interval."""
    scale = _scale(values)
    root = _root(words, ROW * len(values), "bars")
    for at, one in enumerate(values):
        group = _row(root, at, one)
        bar = {"x": "0", "y": str(at * ROW + 22), "height": str(BAR), "rx": "2"}
        SubElement(group, "rect", bar | {"width": "100%", "class": "ground"})
        SubElement(group, "rect", bar | {"width": _percent(one.value / scale), "class": _mark(one)})
        _whisker(group, one, at * ROW + 22 + BAR / 2, scale)
    return _chart(words, root, _rows(values))


def strip(words: Words, values: Sequence[Value], goal: float | None = None) -> Chart:
    """Draw each value as a dot with its interval on one scale; `goal` is a dashed line through all."""
    scale = _scale((*values, Value("", goal or 0.0, "")))
    root = _root(words, ROW * len(values), "strip")
    if goal is not None:
        end = _percent(goal / scale)
        SubElement(root, "line", {"x1": end, "x2": end, "y1": "0", "y2": "100%", "class": "goal"})
    for at, one in enumerate(values):
        group, middle = _row(root, at, one), at * ROW + 30
        line = {"x1": "0", "x2": "100%", "y1": str(middle), "y2": str(middle), "class": "axis"}
        SubElement(group, "line", line)
        _whisker(group, one, middle, scale)
        dot = {"cx": _percent(one.value / scale), "cy": str(middle), "r": "5", "class": _mark(one)}
        SubElement(group, "circle", dot)
    return _chart(words, root, _rows(values))


def columns(words: Words, values: Sequence[Value], number: Callable[[float], str]) -> Chart:
    """Draw upright columns over time; `number` writes the numbers of the scale."""
    scale = _scale(values)
    root = _root(words, HEIGHT + FOOT, "columns")
    _grid(root, scale, number)
    plot, width = _plot(root), 100 / max(1, len(values))
    for at, one in enumerate(values):
        share = one.value / scale
        place = {"x": f"{(at + 0.15) * width:.2f}%", "width": f"{0.7 * width:.2f}%", "class": _mark(one)}
        group = SubElement(plot, "g")
        SubElement(group, "title").text = f"{one.label}: {one.text}"
        SubElement(group, "rect", place | {"y": _percent(1 - share), "height": _percent(share)})
    _time_labels(root, [one.label for one in values])
    return _chart(words, root, _rows(values))


def lines(words: Words, series: Sequence[Series], number: Callable[[float], str]) -> Chart:
    """Draw lines over time with a band where there are intervals; raises `ValueError` for unequal labels."""
    labels = [one.label for one in series[0].values] if series else []
    if any([one.label for one in line.values] != labels for line in series):
        raise ValueError("the lines of a chart share their labels")
    scale = _scale([one for line in series for one in line.values])
    root = _root(words, HEIGHT + FOOT, "lines")
    _grid(root, scale, number)
    # Only a box of its own lets a line be given in percent: stretched, with strokes that stay as wide.
    box = SubElement(_plot(root), "svg", {"viewBox": "0 0 100 100", "preserveAspectRatio": "none"})
    for at, line in enumerate(series):
        colour = f"series-{at % SERIES_COLOURS}"
        _band(box, line.values, scale, colour)
        points = " ".join(_point(place, one.value / scale, labels) for place, one in enumerate(line.values))
        drawn = SubElement(box, "polyline", {"points": points, "class": colour})
        SubElement(drawn, "title").text = line.name
    _time_labels(root, labels)
    return replace(
        _chart(words, root, _rows_of_lines(series, labels)), legend=tuple(line.name for line in series)
    )


def _band(box: Element, values: Sequence[Value], scale: float, colour: str) -> None:
    if not values or any(one.low is None or one.high is None for one in values):
        return
    upper = [_point(at, (one.high or 0.0) / scale, values) for at, one in enumerate(values)]
    lower = [_point(at, (one.low or 0.0) / scale, values) for at, one in enumerate(values)]
    SubElement(box, "polygon", {"points": " ".join(upper + lower[::-1]), "class": f"band {colour}"})


def _point(at: int, share: float, labels: Sequence[object]) -> str:
    return f"{(at + 0.5) * 100 / len(labels):.2f},{100 - 100 * share:.2f}"


def _root(words: Words, height: int, kind: str) -> Element:
    """Begin a drawing that is read out as one picture: its title and its sentence."""
    names = f"{words.name}-title" + (f" {words.name}-desc" if words.summary else "")
    attributes = {"class": f"drawn {kind}", "width": "100%", "height": str(height), "role": "img"}
    root = Element("svg", attributes | {"aria-labelledby": names})
    SubElement(root, "title", {"id": f"{words.name}-title"}).text = words.title
    if words.summary:
        SubElement(root, "desc", {"id": f"{words.name}-desc"}).text = words.summary
    return root


def _row(root: Element, at: int, one: Value) -> Element:
    """Begin the row of one value: its name to the left, its figure to the right, both above what is drawn."""
    group, line = SubElement(root, "g"), str(at * ROW + TEXT)
    SubElement(group, "text", {"x": "0", "y": line}).text = one.label
    SubElement(group, "text", {"x": "100%", "y": line, "class": "figure"}).text = one.text
    return group


def _whisker(group: Element, one: Value, middle: float, scale: float) -> None:
    if one.low is None or one.high is None:
        return
    ends = {"x1": _percent(one.low / scale), "x2": _percent(one.high / scale)}
    SubElement(group, "line", ends | {"y1": f"{middle:g}", "y2": f"{middle:g}", "class": "interval"})
    for end in ends.values():
        bounds = {"x1": end, "x2": end, "y1": f"{middle - 4:g}", "y2": f"{middle + 4:g}", "class": "interval"}
        SubElement(group, "line", bounds)


def _plot(root: Element) -> Element:
    """Place the box of columns and lines: beside the numbers of the scale, above the labels."""
    return SubElement(root, "svg", {"x": "9%", "y": "8", "width": "91%", "height": str(HEIGHT - 8)})


def _grid(root: Element, scale: float, number: Callable[[float], str]) -> None:
    for tick in _ticks(scale):
        y = 8 + (HEIGHT - 8) * (1 - tick / scale)
        line = {"x1": "9%", "x2": "100%", "y1": f"{y:.1f}", "y2": f"{y:.1f}", "class": "axis"}
        SubElement(root, "line", line)
        SubElement(root, "text", {"x": "8%", "y": f"{y + 4:.1f}", "class": "figure"}).text = number(tick)


def _time_labels(root: Element, labels: Sequence[str]) -> None:
    """Write so many labels that they stand clear of each other."""
    step = max(1, math.ceil(len(labels) / _MOST_LABELS))
    for at in range(0, len(labels), step):
        x = 9 + (at + 0.5) * 91 / len(labels)
        place = {"x": f"{x:.2f}%", "y": str(HEIGHT + 17), "class": "time"}
        SubElement(root, "text", place).text = labels[at]


def _ticks(scale: float) -> list[float]:
    """Cut the scale into round numbers: fifths of 1, halves of 2, else quarters; 1 and 2 stay whole."""
    parts = {1.0: 1, 2.0: 2}.get(scale) or (5 if math.log10(scale).is_integer() else 4)
    return [scale * part / parts for part in range(parts + 1)]


def _scale(values: Sequence[Value]) -> float:
    """Return the end of the axis: the next of 1, 1.2, 2, 4, 8, 12 times 10ⁿ that holds every value."""
    top = max((one.top for one in values), default=0.0)
    if top <= 0:
        return 1.0
    power = 10 ** math.floor(math.log10(top))
    return float(next(power * step for step in (1, 1.2, 2, 4, 8, 12) if power * step >= top * (1 - 1e-9)))


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"


def _mark(one: Value) -> str:
    return f"mark {one.tone}".strip()


def _rows(values: Sequence[Value]) -> tuple[tuple[str, ...], ...]:
    return tuple((one.label, one.text) for one in values)


def _rows_of_lines(series: Sequence[Series], labels: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    return tuple((label, *(line.values[at].text for line in series)) for at, label in enumerate(labels))


def _chart(words: Words, root: Element, rows: tuple[tuple[str, ...], ...]) -> Chart:
    svg = Markup(tostring(root, encoding="unicode"))  # noqa: S704  # ElementTree has escaped every text
    return Chart(words.title, words.summary, svg, words.columns, rows)
