"""The digest of a certificate: it changes with every sign, and a part of it can be shown alone."""

import hmac
from hashlib import sha256

import msgspec
import pytest
from hypothesis import given
from hypothesis.strategies import binary, sampled_from, sets

from hub.errors import InvalidInputError
from hub.origin.certificate.canonical import (
    Disclosure,
    ShownField,
    disclose,
    disclosed_digest,
    document_digest,
)
from hub.origin.certificate.certificate import StateCode, statements
from tests.hub.origin.certificate.samples import FIELDS, certificate

KEY = bytes(range(16))
PATHS = sorted(FIELDS)


def test_the_digest_is_the_one_that_is_written_down() -> None:
    """Worked out step by step, as another program would."""
    fields = b""
    for path, value in statements(certificate()):
        salt = hmac.new(KEY, path.encode(), sha256).digest()[:16]
        text = value.encode()
        fields += sha256(
            b"\x03"
            + salt
            + len(path).to_bytes(2, "big")
            + path.encode()
            + len(text).to_bytes(4, "big")
            + text
        ).digest()
    count = len(FIELDS) + 4
    assert document_digest(certificate(), KEY) == sha256(b"\x02" + count.to_bytes(4, "big") + fields).digest()


@pytest.mark.parametrize("path", PATHS)
def test_every_field_counts(path: str) -> None:
    altered = certificate(**{path.replace(".", "__"): FIELDS[path] + "1"})
    assert document_digest(altered, KEY) != document_digest(certificate(), KEY)


def test_what_it_states_of_itself_counts() -> None:
    ones = [certificate(), certificate(number="GE-0002")]
    ones += [
        msgspec.structs.replace(ones[0], form="st-1"),
        msgspec.structs.replace(ones[0], state=StateCode("UA")),
    ]
    assert len({document_digest(one, KEY) for one in ones}) == len(ones)


def test_a_value_does_not_pass_for_its_neighbour() -> None:
    one = msgspec.structs.replace(certificate(), fields={"a": "bc", "d": "e"})
    other = msgspec.structs.replace(certificate(), fields={"a": "b", "d": "ce"})
    assert document_digest(one, KEY) != document_digest(other, KEY)


@given(binary(min_size=16, max_size=16), sets(sampled_from(PATHS)))
def test_what_is_shown_leads_to_the_digest_and_the_rest_stays_hidden(key: bytes, paths: set[str]) -> None:
    part = disclose(certificate(), key, paths)
    assert disclosed_digest(part) == document_digest(certificate(), key)
    assert {one.path for one in part.shown.values()} == paths
    assert {len(digest) for digest in part.hidden.values()} <= {32}
    assert len(part.hidden) == len(FIELDS) + 4 - len(paths)


def test_what_is_shown_cannot_be_altered() -> None:
    part = disclose(certificate(), KEY, ["items.1.hs_code"])
    ((place, field),) = part.shown.items()
    forged = Disclosure({place: ShownField(field.path, "220410", field.salt)}, part.hidden)
    assert disclosed_digest(forged) != document_digest(certificate(), KEY)


def test_unknown_paths_are_named() -> None:
    with pytest.raises(InvalidInputError, match=r"/items\.9\.hs_code"):
        disclose(certificate(), KEY, ["items.9.hs_code"])


@pytest.mark.parametrize("hidden", [{}, {0: b"short"}, {7: bytes(32)}])
def test_a_part_with_gaps_is_none(hidden: dict[int, bytes]) -> None:
    with pytest.raises(InvalidInputError, match="/hidden"):
        disclosed_digest(Disclosure({1: ShownField("a", "b", bytes(16))}, hidden))


def test_a_key_has_sixteen_bytes() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        document_digest(certificate(), b"short")
