"""Who reads a page of the app, and in which language. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from hub.console.formatting import format_moment
from hub.console.language import Language, choose_language
from hub.public_app.identity import Citizen

LANGUAGE_COOKIE = "kechid_app_language"
ADDRESS = "/app"
HOME = f"{ADDRESS}/"


@dataclass(frozen=True, slots=True)
class AppReader:
    """Somebody looking at a page; `citizen` is None before signing in."""

    citizen: Citizen | None
    language: Language
    here: str
    """Path and query of the page, to come back to after a change of language."""
    zone: tzinfo | None = None
    """None: the hub machine's own zone."""

    def word(self, text: str) -> str:
        """Translate a sentence."""
        return self.language.words.gettext(text)

    def moment(self, when: datetime) -> str:
        """Word a point in time."""
        return format_moment(when, self.language, self.zone)


def make_reader(
    citizen: Citizen | None,
    cookies: Mapping[str, str],
    languages: Mapping[str, Language],
    *,
    accepted: str | None,
    here: str,
    zone: tzinfo | None,
) -> AppReader:
    """Build a reader from the cookies of a request; an unknown language counts as none."""
    code = choose_language(cookies.get(LANGUAGE_COOKIE), accepted)
    return AppReader(citizen, languages[code], here, zone)


def is_app_address(address: str) -> bool:
    """Tell a path inside the app from any other, so that coming back never leads elsewhere."""
    is_own = address == ADDRESS or address.startswith((f"{ADDRESS}/", f"{ADDRESS}?"))
    return is_own and not any(character in address for character in "\\\r\n\t")
