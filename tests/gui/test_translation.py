import string
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from gui import words
from gui.main_window import MainWindow
from gui.phrase import phrase
from gui.plain_figures import expected_false_alarms
from gui.settings import Language, WindowSettings
from gui.translation import Translation, say, upper
from tests.gui.builders import NOON, make_alert
from tests.gui.conftest import open_window
from tests.gui.fake_lane import PASSWORD, FakeLane
from tests.gui.waiting import Waiting

CATALOGUES = Path(words.__file__).parent / "translations"


def sources() -> set[str]:
    texts = [value for name, value in vars(words).items() if name.isupper() and name != "CONTEXT"]
    tables = [value for table in texts if isinstance(table, dict) for value in table.values()]
    return {text for text in [*texts, *tables] if isinstance(text, str)}


def messages(language: str) -> dict[str, list[str]]:
    """Return each source's translations (several where there are plurals) as far as they are finished."""
    found: dict[str, list[str]] = {}
    for message in ET.parse(CATALOGUES / f"kechid_{language}.ts").iter("message"):
        translation = message.find("translation")
        assert translation is not None
        forms = [form.text or "" for form in translation.findall("numerusform")]
        is_finished = "type" not in translation.attrib
        found[message.findtext("source", "")] = (forms or [translation.text or ""]) if is_finished else []
    return found


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name} | (
        {"%n"} if "%n" in text else set()
    )


@pytest.mark.parametrize("language", list(Language))
def test_every_sentence_is_in_the_catalogue_and_finished(language: Language) -> None:
    catalogue = messages(language)
    assert set(catalogue) == sources()
    assert [source for source, forms in catalogue.items() if not forms or not all(forms)] == []


@pytest.mark.parametrize("language", list(Language))
def test_a_translation_has_the_same_blanks_to_fill(language: Language) -> None:
    wrong = [
        source
        for source, forms in messages(language).items()
        for form in forms
        if fields(form) != fields(source)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", list(Language))
def test_the_compiled_catalogue_is_that_of_the_source(language: Language, qapp: QApplication) -> None:
    translator = QTranslator(qapp)
    assert translator.load(str(CATALOGUES / f"kechid_{language}.qm"))
    for source, forms in messages(language).items():
        if len(forms) == 1:
            assert translator.translate(words.CONTEXT, source) == forms[0]
        else:
            assert translator.translate(words.CONTEXT, source, None, 1) == forms[0]


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        (Language.ENGLISH, 1, "taken 1 year ago (04.05.2026)"),
        (Language.ENGLISH, 5, "taken 5 years ago (04.05.2026)"),
        (Language.RUSSIAN, 1, "снято 1 год назад (04.05.2026)"),
        (Language.RUSSIAN, 3, "снято 3 года назад (04.05.2026)"),
        (Language.RUSSIAN, 12, "снято 12 лет назад (04.05.2026)"),
        (Language.AZERBAIJANI, 5, "5 il əvvəl çəkilib (04.05.2026)"),
    ],
)
def test_plurals_and_dates_follow_the_language(
    language: Language, count: int, said: str, qapp: QApplication
) -> None:
    Translation(qapp).choose(language)
    assert say(phrase(words.REFERENCE_AGE, count=count, date=NOON.date())) == said


def test_a_catalogue_written_anew_below_a_running_terminal_changes_no_sentence(
    tmp_path: Path, qapp: QApplication
) -> None:
    here = tmp_path / "kechid_ru.qm"
    here.write_bytes((CATALOGUES / "kechid_ru.qm").read_bytes())
    translation = Translation(qapp, tmp_path)
    translation.choose(Language.RUSSIAN)
    before = {source: say(source) for source in sources()}

    with here.open("r+b") as file:
        file.write((CATALOGUES / "kechid_en.qm").read_bytes()[: here.stat().st_size])

    assert {source: say(source) for source in sources()} == before
    assert before[words.ANSWERS["same"]] == "Тот же человек"


@pytest.mark.parametrize("language", [Language.AZERBAIJANI, Language.RUSSIAN])
def test_no_button_and_no_label_is_left_in_english(
    language: Language, lane: FakeLane, qtbot: Waiting
) -> None:
    terminal = open_window(lane, qtbot, WindowSettings(language=language, sound=False))
    terminal.login.log_in("officer-7", PASSWORD)
    qtbot.waitUntil(lambda: terminal.session.state is not None)
    lane.raise_alert(make_alert(1, bona_fide_score=0.1))
    qtbot.waitUntil(lambda: terminal.review.alert_id == "alert-1")
    english = sources() - set(map(say, sources()))
    shown = [
        widget.text().lstrip("123 ")
        for kind in (QPushButton, QLabel)
        for widget in terminal.findChildren(kind)
        if isinstance(widget, (QPushButton, QLabel))
    ]
    try:
        assert len(english) > 100
        assert [text for text in shown if text in english] == []
    finally:
        terminal.session.shut()
        terminal.lane.clear()


def test_azerbaijani_capitals_keep_their_dots(qapp: QApplication) -> None:
    Translation(qapp).choose(Language.AZERBAIJANI)
    assert upper("giriş ı") == "GİRİŞ I"


def test_braces_in_a_value_stay_as_they_are(qapp: QApplication) -> None:
    Translation(qapp).choose(Language.ENGLISH)
    assert say(phrase(words.LANE, lane="{seconds}")) == "Lane {seconds}"


@pytest.mark.parametrize("language", list(Language))
def test_words_fit_their_buttons_in_letters_a_third_larger(
    language: Language, lane: FakeLane, qtbot: Waiting
) -> None:
    terminal = open_window(lane, qtbot, WindowSettings(language=language, font_scale=1.3, sound=False))
    terminal.login.log_in("officer-7", PASSWORD)
    qtbot.waitUntil(lambda: terminal.session.state is not None)
    lane.raise_alert(make_alert(1, bona_fide_score=0.1))
    qtbot.waitUntil(lambda: terminal.review.alert_id == "alert-1")
    try:
        qtbot.waitUntil(lambda: cut_words(terminal) == [])
        assert (terminal.width(), terminal.height()) == (1280, 800)
    finally:
        terminal.session.shut()
        terminal.lane.clear()


def cut_words(terminal: MainWindow) -> list[str]:
    """Return the words that do not fit where they stand."""
    shown: list[QLabel | QPushButton] = [
        *terminal.findChildren(QPushButton),
        *terminal.findChildren(QLabel),
    ]
    return [widget.text() for widget in shown if widget.isVisible() and _is_cut(widget)]


def _is_cut(widget: QLabel | QPushButton) -> bool:
    if isinstance(widget, QLabel) and widget.wordWrap():
        return widget.heightForWidth(widget.width()) > widget.height() + 1
    return widget.sizeHint().width() > widget.width() + 1


def test_false_alarms_are_told_in_azerbaijani(qapp: QApplication) -> None:
    Translation(qapp).choose(Language.AZERBAIJANI)
    assert say(expected_false_alarms(0.2)) == "Bu siyahı üzrə 5 gündə təxminən bir yanlış siqnal gözlənilir."
