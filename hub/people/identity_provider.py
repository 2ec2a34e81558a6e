"""The OpenID provider over HTTP: discovery, the way there, and the code for a verified ID token."""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import msgspec
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hub.errors import HubError
from hub.settings_tree import OidcSettings

ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "Ed25519")
KEPT_FOR_S = 600.0
"""How long what the provider published is believed without asking again."""
TIMEOUT_S = 10.0
MAX_ANSWER = 1 << 20
LEEWAY_S = 60


class ProviderError(HubError):
    """The provider cannot be reached, or answered what cannot be trusted."""


class _Metadata(msgspec.Struct, frozen=True):
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str = ""


class _Tokens(msgspec.Struct, frozen=True):
    id_token: str
    access_token: str = ""


@dataclass(frozen=True, slots=True)
class Vouched:
    """What the provider vouches for, and the ID token that says so."""

    claims: Mapping[str, Any]
    id_token: str


@dataclass(frozen=True, slots=True)
class Secrets:
    """What ties an answer of the provider to the sign-in that asked for it."""

    state: str
    nonce: str
    verifier: str
    """PKCE (RFC 7636)."""


class IdentityProvider:
    """One provider; raises `ProviderError` from every method."""

    def __init__(self, oidc: OidcSettings, return_address: str, farewell_address: str = "") -> None:
        self._oidc = oidc
        self._return_address = return_address
        self._farewell_address = farewell_address
        self._metadata: _Metadata | None = None
        self._keys: KeySet | None = None
        self._read_at = 0.0

    def way_there(self, secrets: Secrets) -> str:
        """Address at the provider that the browser is sent to."""
        query = {
            "response_type": "code",
            "client_id": self._oidc.client_id,
            "redirect_uri": self._return_address,
            "scope": " ".join(self._oidc.scopes),
            "state": secrets.state,
            "nonce": secrets.nonce,
            "code_challenge": create_s256_code_challenge(secrets.verifier),
            "code_challenge_method": "S256",
        }
        return _with_query(self._discover().authorization_endpoint, query)

    def way_out(self, hint: str, state: str) -> str:
        """Address at the provider that ends its session; empty when it has none.

        `hint` is the ID token of the session, empty when it is not known
        (OpenID Connect RP-Initiated Logout 1.0, section 2).
        """
        endpoint = self._discover().end_session_endpoint if self._oidc.issuer else ""
        if urlsplit(endpoint).scheme not in {"http", "https"}:
            return ""
        query = {
            "client_id": self._oidc.client_id,
            "post_logout_redirect_uri": self._farewell_address,
            "state": state,
        }
        return _with_query(endpoint, query | ({"id_token_hint": hint} if hint else {}))

    def vouch(self, code: str, secrets: Secrets, now: datetime) -> Vouched:
        """Exchange the code and verify the ID token (OpenID Connect Core 1.0, section 3.1.3.7)."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._return_address,
            "client_id": self._oidc.client_id,
            "code_verifier": secrets.verifier,
        }
        tokens = self._ask("POST", self._discover().token_endpoint, _Tokens, form=form)
        try:
            token = jwt.decode(tokens.id_token, self._key_set(), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # The provider may have changed its keys since they were read.
            token = self._decode_with_new_keys(tokens.id_token)
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={"iss": {"value": self._oidc.issuer}, "aud": {"value": self._oidc.client_id}},
            params={"nonce": secrets.nonce, "client_id": self._oidc.client_id},
        )
        try:
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY_S)
        except (JoseError, TypeError, ValueError) as error:
            raise ProviderError(f"the ID token does not hold: {type(error).__name__}") from error
        return Vouched(token.claims, tokens.id_token)

    def _decode_with_new_keys(self, text: str) -> jwt.Token:
        self._keys = None
        try:
            return jwt.decode(text, self._key_set(), algorithms=ALGORITHMS)
        except (JoseError, ValueError) as error:
            raise ProviderError("the ID token is not signed by the provider") from error

    def _discover(self) -> _Metadata:
        # Two threads may read at once; both read the same.
        if self._metadata is None or time.monotonic() - self._read_at > KEPT_FOR_S:
            address = f"{self._oidc.issuer.rstrip('/')}/.well-known/openid-configuration"
            found = self._ask("GET", address, _Metadata)
            if found.issuer != self._oidc.issuer:
                raise ProviderError(f"the provider calls itself {found.issuer[:200]!r}")
            self._metadata, self._keys, self._read_at = found, None, time.monotonic()
        return self._metadata

    def _key_set(self) -> KeySet:
        if self._keys is None:
            raw = self._ask("GET", self._discover().jwks_uri, dict[str, Any])
            try:
                self._keys = KeySet.import_key_set({"keys": list(raw["keys"])})
            except (JoseError, KeyError, TypeError, ValueError) as error:
                raise ProviderError("the provider's keys cannot be read") from error
        return self._keys

    def _ask(self, method: str, address: str, kind: Any, form: Mapping[str, str] | None = None) -> Any:
        """Ask for JSON of `kind`; the secret goes to the token endpoint only."""
        auth = None if form is None or not self._secret else (self._oidc.client_id, self._secret)
        try:
            with httpx.Client(verify=self._trusted(), timeout=TIMEOUT_S, trust_env=False) as client:
                answer = client.request(method, address, data=form, auth=auth)
            if answer.status_code != 200 or len(answer.content) > MAX_ANSWER:
                raise ProviderError(f"{address} answered {answer.status_code}")
            return msgspec.json.decode(answer.content, type=kind)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, msgspec.MsgspecError) as error:
            raise ProviderError(f"{address}: {type(error).__name__}") from error

    @property
    def _secret(self) -> str:
        file = self._oidc.client_secret_file
        try:
            return file.read_text(encoding="utf-8").strip() if file is not None else ""
        except (OSError, UnicodeDecodeError) as error:
            raise ProviderError(f"{file}: {type(error).__name__}") from error

    def _trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._oidc.ca)


def _with_query(endpoint: str, query: Mapping[str, str]) -> str:
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"
