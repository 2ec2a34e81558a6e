"""Routes: what a list's policy says, the reasons of listing, and persons of a list who look alike."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from hub.api.dependencies import Hub, allowed, answer_of, as_response
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.store.database import reading, writing
from hub.watchlist.categories import Category, all_categories, put_category
from hub.watchlist.look_alikes import AlikePair, LookAlikePair, hygiene, keep_apart
from hub.watchlist.policy import ListPolicy, policy_of
from hub.watchlist.proposal_content import SetPolicy
from hub.watchlist.proposals import Proposal, propose
from hub.watchlist.subjects import list_title, subject

router = APIRouter(tags=["watchlists"])
Viewer = Annotated[User, Depends(allowed(Permission.VIEW_SUBJECTS))]
Officer = Annotated[User, Depends(allowed(Permission.ENROL))]
PolicyMaker = Annotated[User, Depends(allowed(Permission.MANAGE_LIST_POLICY))]
ListId = Annotated[str, Path(max_length=64)]


class PolicyRequest(BaseModel):
    """A list's policy, whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    two_person_acts: tuple[str, ...] = Field(max_length=10)
    """Of ``enrol``, ``amend``, ``remove``, ``publish``."""
    sites: tuple[str, ...] | None = Field(default=None, max_length=10_000)
    """Ids of sites; null: all."""


class CategoryRequest(BaseModel):
    """A reason of listing."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title_az: str = Field(max_length=200)
    title_ru: str = Field(max_length=200)
    title_en: str = Field(max_length=200)
    least_severity: int = Field(default=1, strict=True)
    is_retired: bool = Field(default=False, strict=True)


class PairRequest(BaseModel):
    """Two different persons who look alike."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    first_id: str = Field(max_length=64)
    second_id: str = Field(max_length=64)


@router.get("/watchlists/{list_id}/policy", operation_id="get_list_policy")
def get_policy(services: Hub, user: Viewer, list_id: ListId) -> ListPolicy:
    """Say which acts take two persons and to which sites the list goes."""
    with reading(services.engine) as connection:
        return policy_of(connection, list_id)


@router.put(
    "/watchlists/{list_id}/policy",
    operation_id="set_list_policy",
    response_model=Proposal,
    responses={202: {"description": "It waits for a second officer.", "model": Proposal}},
)
def put_policy(services: Hub, user: PolicyMaker, list_id: ListId, wanted: PolicyRequest) -> Response:
    """Propose another policy; it takes two persons as long as anything on the list does."""
    content = SetPolicy(two_person_acts=wanted.two_person_acts, sites=wanted.sites)
    with writing(services.engine) as connection:
        made = propose(services, connection, list_id, content, actor=user.user_id)
    return as_response(answer_of(200 if made.is_done else 202, made))


@router.get("/categories", operation_id="list_categories")
def get_categories(services: Hub, user: Viewer) -> tuple[Category, ...]:
    """Every reason of listing, retired ones too."""
    with reading(services.engine) as connection:
        return all_categories(connection)


@router.put("/categories/{code}", operation_id="set_category")
def set_category(
    services: Hub, user: PolicyMaker, code: Annotated[str, Path(max_length=64)], wanted: CategoryRequest
) -> Category:
    """Add a reason of listing, or change the one of that code."""
    category = Category(code=code, **wanted.model_dump())
    with writing(services.engine) as connection:
        put_category(connection, category, actor=user.user_id, now=services.clock())
    return category


@router.get("/watchlists/{list_id}/hygiene", operation_id="list_alike_subjects")
def get_hygiene(services: Hub, user: Officer, list_id: ListId) -> tuple[AlikePair, ...]:
    """Compare everybody on the list with everybody else on it; most alike first."""
    with writing(services.engine) as connection:
        list_title(connection, list_id)
        record(connection, Act(user.user_id, "list-compared", list_id, {}), services.clock())
        return hygiene(services, connection, list_id)


@router.put("/look-alikes", operation_id="keep_apart")
def put_look_alikes(services: Hub, user: Officer, pair: PairRequest) -> LookAlikePair:
    """Record that two subjects are different persons; lanes then ask for a margin between them."""
    with writing(services.engine) as connection:
        for subject_id in (pair.first_id, pair.second_id):
            subject(connection, subject_id, now=services.clock())
        return keep_apart(services, connection, pair.first_id, pair.second_id, actor=user.user_id)
