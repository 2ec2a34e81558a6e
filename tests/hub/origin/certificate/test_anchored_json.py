"""The file of an anchored certificate: there and back, and what is refused where."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis.strategies import binary, integers, sampled_from

from hub.errors import InvalidInputError
from hub.origin.certificate.anchored_json import anchored_from_json, anchored_to_json
from tests.hub.origin.certificate.samples import anchored
from tests.hub.origin.papers import FORMS, anchored_paper, paper


@settings(deadline=None)
@given(form=sampled_from(FORMS), seed=integers(0, 999), items=integers(1, 9), steps=integers(0, 20))
def test_a_certificate_comes_back_as_it_was(form: str, seed: int, items: int, steps: int) -> None:
    rng = random.Random(seed)
    document = anchored_paper(paper(form, "kat", rng, items), rng, steps)
    text = anchored_to_json(document)
    assert anchored_from_json(text) == document
    assert anchored_to_json(anchored_from_json(text)) == text


def changed(*way: str | int, to: object = None, drop: bool = False) -> bytes:
    document: Any = json.loads(anchored_to_json(anchored()[0]))
    inside = document
    for name in way[:-1]:
        inside = inside[name]
    if drop:
        del inside[way[-1]]
    else:
        inside[way[-1]] = to
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("text", "pointer", "code"),
    [
        (b"", "", "malformed-json"),
        (b"[]", "", "invalid"),
        (b"\xff\xfe", "", "malformed-json"),
        (b'{"more":' + b"[" * 100_000, "/more", "unknown-field"),
        (changed("schema", to="kechid/anchored-certificate/2"), "/schema", "invalid"),
        (changed("schema", drop=True), "/schema", "missing"),
        (changed("more", to=1), "/more", "unknown-field"),
        (changed("key", to="00" * 15), "/key", "out-of-range"),
        (changed("key", to="0G" * 16), "/key", "invalid"),
        (changed("key", to="AB" * 16), "/key", "invalid"),
        (changed("key", to="0" * 31), "/key", "invalid"),
        (changed("key", to=7), "/key", "invalid"),
        (changed("index", to=-1), "/index", "out-of-range"),
        (changed("index", to=8), "/index", "out-of-range"),
        (changed("index", to=1.5), "/index", "invalid"),
        (changed("proof", 1, to="zz"), "/proof/1", "invalid"),
        (changed("proof", 1, to="00"), "/proof", "invalid"),
        (changed("proof", to=["00" * 32] * 21), "/proof", "invalid"),
        (changed("registry", "address", to="00" * 19), "/registry/address", "out-of-range"),
        (changed("registry", "chain_id", to=0), "/registry/chain_id", "out-of-range"),
        (changed("registry", "chain_id", to=2**64), "/registry/chain_id", "out-of-range"),
        (changed("certificate", "state", to="GEO"), "/certificate/state", "invalid"),
        (changed("certificate", "issued_on", to="20.09.2026"), "/certificate/issued_on", "invalid"),
        (changed("certificate", "fields", to={}), "/certificate/fields", "out-of-range"),
        (
            changed("certificate", "fields", "transport", to=" lorry"),
            "/certificate/fields/transport",
            "not-canonical",
        ),
    ],
)
def test_bad_input_is_named(text: bytes, pointer: str, code: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        anchored_from_json(text)
    assert (pointer, code) in [(problem.pointer, problem.code) for problem in caught.value.problems]


@settings(deadline=None)
@given(binary(max_size=300))
def test_noise_is_bad_input_and_nothing_else(noise: bytes) -> None:
    with pytest.raises(InvalidInputError):
        anchored_from_json(noise)
