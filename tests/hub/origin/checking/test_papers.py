"""Scanned papers of checks: kept sealed, shown cell by cell to who may, replaced and forgotten."""

from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
from sqlalchemy import select

from hub.errors import NotFoundError
from hub.fleet.places import Site, put_site
from hub.jobs.bootstrap import handlers
from hub.jobs.worker import Worker
from hub.origin.checking.checks import Opening, open_check
from hub.origin.checking.papers import SeenCell, keep_paper, open_cell, paper_of
from hub.origin.checking.tables import origin_paper_sheets
from hub.origin.checking.upkeep import forget_old
from hub.origin.checking.values import Method
from hub.origin.paper.checking_paper import Finding, PaperCheck
from hub.origin.paper.comparing import Outcome
from hub.store.database import reading, writing
from tests.hub.builders import Hub
from tests.hub.origin.checking.issued import GENUINE
from tests.hub.origin.checking.test_checks import ELSEWHERE, OFFICER

SHEET = np.full((200, 300), 255, np.uint8)
SHEET[50:60, 20:90] = 0
PAPERS = GENUINE.certificate.fields["consignee.name"]


def finding(
    outcome: Outcome, sheet: int = 0, at: tuple[int, int, int, int] | None = (10, 40, 100, 30)
) -> Finding:
    return Finding(
        sheet=sheet,
        box="2",
        row=None,
        fields=("consignee.name",),
        outcome=outcome,
        expected=PAPERS,
        printed="Bakı",
        at=at,
    )


def paper(*findings: Finding) -> PaperCheck:
    return PaperCheck(GENUINE, findings, {0: SHEET})


@pytest.fixture
def check_id(hub_on_each: Hub) -> str:
    with writing(hub_on_each.services.engine) as connection:
        put_site(connection, Site("alat", "Alat"))
        opening = Opening(method=Method.CODE_ONLINE, site_id="alat")
        return open_check(hub_on_each.services, connection, opening, OFFICER).check_id


def pieces(hub: Hub) -> list[Path]:
    return sorted(hub.services.settings.store.evidence.rglob("*.sealed"))


def test_cells_are_kept_and_their_pictures_cut_from_the_sheet(hub_on_each: Hub, check_id: str) -> None:
    services = hub_on_each.services
    keep_paper(
        services, check_id, paper(finding(Outcome.MATCHES), finding(Outcome.DIFFERS, sheet=1, at=None))
    )
    with reading(services.engine) as connection:
        first, second = paper_of(services, connection, check_id)
        shown = open_cell(services, connection, (check_id, 0, 0), OFFICER)
        for place in ((check_id, 0, 1), (check_id, 1, 0), (check_id, 7, 0), (check_id, 0, -1)):
            with pytest.raises(NotFoundError):
                open_cell(services, connection, place, OFFICER)
    assert first.cells == (
        SeenCell(box="2", row=None, outcome="matches", expected=PAPERS, printed="Bakı", at=(10, 40, 100, 30)),
    )
    assert (second.sheet, second.cells[0].outcome) == (1, "differs")
    picture = cv2.imdecode(np.frombuffer(shown.content, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    assert picture.shape == (30, 100)
    assert np.abs(picture.astype(int) - SHEET[40:70, 10:110]).mean() < 10


def test_nothing_of_it_can_be_read_in_the_store(hub_on_each: Hub, check_id: str) -> None:
    services = hub_on_each.services
    keep_paper(services, check_id, paper(finding(Outcome.LOOK)))
    with reading(services.engine) as connection:
        row = connection.execute(select(origin_paper_sheets)).one()
    (piece,) = pieces(hub_on_each)
    for content in (row.sealed_findings, piece.read_bytes()):
        assert PAPERS.encode() not in content
        assert b"\xff\xd8\xff" not in content


def test_who_works_elsewhere_sees_nothing(hub_on_each: Hub, check_id: str) -> None:
    keep_paper(hub_on_each.services, check_id, paper(finding(Outcome.LOOK)))
    with reading(hub_on_each.services.engine) as connection, pytest.raises(NotFoundError):
        open_cell(hub_on_each.services, connection, (check_id, 0, 0), ELSEWHERE)


def test_a_second_scan_replaces_the_first_and_its_pictures(hub_on_each: Hub, check_id: str) -> None:
    services = hub_on_each.services
    keep_paper(services, check_id, paper(finding(Outcome.LOOK)))
    before = pieces(hub_on_each)
    hub_on_each.clock.advance(timedelta(seconds=30))
    keep_paper(services, check_id, paper(finding(Outcome.MATCHES)))
    Worker(services, handlers(), name="w1").drain()
    with reading(services.engine) as connection:
        (only,) = paper_of(services, connection, check_id)
    assert [cell.outcome for cell in only.cells] == ["matches"]
    assert len(pieces(hub_on_each)) == 1
    assert pieces(hub_on_each) != before


def test_papers_go_with_their_checks(hub_on_each: Hub, check_id: str) -> None:
    services = hub_on_each.services
    keep_paper(services, check_id, paper(finding(Outcome.LOOK)))
    hub_on_each.clock.advance(timedelta(days=2000))
    forget_old(services, {})
    Worker(services, handlers(), name="w1").drain()
    with reading(services.engine) as connection:
        assert paper_of(services, connection, check_id) == ()
    assert pieces(hub_on_each) == []
