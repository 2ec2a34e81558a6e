"""The verdict: what speaks against a certificate, what leaves it open, and nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from hub.declarations.assessing.evidence import OriginVerdict
from hub.origin.certificate.certificate import StateCode
from hub.origin.chain.facts import (
    Anchor,
    Authority,
    BlockRef,
    ChainFacts,
    ChainUnavailableError,
    Provenance,
    Role,
    Silence,
    Status,
)
from hub.origin.chain.fakes import SaidFacts
from hub.origin.verifying.judging import WHOLE, FormRules, Presentation, Terms, judge
from hub.origin.verifying.verdict import AGAINST, Ground
from hub.origin.verifying.verifying import Verifier
from tests.hub.origin.certificate.samples import REGISTRY, anchored, certificate

DOCUMENT, TREE = anchored(5, 2)
DAY = timedelta(days=1)
ANCHORED = datetime(2026, 9, 21, 9, tzinfo=UTC)
NOW = datetime(2026, 9, 25, 12, tzinfo=UTC)
ISSUER = b"\x1a" * 20
GE, UA = StateCode("GE"), StateCode("UA")
RULES = FormRules(valid_months=12, anchored_within=timedelta(days=3), retrospective="retrospective")
TERMS = Terms(registry=REGISTRY, forms={"ct-1": RULES}, stale_after=2 * DAY, settling=DAY)
ANCHOR = Anchor(GE, TREE.root, TREE.count, ISSUER, ANCHORED)
LISTED = Authority(GE, Role.ISSUER, ANCHORED - 30 * DAY, ANCHORED + 30 * DAY)
FACTS = ChainFacts(
    block=BlockRef(100, b"\x77" * 32, NOW - timedelta(minutes=1)),
    provenance=Provenance.PROVEN,
    anchor=ANCHOR,
    authority=LISTED,
    used={1: WHOLE // 4},
)


def facts(**changes: Any) -> ChainFacts:
    return msgspec.structs.replace(FACTS, **changes)


def anchor(**changes: Any) -> Anchor:
    return msgspec.structs.replace(ANCHOR, **changes)


def authority(**changes: Any) -> Authority:
    return msgspec.structs.replace(LISTED, **changes)


def test_a_good_certificate_is_valid() -> None:
    found = judge(DOCUMENT, FACTS, Presentation(NOW, {1: WHOLE // 2}), TERMS)
    assert (found.verdict, [reason.ground for reason in found.reasons]) == (
        OriginVerdict.VALID,
        [Ground.ANCHORED],
    )
    assert (found.as_of, found.anchored_at, found.left) == (FACTS.block, ANCHORED, {1: WHOLE - WHOLE // 4})


@pytest.mark.parametrize(
    ("said", "ground"),
    [
        (facts(anchor=None), Ground.NOT_ANCHORED),
        (facts(anchor=anchor(count=16)), Ground.PROOF_LENGTH),
        (facts(anchor=anchor(count=4)), Ground.PROOF_LENGTH),
        (facts(authority=None), Ground.ISSUER_NOT_LISTED),
        (facts(authority=authority(state=UA)), Ground.ISSUER_OF_ANOTHER_STATE),
        (facts(authority=authority(roles=Role.CUSTOMS)), Ground.NOT_AN_ISSUER),
        (facts(authority=authority(roles=Role(0))), Ground.NOT_AN_ISSUER),
        (facts(authority=authority(valid_from=ANCHORED + DAY)), Ground.BEFORE_AUTHORITY),
        (facts(authority=authority(valid_until=ANCHORED - DAY)), Ground.AFTER_AUTHORITY),
        (facts(anchor=anchor(anchored_at=ANCHORED + 4 * DAY)), Ground.BACK_DATED),
        (facts(anchor=anchor(anchored_at=ANCHORED - 4 * DAY)), Ground.POST_DATED),
        (facts(status=Status.REVOKED), Ground.REVOKED),
        (facts(used={1: WHOLE // 2 + 1}), Ground.QUANTITY_USED),
    ],
    ids=lambda value: value.value if isinstance(value, Ground) else "",
)
def test_what_speaks_against_it_makes_it_invalid(said: ChainFacts, ground: Ground) -> None:
    found = judge(DOCUMENT, said, Presentation(NOW, {1: WHOLE // 2}), TERMS)
    assert (found.verdict, [reason.ground for reason in found.reasons]) == (OriginVerdict.INVALID, [ground])


def test_a_line_that_it_does_not_have_is_not_used() -> None:
    found = judge(DOCUMENT, FACTS, Presentation(NOW, {2: 1}), TERMS)
    assert [reason.ground for reason in found.reasons] == [Ground.UNKNOWN_LINE]


@pytest.mark.parametrize(
    ("day", "is_late"),
    [(datetime(2027, 9, 20, 23, tzinfo=UTC), False), (datetime(2027, 9, 21, tzinfo=UTC), True)],
)
def test_a_form_ends_after_its_months(day: datetime, is_late: bool) -> None:
    said = facts(block=msgspec.structs.replace(FACTS.block, at=day))
    found = judge(DOCUMENT, said, Presentation(day), TERMS)
    assert (found.verdict is OriginVerdict.INVALID) == is_late
    assert (Ground.EXPIRED in {reason.ground for reason in found.reasons}) == is_late


def test_one_that_says_so_is_issued_in_retrospect() -> None:
    late = msgspec.structs.replace(
        DOCUMENT, certificate=certificate("GE-0002", retrospective="ISSUED RETROSPECTIVELY")
    )
    found = judge(late, facts(anchor=anchor(anchored_at=ANCHORED + 4 * DAY)), Presentation(NOW), TERMS)
    assert found.verdict is OriginVerdict.VALID


SNAPSHOT = facts(provenance=Provenance.SNAPSHOT)


@pytest.mark.parametrize(
    ("said", "terms", "ground"),
    [
        (facts(status=Status.SUSPENDED), TERMS, Ground.SUSPENDED),
        (FACTS, msgspec.structs.replace(TERMS, forms={}), Ground.UNKNOWN_FORM),
        (
            msgspec.structs.replace(SNAPSHOT, block=BlockRef(9, bytes(32), NOW - 3 * DAY)),
            TERMS,
            Ground.SNAPSHOT_STALE,
        ),
        (
            msgspec.structs.replace(SNAPSHOT, anchor=None, block=BlockRef(9, bytes(32), ANCHORED - DAY)),
            msgspec.structs.replace(TERMS, stale_after=30 * DAY),
            Ground.SNAPSHOT_TOO_OLD,
        ),
    ],
    ids=lambda value: value.value if isinstance(value, Ground) else "",
)
def test_what_nobody_knows_leaves_it_open(said: ChainFacts, terms: Terms, ground: Ground) -> None:
    found = judge(DOCUMENT, said, Presentation(NOW), terms)
    assert (found.verdict, [reason.ground for reason in found.reasons]) == (
        OriginVerdict.CANNOT_TELL,
        [ground],
    )


def test_absence_on_site_counts_once_its_batch_must_have_come() -> None:
    found = judge(DOCUMENT, msgspec.structs.replace(SNAPSHOT, anchor=None), Presentation(NOW), TERMS)
    assert (found.verdict, found.reasons[0].ground) == (OriginVerdict.INVALID, Ground.NOT_ANCHORED)


def test_a_stale_revocation_still_counts() -> None:
    stale = BlockRef(9, bytes(32), NOW - 3 * DAY)
    said = msgspec.structs.replace(SNAPSHOT, status=Status.REVOKED, block=stale)
    found = judge(DOCUMENT, said, Presentation(NOW), TERMS)
    grounds = [reason.ground for reason in found.reasons]
    assert (found.verdict, grounds) == (OriginVerdict.INVALID, [Ground.REVOKED, Ground.SNAPSHOT_STALE])


# --- sources ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("silence", Silence)
def test_silence_is_never_taken_for_invalid(silence: Silence) -> None:
    verifier = Verifier([SaidFacts(ChainUnavailableError(silence, "no answer"))], TERMS)
    found = verifier.verify(DOCUMENT, Presentation(NOW))
    assert (found.verdict, found.provenance) == (OriginVerdict.CANNOT_TELL, None)
    assert [reason.ground.value for reason in found.reasons] == [silence.value]


def test_without_sources_it_stays_open() -> None:
    found = Verifier([], TERMS).verify(DOCUMENT, Presentation(NOW))
    assert (found.verdict, found.reasons[0].ground) == (OriginVerdict.CANNOT_TELL, Ground.NOT_CONFIGURED)


def test_the_next_source_answers_for_one_that_is_silent() -> None:
    silent = SaidFacts(ChainUnavailableError(Silence.UNREACHABLE, "no answer"))
    found = Verifier([silent, SaidFacts(SNAPSHOT)], TERMS).verify(DOCUMENT, Presentation(NOW))
    assert (found.verdict, found.provenance) == (OriginVerdict.VALID, Provenance.SNAPSHOT)


def test_the_first_that_answers_is_believed() -> None:
    second = SaidFacts(facts(anchor=None))
    found = Verifier([SaidFacts(FACTS), second], TERMS).verify(DOCUMENT, Presentation(NOW, {1: 5}))
    assert (found.verdict, second.questions) == (OriginVerdict.VALID, [])


def test_a_certificate_of_another_registry_asks_nobody() -> None:
    source = SaidFacts(FACTS)
    elsewhere, _ = anchored(5, 2, msgspec.structs.replace(REGISTRY, chain_id=1))
    found = Verifier([source], TERMS).verify(elsewhere, Presentation(NOW))
    assert (found.verdict, found.reasons[0].ground) == (OriginVerdict.INVALID, Ground.OTHER_REGISTRY)
    assert source.questions == []


def test_an_expired_one_is_invalid_whoever_is_silent() -> None:
    verifier = Verifier([SaidFacts(ChainUnavailableError(Silence.UNREACHABLE, "no answer"))], TERMS)
    found = verifier.verify(DOCUMENT, Presentation(NOW + 400 * DAY))
    assert (found.verdict, found.reasons[0].ground) == (OriginVerdict.INVALID, Ground.EXPIRED)


def test_every_silence_is_a_ground_that_leaves_open() -> None:
    assert {Ground(silence.value) for silence in Silence}.isdisjoint(AGAINST)
