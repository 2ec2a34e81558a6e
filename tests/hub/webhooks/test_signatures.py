"""Asymmetric signatures and changed keys, checked as a receiver does: with `cryptography` alone."""

import base64
import hmac
from datetime import timedelta
from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import select

from hub.errors import NotFoundError
from hub.store.database import reading, writing
from hub.webhooks.keys import BOTH_FOR, NewKey, rotate_key
from hub.webhooks.signing import SignatureScheme, public_key_text, signed_headers
from hub.webhooks.subscriptions import NewWebhook, add_webhook, webhook
from hub.webhooks.tables import webhooks
from tests.hub.builders import NOW, Hub
from tests.hub.webhooks.test_delivery import Receiver, hub, publish, receiver, work

__all__ = ["hub", "receiver"]
Sent = tuple[dict[str, str], bytes]


def subscribe(hub: Hub, receiver: Receiver, scheme: SignatureScheme) -> tuple[str, NewKey]:
    wanted = NewWebhook("Ministry", f"http://127.0.0.1:{receiver.port}/in", ("case",), scheme)
    with writing(hub.services.engine) as connection:
        made = add_webhook(hub.services, connection, wanted, "test")
    work(hub)
    return made


def rotate(hub: Hub, webhook_id: str) -> NewKey:
    with writing(hub.services.engine) as connection:
        return rotate_key(hub.services, connection, webhook_id)


def next_message(hub: Hub, receiver: Receiver, pause: timedelta = timedelta(seconds=10)) -> Sent:
    receiver.got.clear()
    publish(hub.services, "case", "alert-1")
    work(hub, pause)
    (sent,) = receiver.got
    return sent


def is_signed_by(key: NewKey, sent: Sent) -> bool:
    """Verify as a receiver does: any of the signatures of the key's scheme may hold."""
    headers, body = sent
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    found = [one.partition(",") for one in headers["webhook-signature"].split(" ")]
    return any(_holds(key, scheme, base64.b64decode(text), content) for scheme, _, text in found)


def _holds(key: NewKey, scheme: str, signature: bytes, content: bytes) -> bool:
    if key.secret:
        secret = base64.b64decode(key.secret.removeprefix("whsec_"))
        return scheme == "v1" and hmac.compare_digest(hmac.digest(secret, content, sha256), signature)
    raw = base64.b64decode((key.public_key or "").removeprefix("whpk_"))
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, content)
    except InvalidSignature:
        return False
    return scheme == "v1a"


def test_a_receiver_verifies_with_the_public_key_alone(hub: Hub, receiver: Receiver) -> None:
    _, key = subscribe(hub, receiver, SignatureScheme.ASYMMETRIC)
    assert key.secret is None
    headers, body = next_message(hub, receiver)
    assert is_signed_by(key, (headers, body))
    assert not is_signed_by(key, (headers, body.replace(b"alert-1", b"alert-2")))
    assert not is_signed_by(key, (headers | {"webhook-id": "msg_other"}, body))


def test_another_key_verifies_nothing(hub: Hub, receiver: Receiver) -> None:
    subscribe(hub, receiver, SignatureScheme.ASYMMETRIC)
    stranger = NewKey(None, public_key_text(b"\x07" * 32))
    assert not is_signed_by(stranger, next_message(hub, receiver))


def test_the_public_key_is_told_at_any_time_and_the_private_one_is_sealed(
    hub: Hub, receiver: Receiver
) -> None:
    webhook_id, key = subscribe(hub, receiver, SignatureScheme.ASYMMETRIC)
    with reading(hub.services.engine) as connection:
        told = webhook(connection, webhook_id)
        row = connection.execute(select(webhooks)).one()
    assert (told.scheme, told.public_key) == (SignatureScheme.ASYMMETRIC, key.public_key)
    private = hub.services.store_key.unseal("webhook", webhook_id, row.sealed_secret)
    assert public_key_text(private) == key.public_key
    assert not any(private in value for value in row if isinstance(value, bytes))


@pytest.mark.parametrize("scheme", list(SignatureScheme))
def test_for_a_day_after_a_rotation_both_keys_sign(
    hub: Hub, receiver: Receiver, scheme: SignatureScheme
) -> None:
    webhook_id, old = subscribe(hub, receiver, scheme)
    new = rotate(hub, webhook_id)
    assert new.text != old.text
    during = next_message(hub, receiver)
    assert (is_signed_by(old, during), is_signed_by(new, during)) == (True, True)
    after = next_message(hub, receiver, BOTH_FOR)
    assert (is_signed_by(old, after), is_signed_by(new, after)) == (False, True)
    with reading(hub.services.engine) as connection:
        row = connection.execute(select(webhooks)).one()
    assert (row.sealed_previous, row.previous_until) == (None, None)
    assert row.public_key == new.public_key


def test_a_second_rotation_leaves_the_last_two_keys(hub: Hub, receiver: Receiver) -> None:
    webhook_id, first = subscribe(hub, receiver, SignatureScheme.ASYMMETRIC)
    second, third = rotate(hub, webhook_id), rotate(hub, webhook_id)
    sent = next_message(hub, receiver)
    assert [is_signed_by(key, sent) for key in (first, second, third)] == [False, True, True]


def test_a_receiver_that_is_not_there_has_no_key_to_rotate(hub: Hub) -> None:
    with pytest.raises(NotFoundError, match="nobody"):
        rotate(hub, "nobody")


def test_the_signature_is_ed25519s_over_id_seconds_and_body() -> None:
    # RFC 8032, section 7.1, test 1: the key; the signature is made anew by the library itself.
    private = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    assert public_key_text(private) == "whpk_" + base64.b64encode(public).decode()
    headers = signed_headers(SignatureScheme.ASYMMETRIC, (private,), "msg_1", NOW, b"{}")
    expected = Ed25519PrivateKey.from_private_bytes(private).sign(
        f"msg_1.{int(NOW.timestamp())}.{{}}".encode()
    )
    assert headers["webhook-signature"] == f"v1a,{base64.b64encode(expected).decode()}"
