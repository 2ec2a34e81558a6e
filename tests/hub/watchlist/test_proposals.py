"""Four eyes: who proposes does not approve; what one person may do alone is the list's policy."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hub.errors import ConflictError, InvalidInputError, NotFoundError
from hub.people.audit import latest
from hub.store.database import reading, writing
from hub.watchlist.enrolment import amendment, enrol, prepare_enrolment, prepare_photos
from hub.watchlist.expiry import expire_listings
from hub.watchlist.history import history_of_list, history_of_subject
from hub.watchlist.photos import Photo
from hub.watchlist.policy import set_two_person_acts
from hub.watchlist.proposal_content import Content, Remove, SetPolicy
from hub.watchlist.proposals import (
    Proposal,
    ProposalState,
    approve,
    content_of,
    draft_of,
    keep_draft,
    lapse,
    proposal,
    propose,
    reject,
    withdraw,
)
from hub.watchlist.publishing import proposed_publication, publish, versions
from hub.watchlist.stored_packages import package_bytes
from hub.watchlist.subjects import list_subjects, subject
from hub.watchlist.tables import proposals
from hub.watchlist.upkeep import keep_watchlists
from sync.codec import decode_package
from tests.hub.builders import LIST, NOW, Hub, enrolled, photo, picture, record_of
from tests.hub.four_eyes import approve_all


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    return hub_on_each


def proposed(hub: Hub, content: Content, actor: str = "nigar") -> Proposal:
    with writing(hub.services.engine) as connection:
        return propose(hub.services, connection, LIST, content, actor=actor)


def enrolment(hub: Hub, identity: int = 1) -> Content:
    prepared = prepare_enrolment(hub.services, LIST, record_of(), [photo(identity)])
    assert prepared.content is not None
    return prepared.content


def decided(hub: Hub, made: Proposal, actor: str = "samir") -> Proposal:
    with writing(hub.services.engine) as connection:
        return approve(hub.services, connection, made.proposal_id, actor=actor)


def listed(hub: Hub) -> int:
    with reading(hub.services.engine) as connection:
        return len(list_subjects(connection, LIST, now=hub.clock()).items)


def amended(hub: Hub, subject_id: str, **changes: object) -> Content:
    with reading(hub.services.engine) as connection:
        return amendment(hub.services, connection, subject_id, changes)


def test_an_enrolment_takes_effect_with_the_second_officer(hub: Hub) -> None:
    made = proposed(hub, enrolment(hub))
    assert (made.state, listed(hub)) == (ProposalState.WAITING, 0)
    done = decided(hub, made)
    assert (done.state, done.decided_by, listed(hub)) == (ProposalState.APPROVED, "samir", 1)
    with reading(hub.services.engine) as connection:
        event = history_of_subject(connection, made.subject_id or "").items[0]
        acts = [(row.actor, row.action) for row in latest(connection, 3)]
    assert (event.action, event.actor, event.approved_by) == ("enrolled", "nigar", "samir")
    assert acts == [("samir", "proposal-approved"), ("nigar", "subject-enrolled"), ("nigar", "proposal-made")]


def test_nobody_approves_or_rejects_their_own(hub: Hub) -> None:
    made = proposed(hub, enrolment(hub))
    with pytest.raises(ConflictError, match="cannot approve") as refusal:
        decided(hub, made, actor="nigar")
    assert refusal.value.code == "same-person"
    with writing(hub.services.engine) as connection, pytest.raises(ConflictError, match="withdraws"):
        reject(hub.services, connection, made.proposal_id, actor="nigar", reason="no")
    assert listed(hub) == 0


def test_a_rejection_needs_its_reason_and_deletes_the_content(hub: Hub) -> None:
    made = proposed(hub, enrolment(hub))
    with writing(hub.services.engine) as connection:
        with pytest.raises(InvalidInputError, match="reason"):
            reject(hub.services, connection, made.proposal_id, actor="samir", reason=" ")
        done = reject(hub.services, connection, made.proposal_id, actor="samir", reason="wrong person")
        assert (done.state, done.reason) == (ProposalState.REJECTED, "wrong person")
        with pytest.raises(NotFoundError):
            content_of(hub.services, connection, made.proposal_id)
    with pytest.raises(ConflictError, match="rejected"):
        decided(hub, made)


def test_a_proposal_is_withdrawn_by_who_made_it_only(hub: Hub) -> None:
    made = proposed(hub, enrolment(hub))
    with writing(hub.services.engine) as connection:
        with pytest.raises(ConflictError, match="only the officer"):
            withdraw(hub.services, connection, made.proposal_id, actor="samir")
        assert withdraw(hub.services, connection, made.proposal_id, actor="nigar").state == "withdrawn"


def test_a_proposal_that_waited_too_long_lapses(hub: Hub) -> None:
    made = proposed(hub, enrolment(hub))
    hub.clock.advance(timedelta(days=hub.services.settings.watchlists.proposal_days))
    with pytest.raises(ConflictError, match="lapsed"):
        decided(hub, made)
    with writing(hub.services.engine) as connection:
        assert lapse(hub.services, connection) == 1
        assert lapse(hub.services, connection) == 0
        assert proposal(connection, made.proposal_id).state is ProposalState.LAPSED


def test_nothing_of_a_waiting_person_is_readable_in_the_store(hub: Hub) -> None:
    made = proposed(hub, enrolment(hub))
    with reading(hub.services.engine) as connection:
        query = select(proposals.c.sealed_content).where(proposals.c.proposal_id == made.proposal_id)
        sealed = connection.scalar(query)
    assert sealed
    assert "Rəşad".encode() not in sealed


@pytest.mark.parametrize(
    ("acts", "changes", "state"),
    [
        (("enrol",), {"display_name": "Rəşad Quliyev"}, ProposalState.APPLIED),
        (("amend",), {"display_name": "Rəşad Quliyev"}, ProposalState.WAITING),
        (("amend",), {"aliases": ("Рашад",)}, ProposalState.WAITING),
        (("amend",), {"case_number": "99"}, ProposalState.APPLIED),
    ],
)
def test_only_identity_needs_two_where_the_policy_says_so(
    hub: Hub, acts: tuple[str, ...], changes: dict[str, object], state: ProposalState
) -> None:
    subject_id = enrolled(hub.services)
    with writing(hub.services.engine) as connection:
        set_two_person_acts(hub.services, connection, LIST, acts, actor="test")
    assert proposed(hub, amended(hub, subject_id, **changes)).state is state


def test_an_amendment_keeps_what_was_before(hub: Hub) -> None:
    subject_id = enrolled(hub.services)
    hub.clock.advance(timedelta(seconds=1))
    proposed(hub, amended(hub, subject_id, severity=3, aliases=("Рашад Мамедов",)))
    with reading(hub.services.engine) as connection:
        event = history_of_subject(connection, subject_id).items[0]
        detail = subject(connection, subject_id, now=NOW)
    assert event.changes == {"severity": (2, 3), "aliases": ([], ["Рашад Мамедов"])}
    assert [one.script for one in detail.names] == ["azerbaijani", "cyrillic"]


def test_an_amendment_overtaken_by_another_is_refused(hub: Hub) -> None:
    subject_id = enrolled(hub.services)
    with writing(hub.services.engine) as connection:
        set_two_person_acts(hub.services, connection, LIST, ["amend"], actor="test")
    first = proposed(hub, amended(hub, subject_id, display_name="One"))
    second = proposed(hub, amended(hub, subject_id, display_name="Two"))
    decided(hub, first)
    with pytest.raises(ConflictError, match="meanwhile"):
        decided(hub, second)


def test_the_same_facts_are_no_amendment(hub: Hub) -> None:
    subject_id = enrolled(hub.services)
    with pytest.raises(ConflictError, match="already"):
        amended(hub, subject_id, severity=2)


def test_a_removal_has_its_reason_and_waits_once(hub: Hub) -> None:
    subject_id = enrolled(hub.services)
    made = proposed(hub, Remove(subject_id=subject_id, reason="acquitted"))
    with pytest.raises(ConflictError, match="waits already"):
        proposed(hub, Remove(subject_id=subject_id, reason="again"))
    decided(hub, made)
    with reading(hub.services.engine) as connection:
        detail = subject(connection, subject_id, now=NOW)
    assert (detail.removal_reason, detail.removed_by) == ("acquitted", "nigar")


def test_a_version_is_published_as_it_was_proposed_or_not_at_all(hub: Hub) -> None:
    enrolled(hub.services, 1)
    with writing(hub.services.engine) as connection:
        content = proposed_publication(hub.services, connection, LIST)
    made = proposed(hub, content)
    enrolled(hub.services, 2, "Somebody else")
    with pytest.raises(ConflictError, match="propose it anew") as refusal:
        decided(hub, made)
    assert refusal.value.code == "overtaken"


def test_one_officer_cannot_set_the_second_one_aside(hub: Hub) -> None:
    made = proposed(hub, SetPolicy(two_person_acts=(), sites=None))
    assert made.state is ProposalState.WAITING
    decided(hub, made)
    assert proposed(hub, enrolment(hub)).state is ProposalState.APPLIED
    assert proposed(hub, SetPolicy(two_person_acts=("enrol",), sites=None)).state is ProposalState.APPLIED


def test_an_older_state_comes_back_without_who_was_taken_off_since(hub: Hub) -> None:
    kept, gone = enrolled(hub.services, 1, "kept"), enrolled(hub.services, 2, "gone")
    publish(hub.services, LIST, actor="test")
    enrolled(hub.services, 3, "mistake")
    proposed(hub, Remove(subject_id=gone, reason="acquitted"))
    approve_all(hub.services)
    publish(hub.services, LIST, actor="test")
    with writing(hub.services.engine) as connection:
        content = proposed_publication(hub.services, connection, LIST, state_of=1)
    decided(hub, proposed(hub, content))
    with reading(hub.services.engine) as connection:
        newest = versions(connection, LIST)[0]
        package = decode_package(package_bytes(hub.services, connection, LIST, 3))
    assert (newest.version, newest.state_of, newest.approved_by) == (3, 1, "samir")
    assert [one.subject_id for one in package.subjects] == [kept]


def test_a_draft_is_its_makers_and_is_forgotten(hub: Hub) -> None:
    with writing(hub.services.engine) as connection:
        made = keep_draft(hub.services, connection, LIST, enrolment(hub), actor="nigar")
        with pytest.raises(NotFoundError):
            draft_of(hub.services, connection, made.proposal_id, actor="samir")
        with pytest.raises(NotFoundError):
            approve(hub.services, connection, made.proposal_id, actor="samir")
        assert draft_of(hub.services, connection, made.proposal_id, actor="nigar")[0] == made
    hub.clock.advance(timedelta(hours=hub.services.settings.watchlists.draft_hours))
    with writing(hub.services.engine) as connection:
        lapse(hub.services, connection)
        with pytest.raises(NotFoundError):
            proposal(connection, made.proposal_id)


def test_the_end_of_a_listing_is_written_down_once(hub: Hub) -> None:
    entry = record_of(expires_at=NOW + timedelta(days=1))
    subject_id = enrol(hub.services, LIST, entry, [photo(1)], actor="test").subject_id or ""
    hub.clock.advance(timedelta(days=2))
    with writing(hub.services.engine) as connection:
        assert [expire_listings(hub.services, connection) for _ in range(2)] == [1, 0]
        assert history_of_subject(connection, subject_id).items[0].action == "expired"
        assert history_of_list(connection, LIST).items[0].actor == "clock"


def test_the_upkeep_notes_what_ended_and_ends_what_lapsed(hub: Hub) -> None:
    entry = record_of(expires_at=NOW + timedelta(days=1))
    subject_id = enrol(hub.services, LIST, entry, [photo(1)], actor="test").subject_id or ""
    made = proposed(hub, enrolment(hub, 2))
    hub.clock.advance(timedelta(days=30))
    keep_watchlists(hub.services, {})
    with reading(hub.services.engine) as connection:
        assert subject(connection, subject_id, now=hub.clock()).expired_at == hub.clock()
        assert proposal(connection, made.proposal_id).state is ProposalState.LAPSED


def test_a_photo_that_is_enrolled_already_is_refused(hub: Hub) -> None:
    subject_id = enrolled(hub.services)
    again = prepare_photos(hub.services, subject_id, [photo(1), Photo("new", picture(1, width=180))])
    assert [one.reasons for one in again.reports] == [("enrolled-already",), ()]
    assert again.content is None
