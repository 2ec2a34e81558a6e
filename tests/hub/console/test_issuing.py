"""Issuing in the console: the list, one certificate and its acts, the form, a file of many."""

import json
import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from hub.console.issuing_form import label_of
from hub.console.issuing_wording import ACT_PROGRESS, ACTS, CONFLICTS, FIELDS, PROGRESS, REASONS, STATUSES
from hub.console.language import NAMES, load_languages
from hub.origin.certificate.anchored_json import anchored_from_json
from hub.origin.certificate.paths import KINDS
from hub.origin.issuing.issued import content_of, id_of_number, list_issued
from hub.origin.issuing.reasons import BY_CODE
from hub.origin.issuing.showing import STATUS_CODES
from hub.origin.issuing.tables import certificate_acts
from hub.origin.issuing.values import ActProgress, BatchProgress
from hub.people.users import add_user
from hub.store.database import reading, writing
from tests.hub.console.authority import ISSUER, SECOND, add_issued
from tests.hub.console.furnished import AUDITOR
from tests.hub.console.sample_hub import PASSWORD, SampleHub
from tests.hub.origin.certificate.samples import FIELDS as STATED

HERE = "/console/origin/issued"
NEW, FILE = "/console/origin/new-certificate", "/console/origin/certificate-file"
TYPED = STATED | {"form": "ct-1", "number": "GE-0100", "issued_on": "2026-11-20"}


@pytest.fixture
def desk(hub: SampleHub) -> SampleHub:
    add_issued(hub.services)
    with writing(hub.services.engine) as connection:
        add_user(connection, AUDITOR, PASSWORD, hub.now)
    return hub


def address_of(hub: SampleHub, number: str) -> str:
    with reading(hub.services.engine) as connection:
        return f"{HERE}/{id_of_number(connection, number)}"


def page_of(hub: SampleHub, address: str, code: str = "en", user: str = ISSUER.user_id) -> str:
    answer = hub.browser(user, kechid_language=code).get(address)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def post(
    hub: SampleHub, address: str, data: dict[str, Any], user: str = ISSUER.user_id, file: Any = None
) -> tuple[int, str]:
    answer = hub.browser(user, kechid_language="en").post(address, data, file=file)
    return answer.status_code, answer.headers.get("location", unescape(answer.text))


def numbers(hub: SampleHub) -> set[str]:
    with reading(hub.services.engine) as connection:
        return {one.number for one in list_issued(connection).items}


def act_ids(hub: SampleHub) -> dict[str, str]:
    with reading(hub.services.engine) as connection:
        rows = connection.execute(select(certificate_acts)).all()
    return {row.progress: row.act_id for row in rows}


@pytest.mark.parametrize("code", NAMES)
def test_every_page_speaks_every_language(desk: SampleHub, code: str) -> None:
    for address in (HERE, address_of(desk, "GE-0002"), NEW, f"{NEW}?form=eur-1", FILE):
        page = page_of(desk, address, code)
        assert f'<html lang="{code}"' in page
        assert not re.search(r"%\(|\{\{|\{%|Undefined", page)


def test_everything_that_has_a_code_has_a_word() -> None:
    assert set(FIELDS) == set(KINDS) - {"state"}
    assert set(PROGRESS) == set(BatchProgress)
    assert set(ACT_PROGRESS) == set(ActProgress)
    assert set(STATUSES) == set(ACTS) == set(STATUS_CODES.values())
    assert set(REASONS) == set(BY_CODE) - {"unstated"}


def test_the_list_shows_how_far_each_is_and_what_waits(desk: SampleHub) -> None:
    page = page_of(desk, HERE)
    rows = dict(
        re.findall(r'row-link row-title"[^>]*>(GE-\d+)<.*?class="badge[^"]*">([^<]+)', page, re.DOTALL)
    )
    assert rows == {
        "GE-0005": "In force",
        "GE-0004": "In force",
        "GE-0003": "In force",
        "GE-0002": "Suspended",
        "GE-0001": "In force",
    }
    assert "Waits for its batch" in page
    assert "in its place: GE-0004" in page
    assert "GE-0003" not in page_of(desk, f"{HERE}?number=GE-0002").split("row-link")[1]


def test_one_certificate_gives_its_file_and_form(desk: SampleHub) -> None:
    address = address_of(desk, "GE-0001")
    page = page_of(desk, address)
    assert "Sample Orchards LLC" in page
    assert "Goods 1: HS code" in page
    browser = desk.browser(ISSUER.user_id)
    document = anchored_from_json(browser.get(f"{address}/certificate.json").content)
    assert document.root.hex() in page
    printed = browser.get(f"{address}/certificate.pdf")
    assert (printed.headers["content-type"], printed.content[:4]) == ("application/pdf", b"%PDF")
    assert "GE-0001.pdf" in printed.headers["content-disposition"]
    waiting = page_of(desk, address_of(desk, "GE-0005"))
    assert "certificate.json" not in waiting
    assert "Revoke" not in waiting


def test_an_act_waits_for_another_officer(desk: SampleHub) -> None:
    address = address_of(desk, "GE-0001")
    sent = {"status": "revoked", "reason": "issued-in-error", "replaced_by": ""}
    assert post(desk, f"{address}/acts", sent) == (303, address)
    page = page_of(desk, address)
    assert "Waits for a second officer" in page
    assert ">Approve<" not in page
    assert ">Approve<" in page_of(desk, address, user=SECOND.user_id)
    status, text = post(desk, f"{address}/acts", sent, user=SECOND.user_id)
    assert (status, CONFLICTS["another-act"] in text) == (422, True)


def test_who_proposed_it_cannot_approve_it_and_the_other_can(desk: SampleHub) -> None:
    act = f"/console/origin/issued-acts/{act_ids(desk)['waiting']}"
    status, text = post(desk, f"{act}/approve", {}, user=SECOND.user_id)
    assert (status, CONFLICTS["same-person"] in text) == (422, True)
    address = address_of(desk, "GE-0003")
    assert post(desk, f"{act}/approve", {}) == (303, address)
    assert "Approved" in page_of(desk, address)
    status, text = post(desk, f"{act}/reject", {})
    assert (status, CONFLICTS["already-decided"] in text) == (422, True)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"status": "burnt", "reason": "replaced"}, "It is missing."),
        ({"status": "revoked", "reason": ""}, "It is missing."),
        ({"status": "revoked", "reason": "replaced", "replaced_by": "GE-9"}, CONFLICTS["no-replacement"]),
        ({"status": "good"}, CONFLICTS["already-so"]),
    ],
)
def test_an_act_that_cannot_be_says_why(desk: SampleHub, sent: dict[str, str], words: str) -> None:
    status, text = post(desk, f"{address_of(desk, 'GE-0001')}/acts", sent)
    assert (status, words in text) == (422, True)


def test_what_is_typed_is_issued_as_typed(desk: SampleHub) -> None:
    status, where = post(desk, HERE, TYPED)
    assert (status, where) == (303, address_of(desk, "GE-0100"))
    with reading(desk.services.engine) as connection:
        made = content_of(desk.services, connection, id_of_number(connection, "GE-0100"))
    assert made.fields == STATED
    assert post(desk, HERE, TYPED) == (303, where)


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_issued(desk: SampleHub) -> None:
    before = numbers(desk)
    changes = {"items.1.hs_code": "12", "exporter.name": "", "issued_on": "2026-11-20"}
    status, text = post(desk, HERE, TYPED | changes)
    assert status == 422
    for name, words in (("items.1.hs_code", "not written as"), ("exporter.name", "It is missing")):
        place = text.index(f'id="{name}-hint"')
        assert words in text[place : place + 200]
    assert 'value="Fresh apples"' in text or ">Fresh apples<" in text
    status, text = post(desk, HERE, TYPED | {"issued_on": "yesterday"})
    assert status == 422
    assert numbers(desk) == before


def test_more_rows_keep_what_was_typed(desk: SampleHub) -> None:
    status, text = post(desk, HERE, TYPED | {"more": "items"})
    assert status == 200
    assert 'name="items.2.hs_code"' in text
    assert 'name="items.3.hs_code"' not in text
    assert 'value="080810"' in text
    assert "GE-0100" not in numbers(desk)


def test_a_file_of_many_is_issued_or_says_row_by_row_why_not(desk: SampleHub) -> None:
    rows = [{"number": f"GE-02{place:02}", "form": "ct-1", "fields": STATED} for place in range(3)]
    rows[1] = rows[1] | {"fields": STATED | {"items.1.hs_code": "12"}}
    file = ("many.ndjson", "\n".join(map(json.dumps, rows)).encode())
    status, text = post(desk, FILE, {"form": "ct-1"}, file=file)
    assert status == 422
    assert "Goods 1: HS code" in text
    assert "As long as one is wrong none is issued." in text
    assert "GE-0200" not in numbers(desk)
    status, text = post(desk, FILE, {"form": "ct-1", "leaves_out": "yes"}, file=file)
    assert status == 200
    assert "Issued: 2. Issued before: 0. Refused: 1." in text
    assert {"GE-0200", "GE-0202"} <= numbers(desk)
    for bad in (("a.json", b"["), ("", b""), None):
        assert post(desk, FILE, {"form": "ct-1"}, file=bad)[0] == 422


@pytest.mark.parametrize("address", [HERE, NEW, FILE])
def test_only_who_issues_gets_in(desk: SampleHub, address: str) -> None:
    for user in ("leyla", "rashad", AUDITOR.user_id):
        assert desk.browser(user).get(address).status_code == 403
    assert desk.browser(None).get(address).status_code in (303, 401)


def test_an_unknown_path_keeps_its_name() -> None:
    words = load_languages()["en"].words
    assert label_of("items.3.unit", words) == "Goods 3: Unit"
    assert label_of("somewhere.else", words) == "somewhere.else"
