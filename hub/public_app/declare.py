"""Declaring a parcel: the form, its check, and sending it; works by plain forms, without any script."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from babel import Locale
from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from hub.console.wording import mark
from hub.declarations.batches import ReadRow
from hub.declarations.facts import DeclarationFacts
from hub.declarations.gathering import Gathering
from hub.declarations.reference_files import reference_data
from hub.errors import ConflictError
from hub.public_app.context import AppContext, go_to
from hub.public_app.declaring import (
    CURRENCIES,
    ITEM_FIELDS,
    MODES,
    MOST_ITEMS,
    PARCEL_FIELDS,
    FieldNote,
    check,
    item_field,
    values_of,
)
from hub.public_app.earlier import earlier_facts
from hub.public_app.estimate import Estimate, estimate
from hub.public_app.finding_words import SaidNote, said
from hub.public_app.hs_search import HsFound, hs_search
from hub.public_app.identity import Citizen
from hub.public_app.reader import ADDRESS, AppReader
from hub.store.database import reading

LONGEST = 600
MOST_FIELDS = 200
MODE_NAMES = {"5": mark("Post"), "4": mark("Courier, by air"), "3": mark("By road"), "1": mark("By sea")}


@dataclass(frozen=True, slots=True)
class ParcelForm:
    """The form as it is shown."""

    values: Mapping[str, str]
    items: int
    notes: tuple[FieldNote, ...] = ()
    checked: str = ""
    """Stands for what was checked and may be sent as it is; empty: nothing yet."""
    found: Mapping[int, tuple[HsFound, ...]] | None = None
    """Commodity codes that were looked for, by item."""
    costs: Estimate | None = None
    """What it will cost, once it was checked."""
    is_prefilled: bool = False
    is_unknown: bool = False
    """A tracking number was named of which nothing is known."""


@dataclass(frozen=True, slots=True)
class TypedForm:
    """A form that came back."""

    form: ParcelForm
    row: ReadRow | None = None
    """The declaration in it; None: it was only changed, or something has to be mended."""
    facts: DeclarationFacts | None = None
    is_sent: bool = False
    """It was checked as it stands and is to be sent."""


class DeclarePages:
    """The form of a parcel."""

    def __init__(self, context: AppContext) -> None:
        """Store through the gathering of the application."""
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.add_api_route("/declare", self.show, methods=["GET"], response_model=None)
        router.add_api_route("/declare", self.act, methods=["POST"], response_model=None)

    def show(self, request: Request, tracking: str = "", items: int = 1) -> Response:
        """Show the form, filled in with what the carrier has said of this person's parcel."""
        reader, citizen = self._context.require(request)
        form = self._begun(citizen, tracking.strip()[:35], min(max(items, 1), MOST_ITEMS))
        return self._page(reader, form)

    async def act(self, request: Request) -> Response:
        """Check, send, or change the form; what was typed always comes back."""
        return await run_in_threadpool(self._act, request, await values_sent(request))

    def _act(self, request: Request, values: dict[str, str]) -> Response:
        reader, citizen = self._context.require(request)
        typed = typed_in(values, citizen, self._context.services.clock())
        if typed.row is not None and typed.is_sent:
            gathering: Gathering = request.app.state.gathering
            try:
                lodged = gathering.take(citizen.sender_id, typed.row)
            except ConflictError:
                # Sent before and changed since: what is typed now is another declaration, not looked at yet.
                return self._page(reader, self._renumbered(replace(typed.form, checked="")))
            return go_to(f"{ADDRESS}/parcels/{lodged.declaration_id}?sent=yes")
        return self._page(reader, self._with_estimate(typed.form, typed.facts, reader))

    def _with_estimate(
        self, form: ParcelForm, facts: DeclarationFacts | None, reader: AppReader
    ) -> ParcelForm:
        if facts is None or reader.citizen is None:
            return form
        services = self._context.services
        with reading(services.engine) as connection:
            return replace(form, costs=estimate(services, connection, reader.citizen, facts, reader.language))

    def _renumbered(self, form: ParcelForm) -> ParcelForm:
        return replace(form, values={**form.values, "reference": self._new_reference()})

    def _begun(self, citizen: Citizen, tracking: str, items: int) -> ParcelForm:
        values = {"reference": self._new_reference(), "tracking_number": tracking, "currency": "USD"}
        if not tracking:
            return ParcelForm(values, items)
        with reading(self._context.services.engine) as connection:
            facts = earlier_facts(connection, citizen, tracking)
        if facts is None:
            return ParcelForm(values, items, is_unknown=True)
        count = min(max(len(facts.items), 1), MOST_ITEMS)
        return ParcelForm({**values, **values_of(facts)}, count, is_prefilled=True)

    def _new_reference(self) -> str:
        return f"C-{self._context.services.randomness(12).hex()}"

    def _page(self, reader: AppReader, form: ParcelForm) -> Response:
        return self._context.pages.render("declare.html", reader, given=form_context(reader, form))


async def values_sent(request: Request) -> dict[str, str]:
    """Read a form's fields, each cut to what a field can hold."""
    sent = await request.form(max_files=0, max_fields=MOST_FIELDS)
    return {name: str(value)[:LONGEST].strip() for name, value in sent.items()}


def typed_in(values: dict[str, str], citizen: Citizen, now: datetime) -> TypedForm:
    """Do what the pressed button says with a form: change it, or check it."""
    count = values.get("items", "")
    form = ParcelForm(values, min(max(int(count), 1), MOST_ITEMS) if count.isdecimal() else 1)
    action, _, place = values.get("action", "check").partition(":")
    form = _with_found_codes(form)
    changed = _changed(form, action, int(place) if place.isdecimal() else -1)
    if changed is not None:
        return TypedForm(changed)
    checked = check(form.values, form.items, citizen, reference_data(), now)
    form = replace(form, notes=checked.notes)
    if checked.row is None:
        return TypedForm(form)
    is_sent = action == "send" and values.get("checked") == checked.row.digest
    return TypedForm(replace(form, checked=checked.row.digest), checked.row, checked.facts, is_sent)


def form_context(reader: AppReader, form: ParcelForm) -> dict[str, object]:
    """Give the template of the form what it needs."""
    notes: dict[str, list[SaidNote]] = {}
    for note in form.notes:
        worded = said(note, reader)
        if worded is not None:
            notes.setdefault(note.field, []).append(worded)
    return {
        "form": form,
        "notes": notes,
        "to_mend": sum(note.tone == "bad" for note in form.notes),
        "doubts": sum(note.tone == "warn" for note in form.notes),
        "modes": [(code, reader.word(MODE_NAMES[code])) for code in MODES],
        "countries": _countries(reader),
        "currencies": _currencies(reader, form),
        "most_items": MOST_ITEMS,
        "amends": "",
    }


def _with_found_codes(form: ParcelForm) -> ParcelForm:
    """Put a code that was chosen from those found into its field."""
    chosen = {
        item_field(place, "hs_code"): form.values[f"found-{place}"]
        for place in range(form.items)
        if form.values.get(f"found-{place}")
    }
    return replace(form, values={**form.values, **chosen})


def _changed(form: ParcelForm, action: str, place: int) -> ParcelForm | None:
    """Do what a button within the form says; None for one that checks or sends."""
    match action:
        case "add":
            return replace(form, items=min(form.items + 1, MOST_ITEMS))
        case "remove":
            return _without_item(form, place)
        case "find" if 0 <= place < form.items:
            found = hs_search().find(form.values.get(f"search-{place}", ""))
            return replace(form, found={place: tuple(found)})
    return None


def _without_item(form: ParcelForm, place: int) -> ParcelForm:
    kept = [at for at in range(form.items) if at != place]
    if not kept or len(kept) == form.items:
        return form
    values = {name: form.values.get(name, "") for name in PARCEL_FIELDS}
    for new, old in enumerate(kept):
        for name in ITEM_FIELDS:
            values[item_field(new, name)] = form.values.get(item_field(old, name), "")
    return ParcelForm(values, len(kept))


def _countries(reader: AppReader) -> list[tuple[str, str]]:
    """Name the countries in use, in the order of the reader's alphabet as code points have it."""
    names = Locale.parse(reader.language.code).territories
    codes = (code for code, one in reference_data().countries.items() if not one.state and len(code) == 2)
    return sorted(((code, names.get(code, code)) for code in codes), key=lambda pair: pair[1])


def _currencies(reader: AppReader, form: ParcelForm) -> list[tuple[str, str]]:
    names = Locale.parse(reader.language.code).currencies
    chosen = form.values.get("currency", "")
    codes = dict.fromkeys((*CURRENCIES, *([chosen] if chosen in reference_data().currencies else [])))
    return [(code, f"{code} · {names.get(code, code)}") for code in codes]
