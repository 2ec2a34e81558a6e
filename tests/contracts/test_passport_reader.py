"""What every passport reader does."""

from collections.abc import Callable
from datetime import date

import pytest

from hardware.errors import HardwareError
from hardware.fakes import FakePassportReader
from hardware.mrz import parse_mrz
from hardware.passport_reader import PassportReader, Reading, UnreadableDocument
from hardware.simulated_passport_reader import SimulatedPassportReader
from hardware.travel_document import TravelDocument
from tests.hardware.zones import CARD, PASSPORT

TODAY = date(2026, 3, 1)


def fake() -> PassportReader:
    readings: list[Reading] = [
        parse_mrz(PASSPORT, TODAY),
        UnreadableDocument("no zone"),
        parse_mrz(CARD, TODAY),
    ]
    reader = FakePassportReader(readings)
    reader.open()
    return reader


def simulated() -> PassportReader:
    reader = SimulatedPassportReader()
    reader.open()
    for zone in (PASSPORT, "SPECIMEN", CARD):
        reader.lay_on(zone)
    return reader


def unplugged_fake() -> FakePassportReader:
    reader = FakePassportReader()
    reader.is_reachable = False
    return reader


def unplugged_simulated() -> SimulatedPassportReader:
    reader = SimulatedPassportReader()
    reader.cut_link(is_cut=True)
    return reader


@pytest.fixture(params=[fake, simulated])
def reader(request: pytest.FixtureRequest) -> PassportReader:
    """Make a reader on which a passport, something unreadable and a card were laid."""
    make: Callable[[], PassportReader] = request.param
    return make()


def test_it_is_a_passport_reader_that_is_ready(reader: PassportReader) -> None:
    assert isinstance(reader, PassportReader)
    assert reader.name == "passport-reader"
    assert reader.status() == "ready"


def test_each_document_is_delivered_once_and_in_order(reader: PassportReader) -> None:
    first, second, third = (reader.poll(TODAY) for _ in range(3))
    assert isinstance(first, TravelDocument)
    assert first.kind == "td3"
    assert isinstance(second, UnreadableDocument)
    assert isinstance(third, TravelDocument)
    assert third.kind == "td1"
    assert reader.poll(TODAY) is None


def test_closing_forgets_what_was_laid_on(reader: PassportReader) -> None:
    reader.close()
    reader.close()
    assert reader.status() == "off"
    with pytest.raises(HardwareError, match="not open"):
        reader.poll(TODAY)
    reader.open()
    assert reader.poll(TODAY) is None


@pytest.mark.parametrize("make", [unplugged_fake, unplugged_simulated], ids=["fake", "simulated"])
def test_reader_out_of_reach_says_so(make: Callable[[], PassportReader]) -> None:
    reader = make()
    assert reader.status() == "offline"
    with pytest.raises(HardwareError, match="out of reach"):
        reader.open()
    with pytest.raises(HardwareError, match="out of reach"):
        reader.poll(TODAY)
