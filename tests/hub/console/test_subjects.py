import cv2
import numpy as np
import pytest

from hub.store.database import reading
from hub.watchlist.photos import MAX_PHOTO_BYTES
from hub.watchlist.subjects import SubjectDetail, list_subjects, subject
from models.face import Box
from models.fakes import draw_fake_face
from tests.hub.console.sample_hub import LIST_ID, SampleHub
from tests.hub.four_eyes import approve_all

LIST = f"/console/watchlists/{LIST_ID}"
ENROL = f"/console/watchlists/{LIST_ID}/enrol"
ENTRY = {
    "display_name": "Səbinə Qasımova",
    "category": "wanted",
    "severity": "3",
    "legal_basis": "Article 206",
    "authority": "Customs",
    "expires_on": "2027-01-31",
    "captured_on": "2025-06-01",
}


def photo(identity: int, *, faces: int = 1, width: int = 200) -> bytes:
    """Draw a picture with faces that the fake engine finds, as PNG so that nothing is lost."""
    image = np.full((600, 900, 3), 120, np.uint8)
    for number in range(faces):
        draw_fake_face(image, identity + number, Box(80 + 320 * number, 150, width, width))
    return cv2.imencode(".png", image)[1].tobytes()


def enrolled(hub: SampleHub) -> None:
    """Enrol a person from one photo, with a second officer's approval."""
    browser = hub.browser("rashad")
    checked = browser.post(ENROL, ENTRY, (("a.png", photo(1)),))
    assert checked.status_code == 303
    assert browser.post(checked.headers["location"]).status_code == 303
    assert approve_all(hub.services) == 1


def only_subject(hub: SampleHub) -> SubjectDetail | None:
    with reading(hub.services.engine) as connection:
        found = list_subjects(connection, LIST_ID, now=hub.now).items
        return subject(connection, found[0].subject_id, now=hub.now) if found else None


def test_a_person_is_enrolled_from_photos(hub: SampleHub) -> None:
    browser = hub.browser("rashad", kechid_language="en")

    answer = browser.post(ENROL, ENTRY, (("front.png", photo(1)), ("again.png", photo(1, width=240))))
    draft = browser.get(answer.headers["location"]).text
    assert only_subject(hub) is None
    sent = browser.post(answer.headers["location"])
    proposal = browser.get(sent.headers["location"]).text
    assert only_subject(hub) is None
    approve_all(hub.services)
    detail = only_subject(hub)
    assert detail is not None
    page = browser.get(f"{LIST}/subjects/{detail.summary.subject_id}").text

    assert answer.status_code == sent.status_code == 303
    assert "Nobody listed looks like this person." in draft
    assert draft.count("<meter") >= 10
    assert "Sent. It takes effect once another officer has approved it." in proposal
    assert detail is not None
    assert (detail.record.display_name, detail.record.severity, detail.enrolled_by) == (
        "Səbinə Qasımova",
        3,
        "rashad",
    )
    assert [reference.captured_on for reference in detail.references] == ["2025-06-01", "2025-06-01"]
    assert page.count("taken 1 Jun 2025") == 2
    assert "31 Jan 2027" in page


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("notes.txt", b"not a picture", "This file is not a picture that can be read."),
        ("cut.png", photo(1)[:200], "The file is cut off; a part of the picture is missing."),
        ("wall.png", photo(1, faces=0), "No face was found."),
        ("two.png", photo(1, faces=2), "More than one face is in the picture"),
        ("far.png", photo(1, width=40), "The face is too small in the picture"),
        ("other.png", photo(9), "This face does not look like the one in the other photos."),
        ("big.png", photo(1) + bytes(MAX_PHOTO_BYTES), "The file is larger than 10 MB."),
    ],
    ids=["text", "cut", "none", "two", "small", "other", "big"],
)
def test_a_photo_that_is_no_use_is_named_with_its_reason_and_nothing_is_stored(
    hub: SampleHub, name: str, content: bytes, said: str
) -> None:
    answer = hub.browser("rashad", kechid_language="en").post(
        ENROL, ENTRY, (("good.png", photo(1)), (name, content))
    )

    assert answer.status_code == 422
    assert "Nothing was stored" in answer.text
    assert name in answer.text
    assert said in answer.text
    assert 'value="Səbinə Qasımova"' in answer.text
    assert only_subject(hub) is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"display_name": " "}, "Please fill this in."),
        ({"display_name": "x" * 201}, "This text is too long."),
        ({"authority": ""}, "Please fill this in."),
        ({"severity": "9"}, "Please choose one from the list."),
        ({"category": "sorcery"}, "Please choose one from the list."),
        ({"expires_on": "2020-01-01"}, "This day is over already."),
        ({"expires_on": "soon"}, "This is not a date."),
        ({"captured_on": "soon"}, "The date of the photo is not a date."),
    ],
)
def test_a_bad_field_is_marked_and_nothing_is_stored(
    hub: SampleHub, changed: dict[str, str], said: str
) -> None:
    answer = hub.browser("rashad", kechid_language="en").post(ENROL, ENTRY | changed, (("a.png", photo(1)),))

    assert answer.status_code == 422
    assert said in answer.text
    assert only_subject(hub) is None


def test_an_entry_without_photos_says_so(hub: SampleHub) -> None:
    answer = hub.browser("rashad", kechid_language="en").post(ENROL, ENTRY)

    assert answer.status_code == 422
    assert "Please fill this in." in answer.text
    assert only_subject(hub) is None


def test_more_photos_than_allowed_are_refused(hub: SampleHub) -> None:
    photos = tuple((f"{number}.png", photo(1)) for number in range(11))

    answer = hub.browser("rashad", kechid_language="en").post(ENROL, ENTRY, photos)

    assert answer.status_code == 422
    assert "This is outside what is allowed." in answer.text
    assert only_subject(hub) is None


@pytest.mark.parametrize("user_id", ["guard1", "leyla", "admin"])
def test_only_a_watchlist_officer_enrols_and_removes(hub: SampleHub, user_id: str) -> None:
    subject_id = hub.add_subject(1, "Tural Məmmədov")
    browser = hub.browser(user_id)

    assert browser.get(ENROL).status_code == 403
    assert browser.post(ENROL, ENTRY).status_code == 403
    assert browser.post(f"/console/watchlists/{LIST_ID}/subjects/{subject_id}/remove").status_code == 403
    assert only_subject(hub) is not None


def test_photos_of_somebody_who_may_not_enrol_are_not_even_read(hub: SampleHub) -> None:
    answer = hub.browser("guard1").post(ENROL, ENTRY, (("a.png", photo(1) + bytes(100_000)),))

    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith("text/html")


def test_a_subject_is_taken_off_the_list_and_stays_readable(hub: SampleHub) -> None:
    subject_id = hub.add_subject(1, "Tural Məmmədov")
    browser = hub.browser("rashad", kechid_language="en")
    address = f"/console/watchlists/{LIST_ID}/subjects/{subject_id}"

    first = browser.post(f"{address}/remove", {"reason": "Case closed"})
    second = browser.post(f"{address}/remove", {"reason": "Case closed"})
    assert only_subject(hub) is not None
    approve_all(hub.services)
    third = browser.post(f"{address}/remove", {"reason": "Case closed"})
    page = browser.get(third.headers["location"]).text

    assert [first.status_code, second.status_code, third.status_code] == [303, 409, 303]
    assert "Case closed" in page
    assert only_subject(hub) is None
    assert "Taken off by rashad" in page
    assert f'action="{address}/remove"' not in page


def test_photos_are_added_or_refused_by_name(hub: SampleHub) -> None:
    browser = hub.browser("rashad", kechid_language="en")
    enrolled(hub)
    detail = only_subject(hub)
    assert detail is not None
    address = f"/console/watchlists/{LIST_ID}/subjects/{detail.summary.subject_id}"

    refused = browser.post(f"{address}/photos", {}, (("wall.png", photo(1, faces=0)),))
    empty = browser.post(f"{address}/photos", {})
    again = browser.post(f"{address}/photos", {}, (("again.png", photo(1)),))
    added = browser.post(f"{address}/photos", {}, (("b.png", photo(1, width=240)),))
    after = only_subject(hub)

    assert (refused.status_code, empty.status_code, added.status_code) == (422, 422, 303)
    assert "wall.png" in refused.text
    assert "This very photo is enrolled already." in again.text
    assert after is not None
    assert len(after.references) == 2


def test_a_subject_of_another_list_has_no_page_here(day: SampleHub) -> None:
    assert day.browser("rashad").get("/console/watchlists/other/subjects/s-1").status_code == 404


def test_a_name_cannot_carry_markup_into_the_page(hub: SampleHub) -> None:
    subject_id = hub.add_subject(1, "<script>alert(1)</script>")

    page = hub.browser("rashad").get(f"/console/watchlists/{LIST_ID}/subjects/{subject_id}").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
