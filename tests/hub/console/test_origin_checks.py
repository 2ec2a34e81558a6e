"""Checks of certificates in the console: begun, presented, decided by two, told in three languages."""

import asyncio
import json
import re
from html import unescape

import cv2
import httpx
import msgspec
import pytest

from hub.api.application import create_app
from hub.console.language import NAMES, load_languages
from hub.console.origin_wording import (
    ARMS,
    COVERING,
    DECISIONS,
    DRAWS,
    GROUNDS,
    MATCHES,
    METHODS,
    SETTLEMENTS,
    TRUTHS,
    VERDICTS,
)
from hub.declarations.assessing.assess import Assessor
from hub.declarations.assessing.evidence import OriginVerdict
from hub.declarations.batches import BatchForm
from hub.declarations.intake import take_batch
from hub.fleet.places import Site, put_site
from hub.origin.certificate.anchored_json import anchored_to_json
from hub.origin.checking.agreement import Match, Mismatch
from hub.origin.checking.covering import Shortfall
from hub.origin.checking.drawing import DrawState
from hub.origin.checking.receiving import certificate_id_of
from hub.origin.checking.settling import Settlement
from hub.origin.checking.tables import origin_draws
from hub.origin.checking.trial import Arm
from hub.origin.checking.values import Method, OfficerDecision, Truth
from hub.origin.paper.code import code_of
from hub.origin.verifying.verdict import Ground
from hub.people.users import add_user
from hub.store.database import writing
from tests.hub.console.browser import ORIGIN, Browser
from tests.hub.console.certified import SITES, add_checks, with_chain
from tests.hub.console.furnished import CUSTOMS
from tests.hub.console.sample_hub import PASSWORD, USERS, SampleHub
from tests.hub.declarations.evidences import item
from tests.hub.declarations.parcels import parcel
from tests.hub.origin.checking.issued import GENUINE, altered
from tests.hub.origin.paper.altering import sheets_of

INDEX = "/console/origin/checks"
ADMINISTRATOR = next(user for user in USERS if user.user_id == "admin")


@pytest.fixture
def desk(hub: SampleHub) -> SampleHub:
    with writing(hub.services.engine) as connection:
        add_user(connection, CUSTOMS, PASSWORD, hub.now)
        for name in SITES:
            put_site(connection, Site(name, name.title()))
    hub.services = with_chain(hub.services)
    hub.app = create_app(hub.services)
    return hub


def officer(hub: SampleHub, user_id: str = "samir", code: str = "en") -> Browser:
    return hub.browser(user_id, kechid_language=code)


def begun(hub: SampleHub, **typed: str) -> str:
    answer = officer(hub).post(INDEX, {"site_id": "astara", "method": "code-online"} | typed)
    assert answer.status_code == 303, unescape(answer.text)
    return str(answer.headers["location"])


def presented(hub: SampleHub, page: str, content: bytes = b"", code: str = "") -> httpx.Response:
    browser = officer(hub)
    if content:
        return upload(browser, f"{page}/presented", content)
    return browser.post(f"{page}/presented", {"code": code})


def upload(browser: Browser, path: str, content: bytes) -> httpx.Response:

    files = {"file": ("certificate.json", content, "application/json")}
    request = httpx.Request("POST", ORIGIN + path, files=files, headers={"Origin": ORIGIN})
    return asyncio.run(browser._send(request))


def on_other_keyboards() -> tuple[str, ...]:
    """Return the code as a scanner types it where Russian, Azerbaijani or Caps Lock is set."""
    (code,) = code_of(GENUINE)
    russian = str.maketrans("QWERTYUIOPASDFGHJKLZXCVBNM:./$", "ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬЖю.;")
    azerbaijani = str.maketrans("WI:./$", "ÜİIş.;")
    return code.translate(russian), code.translate(azerbaijani), code.lower()


def test_a_file_is_looked_at_and_its_boxes_are_shown(desk: SampleHub) -> None:
    page = begun(desk)
    assert "Present the certificate" in officer(desk).get(page).text
    assert presented(desk, page, anchored_to_json(GENUINE)).headers["location"] == page
    text = unescape(officer(desk).get(page).text)
    for said in (
        "Valid",
        "As of block 4,711",
        "Vineyards of the South LLC",
        "Consignor / exporter",
        "100.0 %",
    ):
        assert said in text


def test_a_scanned_code_does_as_well_and_a_forgery_is_told_by_it(desk: SampleHub) -> None:
    for document, verdict in ((GENUINE, "Valid"), (altered(), "Not valid")):
        page = begun(desk)
        presented(desk, page, code="\r\n".join(code_of(document)))
        assert f">{verdict}</span>" in officer(desk).get(page).text


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "Nothing was presented"),
        ("https://example.org", "This is no code"),
        ("{}", "cannot be read as a certificate"),
        *((typed, "The keyboard is set to another language") for typed in on_other_keyboards()),
        ("\n".join((*code_of(GENUINE), *code_of(altered()))), "several certificates"),
    ],
)
def test_what_cannot_be_read_is_said_and_leaves_the_check_open(desk: SampleHub, code: str, said: str) -> None:
    page = begun(desk)
    answer = presented(desk, page, code=code)
    assert (answer.status_code, said in unescape(answer.text)) == (422, True)
    assert "Present the certificate" in officer(desk).get(page).text


def test_only_the_page_of_a_check_may_use_the_camera(desk: SampleHub) -> None:
    policies = [officer(desk).get(path).headers["Permissions-Policy"] for path in (begun(desk), INDEX)]
    assert [policy.split(",")[0] for policy in policies] == ["camera=(self)", "camera=()"]


def test_two_persons_refuse(desk: SampleHub) -> None:
    page = begun(desk)
    presented(desk, page, anchored_to_json(altered()))
    said = {"decision": "refuse", "reason": "The mass was altered."}
    assert officer(desk).post(f"{page}/decision", {"decision": "refuse"}).status_code == 422
    assert officer(desk).post(f"{page}/decision", said).status_code == 303
    again = officer(desk).post(f"{page}/decision", said)
    assert "A second person has to agree" in unescape(again.text)
    text = unescape(officer(desk, "leyla").get(page).text)
    assert "samir proposes to refuse it" in text
    assert officer(desk, "leyla").post(f"{page}/decision", said).status_code == 303
    assert ">Refused</span>" in officer(desk).get(page).text
    told = officer(desk).post(f"{page}/truth", {"truth": "false", "source": "reply 12"})
    assert told.status_code == 303


def test_a_paper_is_named_by_its_state_and_number(desk: SampleHub) -> None:
    refused = officer(desk).post(INDEX, {"method": "paper", "site_id": "astara"})
    assert refused.status_code == 422
    page = begun(desk, method="paper", state="ge", number="GE-9", form="ct-1")
    text = officer(desk).get(page).text
    assert "GE GE-9" in text
    assert "Present the certificate" not in text
    assert officer(desk).post(f"{page}/decision", {"decision": "accept"}).status_code == 303


def test_the_list_is_narrowed_and_sent_for_a_spreadsheet(desk: SampleHub) -> None:
    ids = add_checks(desk.services, CUSTOMS, ADMINISTRATOR)
    shown = [
        found_ids(officer(desk).get(f"{INDEX}?{query}").text) for query in ("", "view=all", "verdict=invalid")
    ]
    assert [len(one) for one in shown] == [3, 4, 1]
    assert shown[2] == [ids[1]]
    lines = officer(desk).get(f"{INDEX}.csv?view=all").text.splitlines()
    assert len(lines) == 5


def found_ids(text: str) -> list[str]:
    return re.findall(rf'href="{INDEX}/([0-9a-f-]{{36}})"', text)


def test_roles_see_and_do_their_part(desk: SampleHub) -> None:
    page = begun(desk)
    assert officer(desk, "guard1").get(INDEX).status_code == 403
    assert "Begin a check" not in officer(desk, "leyla").get(INDEX).text
    assert officer(desk, "leyla").post(INDEX, {"method": "code-online"}).status_code == 403
    assert officer(desk, "admin").get(page).status_code == 403
    large = upload(officer(desk, "leyla"), f"{page}/presented", b"{" + b" " * 70_000)
    assert large.status_code == 413


def test_a_declaration_shows_what_its_certificate_is_worth(desk: SampleHub) -> None:
    row = parcel(1, items=[item(origin="GE", preference="200", certificates=[GENUINE.certificate.number])])
    taken = take_batch(desk.services, "client:swift", json.dumps([row]).encode(), BatchForm.JSON)
    page = begun(desk)
    presented(desk, page, anchored_to_json(GENUINE))
    Assessor(desk.services).assess_waiting()
    text = unescape(officer(desk).get(f"/console/declarations/{taken.rows[0].declaration_id}").text)
    for said in (
        "GE-2026-000017",
        "Cannot tell",
        "Its goods have another HS code.",
        "It names another consignee.",
    ):
        assert said in text
    assert f"{INDEX}?view=all&number=GE-2026-000017" in text


def test_a_check_shows_which_declarations_use_its_certificate(desk: SampleHub) -> None:
    page = begun(desk)
    presented(desk, page, anchored_to_json(GENUINE))
    certificate_id = certificate_id_of(GENUINE)
    row = {"certificate_id": certificate_id, "line": 1, "declaration_id": "d-1", "parts": 250_000_000}
    with writing(desk.services.engine) as connection:
        state = {"state": "refused", "changed_at": desk.now, "note": "quantity-used"}
        connection.execute(origin_draws.insert().values(**row, **state))
    text = unescape(officer(desk).get(page).text)
    assert "Line 1: 25.0 % of it is used" in text
    assert "Refused: others were first" in text


def test_what_was_refused_after_release_waits_until_an_officer_settles_it(desk: SampleHub) -> None:
    add_checks(desk.services, CUSTOMS, ADMINISTRATOR)
    uses = "/console/origin/refused-uses"
    for page in ("/console", INDEX):
        assert uses in officer(desk).get(page).text
    text = unescape(officer(desk).get(uses).text)
    assert "GE GE-2026-000017" in text
    assert "Line 1: 25.0 % of it is used" in text
    use = re.search(r'name="use" value="([^"]+)"', text)
    assert use is not None
    said = {"use": use[1], "line": "1", "settlement": "duty-claimed", "reason": "Claim 2026/17"}
    for changes, problem in (
        ({"settlement": "x"}, "choose one from the list"),
        ({"reason": " "}, "Say why."),
    ):
        refused = officer(desk).post(uses, said | changes)
        assert (refused.status_code, problem in refused.text) == (422, True)
    assert officer(desk, "leyla").post(uses, said).headers["location"] == uses
    assert "Nothing waits." in officer(desk).get(uses).text
    again = officer(desk).post(uses, said)
    assert (again.status_code, "Somebody has settled it already." in again.text) == (409, True)
    assert officer(desk, "rashad").get(uses).status_code == 403


def test_figures_and_trials_are_shown(desk: SampleHub) -> None:
    add_checks(desk.services, CUSTOMS, ADMINISTRATOR)
    text = unescape(officer(desk).get("/console/origin/figures").text)
    for said in ("By code, asking the chain", "CT-1", "insufficient data", "spring"):
        assert said in text
    report = unescape(officer(desk).get("/console/origin/trials/spring?expected=1").text)
    assert "769" in report
    assert "Nothing is known yet of one of the two ways." in report
    assert officer(desk).get("/console/origin/figures.csv").text.startswith("by,name,checked")


def test_a_trial_is_drawn_and_a_forgery_put_in(desk: SampleHub) -> None:
    browser = officer(desk, "admin")
    plan = {"trial": "autumn", "site": "astara", "first": "2026-11-24", "days": "7", "periods": "4"}
    made = browser.post("/console/origin/trials", plan)
    assert made.headers["location"] == "/console/origin/trials/autumn"
    assert browser.get(made.headers["location"]).status_code == 200
    odd = browser.post("/console/origin/trials", plan | {"trial": "odd", "periods": "3"})
    assert odd.status_code == 422
    seed = {"state": "ge", "number": "GE-666"}
    assert browser.post("/console/origin/seeds", seed).status_code == 303
    assert browser.post("/console/origin/seeds", {"state": "x"}).status_code == 422
    assert officer(desk).get("/console/origin/trials").status_code == 403


@pytest.mark.parametrize("code", NAMES)
def test_every_code_has_words(code: str) -> None:
    words = load_languages()[code].words
    for table, codes in (
        (GROUNDS, Ground),
        (COVERING, (*Mismatch, *Shortfall)),
        (VERDICTS, OriginVerdict),
        (METHODS, Method),
        (DECISIONS, OfficerDecision),
        (TRUTHS, Truth),
        (MATCHES, Match),
        (ARMS, Arm),
        (DRAWS, DrawState),
        (SETTLEMENTS, Settlement),
    ):
        assert set(table) == {one.value for one in codes}
        if code != "en":
            assert [text for text in table.values() if words.gettext(text) == text] == []


def test_a_scan_is_shown_beside_its_code_with_what_differs_first(desk: SampleHub) -> None:
    from hub.documents.tesseract import TesseractReader

    if not {"eng", "aze", "rus"} <= TesseractReader().languages:
        pytest.skip("no trained data of Tesseract (apt-get install tesseract-ocr-aze tesseract-ocr-rus)")
    goods = GENUINE.certificate.fields | {"items.1.gross_mass_kg": "777"}
    printed = msgspec.structs.replace(GENUINE.certificate, fields=goods)
    (sheet,) = sheets_of(GENUINE, printed)
    page = begun(desk)
    assert presented(desk, page, cv2.imencode(".png", sheet)[1].tobytes()).headers["location"] == page
    text = unescape(officer(desk).get(page).text)
    paper = text.partition("The paper beside its code</h2>")[2].partition("</section>")[0]
    assert "✗ differs" in paper.partition("<table")[0]
    first = paper.partition("<tbody>")[2].partition("</tr>")[0]
    assert GENUINE.certificate.fields["items.1.gross_mass_kg"] in first
    assert "✗ differs" in first
    address = re.search(r'src="(/console/origin/checks/[^"]+)"', first)
    assert address is not None
    picture = officer(desk).get(address[1])
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
    assert "cells say the same" in paper
    assert officer(desk, "rashad").get(address[1]).status_code == 403
