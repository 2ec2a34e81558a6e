"""A small OpenID provider on loopback: Authlib's server side on Flask, with answers that tests can spoil."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin, OpenIDCode
from authlib.oidc.rpinitiated import EndSessionEndpoint, EndSessionRequest
from flask import Flask, Response, jsonify
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT_ID, SECRET = "kechid", "a secret of the provider"


@cache
def signing_key(name: str = "own") -> RSAKey:
    """Make one key per name."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"})


@dataclass(slots=True)
class OpenIdProvider:
    """What the provider says; tests change it between two requests."""

    now: datetime
    address: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    """Claims of whoever signs in."""
    spoilt: dict[str, Any] = field(default_factory=dict)
    """Claims that replace the right ones."""
    key: str = "own"
    published: str = "own"
    codes: dict[str, "_Code"] = field(default_factory=dict)
    ends_sessions: bool = True
    """It publishes an address that ends its sessions, and remembers whose it was asked to end."""
    ended: list[str | None] = field(default_factory=list)
    """Subject of each ID token; None for a request without one."""


class _Client(ClientMixin):  # type: ignore[misc]
    client_id = CLIENT_ID
    client_metadata = {"post_logout_redirect_uris": ["https://hub.test/console/sign-out/return"]}  # noqa: RUF012

    def get_client_id(self) -> str:
        return CLIENT_ID

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == "https://hub.test/console/sign-in/provider/return"

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"

    def get_allowed_scope(self, scope: str) -> str:
        return scope


@dataclass(frozen=True)
class _Code(AuthorizationCodeMixin):  # type: ignore[misc]
    code: str
    redirect_uri: str
    nonce: str
    scope: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> None:
        return None

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


@contextmanager
def running_provider(now: datetime) -> Iterator[OpenIdProvider]:
    """Serve a provider on a free port until the block ends."""
    provider = OpenIdProvider(now)
    server = make_server("127.0.0.1", 0, _application(provider), threaded=True)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _application(provider: OpenIdProvider) -> Flask:
    app = Flask("provider")
    server = AuthorizationServer(app, lambda name: _Client() if name == CLIENT_ID else None, _forget)
    server.register_endpoint(_end_of(provider))
    server.register_grant(_grant_of(provider), [_code_of(provider)(), CodeChallenge(required=True)])

    @app.get("/.well-known/openid-configuration")
    def metadata() -> Response:
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        paths |= {"end_session_endpoint": "end"} if provider.ends_sessions else {}
        addresses = {name: f"{provider.address}/{path}" for name, path in paths.items()}
        return jsonify(addresses | {"issuer": provider.spoilt.get("issuer", provider.address)})

    @app.get("/keys")
    def keys() -> Response:
        return jsonify({"keys": [signing_key(provider.published).as_dict(private=False)]})

    @app.get("/authorize")
    def authorize() -> Any:
        granted = None if provider.spoilt.get("refuses") else provider.person["sub"]
        grant = server.get_consent_grant(end_user=granted)
        return server.create_authorization_response(grant_user=granted, grant=grant)

    @app.post("/token")
    def token() -> Any:
        return server.create_token_response()

    @app.get("/end")
    def end() -> Any:
        return server.create_endpoint_response("end_session") or "You are signed out."

    return app


def _forget(token: Mapping[str, Any], request: object) -> None:
    """Nobody uses the access token."""


def _grant_of(provider: OpenIdProvider) -> type[AuthorizationCodeGrant]:
    class Grant(AuthorizationCodeGrant):  # type: ignore[misc]
        def save_authorization_code(self, code: str, request: Any) -> None:
            wanted = request.payload.data
            names = ("redirect_uri", "nonce", "scope", "code_challenge", "code_challenge_method")
            provider.codes[code] = _Code(code, **{name: wanted.get(name, "") for name in names})

        def query_authorization_code(self, code: str, client: object) -> _Code | None:
            return provider.codes.get(code)

        def delete_authorization_code(self, authorization_code: _Code) -> None:
            provider.codes.pop(authorization_code.code)

        def authenticate_user(self, authorization_code: _Code) -> object:
            return provider.person["sub"]

    return Grant


def _end_of(provider: OpenIdProvider) -> type[EndSessionEndpoint]:
    class End(EndSessionEndpoint):  # type: ignore[misc]
        def get_server_jwks(self) -> dict[str, Any]:
            return {"keys": [signing_key(provider.published).as_dict(private=False)]}

        def is_post_logout_redirect_uri_legitimate(self, *_: object) -> bool:
            """Our one client is trusted, as providers with registered addresses trust theirs."""
            return True

        def end_session(self, asked: EndSessionRequest) -> None:
            provider.ended.append((asked.id_token_claims or {}).get("sub"))

    return End


def _code_of(provider: OpenIdProvider) -> type[OpenIDCode]:
    class Code(OpenIDCode):  # type: ignore[misc]
        def exists_nonce(self, nonce: str, request: object) -> bool:
            return any(code.nonce == nonce for code in provider.codes.values())

        def resolve_client_private_key(self, client: object) -> RSAKey:
            return signing_key(provider.key)

        def get_encode_header(self, client: object) -> dict[str, str]:
            return {"alg": "RS256", "kid": provider.key}

        def get_client_algorithm(self, client: object) -> str:
            return "RS256"

        def get_client_claims(self, client: object) -> dict[str, Any]:
            return {"iss": provider.address, "aud": [CLIENT_ID]}

        def generate_user_info(self, user: object, scope: str) -> dict[str, Any]:
            now = int(provider.now.timestamp())
            return {"iat": now, "exp": now + 300} | provider.person | provider.spoilt

    return Code
