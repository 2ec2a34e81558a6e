"""The message reference names every type and field there is, and no type that is not."""

import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from sync import topics
from sync.messages import (
    Acknowledgement,
    Body,
    Command,
    DeviceState,
    EventBody,
    Message,
    MessageLane,
    WatchlistManifest,
    WatchlistWithdrawal,
)
from sync.watchlist_package import (
    PackagedContract,
    PackagedLookAlikes,
    PackagedReference,
    PackagedSubject,
    WatchlistPackage,
)

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "messages.md").read_text(encoding="utf-8")
ENVELOPES = (
    Message,
    Acknowledgement,
    DeviceState,
    Command,
    WatchlistManifest,
    WatchlistWithdrawal,
    WatchlistPackage,
)
PARTS = (PackagedContract, PackagedSubject, PackagedReference, PackagedLookAlikes)
BODIES: tuple[type[Body], ...] = get_args(EventBody)


def section(kind: type[msgspec.Struct]) -> str:
    """Return what stands about a type: from its heading or list entry to the next."""
    found = re.search(rf"^(#+ [^\n`]*|- )`{kind.__name__}`.*?(?=^#|^- |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, f"{kind.__name__} has no place in docs/messages.md"
    return found.group(0)


@pytest.mark.parametrize("kind", [*ENVELOPES, *BODIES, *PARTS], ids=lambda kind: kind.__name__)
def test_every_field_stands_with_its_type(kind: type[msgspec.Struct]) -> None:
    named = set(re.findall(r"`(\w+)`", section(kind)))
    assert set(kind.__struct_fields__) - named == set()


@pytest.mark.parametrize("kind", BODIES, ids=lambda kind: kind.__name__)
def test_every_body_stands_with_its_tag_and_lane(kind: type[Body]) -> None:
    heading = section(kind).splitlines()[0]
    assert f"`{kind.__struct_config__.tag}`" in heading
    assert heading.rsplit(" ", 1)[-1] in list(MessageLane)


def test_every_body_class_is_part_of_the_language() -> None:
    assert set(Body.__subclasses__()) == set(BODIES)


def test_every_schema_is_named() -> None:
    fields = [field for kind in ENVELOPES for field in msgspec.structs.fields(kind)]
    schemas = {field.default for field in fields if field.name == "schema"}
    assert {schema for schema in schemas if f"`{schema}`" not in PAGE} == set()


@pytest.mark.parametrize(
    ("topic", "written"),
    [
        (topics.events("S", "D"), "kechid/{site}/{device}/events"),
        (topics.acknowledgements("S", "D"), "kechid/{site}/{device}/acks"),
        (topics.commands("S", "D"), "kechid/{site}/{device}/commands"),
        (topics.state("S", "D"), "kechid/{site}/{device}/state"),
        (topics.carrier_declarations("C"), "kechid/carriers/{carrier}/declarations"),
        (topics.carrier_answers("C"), "kechid/carriers/{carrier}/answers"),
        (topics.manifest("L"), "kechid/watchlist/{list}/manifest"),
        (topics.site_manifest("S", "L"), "kechid/{site}/watchlist/{list}/manifest"),
    ],
)
def test_every_topic_is_as_written(topic: str, written: str) -> None:
    assert topic == written.format(site="S", device="D", list="L", carrier="C")
    assert f"| `{written}` |" in PAGE


def test_no_type_is_described_that_does_not_exist() -> None:
    described = set(re.findall(r"^(?:#+ [^\n`]*|- )`([A-Z]\w+)`", PAGE, re.MULTILINE))
    kinds: list[type[msgspec.Struct]] = [*ENVELOPES, *BODIES, *PARTS]
    assert described == {kind.__name__ for kind in kinds}
