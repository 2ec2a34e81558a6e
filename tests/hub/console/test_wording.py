import re
from gettext import NullTranslations
from pathlib import Path

import pytest

import hub.watchlist.photos
from hub.cases.casework import CaseStatus
from hub.console.language import load_languages
from hub.console.wording import (
    ANSWERS,
    CASE_STATES,
    CATEGORIES,
    OUTCOMES,
    PHOTO_REASONS,
    ROLES,
    SEVERITIES,
    WARNINGS,
    false_alarms_sentence,
    field_problem,
    word,
)
from hub.people.access import Role
from hub.watchlist import picture_check
from hub.watchlist.categories import BUILT_IN
from sync.messages import Answer, Outcome

LANGUAGES = load_languages()


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (ANSWERS, [answer.value for answer in Answer]),
        (OUTCOMES, [outcome.value for outcome in Outcome]),
        (ROLES, [role.value for role in Role]),
        (CATEGORIES, [one.code for one in BUILT_IN]),
        (CASE_STATES, [status.value for status in CaseStatus]),
        (SEVERITIES, [1, 2, 3]),
    ],
    ids=["answers", "outcomes", "roles", "categories", "states", "severities"],
)
def test_every_code_of_the_hub_has_a_word(table: dict[object, str], codes: list[object]) -> None:
    assert set(codes) <= set(table)


def test_every_reason_that_the_examination_names_has_a_sentence() -> None:
    documented = re.search(
        r'"""Codes, empty when accepted: (.*?)"""', Path(hub.watchlist.photos.__file__).read_text(), re.DOTALL
    )
    of_files = re.search(r'reason: str.*?"""(.*?)"""', Path(picture_check.__file__).read_text(), re.DOTALL)

    assert documented is not None
    assert of_files is not None
    named = f"{documented.group(1)} {of_files.group(1)}"
    assert set(re.findall(r"``([a-z-]+)``", named)) == set(PHOTO_REASONS)


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert word(WARNINGS, "beacon-broken", NullTranslations()) == "beacon-broken"
    assert field_problem("never-heard-of", NullTranslations()) == "This cannot be used."


@pytest.mark.parametrize(
    ("per_day", "code", "text"),
    [
        (0.0, "en", "The lane's expected number of false alarms is not known."),
        (0.25, "en", "About one false alarm in 4 days is expected on this lane."),
        (0.25, "ru", "На этой полосе ожидается примерно один ложный сигнал за 4 дня."),
        (1 / 21, "ru", "На этой полосе ожидается примерно один ложный сигнал за 21 день."),
        (0.25, "az", "Bu zolaqda 4 gündə təxminən bir yanlış siqnal gözlənilir."),
        (0.9, "en", "About one false alarm a day is expected on this lane."),
        (1.0, "en", "About 1.0 false alarms a day are expected on this lane."),
        (2.5, "az", "Bu zolaqda gündə təxminən 2,5 yanlış siqnal gözlənilir."),
        (12.4, "en", "About 12 false alarms a day are expected on this lane."),
    ],
)
def test_false_alarms_are_a_sentence_and_never_a_percentage(per_day: float, code: str, text: str) -> None:
    assert false_alarms_sentence(per_day, LANGUAGES[code]) == text
