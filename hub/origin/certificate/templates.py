"""A form's template: what it is called, where its boxes stand on A4, what it needs. Pure.

Lengths are millimetres from the page's upper left corner. A line of a box is text with paths in braces:
``{N}. {items.N.description}``; a line none of whose fields is stated is left out. Boxes whose lines have the
row ``N`` are columns: they begin at the same height and have the same rows.
"""

import re
import tomllib
from datetime import timedelta

import msgspec

from hub.errors import HubError
from hub.origin.certificate.paths import KINDS, ROW
from hub.origin.verifying.judging import FormRules

LANGUAGES = ("en", "ru", "az")
PAGE_MM = (210.0, 297.0)
MARGIN_MM = 11.0
"""Kept free for the marks by which a scan is laid straight, and for printers that cannot print there."""
FIELD = re.compile(r"\{([a-zN_.]+)\}")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+){0,5}")

Area = tuple[float, float, float, float]
"""Left, top, width, height, in mm."""
Texts = dict[str, str]
"""By language: `LANGUAGES`."""


class TemplateError(HubError):
    """A template cannot be used; the message names the file and the place in it."""


class Box(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One box of a form."""

    number: str
    """As it is printed; also the box's name, so that no two have the same."""
    at: Area
    label: Texts
    lines: tuple[str, ...] = ()
    """None: filled by hand, never compared."""
    head: float = 7.0
    """Height kept for the label, in mm."""
    foot: float = 0.0
    """Height kept below for signatures and stamps, in mm."""

    @property
    def is_column(self) -> bool:
        """Whether each of its rows is one item's or one invoice's."""
        return any(f".{ROW}." in field for field in self.fields)

    @property
    def fields(self) -> tuple[str, ...]:
        """Patterns of the fields it shows, in order."""
        return tuple(name for line in self.lines for name in FIELD.findall(line) if name != ROW)


class Criterion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A way of stating why goods have their origin."""

    pattern: str
    """Regular expression that the whole field must match."""
    meaning: Texts


class Template(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One form."""

    name: str
    title: Texts
    printed: tuple[str, ...]
    """Languages on the paper, the first in larger type."""
    title_at: Area
    code_at: Area
    """Where the code stands; a square is taken from it."""
    rows: int
    """Items on one page."""
    boxes: tuple[Box, ...]
    required: tuple[str, ...]
    valid_months: int
    anchored_within_days: int
    retrospective: str = "retrospective"
    criteria: tuple[Criterion, ...] = ()
    """None: the form states no criterion."""
    hs_digits: tuple[int, ...] = (6, 8, 9, 10)

    @property
    def rules(self) -> FormRules:
        """What it says of time."""
        return FormRules(
            valid_months=self.valid_months,
            anchored_within=timedelta(days=self.anchored_within_days),
            retrospective=self.retrospective,
        )

    @property
    def fields(self) -> frozenset[str]:
        """Patterns of all fields that it shows."""
        return frozenset(name for box in self.boxes for name in box.fields)


def parse_template(text: str, source: str) -> Template:
    """Read one template; raises `TemplateError` with the file's name and what is wrong where."""
    try:
        template = msgspec.convert(tomllib.loads(text), Template, strict=True)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise TemplateError(f"{source}: {error}") from error
    for problem in (_names_problem(template), _texts_problem(template), _places_problem(template)):
        if problem:
            raise TemplateError(f"{source}: {problem}")
    return template


def _names_problem(template: Template) -> str:
    shown = [*template.required, *(name for box in template.boxes for name in box.fields)]
    unknown = sorted({*shown, template.retrospective} - set(KINDS))
    if unknown:
        return f"no field is called {', '.join(unknown)}"
    hidden = sorted(set(template.required) - template.fields - {"number", "issued_on", "state"})
    if hidden:
        return f"required and in no box: {', '.join(hidden)}"
    numbers = [box.number for box in template.boxes]
    if len(set(numbers)) < len(numbers):
        return "two boxes have the same number"
    if not _NAME.fullmatch(template.name):
        return f"{template.name!r} is not a form's name"
    return _figures_problem(template)


def _figures_problem(template: Template) -> str:
    try:
        for criterion in template.criteria:
            re.compile(criterion.pattern)
    except re.error as error:
        return f"criterion {criterion.pattern!r}: {error}"
    if not (1 <= template.rows <= 30 and 1 <= template.valid_months <= 60):
        return "rows are 1 to 30, valid_months 1 to 60"
    if not 0 <= template.anchored_within_days <= 365:
        return "anchored_within_days is 0 to 365"
    return ""


def _texts_problem(template: Template) -> str:
    texts = {"title": template.title}
    texts |= {f"label of box {box.number}": box.label for box in template.boxes}
    texts |= {f"meaning of {one.pattern}": one.meaning for one in template.criteria}
    for name, translations in texts.items():
        if set(translations) != set(LANGUAGES) or not all(translations.values()):
            return f"{name} is wanted in {', '.join(LANGUAGES)}"
    if not template.printed or set(template.printed) - set(LANGUAGES):
        return f"printed names languages of {', '.join(LANGUAGES)}"
    return ""


def _places_problem(template: Template) -> str:
    areas = {f"box {box.number}": box.at for box in template.boxes}
    areas |= {"title_at": template.title_at, "code_at": template.code_at}
    for name, (left, top, width, height) in areas.items():
        right, bottom = left + width, top + height
        if min(left, top) < MARGIN_MM or right > PAGE_MM[0] - MARGIN_MM or bottom > PAGE_MM[1] - MARGIN_MM:
            return f"{name} does not keep {MARGIN_MM:g} mm from the page's edges"
        if min(width, height) <= 0:
            return f"{name} has no size"
    names = sorted(areas)
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            if _overlap(areas[one], areas[other]):
                return f"{one} and {other} lie over each other"
    tight = [box.number for box in template.boxes if box.lines and box.at[3] - box.head - box.foot < 4]
    if tight:
        return f"box {tight[0]} leaves no room for its lines"
    return _columns_problem(template)


def _columns_problem(template: Template) -> str:
    columns = [box for box in template.boxes if box.is_column]
    if len({(box.at[1], box.at[3], box.head, box.foot) for box in columns}) > 1:
        return "columns of items begin and end at the same height, with heads of the same height"
    return ""


def _overlap(one: Area, other: Area) -> bool:
    return all(
        one[side] + one[side + 2] > other[side] + 0.01 and other[side] + other[side + 2] > one[side] + 0.01
        for side in (0, 1)
    )
