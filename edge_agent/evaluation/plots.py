"""Pure: error curves drawn as SVG."""

import html
import math
from collections.abc import Mapping, Sequence

import numpy as np

from edge_agent.evaluation.rates import ErrorCurve, Scores

WIDTH, HEIGHT, MARGIN = 420, 320, 48
COLOURS = ("#0b6e4f", "#b3541e")
DASHES = ("none", "7 4")
"""So that two curves can be told apart in print without colours, too."""

Point = tuple[float, float]
Curves = Mapping[str, ErrorCurve]
"""By the name in the legend; two at most."""


def det(curves: Curves, axes: tuple[str, str]) -> str:
    """Draw both error rates over decades: detection error trade-off."""
    left = min(_lowest_decade(curve.false_match) for curve in curves.values())
    bottom = min(_lowest_decade(curve.false_non_match) for curve in curves.values())
    lines = {
        name: [
            (_decade(x, left), _decade(y, bottom))
            for x, y in zip(curve.false_match, curve.false_non_match, strict=True)
        ]
        for name, curve in curves.items()
    }
    return _plot(lines, axes, left, [float(d) for d in range(bottom, 1)])


def roc(curves: Curves, axes: tuple[str, str]) -> str:
    """Draw the share found over the share of strangers let through: receiver operating characteristic."""
    left = min(_lowest_decade(curve.false_match) for curve in curves.values())
    lines = {
        name: [
            (_decade(x, left), 1 - float(y))
            for x, y in zip(curve.false_match, curve.false_non_match, strict=True)
        ]
        for name, curve in curves.items()
    }
    return _plot(lines, axes, left, [float(v) for v in np.linspace(0, 1, 6)])


def _plot(
    lines: Mapping[str, Sequence[Point]], axes: tuple[str, str], left: int, heights: Sequence[float]
) -> str:
    """Draw curves over the decades of a rate; `heights`: lines across, decades or shares."""
    low, high = heights[0], heights[-1]

    def place(x: float, y: float) -> Point:
        across, up = (x - left) / -left, (y - low) / (high - low)
        return MARGIN + (WIDTH - 2 * MARGIN) * across, HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * up

    decades = range(left, 1)
    grid = [_line(place(d, low), place(d, high)) for d in decades]
    grid += [_line(place(left, y), place(0, y)) for y in heights]
    labels = [_text(place(d, low), (0, 16), f"1e{d}", "middle") for d in decades]
    labels += [
        _text(place(left, y), (-6, 4), f"1e{y:.0f}" if high == 0 else f"{y:.1f}", "end") for y in heights
    ]
    labels += [_text((WIDTH / 2, HEIGHT - 10), (0, 0), axes[0], "middle")]
    labels += [_text((6, MARGIN - 14), (0, 0), axes[1], "start")]
    drawn = [
        _curve(number, name, [place(*point) for point in points])
        for number, (name, points) in enumerate(lines.items())
    ]
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'aria-label="{axes[1]} over {axes[0]}">{"".join(grid)}{"".join(labels)}{"".join(drawn)}</svg>'
    )


def _curve(number: int, name: str, points: Sequence[Point]) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    look = f'fill="none" stroke="{COLOURS[number]}" stroke-width="2" stroke-dasharray="{DASHES[number]}"'
    right, top = WIDTH - MARGIN, MARGIN - 30 + 13 * number
    key = f'<line x1="{right - 24}" y1="{top - 4}" x2="{right}" y2="{top - 4}" {look}/>'
    return f'<polyline points="{path}" {look}/>{key}{_text((right - 30, top), (0, 0), name, "end")}'


def _lowest_decade(rates: Scores) -> int:
    """Where the axis ends: below the smallest rate that so many comparisons can show; zero is drawn there."""
    smallest = float(rates[rates > 0].min(initial=0.1))
    return min(-1, math.floor(math.log10(smallest)))


def _decade(rate: float, lowest: int) -> float:
    return max(float(lowest), math.log10(rate)) if rate > 0 else float(lowest)


def _line(start: Point, end: Point) -> str:
    place = f'x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"'
    return f'<line {place} stroke="#e6eaef"/>'


def _text(at: Point, off: Point, words: str, anchor: str) -> str:
    place = f'x="{at[0] + off[0]:.1f}" y="{at[1] + off[1]:.1f}" text-anchor="{anchor}"'
    return f"<text {place}>{html.escape(words)}</text>"
