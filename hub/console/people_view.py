"""People and their sessions in words. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hub.console.presenting import Badge
from hub.console.reader import Moment, Reader
from hub.console.wording import ROLES, word
from hub.people.users import Person

_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A user in the list and on the own page."""

    user_id: str
    name: str
    role: str
    sites: str
    badge: Badge
    is_active: bool
    open_sessions: int
    made: Moment
    password_changed: Moment | None


def present_person(one: Person, titles: Mapping[str, str], reader: Reader) -> PersonRow:
    """Word a user; `titles` are those of the sites."""
    words, user = reader.language.words, one.user
    everywhere = words.gettext("everywhere")
    sites = ", ".join(titles.get(site, site) for site in sorted(user.sites or ())) or words.gettext("nowhere")
    return PersonRow(
        user_id=user.user_id,
        name=user.display_name,
        role=word(ROLES, user.role.value, words),
        sites=everywhere if user.sites is None else sites,
        badge=_badge(one, reader),
        is_active=one.is_active,
        open_sessions=one.open_sessions,
        made=reader.moment(one.created_at),
        password_changed=reader.moment(one.password_changed_at) if one.password_changed_at else None,
    )


def agent_words(agent: str) -> str:
    """Name browser and system by what a browser says of itself; a program's own name stays as it is."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    if browser:
        return " · ".join(part for part in (browser, system) if part)
    return re.split(r"[\s(]", agent, maxsplit=1)[0][:60]


def _badge(one: Person, reader: Reader) -> Badge:
    words = reader.language.words
    if not one.is_active:
        return Badge(words.gettext("Shut out"), "bad")
    if not one.has_password:
        return Badge(words.gettext("Has to choose a password"), "warn")
    return Badge(words.gettext("Active"), "good")
