"""The map of crossings: where a place is drawn, how the way runs, and that the case page shows it."""

import math
from collections.abc import Sequence
from xml.etree.ElementTree import Element, fromstring

import pytest

from hub.console.crossing_map import Checkpoint, Projection, draw_map
from sync.messages import Answer
from tests.hub.console.furnished import CHECKPOINTS, JOURNEY, add_journey
from tests.hub.console.sample_hub import SampleHub

SQUARE = Projection(west=40.0, south=38.0, east=52.0, north=46.0)
ASTARA = Checkpoint("astara", "Astara", 38.44, 48.87)
SAMUR = Checkpoint("samur", "Samur", 41.63, 48.43)
RED_BRIDGE = Checkpoint("red-bridge", "Red Bridge", 41.33, 45.07)
PARIS = Checkpoint("paris", "Paris", 48.86, 2.35)


def drawn(*way: Checkpoint) -> Element:
    made = draw_map("Map", "Summary", way)
    assert made is not None
    return fromstring(str(made))


def of_class(root: Element, name: str) -> list[Element]:
    return [one for one in root.iter() if one.get("class") == name]


def texts(root: Element) -> list[str | None]:
    return [one.text for one in root.iter("text")]


def marks(root: Element) -> list[tuple[float, float]]:
    return [(float(one.attrib["cx"]), float(one.attrib["cy"])) for one in of_class(root, "mark")]


def legs(root: Element) -> list[str]:
    return [one.attrib["d"] for one in of_class(root, "leg")]


def ends(leg: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """First and last point of an arc."""
    start, _, rest = leg.removeprefix("M").partition("Q")
    return tuple(map(float, start.split())), tuple(map(float, rest.split()[2:]))


def is_inside(outline: str, point: tuple[float, float]) -> bool:
    """Tell by the even-odd rule whether a point lies in a drawn outline."""
    x, y = point
    crossed = 0
    for ring in outline.strip("MZ").split("ZM"):
        corners = [(float(one.split()[0]), float(one.split()[1])) for one in ring.split("L")]
        for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
            crossed += (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1)
    return crossed % 2 == 1


@pytest.mark.parametrize(
    ("longitude", "latitude", "x", "y"),
    [
        (40.0, 46.0, 0.0, 0.0),
        (52.0, 46.0, 600.0, 0.0),
        (40.0, 38.0, 0.0, SQUARE.height),
        (46.0, 42.0, 300.0, SQUARE.height / 2),
    ],
    ids=["north-west", "north-east", "south-west", "middle"],
)
def test_a_place_is_drawn_by_its_degrees(longitude: float, latitude: float, x: float, y: float) -> None:
    assert SQUARE.place(longitude, latitude) == pytest.approx((x, y), abs=0.05)


def test_in_the_middle_a_kilometre_is_as_long_each_way() -> None:
    (x, y), (east, _), (_, north) = (
        SQUARE.place(*point) for point in ((46.0, 42.0), (47.0, 42.0), (46.0, 43.0))
    )
    assert (east - x) / (y - north) == pytest.approx(math.cos(math.radians(42)), abs=2e-3)


@pytest.mark.parametrize(
    ("longitude", "latitude", "is_held"),
    [(40, 38, True), (52, 46, True), (39.99, 42, False), (46, 46.01, False), (-46, -42, False)],
)
def test_the_map_ends_at_its_box(longitude: float, latitude: float, is_held: bool) -> None:
    assert SQUARE.holds(longitude, latitude) is is_held


@pytest.mark.parametrize(
    ("longitude", "latitude", "countries"),
    [(46.36, 40.68, 1), (44.79, 41.69, 1), (51.0, 40.0, 0)],
    ids=["Ganja", "Tbilisi", "the Caspian"],
)
def test_the_outlines_lie_where_the_countries_are(longitude: float, latitude: float, countries: int) -> None:
    root = drawn(Checkpoint("here", "Here", latitude, longitude))
    (point,) = marks(root)
    assert sum(is_inside(land.attrib["d"], point) for land in of_class(root, "land")) == countries


def test_every_checkpoint_is_marked_and_named_once() -> None:
    root = drawn(ASTARA, SAMUR, ASTARA, RED_BRIDGE)
    assert len(marks(root)) == 3
    assert sorted(texts(root), key=str) == ["Astara", "Red Bridge", "Samur"]


def test_the_way_runs_from_crossing_to_crossing_in_order() -> None:
    root = drawn(ASTARA, SAMUR, RED_BRIDGE)
    astara, samur, red_bridge = marks(root)
    assert [ends(leg) for leg in legs(root)] == [(astara, samur), (samur, red_bridge)]


def test_there_and_back_are_two_lines() -> None:
    there, back = legs(drawn(ASTARA, SAMUR, ASTARA))
    assert there.partition("Q")[2].split()[:2] != back.partition("Q")[2].split()[:2]
    assert ends(there) == ends(back)[::-1]


@pytest.mark.parametrize(
    ("way", "count"),
    [((ASTARA,), 0), ((ASTARA, ASTARA), 0), ((ASTARA, PARIS, SAMUR), 1), ((ASTARA, SAMUR) * 50, 60)],
    ids=["one place", "the same place again", "a place off the map", "a long way"],
)
def test_lines_are_drawn_between_different_places_and_not_without_end(
    way: Sequence[Checkpoint], count: int
) -> None:
    assert len(legs(drawn(*way))) == count


@pytest.mark.parametrize("way", [(), (PARIS,)], ids=["nowhere", "off the map"])
def test_without_a_place_on_it_there_is_no_map(way: Sequence[Checkpoint]) -> None:
    assert draw_map("Map", "Summary", way) is None


@pytest.mark.parametrize(
    ("longitude", "is_left", "anchor"), [(45.07, False, None), (52.4, True, "figure")], ids=["west", "east"]
)
def test_a_name_stays_on_the_map(longitude: float, is_left: bool, anchor: str | None) -> None:
    root = drawn(Checkpoint("here", "Here", 40.0, longitude))
    ((mark, _),) = marks(root)
    (name,) = root.iter("text")
    assert (float(name.attrib["x"]) < mark, name.get("class")) == (is_left, anchor)


def test_the_map_has_a_name_and_a_description_for_who_does_not_see_it() -> None:
    root = drawn(ASTARA)
    said = {one.get("id"): one.text for one in root.iter() if one.get("id")}
    assert root.get("role") == "img"
    assert [said[name] for name in root.attrib["aria-labelledby"].split()] == ["Map", "Summary"]


def test_texts_cannot_become_markup() -> None:
    made = draw_map("<script>", "<b>", [Checkpoint("a", "<i>&", 40.0, 48.0)])
    assert not any(tag in str(made) for tag in ("<script>", "<b>", "<i>"))


def test_the_case_page_shows_the_way_of_a_confirmed_person(hub: SampleHub) -> None:
    hub.add_subject(1, "Tural Məmmədov")
    hub.add_device("edge-astara-1", "lane-1")
    case_id = add_journey(hub)
    page = hub.browser("leyla", kechid_language="en").get(f"/console/cases/{case_id}").text
    start = page.index('<svg class="drawn map"')
    root = fromstring(page[start : page.index("</svg>", start) + len("</svg>")])
    assert {*texts(root)} == {title for _, title, _, _ in CHECKPOINTS}
    assert len(legs(root)) == len(JOURNEY) - 1
    assert "Map of crossings" in page


def test_the_map_waits_for_the_supervisors_own_answer(hub: SampleHub) -> None:
    hub.add_subject(1, "Tural Məmmədov")
    hub.add_device("edge-astara-1", "lane-1")
    add_journey(hub)
    address = f"/console/cases/{hub.add_alert(1, 1)}"
    browser = hub.browser("leyla")
    assert "drawn map" not in browser.get(address).text
    hub.add_answer(address.rpartition("/")[2], Answer.SAME, role="supervisor")
    assert "drawn map" in browser.get(address).text
