from xml.etree import ElementTree

import pytest

from hub.console.charts import Chart, Series, Value, Words, bars, columns, lines, strip

WORDS = Words("daily", "Alerts <by> lane", ("Lane", "Alerts"), "Last seven days")
LANES = (Value("lane 1", 3, "3"), Value("lane & 2", 8, "8", low=6, high=10.5, tone="warn"))
SVG = "{http://www.w3.org/2000/svg}"


def drawn(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(str(chart.svg))


def plain(number: float) -> str:
    return f"{number:g}"


CHARTS = {
    "bars": bars(WORDS, LANES),
    "strip": strip(WORDS, LANES, goal=5),
    "columns": columns(WORDS, LANES, plain),
    "lines": lines(WORDS, (Series("a", LANES), Series("b", LANES)), plain),
}


@pytest.mark.parametrize("kind", CHARTS)
def test_a_chart_is_one_picture_with_title_and_description(kind: str) -> None:
    root = drawn(CHARTS[kind])

    ids = {node.get("id"): node.text for node in root.iter() if node.get("id")}
    assert root.get("role") == "img"
    assert [ids[name] for name in str(root.get("aria-labelledby")).split()] == [WORDS.title, WORDS.summary]


@pytest.mark.parametrize("kind", CHARTS)
def test_a_chart_carries_neither_style_nor_script(kind: str) -> None:
    nodes = list(drawn(CHARTS[kind]).iter())

    assert not [node.tag for node in nodes if node.tag in ("style", "script") or "style" in node.attrib]


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        ("bars", (("lane 1", "3"), ("lane & 2", "8"))),
        ("strip", (("lane 1", "3"), ("lane & 2", "8"))),
        ("columns", (("lane 1", "3"), ("lane & 2", "8"))),
        ("lines", (("lane 1", "3", "3"), ("lane & 2", "8", "8"))),
    ],
)
def test_a_chart_has_its_figures_as_a_table(kind: str, rows: tuple[tuple[str, ...], ...]) -> None:
    assert CHARTS[kind].rows == rows


def test_a_bar_is_as_long_as_its_share_of_the_scale() -> None:
    widths = [
        node.get("width") for node in drawn(CHARTS["bars"]).iter("rect") if node.get("class") != "ground"
    ]

    assert widths == ["25.00%", "66.67%"]


def test_an_interval_reaches_from_its_low_to_its_high_end() -> None:
    long = [n for n in drawn(CHARTS["bars"]).iter("line") if n.get("x1") != n.get("x2")]

    assert [(node.get("x1"), node.get("x2")) for node in long] == [("50.00%", "87.50%")]


def test_the_goal_of_a_strip_is_on_the_scale_of_its_values() -> None:
    goal = drawn(strip(WORDS, (Value("a", 10, "10"),), goal=20)).find("line[@class='goal']")

    assert goal is not None
    assert goal.get("x1") == "100.00%"


def test_a_line_has_a_band_only_when_every_value_has_an_interval() -> None:
    whole = (Value("1", 1, "1", 0.5, 1.5), Value("2", 2, "2", 1, 3))

    assert list(drawn(lines(WORDS, (Series("a", whole),), plain)).iter("polygon"))
    assert not list(drawn(CHARTS["lines"]).iter("polygon"))


@pytest.mark.parametrize(
    ("top", "numbers"),
    [
        (0, ["0", "1"]),
        (2, ["0", "1", "2"]),
        (3, ["0", "1", "2", "3", "4"]),
        (9, ["0", "3", "6", "9", "12"]),
        (10, ["0", "2", "4", "6", "8", "10"]),
        (130, ["0", "50", "100", "150", "200"]),
        (0.3, ["0", "0.1", "0.2", "0.3", "0.4"]),
    ],
)
def test_the_scale_has_round_numbers(top: float, numbers: list[str]) -> None:
    root = drawn(columns(WORDS, (Value("a", top, ""),), plain))

    assert [node.text for node in root.findall("text[@class='figure']")] == numbers


def test_many_days_leave_room_between_their_labels() -> None:
    month = tuple(Value(str(day), 1, "1") for day in range(1, 31))

    labels = [node.text for node in drawn(columns(WORDS, month, plain)).findall("text[@class='time']")]

    assert labels == ["1", "6", "11", "16", "21", "26"]


@pytest.mark.parametrize("kind", [bars, strip])
def test_nothing_to_draw_is_an_empty_drawing(kind: type) -> None:
    assert kind(WORDS, ()).rows == ()


@pytest.mark.parametrize(
    ("value", "low", "high"), [(-1, None, None), (float("nan"), None, None), (1, 0.5, None), (1, None, 2)]
)
def test_what_cannot_be_drawn_is_refused(value: float, low: float | None, high: float | None) -> None:
    with pytest.raises(ValueError, match="lane 1"):
        Value("lane 1", value, "", low, high)


def test_lines_of_different_days_are_refused() -> None:
    with pytest.raises(ValueError, match="labels"):
        lines(WORDS, (Series("a", LANES), Series("b", LANES[:1])), plain)
