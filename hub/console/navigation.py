"""The pages of the menu: one list, grouped; each role sees what it may open. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from gettext import NullTranslations

from hub.console.wording import mark
from hub.people.access import Permission, User

WORK, LISTS, LANES, HUB = mark("Checking"), mark("Lists"), mark("Lanes"), mark("Hub")
"""The groups, in the order of the menu."""


@dataclass(frozen=True, slots=True)
class MenuPage:
    """One entry of the menu: `name` is what the page calls itself, `permission` None: everybody signed in."""

    name: str
    address: str
    title: str
    permission: Permission | None
    group: str
    other_permission: Permission | None = None
    """Opens it as well."""

    def is_open_to(self, user: User) -> bool:
        """Tell whether the user may open it."""
        return self.permission is None or any(
            user.may(one) for one in (self.permission, self.other_permission) if one is not None
        )


PAGES = (
    MenuPage("home", "/console", mark("Home"), None, WORK),
    MenuPage("cases", "/console/cases", mark("Cases"), Permission.VIEW_CASES, WORK),
    MenuPage(
        "declarations", "/console/declarations", mark("Declarations"), Permission.VIEW_DECLARATIONS, WORK
    ),
    MenuPage(
        "risk-profiles", "/console/risk-profiles", mark("Risk profiles"), Permission.DECIDE_DECLARATIONS, WORK
    ),
    MenuPage(
        "declaration-statistics",
        "/console/declaration-statistics",
        mark("Statistics of declarations"),
        Permission.DECIDE_DECLARATIONS,
        WORK,
        Permission.VIEW_STATISTICS,
    ),
    MenuPage(
        "origin-checks",
        "/console/origin/checks",
        mark("Certificates of origin"),
        Permission.VIEW_CERTIFICATES,
        WORK,
    ),
    MenuPage(
        "origin-issued",
        "/console/origin/issued",
        mark("Issued certificates"),
        Permission.ISSUE_CERTIFICATES,
        WORK,
    ),
    MenuPage(
        "origin-figures",
        "/console/origin/figures",
        mark("Statistics of certificates"),
        Permission.VIEW_CERTIFICATES,
        WORK,
    ),
    MenuPage("statistics", "/console/statistics", mark("Statistics"), Permission.VIEW_STATISTICS, WORK),
    MenuPage("exercises", "/console/exercises", mark("Exercises"), Permission.PLAN_EXERCISES, LANES),
    MenuPage(
        "origin-trials", "/console/origin/trials", mark("Trials of checks"), Permission.PLAN_EXERCISES, LANES
    ),
    MenuPage("watchlists", "/console/watchlists", mark("Watchlists"), Permission.VIEW_SUBJECTS, LISTS),
    MenuPage("proposals", "/console/proposals", mark("Proposals"), Permission.APPROVE, LISTS),
    MenuPage("devices", "/console/devices", mark("Devices"), Permission.VIEW_DEVICES, LANES),
    MenuPage("people", "/console/people", mark("People"), Permission.MANAGE_USERS, HUB),
    MenuPage("programs", "/console/programs", mark("Programs"), Permission.MANAGE_CLIENTS, HUB),
    MenuPage("carriers", "/console/carriers", mark("Carriers"), Permission.MANAGE_CLIENTS, HUB),
    MenuPage("webhooks", "/console/webhooks", mark("Webhooks"), Permission.MANAGE_CLIENTS, HUB),
    MenuPage("audit", "/console/audit", mark("Audit log"), Permission.VIEW_AUDIT, HUB),
    MenuPage("lookups", "/console/lookups", mark("Look-ups"), Permission.VIEW_LOOKUPS, HUB),
    MenuPage("me", "/console/me", mark("My page"), None, HUB),
)
"""Every page with an entry of its own; a new page adds one line. Titles are msgids."""


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One page in the menu, in the reader's language."""

    name: str
    address: str
    title: str


@dataclass(frozen=True, slots=True)
class NavigationGroup:
    """Pages under one heading."""

    title: str
    items: tuple[NavigationItem, ...]


def menu_of(user: User | None, words: NullTranslations) -> tuple[NavigationGroup, ...]:
    """Return the groups in which `user` may open anything; nobody signed in: none."""
    return tuple(
        NavigationGroup(words.gettext(group), items)
        for group in (WORK, LISTS, LANES, HUB)
        if (items := tuple(_items(group, user, words)))
    )


def _items(group: str, user: User | None, words: NullTranslations) -> Iterator[NavigationItem]:
    for page in PAGES:
        if page.group == group and user is not None and page.is_open_to(user):
            yield NavigationItem(page.name, page.address, words.gettext(page.title))
