"""What an OpenID provider says of a person, and which user that makes. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hub.people.access import PERSON_ROLES, Role
from hub.settings_tree import OidcSettings

_USER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
MAX_NAME = 200


class ProviderRefusal(StrEnum):
    """Why somebody whom the provider knows does not get in."""

    FAILED = "provider-failed"
    """The provider cannot be reached or answered what cannot be trusted."""
    CANCELLED = "provider-refused"
    """The person, or the provider, broke the sign-in off."""
    STALE = "sign-in-stale"
    """The answer belongs to no sign-in that this browser began within ten minutes."""
    NO_ROLE = "no-role"
    """No value of the role claim, or not one of the allowed users."""
    TAKEN = "name-taken"
    """The user name belongs to another account of the hub."""
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody whom the provider vouches for."""

    issuer: str
    subject: str
    user_id: str
    display_name: str
    role: Role


def person_of(claims: Mapping[str, Any], oidc: OidcSettings) -> KnownPerson | ProviderRefusal:
    """Map claims of a verified ID token to a user; a claim of an unexpected shape counts as absent."""
    user_id = claims.get(oidc.user_claim)
    name = claims.get(oidc.name_claim)
    subject = claims.get("sub")
    if not isinstance(user_id, str) or not _USER_ID.fullmatch(user_id):
        return ProviderRefusal.NO_ROLE
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isprintable():
        return ProviderRefusal.FAILED
    role = _role(claims.get(oidc.role_claim), oidc.roles)
    if role is None or (oidc.allowed_users and user_id not in oidc.allowed_users):
        return ProviderRefusal.NO_ROLE
    return KnownPerson(oidc.issuer, subject, user_id, _shown(name) or user_id, role)


def _shown(name: object) -> str:
    """Take a name as it is shown; empty when it is none or holds what cannot be shown."""
    return name.strip()[:MAX_NAME] if isinstance(name, str) and name.isprintable() else ""


def _role(claim: object, roles: Mapping[str, str]) -> Role | None:
    """Take the first mapping, in the order of the settings, whose value the person has."""
    held = {claim} if isinstance(claim, str) else set(map(str, claim)) if isinstance(claim, list) else set()
    found = next((role for value, role in roles.items() if value in held), None)
    return Role(found) if found in PERSON_ROLES else None
