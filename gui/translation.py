"""Says phrases in the language chosen; Qt's own catalogue has no Azerbaijani, so nothing uses it."""

from collections.abc import Mapping
from datetime import date, datetime
from importlib.resources import files
from importlib.resources.abc import Traversable

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QObject, QTranslator

from gui import words
from gui.errors import TerminalError
from gui.phrase import Phrase, Value
from gui.settings import Language

CATALOGUES = files("gui").joinpath("translations")
_LOCALES = {
    Language.AZERBAIJANI: QLocale(QLocale.Language.Azerbaijani, QLocale.Country.Azerbaijan),
    Language.RUSSIAN: QLocale(QLocale.Language.Russian, QLocale.Country.Russia),
    Language.ENGLISH: QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom),
}


class Translation(QObject):
    """The one translator of the application; choosing sends every widget a LanguageChange event."""

    def __init__(self, parent: QObject, folder: Traversable = CATALOGUES) -> None:
        """Nothing is installed until `choose`."""
        super().__init__(parent)
        self._folder = folder
        self._translator = QTranslator(self)
        self._catalogue = b""
        """What the translator reads from; Qt keeps only a pointer."""
        self.language = Language.ENGLISH

    def choose(self, language: Language) -> None:
        """Switch the whole application. Raises `TerminalError` when the catalogue is not installed."""
        QLocale.setDefault(_LOCALES[language])
        QCoreApplication.removeTranslator(self._translator)
        # Given a name Qt maps the file: once an update writes it anew, sentences turn English one by one.
        catalogue = self._folder.joinpath(f"kechid_{language}.qm").read_bytes()
        if not self._translator.load(catalogue):
            raise TerminalError(f"kechid_{language}.qm: not a catalogue")
        self._catalogue, self.language = catalogue, language
        QCoreApplication.installTranslator(self._translator)


def say(spoken: Phrase | str) -> str:
    """Return a phrase in the language chosen."""
    if isinstance(spoken, str):
        return QCoreApplication.translate(words.CONTEXT, spoken)
    text = QCoreApplication.translate(
        words.CONTEXT, spoken.source, None, -1 if spoken.count is None else spoken.count
    )
    return _filled(text, spoken.values)


def upper(text: str) -> str:
    """Return capitals by the language's own rules: Azerbaijani has i, İ, ı and I."""
    return QLocale().toUpper(text)


def say_time(moment: datetime) -> str:
    """Return the local time of day of an aware time."""
    return moment.astimezone().strftime("%H:%M:%S")


def say_date(day: date) -> str:
    """Return a date as the three countries of these languages write it."""
    return QLocale().toString(QDate(day.year, day.month, day.day), "dd.MM.yyyy")


def _filled(text: str, values: Mapping[str, Value]) -> str:
    """Fill ``{name}``; braces inside a value stay as they are."""
    return text.format_map({name: _said(value) for name, value in values.items()}) if values else text


def _said(value: Value) -> str:
    """Return one value in words; times and dates locally."""
    if isinstance(value, Phrase):
        return say(value)
    if isinstance(value, datetime):
        return say_time(value)
    if isinstance(value, date):
        return say_date(value)
    if isinstance(value, float):
        return QLocale().toString(value, "f", 2)
    return str(value)
