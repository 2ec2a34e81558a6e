"""Answering what customs asks about one's own parcel."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from hub.declarations.act_values import MOST_TEXT, DeskAct, GivenAnswer
from hub.declarations.acts import act_as_sender
from hub.declarations.lifecycle import Event
from hub.errors import InvalidInputError
from hub.public_app.context import AppContext, go_to
from hub.public_app.parcels import LONGEST_ID, ParcelPages
from hub.public_app.reader import ADDRESS
from hub.store.database import writing

MOST_FIELDS = 40


class AnswerPages:
    """The form under a parcel that customs asks about."""

    def __init__(self, context: AppContext) -> None:
        """Store in the store of the context."""
        self._context = context
        self._parcels = ParcelPages(context)

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        path = "/parcels/{declaration_id}/answer"
        router.add_api_route(path, self.answer, methods=["POST"], response_model=None)

    async def answer(self, request: Request, declaration_id: str) -> Response:
        """Store the answers once; what does not fit its question comes back."""
        sent = await request.form(max_files=0, max_fields=MOST_FIELDS)
        values = {name: str(value).strip()[: MOST_TEXT + 1] for name, value in sent.items()}
        return await run_in_threadpool(self._answer, request, declaration_id[:LONGEST_ID], values)

    def _answer(self, request: Request, declaration_id: str, values: Mapping[str, str]) -> Response:
        _, citizen = self._context.require(request)
        services = self._context.services
        try:
            with writing(services.engine) as connection:
                now = services.clock()
                act_as_sender(connection, declaration_id, _act(values), sender=citizen.viewer, now=now)
        except InvalidInputError:
            return self._parcels.show(request, declaration_id, answered=values)
        return go_to(f"{ADDRESS}/parcels/{declaration_id}")


def _act(values: Mapping[str, str]) -> DeskAct:
    places = sorted(int(name[7:]) for name in values if name.startswith("answer-") and name[7:].isdecimal())
    return DeskAct(
        act_id=values.get("act_id", "")[:64],
        event=Event.ANSWER_INFORMATION,
        reason=values.get("reason", ""),
        answers=tuple(
            GivenAnswer(place, values[f"answer-{place}"].replace(",", "."))
            if values.get(f"number-{place}")
            else GivenAnswer(place, values[f"answer-{place}"])
            for place in places
            if f"answer-{place}" in values
        ),
    )
