"""Checks of certificates: verdicts with what they rest on, two persons before a refusal, later truth."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hub.cases.figures import period_until
from hub.declarations.assessing.evidence import OriginVerdict
from hub.errors import ConflictError, InvalidInputError, NotFoundError
from hub.fleet.places import Site, put_site
from hub.origin.chain.facts import Provenance, Status
from hub.origin.checking.checks import Opening, check_of, decide, open_check, record_truth, verify_check
from hub.origin.checking.counting import counts_of
from hub.origin.checking.figures import OriginFigures, figures_of
from hub.origin.checking.finding import VIEWED, CheckFilter, check_detail, list_checks
from hub.origin.checking.seeds import register_seed
from hub.origin.checking.tables import origin_counts, received_certificates
from hub.origin.checking.values import Check, Decided, LaterTruth, Method, NewSeed, OfficerDecision, Truth
from hub.origin.verifying.verifying import Verifier
from hub.people.access import Role, User
from hub.people.audit import latest
from hub.store.database import reading, writing
from tests.hub.builders import ADMINISTRATOR, NOW, Hub
from tests.hub.origin.checking.issued import BLOCK, GENUINE, OTHER, Chain, altered, cut_off, verifier_for

OFFICER = User("samir", "Samir Məmmədov", Role.CUSTOMS_OFFICER)
SECOND = User("leyla", "Leyla Əliyeva", Role.SUPERVISOR)
ELSEWHERE = User("murad", "Murad", Role.CUSTOMS_OFFICER, sites=frozenset({"samur"}))


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    with writing(hub_on_each.services.engine) as connection:
        for name in ("alat", "samur"):
            put_site(connection, Site(name, name.title()))
    return hub_on_each


def open_at(hub: Hub, method: Method = Method.CODE_ONLINE, site: str = "alat", **paper: str) -> Check:
    with writing(hub.services.engine) as connection:
        return open_check(hub.services, connection, Opening(method=method, site_id=site, **paper), OFFICER)


def verified(hub: Hub, document: Any = GENUINE, verifier: Verifier | None = None) -> Check:
    check = open_at(hub)
    hub.clock.advance(timedelta(seconds=20))
    known = verifier or verifier_for(GENUINE, OTHER)
    return verify_check(hub.services, known, check.check_id, document, OFFICER)


def decided(hub: Hub, check: Check, decision: OfficerDecision, reason: str = "", by: User = OFFICER) -> Check:
    with writing(hub.services.engine) as connection:
        said = Decided(decision=decision, reason=reason)
        return decide(hub.services, connection, check.check_id, said, officer=by)


def truth_of(hub: Hub, check: Check, truth: Truth) -> Check:
    with writing(hub.services.engine) as connection:
        said = LaterTruth(truth, "reply GE-77")
        return record_truth(hub.services, connection, check.check_id, said, by=OFFICER)


def figures(hub: Hub) -> OriginFigures:
    with reading(hub.services.engine) as connection:
        return figures_of(counts_of(connection, period_until(NOW.date()), OFFICER))


def test_a_verdict_is_kept_with_the_block_it_stands_for(hub: Hub) -> None:
    check = verified(hub)
    assert (check.verdict, check.provenance, check.as_of_block) == (OriginVerdict.VALID, "proven", 4711)
    assert (check.as_of_at, check.verdict_time) == (BLOCK.at, timedelta(seconds=20))
    assert (check.state, check.number, check.form) == ("GE", "GE-2026-000017", "ct-1")
    assert check.lines_left == {"1": 1_000_000_000, "2": 1_000_000_000}
    with writing(hub.services.engine) as connection:
        detail = check_detail(hub.services, connection, check.check_id, viewer=OFFICER)
    assert detail.document == GENUINE
    assert detail.evidence["nodes"] == ["tbilisi", "baku"]


def test_what_a_certificate_states_lies_sealed(hub: Hub) -> None:
    verified(hub)
    with reading(hub.services.engine) as connection:
        rows = connection.execute(select(received_certificates)).all()
    assert len(rows) == 1
    assert b"Vineyards" not in b"".join(str(value).encode() for value in rows[0])


def test_an_altered_certificate_is_invalid_and_another_one(hub: Hub) -> None:
    first, second = verified(hub), verified(hub, altered())
    assert second.verdict is OriginVerdict.INVALID
    assert [one["ground"] for one in second.reasons] == ["not-anchored"]
    assert first.certificate_id != second.certificate_id


def test_a_chain_that_is_away_leaves_it_open_and_it_can_be_looked_at_again(hub: Hub) -> None:
    check = verified(hub, verifier=cut_off())
    assert check.verdict is OriginVerdict.CANNOT_TELL
    assert check.as_of_block is None
    again = verify_check(hub.services, verifier_for(GENUINE), check.check_id, GENUINE, OFFICER)
    assert again.verdict is OriginVerdict.VALID
    found = figures(hub).total
    assert (found.checked, found.verdicts, found.verdict_times.count) == (1, {"valid": 1}, 1)


def test_what_was_kept_on_site_makes_it_an_offline_check(hub: Hub) -> None:
    offline = verifier_for(GENUINE, chain=Chain({}, provenance=Provenance.SNAPSHOT))
    assert verified(hub, verifier=offline).method is Method.CODE_OFFLINE


@pytest.mark.parametrize(
    ("status", "decision", "is_refused"),
    [
        (Status.GOOD, OfficerDecision.ACCEPT, False),
        (Status.GOOD, OfficerDecision.REFER, True),
        (Status.SUSPENDED, OfficerDecision.ACCEPT, True),
        (Status.REVOKED, OfficerDecision.ACCEPT, True),
        (Status.REVOKED, OfficerDecision.REFUSE, True),
    ],
)
def test_whoever_goes_beyond_a_valid_verdict_says_why(
    hub: Hub, status: Status, decision: OfficerDecision, is_refused: bool
) -> None:
    check = verified(hub, verifier=verifier_for(GENUINE, chain=Chain({}, status=status)))
    if not is_refused:
        assert decided(hub, check, decision).decision is decision
        return
    with pytest.raises(InvalidInputError) as error:
        decided(hub, check, decision)
    assert [one.pointer for one in error.value.problems] == ["/reason"]


def test_a_refusal_takes_two_persons(hub: Hub) -> None:
    check = verified(hub, altered())
    hub.clock.advance(timedelta(seconds=40))
    proposed = decided(hub, check, OfficerDecision.REFUSE, "not anchored")
    assert (proposed.decision, proposed.proposed_by) == (None, "samir")
    with pytest.raises(ConflictError, match="second person"):
        decided(hub, check, OfficerDecision.REFUSE, "still")
    hub.clock.advance(timedelta(hours=2))
    refused = decided(hub, check, OfficerDecision.REFUSE, "agreed", SECOND)
    assert (refused.decision, refused.decided_by) == (OfficerDecision.REFUSE, "leyla")
    assert refused.decision_time == timedelta(seconds=60)
    with pytest.raises(ConflictError, match="decided"):
        decided(hub, check, OfficerDecision.ACCEPT, "no")


def test_the_second_person_may_see_it_otherwise(hub: Hub) -> None:
    check = verified(hub, altered())
    decided(hub, check, OfficerDecision.REFUSE, "not anchored")
    accepted = decided(hub, check, OfficerDecision.ACCEPT, "the authority confirmed it by phone", SECOND)
    assert accepted.decision is OfficerDecision.ACCEPT


def test_nothing_is_decided_before_it_is_looked_at(hub: Hub) -> None:
    with pytest.raises(InvalidInputError, match="not been looked at"):
        decided(hub, open_at(hub), OfficerDecision.ACCEPT)


def test_a_paper_is_decided_by_eye_alone(hub: Hub) -> None:
    check = open_at(hub, Method.PAPER, state="GE", number="GE-1", form="ct-1")
    with pytest.raises(ConflictError, match="by eye"):
        verify_check(hub.services, verifier_for(GENUINE), check.check_id, GENUINE, OFFICER)
    hub.clock.advance(timedelta(minutes=9))
    assert decided(hub, check, OfficerDecision.ACCEPT).decision_time == timedelta(minutes=9)
    assert figures(hub).by_method[0].name == "paper"
    assert figures(hub).by_method[0].checked == 1


@pytest.mark.parametrize(
    ("paper", "pointers"),
    [({"state": "GE"}, ["/number"]), ({"number": "1", "state": "G1"}, ["/state"])],
)
def test_a_paper_has_a_number_and_a_state(hub: Hub, paper: dict[str, str], pointers: list[str]) -> None:
    with pytest.raises(InvalidInputError) as error:
        open_at(hub, Method.PAPER, **paper)
    assert [one.pointer for one in error.value.problems] == pointers


def test_errors_are_what_turned_out_otherwise(hub: Hub) -> None:
    let_through = decided(hub, verified(hub), OfficerDecision.ACCEPT)
    right = decided(hub, verified(hub, OTHER), OfficerDecision.ACCEPT)
    check = verified(hub, altered())
    decided(hub, check, OfficerDecision.REFUSE, "not anchored")
    refused = decided(hub, check, OfficerDecision.REFUSE, "agreed", SECOND)
    for one, truth in ((let_through, Truth.FALSE), (right, Truth.GENUINE), (refused, Truth.GENUINE)):
        truth_of(hub, one, truth)
    found = figures(hub).total
    assert (found.known, found.accepted_false, found.refused_genuine) == (3, 1, 1)
    truth_of(hub, let_through, Truth.UNKNOWN)
    truth_of(hub, refused, Truth.FALSE)
    found = figures(hub).total
    assert (found.known, found.accepted_false, found.refused_genuine) == (2, 0, 0)


def test_truth_comes_after_the_decision_and_says_how_it_is_known(hub: Hub) -> None:
    check = verified(hub)
    with pytest.raises(ConflictError, match="decided"):
        truth_of(hub, check, Truth.FALSE)
    decided(hub, check, OfficerDecision.ACCEPT)
    said = LaterTruth(Truth.FALSE, " ")
    with writing(hub.services.engine) as connection, pytest.raises(InvalidInputError, match="known"):
        record_truth(hub.services, connection, check.check_id, said, by=OFFICER)


def test_a_forgery_that_was_put_in_shows_only_after_the_decision(hub: Hub) -> None:
    with writing(hub.services.engine) as connection:
        seed = NewSeed(state="GE", number="GE-666")
        register_seed(hub.services, connection, seed, by=ADMINISTRATOR)
    check = open_at(hub, Method.PAPER, state="GE", number="GE-666", form="ct-1")
    assert (listed(hub)[0].is_seeded, listed(hub)[0].truth) == (False, None)
    assert figures(hub).total.seeded == 0
    decided(hub, check, OfficerDecision.ACCEPT)
    assert (listed(hub)[0].is_seeded, listed(hub)[0].truth) == (True, Truth.FALSE)
    found = figures(hub).total
    assert (found.seeded, found.seeded_accepted, found.accepted_false) == (1, 1, 1)
    with pytest.raises(ConflictError, match="put in"):
        truth_of(hub, check, Truth.GENUINE)


def test_a_copy_of_another_states_number_is_no_forgery_that_was_put_in(hub: Hub) -> None:
    with writing(hub.services.engine) as connection:
        seed = NewSeed(state="MD", number="GE-666")
        register_seed(hub.services, connection, seed, by=ADMINISTRATOR)
    check = open_at(hub, Method.PAPER, state="GE", number="GE-666", form="ct-1")
    assert decided(hub, check, OfficerDecision.ACCEPT).is_seeded is False


def listed(hub: Hub, viewer: User = OFFICER, **wanted: Any) -> tuple[Check, ...]:
    with reading(hub.services.engine) as connection:
        return list_checks(connection, viewer=viewer, wanted=CheckFilter(**wanted)).items


def test_checks_are_found_by_what_they_came_to(hub: Hub) -> None:
    good, bad = verified(hub), verified(hub, altered())
    decided(hub, good, OfficerDecision.ACCEPT)
    wanted: tuple[tuple[dict[str, Any], list[Check]], ...] = (
        ({}, [bad, good]),
        ({"is_open": True}, [bad]),
        ({"verdict": OriginVerdict.VALID}, [good]),
        ({"decision": OfficerDecision.ACCEPT}, [good]),
        ({"method": Method.PAPER}, []),
        ({"number": "GE-2026-000017"}, [bad, good]),
        ({"site_id": "samur"}, []),
        ({"since": NOW + timedelta(days=1)}, []),
        ({"until": NOW}, []),
    )
    for asked, expected in wanted:
        assert [one.check_id for one in listed(hub, **asked)] == [one.check_id for one in expected]


def test_pages_follow_one_another(hub: Hub) -> None:
    made = [verified(hub).check_id for _ in range(5)]
    with reading(hub.services.engine) as connection:
        first = list_checks(connection, viewer=OFFICER, wanted=CheckFilter(), limit=3)
        rest = list_checks(
            connection, viewer=OFFICER, wanted=CheckFilter(), limit=3, cursor=first.next_cursor
        )
    assert [one.check_id for one in (*first.items, *rest.items)] == made[::-1]
    assert rest.next_cursor is None


def test_a_check_is_seen_only_at_its_post(hub: Hub) -> None:
    check = verified(hub)
    assert listed(hub, ELSEWHERE) == ()
    with writing(hub.services.engine) as connection:
        with pytest.raises(NotFoundError):
            check_detail(hub.services, connection, check.check_id, viewer=ELSEWHERE)
        with pytest.raises(NotFoundError):
            decide(
                hub.services,
                connection,
                check.check_id,
                Decided(decision=OfficerDecision.ACCEPT),
                officer=ELSEWHERE,
            )
        with pytest.raises(NotFoundError):
            open_check(hub.services, connection, Opening(method=Method.FILE, site_id="alat"), ELSEWHERE)


def test_every_look_and_decision_is_on_record_without_what_it_states(hub: Hub) -> None:
    check = verified(hub, altered())
    for _ in range(2):
        with writing(hub.services.engine) as connection:
            check_detail(hub.services, connection, check.check_id, viewer=SECOND)
    decided(hub, check, OfficerDecision.REFUSE, "not anchored")
    decided(hub, check, OfficerDecision.REFUSE, "agreed", SECOND)
    with reading(hub.services.engine) as connection:
        rows = [row for row in latest(connection, 10) if row.target == check.check_id]
    acts = [(row.action, row.actor) for row in reversed(rows)]
    assert acts == [
        (VIEWED, "leyla"),
        ("certificate-refusal-proposed", "samir"),
        ("certificate-refuse", "leyla"),
    ]
    assert "GE-2026" not in repr(rows)


def test_counts_stand_once_for_each_place(hub: Hub) -> None:
    for _ in range(3):
        decided(hub, verified(hub), OfficerDecision.ACCEPT)
    with reading(hub.services.engine) as connection:
        rows = connection.execute(select(origin_counts).where(origin_counts.c.measure == "verdict")).all()
        assert check_of(connection, listed(hub)[0].check_id).decision is OfficerDecision.ACCEPT
    assert [(row.label, row.counted) for row in rows] == [("valid", 3)]
