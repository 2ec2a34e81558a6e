"""What the terminal tells of a frequent crosser."""

import pytest
from PySide6.QtWidgets import QApplication

from gui.settings import Language
from gui.subject_view import _facts
from gui.translation import Translation
from sync.lane_messages import CrossingNotice
from tests.gui.builders import NOON, make_alert, make_subject


@pytest.fixture(autouse=True)
def _english(qapp: QApplication) -> None:
    """Speak English whatever the terminal of an earlier test spoke."""
    Translation(qapp).choose(Language.ENGLISH)


def notice(within_hours: int) -> CrossingNotice:
    return CrossingNotice(
        rule="often", crossings=4, entries=3, exits=1, within_hours=within_hours, noted_at=NOON
    )


@pytest.mark.parametrize(("within_hours", "window"), [(24, "24 hours"), (168, "7 days"), (48, "48 hours")])
def test_a_rule_that_is_fulfilled_comes_first_in_words(within_hours: int, window: str) -> None:
    alert = make_alert(1, subject=make_subject(), notices=(notice(within_hours),))
    label, text = _facts(alert)[0]
    assert label == "Frequent crosser"
    assert text == f"4 confirmed crossings in {window} (in: 3, out: 1)"


def test_an_alert_that_is_just_an_alert_says_nothing_of_it() -> None:
    assert "Frequent crosser" not in [label for label, _ in _facts(make_alert(1, subject=make_subject()))]


def test_nothing_of_it_is_told_before_the_answer() -> None:
    assert _facts(make_alert(1, notices=(notice(24),))) == []
