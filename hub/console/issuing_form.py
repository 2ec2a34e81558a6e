"""The form by which a certificate is issued: fields in the order of the form's boxes. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from gettext import NullTranslations

from hub.console.issuing_wording import FIELDS, REFUSALS, ROWS, UNFIT
from hub.console.subject_form import FormState
from hub.errors import FieldProblem, InvalidInputError
from hub.origin.certificate.certificate import LONGEST_VALUE, Certificate, StateCode
from hub.origin.certificate.paths import KINDS, ROW, Kind, path_in_row, place_of
from hub.origin.certificate.templates import Template

MOST_ROWS = 30
LONGEST_LINE = 200
_OWN = ("number", "issued_on", "state")
_LONG = frozenset({"items.N.description", "transport", "remarks", "exporter.address", "consignee.address"})


@dataclass(frozen=True, slots=True)
class FormField:
    """One field to fill in."""

    name: str
    """Its path."""
    label: str
    kind: str
    """``text``, ``date`` or ``area``."""
    is_required: bool
    is_wide: bool
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields of one box, or of one item or invoice."""

    legend: str
    fields: tuple[FormField, ...]


def groups_of(
    template: Template, rows: Mapping[str, int], words: NullTranslations, language: str
) -> tuple[FieldGroup, ...]:
    """Group a form's fields as it has its boxes, then item by item and invoice by invoice."""
    return tuple(group for group in _groups(template, rows, words, language) if group.fields)


def rows_of(values: Mapping[str, str], more: str = "") -> dict[str, int]:
    """Count items and invoices that were typed, one more of what is asked for; at least one, at most 30."""
    counts = dict.fromkeys(ROWS, 1)
    for path in values:
        place, group = place_of(path), path.partition(".")[0]
        if place.row is not None and group in counts:
            counts[group] = max(counts[group], place.row)
    if more in counts:
        counts[more] += 1
    return {group: min(count, MOST_ROWS) for group, count in counts.items()}


def typed(sent: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Take what was typed into fields that forms have; line ends as the certificate has them."""
    values = {}
    for name, text in sent:
        if place_of(name).is_known or name in _OWN:
            values[name] = text.replace("\r\n", "\n")[: LONGEST_VALUE + 1]
    return values


def read_certificate(form: str, state: StateCode, values: Mapping[str, str]) -> Certificate:
    """Make the certificate; raises `InvalidInputError` naming each field that is wrong."""
    stated = {name: text.strip() for name, text in values.items() if text.strip()}
    try:
        day = date.fromisoformat(stated.get("issued_on", ""))
    except ValueError as error:
        raise InvalidInputError(FieldProblem("/issued_on", "not-a-date", "is no day")) from error
    return Certificate(
        form=form,
        state=state,
        number=stated.get("number", ""),
        issued_on=day,
        fields={name: text for name, text in stated.items() if name not in _OWN},
    )


def form_state(
    values: Mapping[str, str], problems: Sequence[FieldProblem], words: NullTranslations
) -> FormState:
    """Put each problem beside its field."""
    said = {one.pointer.rpartition("/")[2]: words.gettext(REFUSALS.get(one.code, UNFIT)) for one in problems}
    return FormState(dict(values), said)


def label_of(path: str, words: NullTranslations) -> str:
    """Name a field, an item's or an invoice's with its number; a path that no form has stays as it is."""
    place = place_of(path)
    title = FIELDS.get(place.pattern)
    if title is None:
        return path
    if place.row is None:
        return words.gettext(title)
    group = words.gettext(ROWS[path.partition(".")[0]]) % {"number": place.row}
    return f"{group}: {words.gettext(title)}"


def _groups(
    template: Template, rows: Mapping[str, int], words: NullTranslations, language: str
) -> Iterator[FieldGroup]:
    seen: set[str] = set()
    for box in template.boxes:
        patterns = [one for one in box.fields if f".{ROW}." not in one and one not in seen]
        seen.update(patterns)
        fields = tuple(_field(template, one, 0, words) for one in patterns if one in FIELDS)
        yield FieldGroup(f"{box.number}. {box.label.get(language, box.label['en'])}", fields)
    for group, title in ROWS.items():
        patterns = [one for one in FIELDS if one.startswith(f"{group}.") and one in template.fields]
        for row in range(1, rows[group] + 1):
            fields = tuple(_field(template, one, row, words) for one in patterns)
            yield FieldGroup(words.gettext(title) % {"number": row}, fields)


def _field(template: Template, pattern: str, row: int, words: NullTranslations) -> FormField:
    kind = KINDS[pattern]
    is_long = pattern in _LONG
    attributes = {} if is_long else {"maxlength": str(LONGEST_LINE)}
    if kind is Kind.STATE:
        attributes = {"maxlength": "2", "autocapitalize": "characters"}
    elif kind is Kind.DECIMAL:
        attributes |= {"inputmode": "decimal"}
    return FormField(
        name=path_in_row(pattern, row),
        label=words.gettext(FIELDS[pattern]),
        kind="area" if is_long else "date" if kind is Kind.DAY else "text",
        is_required=pattern in template.required or pattern in _OWN,
        is_wide=is_long,
        attributes=attributes,
    )
