"""Who reads a page and how they want it: language, theme, masked faces, pages they may open. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from hub.console.formatting import format_moment
from hub.console.language import Language, choose_language
from hub.console.navigation import NavigationGroup, menu_of
from hub.console.wording import ROLES, word
from hub.people.access import Permission, User

LANGUAGE_COOKIE = "kechid_language"
THEME_COOKIE = "kechid_theme"
FACES_COOKIE = "kechid_faces"
KEYS_COOKIE = "kechid_keys"
THEMES = ("auto", "light", "dark", "contrast")
FACES = ("shown", "masked")
KEYS = ("on", "off")


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time for a reader: words, and the machine's form for ``<time datetime>``."""

    text: str
    iso: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody looking at a page; `user` is None before signing in."""

    user: User | None
    language: Language
    theme: str
    is_masked: bool
    has_keys: bool
    """Whether single keys do something (WCAG 2.2, success criterion 2.1.4: they can be turned off)."""
    here: str
    """Path and query of the page, to come back to after a change of preferences."""
    zone: tzinfo | None
    """None: the hub machine's own zone."""

    @property
    def navigation(self) -> tuple[NavigationGroup, ...]:
        """The pages this reader may open, in the order of the menu."""
        return menu_of(self.user, self.language.words)

    @property
    def role(self) -> str:
        """The user's role in words; empty before signing in."""
        return word(ROLES, self.user.role.value, self.language.words) if self.user else ""

    def may(self, permission: Permission) -> bool:
        """Tell whether somebody is signed in whose role allows it."""
        return self.user is not None and self.user.may(permission)

    def moment(self, when: datetime) -> Moment:
        """Word a point in time for this reader."""
        return Moment(format_moment(when, self.language, self.zone), when.isoformat())


def make_reader(
    user: User | None,
    cookies: Mapping[str, str],
    languages: Mapping[str, Language],
    *,
    accepted: str | None,
    here: str,
    zone: tzinfo | None = None,
) -> Reader:
    """Build a reader from the cookies of a request; a cookie with an unknown value counts as absent."""
    theme = cookies.get(THEME_COOKIE, "")
    return Reader(
        user=user,
        language=languages[choose_language(cookies.get(LANGUAGE_COOKIE), accepted)],
        theme=theme if theme in THEMES else "auto",
        is_masked=cookies.get(FACES_COOKIE) == "masked",
        has_keys=cookies.get(KEYS_COOKIE) != "off",
        here=here,
        zone=zone,
    )


def is_local_address(address: str) -> bool:
    """Tell a path inside the console from any other, so that coming back never leads to another site."""
    return (address == "/console" or address.startswith(("/console/", "/console?"))) and not any(
        character in address for character in "\\\r\n\t"
    )
