"""The start page with a person's own parcels, one parcel with its timeline, and what is kept of whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.declarations.acts import open_questions
from hub.declarations.lifecycle import FINAL_STATES, Event, State, allowed_events
from hub.declarations.pictures import MOST, pictures_of
from hub.declarations.registry import (
    DeclarationFilter,
    DeclarationSummary,
    declaration,
    list_declarations,
)
from hub.public_app.context import AppContext
from hub.public_app.reader import AppReader
from hub.public_app.status_words import Status, status_of_summary, timeline_of
from hub.store.database import reading

ON_A_PAGE = 20
LONGEST_ID = 64


@dataclass(frozen=True, slots=True)
class Parcel:
    """A line of the list."""

    declaration_id: str
    tracking_number: str
    sent: str
    """When, in words."""
    status: Status


class ParcelPages:
    """What a person sees of the own declarations."""

    def __init__(self, context: AppContext) -> None:
        """Read from the store of the context."""
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        for path, handler in (
            ("/", self.show_list),
            ("/parcels/{declaration_id}", self.show_parcel),
            ("/privacy", self.show_privacy),
        ):
            router.add_api_route(path, handler, methods=["GET"], response_model=None)

    def show_list(self, request: Request, cursor: str | None = None) -> Response:
        """Show the own parcels, newest first."""
        reader, citizen = self._context.require(request)
        with reading(self._context.services.engine) as connection:
            page = list_declarations(
                connection,
                viewer=citizen.viewer,
                wanted=DeclarationFilter(),
                cursor=cursor,
                limit=ON_A_PAGE,
            )
        return self._context.pages.render(
            "home.html",
            reader,
            parcels=[_parcel(one, reader) for one in page.items],
            next_cursor=page.next_cursor or "",
            is_first=cursor is None,
        )

    def show_parcel(self, request: Request, declaration_id: str, sent: str = "") -> Response:
        """Show one; an id of somebody else's answers like one that nobody has."""
        return self.show(request, declaration_id, is_new=bool(sent))

    def show(
        self,
        request: Request,
        declaration_id: str,
        *,
        is_new: bool = False,
        answered: Mapping[str, str] | None = None,
        refusal: str = "",
    ) -> Response:  # long: all that one template is told
        """Show a parcel; `answered`: what was typed for customs' questions and does not fit them.

        `refusal`: why pictures were not added.
        """
        reader, citizen = self._context.require(request)
        with reading(self._context.services.engine) as connection:
            found = declaration(connection, declaration_id[:LONGEST_ID], citizen.viewer)
            is_asked = found.summary.state is State.INFORMATION_REQUESTED
            questions = open_questions(connection, found.summary) if is_asked else ()
            pictures = pictures_of(connection, found.summary.declaration_id)
        due = found.summary.due_at
        return self._context.pages.render(
            "parcel.html",
            reader,
            status=400 if answered is not None or refusal else 200,
            parcel=_parcel(found.summary, reader),
            content=_content(found.content),
            reference=found.summary.reference,
            timeline=timeline_of(found, reader),
            is_new=is_new,
            is_asked=is_asked,
            questions=questions,
            due="" if due is None else reader.moment(due),
            answered=answered,
            refusal=reader.word(refusal) if refusal else "",
            pictures=pictures,
            most_pictures=MOST,
            may_change=found.summary.state not in FINAL_STATES,
            may_amend=may_amend(found.summary.state),
            act_id=self._context.services.new_id(),
        )

    def show_privacy(self, request: Request) -> Response:
        """Say what is kept of whom, also to people who have not signed in."""
        hours = self._context.services.settings.public_app.session_hours
        return self._context.pages.render("privacy.html", self._context.reader(request), hours=hours)


def may_amend(state: State) -> bool:
    """Tell whether a person may still change a declaration, or take it back."""
    return {Event.AMEND, Event.INVALIDATE} <= allowed_events(state)


def _parcel(summary: DeclarationSummary, reader: AppReader) -> Parcel:
    return Parcel(
        summary.declaration_id,
        summary.tracking_number,
        reader.moment(summary.received_at),
        status_of_summary(summary, reader),
    )


def _content(declared: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take what the page repeats of what was declared."""
    return {"shop": declared["consignor"]["name"], "items": declared["items"]}
