"""Reasons of listing: those that every hub has, and what this hub's policy adds, changes or retires."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select

from hub.errors import FieldProblem, InvalidInputError
from hub.people.audit import Act, record
from hub.store.insertion import insert_or_update
from hub.watchlist.tables import subject_categories

_CODE = re.compile(r"[a-z][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class Category:
    """One reason of listing."""

    code: str
    title_az: str
    title_ru: str
    title_en: str
    least_severity: int = 1
    """What an entry of it asks of the guard at least: 1 (inform) to 3 (stop and call)."""
    is_retired: bool = False
    """Entries keep it; new ones cannot have it."""

    def __post_init__(self) -> None:
        """Name every bad field; raises `InvalidInputError`."""
        problems = []
        if not _CODE.fullmatch(self.code):
            problems.append(
                FieldProblem("/code", "not-a-name", f"{self.code[:80]!r}: a-z, digits and dashes")
            )
        for name in ("title_az", "title_ru", "title_en"):
            title = getattr(self, name)
            if not title.strip() or len(title) > 120 or not title.isprintable():
                problems.append(FieldProblem(f"/{name}", "bad-title", "1 to 120 printable characters"))
        if self.least_severity not in {1, 2, 3}:
            problems.append(
                FieldProblem("/least_severity", "out-of-range", f"{self.least_severity} is not 1, 2 or 3")
            )
        if problems:
            raise InvalidInputError(*problems)

    def title(self, language: str) -> str:
        """Name it in ``az``, ``ru`` or ``en``."""
        titles = {"az": self.title_az, "ru": self.title_ru}
        return titles.get(language, self.title_en)


BUILT_IN = (
    Category("criminal-charges", "Cinayət ittihamı", "Уголовное обвинение", "Criminal charges"),
    Category("wanted", "Axtarışda olan şəxs", "Разыскиваемое лицо", "Wanted person", 2),
    Category("court-order", "Məhkəmə qərarı", "Решение суда", "Court order"),
    Category("customs-offence", "Gömrük hüquqpozması", "Таможенное правонарушение", "Customs offence"),
    Category("missing-person", "İtkin düşmüş şəxs", "Пропавшее без вести лицо", "Missing person"),
    Category("test", "Sınaq qeydi", "Тестовая запись", "Test entry"),
)
"""There on every hub, until its policy changes or retires them."""


def all_categories(connection: Connection) -> tuple[Category, ...]:
    """Every category, retired ones too: the built-in ones first, then this hub's own by code."""
    rows = connection.execute(select(subject_categories).order_by(subject_categories.c.code))
    own = {row.code: _category(row._mapping) for row in rows}
    built_in = [own.pop(one.code, one) for one in BUILT_IN]
    return (*built_in, *own.values())


def least_severities(connection: Connection, *, kept: str = "") -> dict[str, int]:
    """Give the open categories with what each asks at least; `kept` counts as open too."""
    return {
        one.code: one.least_severity
        for one in all_categories(connection)
        if not one.is_retired or one.code == kept
    }


def put_category(connection: Connection, category: Category, *, actor: str, now: datetime) -> None:
    """Add a category, or change the one of that code; the act is recorded."""
    row = {name: getattr(category, name) for name in Category.__dataclass_fields__}
    stamps = {"changed_at": now, "changed_by": actor}
    insert_or_update(connection, subject_categories, row | stamps, ("code",))
    detail = {"least_severity": category.least_severity, "retired": category.is_retired}
    record(connection, Act(actor, "category-changed", category.code, detail), now)


def _category(row: RowMapping) -> Category:
    return Category(**{name: row[name] for name in Category.__dataclass_fields__})
