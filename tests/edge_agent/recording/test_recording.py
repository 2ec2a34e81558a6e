"""The recording's format: what is refused, in one line, and what is never in it."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest

from edge_agent.errors import RecordingError
from edge_agent.recording.recording import (
    MAGIC,
    MOST_REFERENCES,
    Header,
    Looked,
    decode_recording,
    encode_entry,
    opening_of,
    seal_entry,
)
from sync.sealing import RowSeal
from tests.edge_agent.passages import Walk, passage, watchlist_of
from tests.edge_agent.taping import RECORDING_ID, SEAL, MemoryTape, taped, taped_lane

WATCHLIST = watchlist_of({"a": [1], "b": [2]})
STRANGER = 7


@pytest.fixture(scope="module")
def tape() -> MemoryTape:
    return taped(passage([Walk(1), Walk(STRANGER, top=220)], 12), [WATCHLIST])[0]


def refusal(data: bytes, seal: RowSeal = SEAL) -> str:
    with pytest.raises(RecordingError) as caught:
        decode_recording(data, seal, "recording x")
    line = str(caught.value)
    assert "\n" not in line
    assert line.startswith("recording x: ")
    return line.removeprefix("recording x: ")


def flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda _: b"", "not a recording of a passage"),
        (lambda _: b"GIF89a" + bytes(100), "not a recording of a passage"),
        (lambda data: data.replace(b"recording 1", b"recording 9", 1), "recording format b'9' is not 1"),
        (lambda data: data[: len(MAGIC) + 10], "cut off before its first entry"),
        (lambda data: data[:-1], "cut off after"),
        (lambda data: data[:-3000], "cut off after"),
        (lambda data: data + b"\x05", "cut off after"),
        (flipped, "does not open: entry"),
    ],
)
def test_what_is_no_whole_recording_is_refused(
    tape: MemoryTape, change: Callable[[bytes], bytes], reason: str
) -> None:
    assert refusal(change(tape.sealed())).startswith(reason)


def test_every_cut_is_noticed(tape: MemoryTape) -> None:
    data = tape.sealed()
    for length in range(0, len(data), 97):
        refusal(data[:length])


def test_another_key_opens_nothing(tape: MemoryTape) -> None:
    assert refusal(tape.sealed(), RowSeal(bytes(32))) == "does not open: another key, or altered"


def test_entries_of_another_recording_do_not_open(tape: MemoryTape) -> None:
    other = tape.sealed().replace(RECORDING_ID.encode(), RECORDING_ID.replace("1", "2").encode(), 1)
    assert refusal(other) == "does not open: another key, or altered"


def test_a_recording_of_other_numbers_is_refused(tape: MemoryTape) -> None:
    header = msgspec.msgpack.decode(encode_entry(tape.entries[0]))
    header["policy"]["gate"]["min_beauty"] = 1.0
    contents = [msgspec.msgpack.encode(header), *map(encode_entry, tape.entries[1:])]
    sealed = [seal_entry(SEAL, RECORDING_ID, number, content) for number, content in enumerate(contents)]
    line = refusal(opening_of(RECORDING_ID) + b"".join(sealed))
    assert line == "made by a version that decides by other numbers (entry 0)"


def test_nothing_is_readable_without_the_key(tape: MemoryTape) -> None:
    assert b"builders' passage" in encode_entry(tape.entries[0])
    assert b"builders' passage" not in tape.sealed()


def test_no_picture_is_in_a_recording(tape: MemoryTape) -> None:
    looked = [entry for entry in tape.entries if isinstance(entry, Looked)]
    assert len(looked) == 12
    # Two faces with a template of 64 numbers each; a picture of 640x360 has hundreds of times as many.
    assert max(len(encode_entry(entry)) for entry in looked) < 2000


def test_names_and_photos_of_listed_people_are_not_in_a_recording(tape: MemoryTape) -> None:
    assert not any(b"Example Person" in encode_entry(entry) for entry in tape.entries)


def test_lists_too_large_to_hold_give_the_recording_up() -> None:
    class Huge:
        references = MOST_REFERENCES + 1

    tape = MemoryTape()
    lane = taped_lane(tape)
    lane.process(next(passage([], 1)), [replace(WATCHLIST, gallery=Huge())])  # type: ignore[arg-type]
    assert tape.abandoned == "the lists have 50001 references, at most 50000 can be held"
    assert [type(entry) for entry in tape.entries] == [Header]
