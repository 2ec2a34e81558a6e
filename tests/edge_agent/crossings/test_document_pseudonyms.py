"""Keyed hashes of documents."""

import hashlib
import hmac
from dataclasses import replace
from datetime import date

import pytest

from edge_agent.crossings.document_pseudonyms import KEY_BYTES, identity_of, pseudonym_of
from hardware.mrz import parse_mrz
from hardware.travel_document import TravelDocument

ERIKSSON = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
"""The specimen of ICAO Doc 9303-4, appendix A."""
KEY = bytes(range(KEY_BYTES))


def eriksson() -> TravelDocument:
    return parse_mrz(ERIKSSON, date(2011, 1, 1))


def test_the_identity_is_state_number_and_birth_and_no_name() -> None:
    assert identity_of(eriksson()) == b"UTO|L898902C3|1974-8-12"


def test_the_pseudonym_is_the_published_hmac_cut_to_16_bytes() -> None:
    identity = b"UTO|L898902C3|1974-8-12"
    assert pseudonym_of(KEY, identity) == hmac.new(KEY, identity, hashlib.sha256).digest()[:16]
    # RFC 4231, test case 1, has a key of 20 bytes; padded with zeros to 32 HMAC is the same by definition.
    padded = b"\x0b" * 20 + bytes(12)
    assert pseudonym_of(padded, b"Hi There").hex() == "b0344c61d8db38535ca8afceaf0bf12b"


def test_another_key_or_document_is_another_pseudonym() -> None:
    identity = b"UTO|L898902C3|1974-8-12"
    others = [pseudonym_of(KEY[::-1], identity), pseudonym_of(KEY, identity + b"x")]
    assert len({pseudonym_of(KEY, identity), *others}) == 3


@pytest.mark.parametrize("change", [{"number": ""}, {"birth": None}])
def test_a_document_without_what_it_needs_has_no_identity(change: dict[str, object]) -> None:
    assert identity_of(replace(eriksson(), **change)) is None  # type: ignore[arg-type]


def test_a_document_with_a_fault_has_no_identity() -> None:
    wrong = parse_mrz(ERIKSSON.replace("L898902C36", "L898902C37"), date(2011, 1, 1))
    assert identity_of(wrong) is None


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="31"):
        pseudonym_of(KEY[:31], b"x")
