"""Behaviour of the benchmark framework."""

import json

import pytest

from tests.benchmarks import __main__ as command
from tests.benchmarks import face_detector, face_extractor
from tests.benchmarks.measurement import Measurement, interleaved, not_measured


def test_medians_belong_to_their_step() -> None:
    clock = Clock()
    ours, reference = interleaved(lambda: clock.pass_(3), lambda: clock.pass_(5), 5, clock=clock.read)
    assert (ours, reference) == (3, 5)


class Clock:
    """A clock that only steps move."""

    def __init__(self) -> None:
        self._now = 0.0

    def read(self) -> float:
        return self._now

    def pass_(self, seconds: float) -> None:
        self._now += seconds


def test_steps_take_turns_at_going_first() -> None:
    order: list[str] = []
    interleaved(lambda: order.append("o"), lambda: order.append("r"), 3)
    assert "".join(order) == "oror" + "or" + "ro" + "or"


def test_ratio_says_how_many_times_better_ours_is() -> None:
    assert Measurement("x", "ms", 3, 2.0, 4.0).ratio == 2.0
    assert Measurement("x", "frames per second", 3, 2.0, 4.0).ratio == 0.5
    assert Measurement("x", "ms", 3, 2.0).ratio is None
    assert not_measured("x", "ms", "no input").ratio is None


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "names", lambda: ["fast", "lost"])
    answers = {
        "fast": Measurement("fast", "ms", 3, 2.0, 4.0, "n"),
        "lost": not_measured("lost", "ms", "no input"),
    }
    monkeypatch.setattr(command, "measure", lambda name: answers[name])


@pytest.mark.usefixtures("fakes")
def test_one_benchmark_prints_its_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["fast", "--json"]) == 0
    expected = {
        "name": "fast",
        "ours": 2.0,
        "reference": 4.0,
        "ratio": 2.0,
        "unit": "ms",
        "n": 3,
        "notes": "n",
    }
    assert json.loads(capsys.readouterr().out) == expected


@pytest.mark.usefixtures("fakes")
def test_all_prints_one_object_with_those_that_could_not_be_measured(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command.main(["all", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)["benchmarks"]
    assert [(each["name"], each["ours"]) for each in report] == [("fast", 2.0), ("lost", None)]


@pytest.mark.usefixtures("fakes")
def test_people_read_a_line_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["all"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert "ratio 2.00" in first
    assert "not measured: no input" in second


def test_unknown_benchmark_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["nothing"]) == 2
    assert "no benchmark nothing; there are all, " in capsys.readouterr().err


@pytest.mark.parametrize("benchmark", [face_detector, face_extractor], ids=["detector", "extractor"])
def test_face_benchmark_measures_or_says_what_it_lacks(benchmark: object) -> None:
    measurement: Measurement = benchmark.run(n=2)  # type: ignore[attr-defined]
    if measurement.ours is None:
        assert "beside the checkout" in measurement.notes
    else:
        assert measurement.reference is not None
        assert 0 < measurement.ours < 1000
