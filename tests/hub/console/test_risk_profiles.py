"""Risk profiles in the console: listed, drafted row by row, tested, activated by another officer."""

import re
from html import unescape
from typing import Any

import pytest

from hub.console.language import NAMES, load_languages
from hub.console.profile_form import form_of
from hub.console.profile_wording import FACTS, OPERATORS, SENTENCES, clause_of
from hub.console.reader import Reader
from hub.declarations.assessing.conditions import KINDS, All, Comparison, Condition, Not, Operator, Some
from hub.declarations.assessing.deciding import Profile
from hub.declarations.assessing.profiles import ProfileState, ProfileVersion, list_profiles, profile_version
from hub.jobs.bootstrap import handlers
from hub.jobs.worker import Worker
from hub.people.access import Role, User
from hub.people.users import add_user
from hub.store.database import reading, writing
from tests.hub.console.furnished import AUDITOR, CUSTOMS
from tests.hub.console.lodged import add_declarations
from tests.hub.console.profiled import NEXT, PROFILE, add_profiles
from tests.hub.console.sample_hub import NOW, PASSWORD, SampleHub

SECOND = User("vusal", "Vüsal Babayev", Role.CUSTOMS_OFFICER)
INDEX = "/console/risk-profiles"
ONE = f"{INDEX}/{PROFILE}"
ROWS = (
    ("item.hs-code", "one-of", "9101, 9102"),
    ("", "equals", ""),
    ("is-personal", "equals", "no"),
    ("consignee.id", "is-missing", ""),
)


@pytest.fixture
def desk(hub: SampleHub) -> SampleHub:
    with writing(hub.services.engine) as connection:
        for user in (CUSTOMS, SECOND, AUDITOR):
            add_user(connection, user, PASSWORD, hub.now)
    add_declarations(hub.services, CUSTOMS)
    add_profiles(hub.services)
    return hub


def typed(rows: Any = ROWS, **changes: str) -> dict[str, Any]:
    columns = zip(("fact", "operator", "value"), zip(*rows, strict=True), strict=True)
    texts = {
        "profile_id": "watches",
        "title": "Watches",
        "reason": "They are dear.",
        "legal_basis": "Customs Code, article 1",
        "channel": "inspection",
        "share": "12,5",
        "join": "some",
    }
    return texts | {name: list(values) for name, values in columns} | changes


def page_of(hub: SampleHub, address: str, code: str = "en", user_id: str = "samir") -> str:
    answer = hub.browser(user_id, kechid_language=code).get(address)
    assert answer.status_code == 200
    return unescape(answer.text)


def post(hub: SampleHub, address: str, data: dict[str, Any], user_id: str = "samir") -> tuple[int, str]:
    answer = hub.browser(user_id, kechid_language="en").post(address, data)
    return answer.status_code, answer.headers.get("location", unescape(answer.text))


def version_of(hub: SampleHub, profile_id: str, version: int) -> ProfileVersion:
    with reading(hub.services.engine) as connection:
        return profile_version(connection, profile_id, version)


def reader_in(code: str) -> Reader:
    language = load_languages()[code]
    return Reader(CUSTOMS, language, "auto", is_masked=False, has_keys=True, here="", zone=None)


@pytest.mark.parametrize("code", NAMES)
@pytest.mark.parametrize(
    "path",
    [INDEX, "/console/new-risk-profile", ONE, f"{ONE}?version=1", f"{ONE}/next", f"{INDEX}/cheap-cotton"],
)
def test_every_page_speaks_every_language(desk: SampleHub, path: str, code: str) -> None:
    page = page_of(desk, path, code)
    assert f'<html lang="{code}"' in page
    assert not re.search(r"%\(|\{\{|\{%|Undefined", page)


def test_the_list_shows_states_and_what_each_did_this_month(desk: SampleHub) -> None:
    page = page_of(desk, INDEX)
    assert re.findall(r'class="row-link row-title"[^>]*>([^<]+)', page) == [
        "Cotton far below its price",
        "Goods for sale sent as parcels",
    ]
    cells = [
        re.findall(r'class="number">([^<]*)', row) for row in page.split("<tr>")[1:] if "row-link" in row
    ]
    assert cells[0][0] == "50 %"
    assert int(cells[0][1]) >= int(cells[0][2])
    assert int(cells[0][1]) > 0
    assert cells[1][1:3] == ["0", "0"]


def test_one_profile_says_its_condition_changes_and_test_in_words(desk: SampleHub) -> None:
    page = page_of(desk, f"{ONE}?version=2")
    for sentence in (
        "all of this holds:",
        "the country of dispatch is one of: China (CN), Hong Kong SAR China (HK)",
        "the quantity of an item is at least 2",
        "the goods are for personal use",
        "Changed from the version before",
        "<del>Documentary check</del>",
        "<ins>Inspection</ins>",
        ">Activate<",
    ):
        assert sentence in page, sentence
    assert 'id="back-test-days-title"' in page
    assert page.count("/console/declarations/") >= 1


def test_rows_become_a_condition_and_blank_ones_are_passed_over(desk: SampleHub) -> None:
    status, where = post(desk, INDEX, typed())
    assert (status, where) == (303, f"{INDEX}/watches?version=1")
    made = version_of(desk, "watches", 1)
    assert made.profile.share == 0.125
    assert made.profile.condition == Some(
        (
            Comparison("item.hs-code", Operator.ONE_OF, ("9101", "9102")),
            Comparison("is-personal", Operator.EQUALS, "false"),
            Comparison("consignee.id", Operator.IS_MISSING, ""),
        )
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (typed(share="0"), "at most 100 percent"),
        (typed(profile_id="a b"), "digits and dashes"),
        (typed(title=" "), "Please fill this in."),
        (typed((("", "equals", ""),)), "A condition is needed."),
        (typed((("gross-kg", "contains", "1"),)), "not compared in this way"),
        (typed((("gross-kg", "at-least", "heavy"),)), "A number is needed"),
        (typed((("is-personal", "equals", "perhaps"),)), "“yes” or “no” is needed."),
        (typed((("", "equals", "CN"),)), "Please choose one from the list."),
        (typed(whole="{"), "This is not JSON."),
        (typed(whole='{"kind": "all", "parts": [{"kind": "maybe"}]}'), "parts/0/kind: "),
        (
            typed(whole='{"kind": "not", "part": {"kind": "all", "parts": []}}'),
            "part/parts: A condition is needed.",
        ),
        (typed(channel="burn"), "Please choose one from the list."),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_drafted(
    desk: SampleHub, data: dict[str, Any], said: str
) -> None:
    status, page = post(desk, INDEX, data)
    assert status == 422
    assert said in page
    assert 'value="Watches"' in page or data["title"] == " "
    with reading(desk.services.engine) as connection:
        assert "watches" not in {one.profile.profile_id for one in list_profiles(connection)}


def test_more_rows_keep_what_was_typed_and_draft_nothing(desk: SampleHub) -> None:
    status, page = post(desk, INDEX, typed(more="more"))
    assert status == 200
    assert page.count('name="fact"') == len(ROWS) + 4
    assert 'value="9101, 9102"' in page
    with reading(desk.services.engine) as connection:
        assert "watches" not in {one.profile.profile_id for one in list_profiles(connection)}


def test_a_version_of_several_levels_comes_back_as_json_and_can_be_drafted_again(desk: SampleHub) -> None:
    page = page_of(desk, f"{ONE}/next")
    found = re.search(r"<textarea id=\"whole\"[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert found is not None
    rows = (("", "equals", ""),)
    status, _ = post(desk, INDEX, typed(rows, profile_id=PROFILE, whole=found.group(1)))
    assert status == 303
    assert version_of(desk, PROFILE, 3).profile.condition == NEXT.condition


def test_a_draft_is_tested_by_a_worker_and_activated_by_another_officer(desk: SampleHub) -> None:
    post(desk, INDEX, typed())
    own = f"{INDEX}/watches"
    assert "It can be activated once it was tested." in page_of(desk, own)
    assert post(desk, f"{own}/activate", {"version": "1"}, "vusal")[0] == 409
    bad, page = post(desk, f"{own}/test", {"version": "1", "first": "2026-11-23", "last": "soon"})
    assert (bad, "This is not a date." in page) == (422, True)
    days = {"version": "1", "first": "2026-11-20", "last": "2026-11-23"}
    assert post(desk, f"{own}/test", days) == (303, f"{own}?version=1")
    assert 'hx-trigger="every 2s"' in page_of(desk, own)
    Worker(desk.services, handlers(), name="w1").drain()
    assert "another officer activates it" in page_of(desk, own)
    assert post(desk, f"{own}/activate", {"version": "1"}, "vusal")[0] == 303
    assert version_of(desk, "watches", 1).activated_by == "vusal"
    assert post(desk, f"{own}/retire", {})[0] == 303
    assert version_of(desk, "watches", 1).retired_by == "samir"


@pytest.mark.parametrize("path", [INDEX, ONE, "/console/new-risk-profile"])
def test_who_decides_nothing_sees_no_profiles(desk: SampleHub, path: str) -> None:
    assert desk.browser("nigar").get(path).status_code == 403


@pytest.mark.parametrize("path", [f"{INDEX}/none", f"{ONE}?version=9", f"{ONE}?version=x"])
def test_what_is_not_there_is_not_found(desk: SampleHub, path: str) -> None:
    assert desk.browser("samir").get(path).status_code == 404


def test_every_fact_and_operator_has_its_words() -> None:
    assert set(FACTS) == set(KINDS)
    assert set(OPERATORS) == set(SENTENCES) == set(Operator)


@pytest.mark.parametrize("code", NAMES)
def test_a_condition_is_written_level_by_level(code: str) -> None:
    condition: Condition = All(
        (
            Comparison("export-country", Operator.EQUALS, "cn"),
            Not(Some((Comparison("value-usd", Operator.AT_MOST, "1250.50"),))),
        )
    )
    lines = clause_of(condition, reader_in(code)).lines()
    assert len(lines) == 5
    assert "(CN)" in lines[1]
    assert {"en": "1,250.50", "az": "1.250,50", "ru": "1\N{NO-BREAK SPACE}250,50"}[code] in lines[4]


@pytest.mark.parametrize(
    "condition",
    [
        Comparison("mode", Operator.EQUALS, "4"),
        Some((Comparison("is-over-limit", Operator.EQUALS, "true"),)),
    ],
)
def test_flat_conditions_come_back_as_rows(condition: Condition) -> None:
    words = load_languages()["az"].words
    kept = {name: getattr(NEXT, name) for name in Profile.__struct_fields__ if name != "version"}
    profile = Profile(**(kept | {"condition": condition, "version": 1}))
    none = dict.fromkeys(("activated_at", "activated_by", "retired_at", "retired_by", "back_test"))
    before = ProfileVersion(profile, ProfileState.ACTIVE, "Law", NOW, "aysel", **none)
    view = form_of(before, words)
    assert [row.is_blank for row in view.rows] == [False, True, True, True]
    assert view.state.values["whole"] == ""
    assert view.rows[0].value == ("4" if isinstance(condition, Comparison) else words.gettext("yes"))
