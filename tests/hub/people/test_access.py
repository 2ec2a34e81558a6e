"""Roles, scopes and sites: what they allow, and what no machine ever may."""

import pytest

from hub.errors import InvalidInputError
from hub.people.access import PERSON_ROLES, ROLE_PERMISSIONS, Permission, Role, User
from hub.people.users import add_user
from hub.store.database import writing
from tests.hub.builders import NOW, PASSWORD, Hub


@pytest.mark.parametrize("permission", Permission, ids=str)
def test_every_permission_is_somebodys(permission: Permission) -> None:
    # Carriers declare through their programs, citizens in an app of their own.
    roles = (Role.MACHINE,) if permission is Permission.DECLARE else PERSON_ROLES
    assert any(permission in ROLE_PERMISSIONS[role] for role in roles)


@pytest.mark.parametrize(
    "permission",
    [
        Permission.ANSWER_CASES,
        Permission.APPROVE,
        Permission.MANAGE_USERS,
        Permission.DECIDE_DECLARATIONS,
        Permission.DECIDE_CERTIFICATES,
    ],
)
def test_a_machine_never_decides_in_a_persons_place(permission: Permission) -> None:
    machine = User("client:feed", "Feed", Role.MACHINE, scopes=frozenset(Permission))
    assert not machine.may(permission)


def test_scopes_narrow_a_role_and_never_widen_it() -> None:
    scopes = frozenset({Permission.VIEW_DEVICES, Permission.MANAGE_USERS})
    guard = User("g", "G", Role.GUARD, scopes=scopes)
    assert guard.permissions == {Permission.VIEW_DEVICES}


@pytest.mark.parametrize(
    ("sites", "at_alat", "at_samur"),
    [(None, True, True), (frozenset({"alat"}), True, False), (frozenset[str](), False, False)],
    ids=["everywhere", "one site", "nowhere"],
)
def test_a_permission_ends_at_the_users_sites(
    sites: frozenset[str] | None, at_alat: bool, at_samur: bool
) -> None:
    guard = User("g", "G", Role.GUARD, sites=sites)
    assert guard.may_at(Permission.VIEW_CASES, "alat") is at_alat
    assert guard.may_at(Permission.VIEW_CASES, "samur") is at_samur
    assert not guard.may_at(Permission.ENROL, "alat")


def test_no_person_is_let_in_as_a_machine(hub_on_each: Hub) -> None:
    with (
        pytest.raises(InvalidInputError, match="no person's role"),
        writing(hub_on_each.services.engine) as connection,
    ):
        add_user(connection, User("feed", "Feed", Role.MACHINE), PASSWORD, NOW)
