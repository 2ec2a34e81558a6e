"""Keys: in a file, in a token, in memory; each signs what the contract recovers its account from."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from eth_account import Account
from eth_keys.datatypes import PrivateKey, Signature

from hub.origin.issuing.curve import ORDER, account_of, completed, signer_of
from hub.origin.issuing.fakes import MemorySigner
from hub.origin.issuing.keystore_signer import address_in, create_keystore, open_keystore
from hub.origin.issuing.pkcs11_signer import Pkcs11Signer, TokenKey, create_token_key
from hub.origin.issuing.signer import AnchorSigner, SignerError
from tests.hub.origin.issuing.tokens import made_token

SECRET = bytes.fromhex("4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318")
ACCOUNT = bytes.fromhex("2c7536E3605D9C16a7a3D7b1898e529396a65c23")
"""Key and account of the examples of web3.js."""
CHEAP = 1024


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> TokenKey:
    place = made_token(tmp_path_factory.mktemp("token"))
    create_token_key(place)
    return place


@pytest.fixture(params=["memory", "keystore", "token"])
def signer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnchorSigner]:
    if request.param == "memory":
        yield MemorySigner(SECRET)
    elif request.param == "keystore":
        path, password = keystore(tmp_path)
        yield open_keystore(path, password)
    else:
        opened = Pkcs11Signer(request.getfixturevalue("token"))
        yield opened
        opened.close()


def keystore(folder: Path) -> tuple[Path, Path]:
    path, password = folder / "key.json", folder / "password"
    password.write_text("a long password\n")
    create_keystore(path, password, SECRET, cost=CHEAP)
    return path, password


def digests(count: int = 24) -> list[bytes]:
    return [sha256(bytes([one])).digest() for one in range(count)]


def test_every_signature_counts_on_the_chain(signer: AnchorSigner) -> None:
    for digest in digests():
        signature = signer.sign(digest)
        assert int.from_bytes(signature[32:64]) <= ORDER // 2
        assert signature[64] in (27, 28)
        assert signer_of(digest, signature) == signer.address
        plain = signature[:64] + bytes([signature[64] - 27])
        recovered = Signature(plain).recover_public_key_from_msg_hash(digest)
        assert recovered.to_canonical_address() == signer.address


def test_account_of_a_key_is_the_published_one() -> None:
    assert account_of(SECRET) == ACCOUNT == PrivateKey(SECRET).public_key.to_canonical_address()


def test_keystore_opens_in_another_implementation_and_theirs_opens_here(tmp_path: Path) -> None:
    path, password = keystore(tmp_path)
    assert Account.decrypt(json.loads(path.read_text()), "a long password") == SECRET
    theirs = tmp_path / "theirs.json"
    theirs.write_text(json.dumps(Account.encrypt(SECRET, "a long password", kdf="pbkdf2", iterations=1000)))
    assert open_keystore(theirs, password).address == ACCOUNT == address_in(theirs)


def test_keystore_is_its_owners_only_and_never_overwritten(tmp_path: Path) -> None:
    path, password = keystore(tmp_path)
    before = path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert SECRET.hex() not in path.read_text()
    with pytest.raises(SignerError, match="File exists"):
        create_keystore(path, password, SECRET, cost=CHEAP)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "password", "words"),
    [
        (None, "a long password", "No such file"),
        (b"", "a long password", "no keystore"),
        (b"[]", "a long password", "no keystore"),
        (b'{"version": 3}', "a long password", "no keystore"),
        (b'{"version": 4, "crypto": 7}', "a long password", "no keystore"),
        (b"\xff\xfe", "a long password", "no keystore"),
        (b"{" + b" " * 70_000 + b"}", "a long password", "larger than"),
        ("good", "another password", "another password"),
        ("good", "", "no password"),
    ],
)
def test_what_is_no_keystore_is_named(
    tmp_path: Path, content: bytes | str | None, password: str, words: str
) -> None:
    path, password_file = keystore(tmp_path)
    password_file.write_text(password)
    if content is None:
        path.unlink()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    with pytest.raises(SignerError, match=words) as caught:
        open_keystore(path, password_file)
    assert "long" not in str(caught.value)


def test_a_tokens_high_s_is_flipped_and_another_keys_signature_refused() -> None:
    digest = digests(1)[0]
    good = MemorySigner(SECRET).sign(digest)
    high = good[:32] + (ORDER - int.from_bytes(good[32:64])).to_bytes(32)
    assert completed(digest, high, ACCOUNT) == good
    with pytest.raises(ValueError, match="another key"):
        completed(digest, high, b"\x01" * 20)
    with pytest.raises(ValueError, match="another key"):
        completed(digest, bytes(64), ACCOUNT)


@pytest.mark.parametrize("wrong", [b"", bytes(64), bytes(65), b"\x01" * 64 + b"\x1d"])
def test_what_is_no_signature_has_no_signer(wrong: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        signer_of(digests(1)[0], wrong)


def test_key_of_a_token_cannot_be_taken_out_or_made_twice(token: TokenKey, tmp_path: Path) -> None:
    with pytest.raises(SignerError, match="already"):
        create_token_key(token)
    wrong = tmp_path / "pin"
    wrong.write_text("0000")
    for place, words in (
        (TokenKey(token.library, token.token, "nobody", token.pin_file), "nobody"),
        (TokenKey(token.library, "elsewhere", token.key, token.pin_file), "elsewhere"),
        (TokenKey(token.library, token.token, token.key, tmp_path / "none"), "none"),
        (TokenKey(tmp_path / "none.so", token.token, token.key, token.pin_file), "key authority"),
        (TokenKey(token.library, token.token, token.key, wrong), "Pin"),
    ):
        with pytest.raises(SignerError, match=words):
            Pkcs11Signer(place)
