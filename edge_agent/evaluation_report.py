"""Pure: the evaluation as one HTML page with plots drawn in it; holds no pictures of anybody."""

import html
import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from edge_agent.evaluation import ErrorCurve

WIDTH, HEIGHT, MARGIN = 420, 320, 48

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem;
       color: #1c2430; background: #fff; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; } th, td { text-align: left; padding: .25rem 1.2rem .25rem 0;
       border-bottom: 1px solid #dfe4ea; font-variant-numeric: tabular-nums; }
figure { display: inline-block; margin: 0 1.5rem 1rem 0; } figcaption { color: #556070; }
svg text { font: 11px system-ui, sans-serif; fill: #556070; }
"""

Point = tuple[float, float]


def report_page(result: Mapping[str, object], curve: ErrorCurve) -> str:
    """Make the whole page of an evaluation's figures and its error curve."""
    title = f"{result['pack']} on {result['dataset']}"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>Evaluation: {html.escape(title)}</title><style>{_STYLE}</style></head><body>\n"
        f"<h1>Evaluation: {html.escape(title)}</h1>\n"
        f"{_table(_headline(result))}\n<h2>Error rates over all thresholds</h2>\n"
        f"{_figure(_det(curve), 'Detection error trade-off')}"
        f"{_figure(_roc(curve), 'Receiver operating characteristic')}\n"
        f"<h2>Operating points</h2>\n{_table(_operating_points(result))}\n"
        f"<h2>Thresholds</h2>\n{_table(_rows(result['thresholds']))}\n"
        f"<h2>CPU time per picture, ms (median)</h2>\n{_table(_rows(result['ms_per_image']))}\n"
        "<p>Pairs with a picture that could not be acquired count as no match. Intervals are 95 % (Wilson). "
        "Searches are leave-one-out: each picture against all others, for strangers without their own. "
        "A rate that so few comparisons cannot show is given as insufficient data.</p>\n</body></html>\n"
    )


def _headline(result: Mapping[str, object]) -> list[tuple[str, str]]:
    names = {
        "n_images": "pictures",
        "n_subjects": "persons",
        "n_mated": "pairs of one person",
        "n_non_mated": "pairs of strangers",
        "failure_to_acquire": "pictures without a face that could be acquired",
    }
    rows = [(words, _number(result[name])) for name, words in names.items()]
    rows.append(
        ("accuracy, 95 % interval", f"{_number(result['accuracy'])} {_interval(result['accuracy_ci'])}")
    )
    rows.append(("equal error rate", _number(result["equal_error_rate"])))
    return rows


def _operating_points(result: Mapping[str, object]) -> list[tuple[str, str]]:
    rows = []
    for key, words in (("tar_at_fmr", "TAR at FMR"), ("tpir_at_fpir", "TPIR at FPIR")):
        values, intervals = result[key], result[f"{key}_ci"]
        if isinstance(values, Mapping) and isinstance(intervals, Mapping):
            rows += [
                (f"{words} {rate}", f"{_number(value)} {_interval(intervals[rate])}")
                for rate, value in values.items()
            ]
    return rows


def _rows(figures: object) -> list[tuple[str, str]]:
    return [(str(k), _number(v)) for k, v in figures.items()] if isinstance(figures, Mapping) else []


def _number(value: object) -> str:
    if value is None:
        return "insufficient data"
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _interval(bounds: object) -> str:
    return (
        f"({bounds[0]:.4f} to {bounds[1]:.4f})" if isinstance(bounds, Sequence) and len(bounds) == 2 else ""
    )


def _table(rows: Sequence[tuple[str, str]]) -> str:
    cells = (f"<tr><th>{html.escape(k)}</th><td>{html.escape(v)}</td></tr>" for k, v in rows)
    return f"<table>{''.join(cells)}</table>"


def _figure(drawing: str, caption: str) -> str:
    return f"<figure>{drawing}<figcaption>{html.escape(caption)}</figcaption></figure>"


def _det(curve: ErrorCurve) -> str:
    left, bottom = _lowest_decade(curve.false_match), _lowest_decade(curve.false_non_match)
    rates = zip(curve.false_match, curve.false_non_match, strict=True)
    points = [(_decade(x, left), _decade(y, bottom)) for x, y in rates]
    return _plot(points, ("FMR", "FNMR"), left, [float(d) for d in range(bottom, 1)])


def _roc(curve: ErrorCurve) -> str:
    left = _lowest_decade(curve.false_match)
    rates = zip(curve.false_match, curve.false_non_match, strict=True)
    points = [(_decade(x, left), 1 - float(y)) for x, y in rates]
    return _plot(points, ("FMR", "TAR"), left, [float(v) for v in np.linspace(0, 1, 6)])


def _plot(points: Sequence[Point], axes: tuple[str, str], left: int, heights: Sequence[float]) -> str:
    """Draw a curve over the decades of a false match rate; `heights`: lines across, decades or shares."""
    low, high = heights[0], heights[-1]

    def place(x: float, y: float) -> Point:
        across, up = (x - left) / -left, (y - low) / (high - low)
        return MARGIN + (WIDTH - 2 * MARGIN) * across, HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * up

    decades = range(left, 1)
    grid = [_line(place(d, low), place(d, high)) for d in decades]
    grid += [_line(place(left, y), place(0, y)) for y in heights]
    labels = [_text(place(d, low), 0, 16, f"1e{d}", "middle") for d in decades]
    labels += [
        _text(place(left, y), -6, 4, f"1e{y:.0f}" if high == 0 else f"{y:.1f}", "end") for y in heights
    ]
    labels += [_text((WIDTH / 2, HEIGHT - 10), 0, 0, axes[0], "middle")]
    labels += [_text((6, MARGIN - 14), 0, 0, axes[1], "start")]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in points))
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'aria-label="{axes[1]} over {axes[0]}">{"".join(grid)}{"".join(labels)}'
        f'<polyline points="{path}" fill="none" stroke="#0b6e4f" stroke-width="2"/></svg>'
    )


def _lowest_decade(rates: NDArray[np.float64]) -> int:
    """Where the axis ends: below the smallest rate that so many comparisons can show; zero is drawn there."""
    smallest = float(rates[rates > 0].min(initial=0.1))
    return min(-1, math.floor(math.log10(smallest)))


def _decade(rate: float, lowest: int) -> float:
    return max(float(lowest), math.log10(rate)) if rate > 0 else float(lowest)


def _line(start: Point, end: Point) -> str:
    place = f'x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"'
    return f'<line {place} stroke="#e6eaef"/>'


def _text(at: Point, dx: float, dy: float, words: str, anchor: str) -> str:
    place = f'x="{at[0] + dx:.1f}" y="{at[1] + dy:.1f}" text-anchor="{anchor}"'
    return f"<text {place}>{html.escape(words)}</text>"
