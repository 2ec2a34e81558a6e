"""Routes: manifests and arrivals, from carriers about their own goods."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from hub.api.dependencies import Hub, allowed
from hub.carriers.arrivals import note_arrival
from hub.carriers.intake_terms import terms_of
from hub.carriers.manifests import (
    MOST_HOUSES,
    ManifestStanding,
    MasterConsignment,
    NewManifest,
    standing_of_manifest,
    store_manifest,
)
from hub.errors import NotAdmittedError
from hub.people.access import Permission, User
from hub.store.database import reading, writing, writing_beside_others

router = APIRouter(tags=["carriers"])
Sender = Annotated[User, Depends(allowed(Permission.DECLARE))]
Number = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9/._-]{0,34}$")]


class MasterRequest(BaseModel):
    """A master waybill and the house consignments under it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    number: Number
    houses: list[Number] = Field(min_length=1, max_length=MOST_HOUSES)
    """Each is the tracking number of its parcel's declaration."""


class ManifestRequest(BaseModel):
    """What a carrier brings; at most 10,000 house consignments in all."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    number: Number
    """The carrier's own; sent again, it is the same manifest."""
    conveyance: Number
    """The flight, the vehicle's plate or the voyage."""
    expected_at: AwareDatetime
    masters: list[MasterRequest] = Field(min_length=1, max_length=MOST_HOUSES)


class ArrivalRequest(BaseModel):
    """The goods of a manifest are here."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    manifest: Number
    arrived_at: AwareDatetime


@router.post(
    "/manifests",
    status_code=201,
    operation_id="send_manifest",
    responses={200: {"description": "It came before.", "model": ManifestStanding}},
)
def post_manifest(
    services: Hub, user: Sender, wanted: ManifestRequest, response: Response
) -> ManifestStanding:
    """Announce what comes; answered with the house consignments that nobody has declared yet."""
    masters = tuple(MasterConsignment(one.number, tuple(one.houses)) for one in wanted.masters)
    asked = NewManifest(wanted.number, wanted.conveyance, wanted.expected_at, masters)
    with writing(services.engine) as connection:
        own = _carrier(connection, user)
        if not store_manifest(connection, own, asked, services.clock()):
            response.status_code = 200
        return standing_of_manifest(connection, own, wanted.number)


@router.get("/manifests/{number}", operation_id="get_manifest")
def get_manifest(
    services: Hub, user: Sender, number: Annotated[str, Path(max_length=64)]
) -> ManifestStanding:
    """One of the carrier's own, and how its house consignments are declared now."""
    with reading(services.engine) as connection:
        return standing_of_manifest(connection, _carrier(connection, user), number)


@router.post("/arrivals", operation_id="note_arrival")
def post_arrival(services: Hub, user: Sender, wanted: ArrivalRequest) -> ManifestStanding:
    """Present what is decided of a manifest; the answer names what waits and what nobody has declared."""
    now = services.clock()
    with writing_beside_others(services.engine) as connection:
        own = _carrier(connection, user)
        return note_arrival(connection, own, wanted.manifest, wanted.arrived_at, now)


def _carrier(connection: Connection, user: User) -> str:
    """Return the caller's client id; raises `NotAdmittedError` when it is no carrier or suspended."""
    own = terms_of(connection, user.user_id).client_id
    if not own:
        raise NotAdmittedError("not-a-carrier", "only carriers send manifests and arrivals")
    return own
