"""Pure: the evaluation as one HTML page with plots drawn in it; holds no pictures of anybody."""

import html
from collections.abc import Mapping, Sequence

from edge_agent.evaluation.plots import Curves, det, roc
from edge_agent.evaluation.result import Evaluation

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem;
       color: #1c2430; background: #fff; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.summary { font-size: 1.05rem; max-width: 46rem; } .few { color: #8a3b12; }
table { border-collapse: collapse; } th, td { text-align: left; padding: .25rem 1.2rem .25rem 0;
       border-bottom: 1px solid #dfe4ea; font-variant-numeric: tabular-nums; }
figure { display: inline-block; margin: 0 1.5rem 1rem 0; } figcaption { color: #556070; }
svg text { font: 11px system-ui, sans-serif; fill: #556070; }
@media print { body { margin: 0; max-width: none; font-size: 10.5pt; } h2 { break-after: avoid; }
       figure, tr { break-inside: avoid; } }
"""
_HOW = """<p>A picture that could not be acquired makes its mated comparisons and searches misses. Intervals
are 95 % (Wilson). Leave-one-out searches each picture among all others, for strangers without their own. A
rate that so few comparisons cannot show is given as insufficient data, never estimated.</p>
"""

Result = Mapping[str, object]
Rows = Sequence[Sequence[str]]


def report_page(result: Result, evaluations: Sequence[Evaluation]) -> str:
    """Make the whole page: the summary in words, then the figures behind it; two packs at most."""
    packs = [_section(result), *([_section(part(result, "against"))] if "against" in result else [])]
    title = f"{' and '.join(dict.fromkeys(e.pack for e in evaluations))} on {result['dataset']}"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>Evaluation: {html.escape(title)}</title><style>{_STYLE}</style></head><body>\n"
        f"<h1>Evaluation: {html.escape(title)}</h1>\n{_summary(result)}\n"
        f"<h2>Error rates over all thresholds</h2>\n{_figures(evaluations)}\n"
        f"{''.join(packs)}{_HOW}</body></html>\n"
    )


def part(result: Result, key: str) -> Result:
    """Give a part of the result that is a table of its own; empty when it is missing."""
    found = result.get(key)
    return found if isinstance(found, Mapping) else {}


def _summary(result: Result) -> str:
    sentences = [*_sentences(result), *_sentences(part(result, "against"))]
    if comparison := part(result, "comparison"):
        other = part(result, "against")["pack"]
        sentences.append(
            f"Of the pairs, {comparison['only_first_right']} are judged right by {result['pack']} alone and "
            f"{comparison['only_second_right']} by {other} alone; so unequal a split "
            f"comes by chance with a probability of {_number(comparison['p_value'])}."
        )
    return "".join(f'<p class="summary">{html.escape(sentence)}</p>\n' for sentence in sentences)


def _sentences(result: Result) -> list[str]:
    if not result:
        return []
    sentences = [
        f"{result['pack']} decides {_percent(result['accuracy'])} of {result['n_pairs']} pairs right "
        f"({_percents(result['accuracy_ci'])}), each by a threshold chosen without it. "
        f"{result['failure_to_acquire']} of {result['n_images']} pictures of {result['n_subjects']} persons "
        "could not be acquired."
    ]
    if open_set := part(result, "open_set"):
        sentences.append(_open_set_sentence(result, open_set))
    if few := part(result, "groups").get("rest_on_few"):
        sentences.append(
            f"Groups with too few comparisons to rely on: {', '.join(few if isinstance(few, list) else [])}."
        )
    return sentences


def _open_set_sentence(result: Result, open_set: Result) -> str:
    known = [(rate, part({"p": p}, "p")) for rate, p in part(open_set, "points").items() if p is not None]
    where = f"Among {open_set['gallery_subjects']} enrolled ({open_set['draws']} draws)"
    if not known:
        return f"{where}, {result['pack']} has too few searches of strangers to tell any false alarm rate."
    rate, point = known[-1]
    return (
        f"{where}, {result['pack']} finds {_percent(point['tpir'])} of the searched subjects "
        f"({_percents(point['tpir_bootstrap_ci'])} over resampled subjects) when at most "
        f"{_percent(float(rate))} of strangers raise an alarm; missed ones include faces not acquired."
    )


def _figures(evaluations: Sequence[Evaluation]) -> str:
    pairs: Curves = {each.pack: each.curve for each in evaluations}
    openly: Curves = {each.pack: each.open_set.curve for each in evaluations if each.open_set}
    figures = _figure(det(pairs, ("FMR", "FNMR")), "Pairs: detection error trade-off")
    figures += _figure(roc(pairs, ("FMR", "TAR")), "Pairs: receiver operating characteristic")
    if openly:
        figures += _figure(det(openly, ("FPIR", "FNIR")), "Open-set searches: detection error trade-off")
    return figures


def _section(result: Result) -> str:
    parts = [
        f"<h2>{html.escape(str(result['pack']))}</h2>\n{_table(_headline(result))}",
        f"<h2>Operating points</h2>\n{_table(_operating_points(result))}",
        _open_set_section(part(result, "open_set")),
        _groups_section(part(result, "groups")),
        f"<h2>Thresholds</h2>\n{_table(_rows(part(result, 'thresholds')))}",
        f"<h2>CPU time per picture, ms (median)</h2>\n{_table(_rows(part(result, 'ms_per_image')))}",
    ]
    return "\n".join(filter(None, parts)) + "\n"


def _headline(result: Result) -> Rows:
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


def _operating_points(result: Result) -> Rows:
    return [
        (f"{words} {rate}", f"{_number(value)} {_interval(part(result, f'{key}_ci').get(rate))}")
        for key, words in (("tar_at_fmr", "TAR at FMR"), ("tpir_at_fpir", "leave-one-out TPIR at FPIR"))
        for rate, value in part(result, key).items()
    ]


def _open_set_section(open_set: Result) -> str:
    if not open_set:
        return ""
    counts = [(k.replace("_", " "), _number(v)) for k, v in open_set.items() if k != "points"]
    head = ("FPIR wanted", "reached", "threshold", "TPIR", "Wilson, one draw", "subjects resampled", "FNIR")
    rows = [head, *(_point_row(rate, point) for rate, point in part(open_set, "points").items())]
    return f"<h2>Open-set identification</h2>\n{_table(counts)}\n{_table(rows, heads_first=True)}"


def _point_row(rate: str, point: object) -> Sequence[str]:
    if not isinstance(point, Mapping):
        return (rate, "insufficient data", "", "", "", "", "")
    intervals = (_interval(point["tpir_ci"]), _interval(point["tpir_bootstrap_ci"]))
    figures = (_number(point[key]) for key in ("fpir", "threshold", "tpir"))
    return (rate, *figures, *intervals, _number(point["fnir"]))


def _groups_section(groups: Result) -> str:
    if not groups:
        return ""
    few = groups["rest_on_few"]
    rows = [("group", "FMR", "interval", "n", "FNMR", "interval", "n")]
    for name, rates in part(groups, "rates").items():
        cells = [_cells(rates, kind) for kind in ("fmr", "fnmr")] if isinstance(rates, Mapping) else []
        note = " (few)" if isinstance(few, list) and name in few else ""
        rows.append((f"{name}{note}", *cells[0], *cells[1]))
    ratios = [
        (f"highest {kind.upper()} over lowest", _number(groups[f"worst_{kind}_ratio"]))
        for kind in ("fmr", "fnmr")
    ]
    return (
        f"<h2>By group, threshold {_number(groups['threshold'])}</h2>\n"
        f"{_table(rows, heads_first=True)}\n{_table(ratios)}"
    )


def _cells(rates: Result, kind: str) -> tuple[str, str, str]:
    return _number(rates[kind]), _interval(rates[f"{kind}_ci"]), _number(rates[f"{kind}_n"])


def _rows(figures: Result) -> Rows:
    return [(str(k), _number(v)) for k, v in figures.items()]


def _number(value: object) -> str:
    if value is None:
        return "insufficient data"
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _percent(value: object) -> str:
    return f"{100 * value:.4g} %" if isinstance(value, float) else str(value)


def _percents(bounds: object) -> str:
    return " to ".join(map(_percent, bounds)) if isinstance(bounds, Sequence) else ""


def _interval(bounds: object) -> str:
    return (
        f"({bounds[0]:.4f} to {bounds[1]:.4f})" if isinstance(bounds, Sequence) and len(bounds) == 2 else ""
    )


def _table(rows: Rows, *, heads_first: bool = False) -> str:
    def line(number: int, row: Sequence[str]) -> str:
        tags = ["th" if not place or (heads_first and not number) else "td" for place in range(len(row))]
        cells = (f"<{t}>{html.escape(c)}</{t}>" for t, c in zip(tags, row, strict=True))
        return f"<tr>{''.join(cells)}</tr>"

    return f"<table>{''.join(line(number, row) for number, row in enumerate(rows))}</table>"


def _figure(drawing: str, caption: str) -> str:
    return f"<figure>{drawing}<figcaption>{html.escape(caption)}</figcaption></figure>"
