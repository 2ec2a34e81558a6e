"""A pair that officers called look-alikes: a match needs the margin of the pair, wherever the other ranks."""

from datetime import UTC, datetime

import msgspec
import numpy as np
import pytest

from edge_agent.decision.calibration import FalseAlarmBudget
from edge_agent.decision.identification import DecisionPolicy, identify
from edge_agent.recording.recording import RecordedList, record_list, references_of_subjects, searchable
from edge_agent.watchlists.watchlist import Watchlist, build_watchlist
from models.fakes import FAKE_CALIBRATION, FAKE_CONTRACT
from models.template import Template, unit_template
from sync.codec import decode_package, encode_package
from sync.messages import Outcome
from sync.watchlist_package import PackagedLookAlikes, PackagedReference, WatchlistPackage
from tests.edge_agent.passages import package_of, packaged_subject

NOW = datetime(2026, 5, 4, tzinfo=UTC)
DIMENSION = FAKE_CONTRACT.dimension


def direction(*parts: float) -> Template:
    """Make a template out of its first components."""
    vector = np.zeros(DIMENSION)
    vector[: len(parts)] = parts
    return unit_template(vector, FAKE_CONTRACT)


def package(pairs: tuple[PackagedLookAlikes, ...]) -> WatchlistPackage:
    """List one, a stranger who is nearer, and a look-alike who is farther from the probe."""
    places = {"one": direction(1.0), "stranger": direction(0.9, 0.43), "alike": direction(0.88, 0.0, 0.47)}
    subjects = tuple(
        msgspec.structs.replace(
            packaged_subject(name, 1),
            subject_id=name,
            references=(
                PackagedReference(
                    reference_id=f"r-{name}",
                    vector=template.vector.astype("<f4").tobytes(),
                    photo=b"",
                    quality=80.0,
                    captured_on="",
                ),
            ),
        )
        for name, template in places.items()
    )
    return msgspec.structs.replace(package_of({}), subjects=subjects, look_alikes=pairs)


def searched(whole: WatchlistPackage) -> Watchlist:
    budget = FalseAlarmBudget(allowed_per_day=1.0, travellers_per_day=1000)
    return build_watchlist(whole, FAKE_CALIBRATION, budget, NOW, contract=FAKE_CONTRACT)


def outcome(watchlist: Watchlist) -> tuple[Outcome, tuple[str, ...]]:
    probe = direction(1.0, 0.0, 0.0, 0.05)
    candidates = watchlist.gallery.search(probe, 2)
    found = identify(
        candidates,
        watchlist.thresholds,
        DecisionPolicy(),
        is_supported=True,
        look_alikes=watchlist.look_alikes(candidates, probe),
    )
    return found.outcome, found.reasons


def pair(margin: float, first: str = "alike", second: str = "one") -> tuple[PackagedLookAlikes, ...]:
    return (PackagedLookAlikes(first_id=first, second_id=second, margin=margin),)


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ((), (Outcome.MATCH, ())),
        (pair(0.05), (Outcome.MATCH, ())),
        (pair(0.2), (Outcome.REVIEW, ("look-alike",))),
        (pair(0.2, "one", "alike"), (Outcome.REVIEW, ("look-alike",))),
        (pair(0.2, "alike", "stranger"), (Outcome.MATCH, ())),
        (pair(0.2, "one", "nobody"), (Outcome.MATCH, ())),
    ],
    ids=["none", "led", "near", "other-order", "not-the-best", "not-listed"],
)
def test_a_candidate_whose_look_alike_is_within_the_pairs_margin_is_a_review(
    pairs: tuple[PackagedLookAlikes, ...], expected: tuple[Outcome, tuple[str, ...]]
) -> None:
    assert outcome(searched(decode_package(encode_package(package(pairs))))) == expected


def test_a_package_from_before_there_were_pairs_is_read() -> None:
    class Before(msgspec.Struct, frozen=True, kw_only=True):
        list_id: str
        version: int
        base_version: int | None
        title: str
        contract: object
        subjects: tuple[object, ...]
        removed_subject_ids: tuple[str, ...] = ()
        schema: str = "kechid.watchlist-package/1"

    new = package(())
    old = Before(**{name: getattr(new, name) for name in Before.__struct_fields__})
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(old), type=WatchlistPackage) == new


def test_a_recorded_list_decides_as_the_one_it_was_made_from() -> None:
    watchlist = searched(package(pair(0.2)))
    recorded = record_list(watchlist, references_of_subjects(watchlist))
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(recorded), type=RecordedList)
    assert outcome(searchable(again, FAKE_CONTRACT)) == outcome(watchlist)


def test_a_list_without_pairs_is_recorded_as_before() -> None:
    watchlist = searched(package(()))
    recorded = msgspec.to_builtins(record_list(watchlist, references_of_subjects(watchlist)))
    assert "pairs" not in recorded
