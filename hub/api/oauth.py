"""Routes: access tokens for machines (RFC 6749, section 4.4) and what their programs need to know."""

import base64
import binascii
from typing import Annotated
from urllib.parse import unquote_plus

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel

from hub.api.dependencies import Hub
from hub.machines.assertions import ALGORITHMS
from hub.machines.certificates import certificate_of
from hub.machines.scopes import GRANTABLE, scope_text
from hub.machines.tokens import ACTOR_PREFIX, LIFETIME, AccessToken, Proof, Refusal, TokenRequest, issue_token
from hub.people.audit import Act, record
from hub.settings_tree import ApiSettings
from hub.store.database import writing

TOKEN_PATH = "/api/v1/oauth/token"  # noqa: S105 - an address
GRANT = "client_credentials"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
router = APIRouter(tags=["machines"])
public_router = APIRouter(tags=["machines"])


class TokenReply(BaseModel):
    """A bearer token; it is shown this once."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - a kind
    expires_in: int
    scope: str


class OAuthError(BaseModel):
    """A refusal as OAuth programs read it (RFC 6749, section 5.2)."""

    error: str
    error_description: str


class ServerMetadata(BaseModel):
    """What the authorization server can do (RFC 8414)."""

    issuer: str
    token_endpoint: str
    grant_types_supported: tuple[str, ...] = (GRANT,)
    token_endpoint_auth_methods_supported: tuple[str, ...] = (
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
        "self_signed_tls_client_auth",
    )
    token_endpoint_auth_signing_alg_values_supported: tuple[str, ...] = ALGORITHMS
    scopes_supported: tuple[str, ...]
    response_types_supported: tuple[str, ...] = ()
    tls_client_certificate_bound_access_tokens: bool = True


_REFUSALS: dict[int | str, dict[str, object]] = {
    400: {"model": OAuthError, "description": "The request is not one, or asks for too much."},
    401: {"model": OAuthError, "description": "The client has not proved itself."},
}
Text = Annotated[str, Form()]


@router.post(
    "/oauth/token", operation_id="issue_access_token", response_model=TokenReply, responses=_REFUSALS
)
def post_token(  # noqa: PLR0913, PLR0917 - one parameter per part of the form
    request: Request,
    services: Hub,
    grant_type: Annotated[str, Form(json_schema_extra={"enum": [GRANT]})] = "",
    scope: Text = "",
    client_id: Text = "",
    client_secret: Text = "",
    client_assertion_type: Annotated[str, Form(json_schema_extra={"enum": [ASSERTION_TYPE]})] = "",
    client_assertion: Text = "",
) -> Response:
    """Give a machine a token for a quarter of an hour, bound to the certificate that it shows, if any."""
    if grant_type != GRANT:
        code = "unsupported_grant_type" if grant_type else "invalid_request"
        return _refused(Refusal(code, f"grant_type must be {GRANT}"))
    if client_assertion and client_assertion_type != ASSERTION_TYPE:
        return _refused(Refusal("invalid_request", f"client_assertion_type must be {ASSERTION_TYPE}"))
    named = _basic(request) or (client_id, client_secret)
    proof = Proof(named[0], named[1], client_assertion, certificate_of(request, services.settings.api))
    now, token = services.clock(), services.new_token()
    with writing(services.engine) as connection:
        made = issue_token(
            connection,
            TokenRequest(proof, scope),
            token=token,
            audiences=audiences_of(services.settings.api),
            now=now,
        )
        record(connection, _act(made, proof.client_id), now)
    return _refused(made) if isinstance(made, Refusal) else _granted(made)


@public_router.get("/.well-known/oauth-authorization-server", operation_id="authorization_server_metadata")
def get_metadata(services: Hub) -> ServerMetadata:
    """Say where tokens are and how a client may prove itself."""
    base = services.settings.api.base_url
    return ServerMetadata(
        issuer=base, token_endpoint=base + TOKEN_PATH, scopes_supported=tuple(sorted(GRANTABLE))
    )


def audiences_of(api: ApiSettings) -> frozenset[str]:
    """Whom an assertion may be made out to: the hub, or its token endpoint."""
    return frozenset({api.base_url, api.base_url + TOKEN_PATH})


def _act(made: AccessToken | Refusal, claimed: str) -> Act:
    if isinstance(made, Refusal):
        return Act("nobody", "client-refused", claimed[:64], {"reason": made.error})
    return Act(f"{ACTOR_PREFIX}{made.client_id}", "client-token-issued", made.client_id, {})


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return ("", "")
    return unquote_plus(name), unquote_plus(secret)


def _granted(made: AccessToken) -> Response:
    reply = TokenReply(
        access_token=made.token, expires_in=int(LIFETIME.total_seconds()), scope=scope_text(made.scopes)
    )
    return Response(reply.model_dump_json(), 200, {"Pragma": "no-cache"}, "application/json")


def _refused(refusal: Refusal) -> Response:
    is_unproven = refusal.error == "invalid_client"
    body = OAuthError(error=refusal.error, error_description=refusal.description)
    headers = {"WWW-Authenticate": 'Basic realm="kechid"'} if is_unproven else None
    return Response(body.model_dump_json(), 401 if is_unproven else 400, headers, "application/json")
