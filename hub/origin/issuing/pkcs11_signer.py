"""Keys of secp256k1 inside a token (PKCS #11): a hardware security module, or SoftHSM for a rehearsal."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import msgspec
import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.types import SignMixin
from pkcs11.util.ec import encode_named_curve_parameters

from hub.origin.issuing.curve import address_of, completed
from hub.origin.issuing.signer import Signature, SignerError

CURVE = "1.3.132.0.10"
"""secp256k1."""
_POINT_BYTES = 65


class TokenKey(msgspec.Struct, frozen=True):
    """Which key of which token, and who may use it."""

    library: Path
    """The maker's PKCS #11 library."""
    token: str
    """Label of the token."""
    key: str
    """Label of the key pair."""
    pin_file: Path


class Pkcs11Signer:
    """Signs inside the token; logged in once, for several threads."""

    def __init__(self, place: TokenKey) -> None:
        """Log in and find the key pair; raises `SignerError`."""
        self._lock = threading.Lock()
        with _named(place):
            self._session = _session(place)
            try:
                self._key = _private_key(self._session, place)
                self.address = _account(self._session, place)
            except Exception:
                # A session that stays open keeps the token logged in.
                self._session.close()
                raise

    def sign(self, digest: bytes) -> Signature:
        """Sign 32 bytes; raises `SignerError`."""
        try:
            with self._lock:
                plain = self._key.sign(digest, mechanism=Mechanism.ECDSA)
            return completed(digest, plain, self.address)
        except (pkcs11.PKCS11Error, ValueError) as error:
            raise SignerError(f"the token does not sign: {type(error).__name__}") from error

    def close(self) -> None:
        """Log out."""
        with self._lock:
            self._session.close()


def create_token_key(place: TokenKey) -> bytes:
    """Make a key pair that never leaves the token and return its account; raises `SignerError`.

    Refuses a label that is taken.
    """
    with _named(place):
        session = _session(place, is_writable=True)
        try:
            if list(session.get_objects({Attribute.LABEL: place.key})):
                raise SignerError(f"token {place.token}: there is a key {place.key!r} already")
            parameters = session.create_domain_parameters(
                KeyType.EC, {Attribute.EC_PARAMS: encode_named_curve_parameters(CURVE)}, local=True
            )
            private = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
            parameters.generate_keypair(store=True, label=place.key, private_template=private)
            return _account(session, place)
        finally:
            session.close()


def _session(place: TokenKey, *, is_writable: bool = False) -> pkcs11.Session:
    try:
        pin = place.pin_file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SignerError(f"{place.pin_file}: cannot be read as a PIN") from error
    token = pkcs11.lib(str(place.library)).get_token(token_label=place.token)
    try:
        return token.open(user_pin=pin, rw=is_writable)
    except pkcs11.UserAlreadyLoggedIn:
        # A process logs in once; its other sessions are logged in with the first.
        return token.open(rw=is_writable)


def _private_key(session: pkcs11.Session, place: TokenKey) -> SignMixin:
    found = session.get_key(object_class=ObjectClass.PRIVATE_KEY, key_type=KeyType.EC, label=place.key)
    return cast("SignMixin", found)


def _account(session: pkcs11.Session, place: TokenKey) -> bytes:
    public = session.get_key(object_class=ObjectClass.PUBLIC_KEY, key_type=KeyType.EC, label=place.key)
    try:
        # An octet string around the point, whose head is as long as its kind of token makes it.
        return address_of(bytes(public[Attribute.EC_POINT])[-_POINT_BYTES:])
    except ValueError as error:
        raise SignerError(f"token {place.token}: {place.key!r} is no key of secp256k1") from error


@contextmanager
def _named(place: TokenKey) -> Iterator[None]:
    try:
        yield
    except (pkcs11.PKCS11Error, RuntimeError) as error:
        said = str(error) or type(error).__name__
        raise SignerError(f"token {place.token}, key {place.key}: {said[:200]}") from error
