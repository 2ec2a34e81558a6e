"""Signing in through an OpenID provider: the way there, the way back, the user it makes."""

import base64
import binascii
import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, select, update

from hub.bootstrap import Services
from hub.people.access import Origin, Session, open_session, session_of
from hub.people.audit import Act, record
from hub.people.identity_provider import IdentityProvider, ProviderError, Secrets
from hub.people.provider_claims import KnownPerson, ProviderRefusal, person_of
from hub.people.provider_sign_out import keep_id_token
from hub.people.tables import external_identities, users
from hub.store.database import writing
from hub.store.sealing import SealError

LONGEST = timedelta(minutes=10)
NO_PASSWORD = "provider"  # noqa: S105 - no hash: nothing matches it
_KIND, _NAME = "sign-in", "provider"


class _Begun(msgspec.Struct, frozen=True):
    """What the browser keeps, sealed, while its person is at the provider."""

    state: str
    nonce: str
    verifier: str
    back: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Departure:
    """Where to send the browser, and the sealed cookie it brings back."""

    address: str
    cookie: str


@dataclass(frozen=True, slots=True)
class Return:
    """What the browser brings back."""

    cookie: str
    state: str
    code: str
    """Empty: the provider refused."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A session, and the page that was wanted."""

    session: Session
    back: str


def depart(services: Services, provider: IdentityProvider, back: str) -> Departure:
    """Begin a sign-in; raises `ProviderError` when the provider cannot be reached."""
    begun = _Begun(
        state=services.new_token(),
        nonce=services.new_token(),
        verifier=services.new_token(),
        back=back,
        ends_at=services.clock() + LONGEST,
    )
    address = provider.way_there(Secrets(begun.state, begun.nonce, begun.verifier))
    sealed = services.seal(_KIND, _NAME, msgspec.json.encode(begun))
    return Departure(address, base64.urlsafe_b64encode(sealed).decode())


def arrive(
    services: Services, provider: IdentityProvider, returned: Return, origin: Origin
) -> Arrival | ProviderRefusal:
    """End a sign-in: a session, or why there is none; both leave a trace in the audit log."""
    now = services.clock()
    begun = _open(services, returned, now)
    if begun is None:
        return _turn_away(services, ProviderRefusal.STALE, now)
    if not returned.code:
        return _turn_away(services, ProviderRefusal.CANCELLED, now)
    try:
        vouched = provider.vouch(returned.code, Secrets(begun.state, begun.nonce, begun.verifier), now)
    except ProviderError:
        return _turn_away(services, ProviderRefusal.FAILED, now)
    person = person_of(vouched.claims, services.settings.oidc)
    if isinstance(person, ProviderRefusal):
        return _turn_away(services, person, now)
    with writing(services.engine) as connection:
        session = _let_in(services, connection, person, origin)
        if isinstance(session, Session):
            keep_id_token(services, connection, session.token, vouched.id_token)
    if isinstance(session, ProviderRefusal):
        return _turn_away(services, session, now)
    return Arrival(session, begun.back)


def _open(services: Services, returned: Return, now: datetime) -> _Begun | None:
    try:
        sealed = base64.urlsafe_b64decode(returned.cookie)
        begun = msgspec.json.decode(services.store_key.unseal(_KIND, _NAME, sealed), type=_Begun)
    except (binascii.Error, ValueError, SealError):
        return None
    is_ours = hmac.compare_digest(begun.state.encode(), returned.state.encode())
    return begun if is_ours and now < begun.ends_at else None


def _let_in(
    services: Services, connection: Connection, person: KnownPerson, origin: Origin
) -> Session | ProviderRefusal:
    now = services.clock()
    refusal = _settle(connection, person, now)
    if refusal is not None:
        return refusal
    user_id = _linked(connection, person) or person.user_id
    session = session_of(connection, user_id, services.new_token(), now + services.session_lifetime)
    if session is None:
        return ProviderRefusal.DISABLED
    session = replace(session, origin=origin)
    open_session(connection, session, now)
    record(connection, Act(user_id, "signed-in", user_id, {"by": "provider"}), now)
    return session


def _settle(connection: Connection, person: KnownPerson, now: datetime) -> ProviderRefusal | None:
    """Make the user, or bring name and role up to date; an account with a password is never taken over."""
    linked = _linked(connection, person)
    if linked is not None:
        facts = {"display_name": person.display_name, "role": person.role}
        connection.execute(update(users).where(users.c.user_id == linked).values(**facts))
        return None
    taken = select(users.c.user_id).where(users.c.user_id == person.user_id)
    if connection.scalar(taken) is not None:
        return ProviderRefusal.TAKEN
    connection.execute(
        users.insert().values(
            user_id=person.user_id,
            display_name=person.display_name,
            role=person.role,
            password_hash=NO_PASSWORD,
            created_at=now,
        )
    )
    identity = {"issuer": person.issuer, "subject": person.subject, "user_id": person.user_id}
    connection.execute(external_identities.insert().values(**identity, created_at=now))
    record(connection, Act("provider", "user-added", person.user_id, {"role": person.role}), now)
    return None


def _linked(connection: Connection, person: KnownPerson) -> str | None:
    is_this = (external_identities.c.issuer == person.issuer) & (
        external_identities.c.subject == person.subject
    )
    return connection.scalar(select(external_identities.c.user_id).where(is_this))


def _turn_away(services: Services, reason: ProviderRefusal, now: datetime) -> ProviderRefusal:
    with writing(services.engine) as connection:
        record(connection, Act("nobody", "sign-in-refused", "provider", {"reason": reason}), now)
    return reason
