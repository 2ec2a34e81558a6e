"""Pictures of invoices in the app: made plain, seen by their owner alone, deleted with the parcel."""

from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO

import cv2
import httpx
import numpy as np
import pytest
from fpdf import FPDF
from PIL import Image
from sqlalchemy import select

from hub.declarations.picture_tables import declaration_pictures
from hub.declarations.pictures import MOST, pictures_of
from hub.declarations.retention import purge
from hub.documents.plain_jpeg import LONGEST_SIDE, MOST_BYTES
from hub.jobs.pieces import DROP, handlers
from hub.jobs.tables import jobs
from hub.store.database import reading
from tests.hub.builders import Hub
from tests.hub.public_app.app_kit import LEYLA, TURAL, App
from tests.hub.public_app.forms import send, typed

EN = {"Accept-Language": "en"}
SECRET = b"41.40338, 49.86709"
ROTATED = 6
"""Of EXIF: the left side of the camera was up."""


def photo(side: int = 300, colour: int = 5, kind: str = "JPEG") -> bytes:
    """Make a wide picture that a telephone has written its place into."""
    picture = Image.new("RGB", (side, side // 2), (colour * 40 % 256, 120, 200))
    exif = Image.Exif()
    exif[0x0112] = ROTATED
    exif[0x010E] = SECRET.decode()
    target = BytesIO()
    picture.save(target, kind, exif=exif)
    return target.getvalue()


def pdf(pages: int = 1) -> bytes:
    document = FPDF(unit="pt", format=(300, 400))
    for number in range(pages):
        document.add_page()
        document.rect(10, 10 + 20 * number, 50, 10, style="F")
    return bytes(document.output() or b"")


def sent_by(client: httpx.Client, **changes: str) -> str:
    return send(client, typed(**changes)).headers["location"].partition("?")[0]


def add(client: httpx.Client, path: str, *contents: bytes) -> httpx.Response:
    files = [("pictures", (f"{place}.jpg", one, "image/jpeg")) for place, one in enumerate(contents)]
    return client.post(f"{path}/pictures", files=files, headers=EN)


def kept(app: App, path: str) -> Sequence[str]:
    with reading(app.services.engine) as connection:
        return [one.picture_id for one in pictures_of(connection, path.rpartition("/")[2])]


def pieces(app: App) -> int:
    return len(list(app.services.settings.store.evidence.rglob("*.sealed")))


def do_jobs(app: App) -> None:
    """Delete the pieces that jobs were made for."""
    with reading(app.services.engine) as connection:
        waiting = connection.execute(select(jobs).where(jobs.c.kind == DROP)).all()
    for job in waiting:
        handlers()[DROP].work(app.services, job.arguments)


def test_a_photo_is_kept_upright_without_where_it_was_taken(app_on_each: App) -> None:
    client = app_on_each.signed_in(LEYLA)
    path = sent_by(client)
    assert SECRET in photo()
    assert add(client, path, photo()).headers["location"] == path
    (picture_id,) = kept(app_on_each, path)
    shown = client.get(f"/app/pictures/{picture_id}")
    assert (shown.headers["content-type"], shown.headers["cache-control"]) == ("image/jpeg", "no-store")
    assert b"Exif" not in shown.content
    assert SECRET not in shown.content
    decoded = cv2.imdecode(np.frombuffer(shown.content, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape[:2] == (300, 150)
    (piece,) = app_on_each.services.settings.store.evidence.rglob("*.sealed")
    assert not piece.read_bytes().startswith(b"\xff\xd8")
    assert f"/app/pictures/{picture_id}" in client.get(path).text


def test_a_pdf_gives_a_picture_for_each_page_and_nothing_else_of_it(app: App) -> None:
    client = app.signed_in(LEYLA)
    path = sent_by(client)
    assert add(client, path, pdf(2)).status_code == 303
    pages = [client.get(f"/app/pictures/{one}").content for one in kept(app, path)]
    assert len(pages) == 2
    assert all(page.startswith(b"\xff\xd8\xff") and b"%PDF" not in page for page in pages)


def test_a_large_photo_is_reduced(app: App) -> None:
    client = app.signed_in(LEYLA)
    path = sent_by(client)
    add(client, path, photo(2 * LONGEST_SIDE))
    shown = client.get(f"/app/pictures/{kept(app, path)[0]}").content
    decoded = cv2.imdecode(np.frombuffer(shown, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert max(decoded.shape) == LONGEST_SIDE


def test_the_same_again_adds_nothing_and_more_than_three_are_refused(app_on_each: App) -> None:
    client = app_on_each.signed_in(LEYLA)
    path = sent_by(client)
    add(client, path, photo(colour=1), photo(colour=1), photo(colour=2))
    add(client, path, photo(colour=2))
    assert len(kept(app_on_each, path)) == 2
    answer = add(client, path, photo(colour=3), photo(colour=4))
    assert answer.status_code == 400
    assert "three pictures at most" in answer.text
    assert len(kept(app_on_each, path)) == 2
    assert pieces(app_on_each) == 2
    assert add(client, path, pdf(MOST + 1)).status_code == 400


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nothing",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7\nnothing",
        photo()[:-40],
        photo(kind="GIF"),
        bytes(MOST_BYTES + 1),
    ],
    ids=["empty", "text", "svg", "bad pdf", "cut off", "gif", "too long"],
)
def test_what_is_no_picture_is_said_and_not_kept(app: App, content: bytes) -> None:
    client = app.signed_in(LEYLA)
    path = sent_by(client)
    answer = add(client, path, photo(), content)
    assert answer.status_code == 400
    assert "no picture or PDF that can be read" in answer.text
    assert (kept(app, path), pieces(app)) == ([], 0)


def test_nobody_else_sees_adds_or_removes_and_an_id_reads_like_none(app: App) -> None:
    client, other = app.signed_in(LEYLA), app.signed_in(TURAL)
    path = sent_by(client)
    add(client, path, photo())
    (picture_id,) = kept(app, path)
    for stranger in (other, app.client()):
        refused = 404 if stranger is other else 303
        assert stranger.get(f"/app/pictures/{picture_id}").status_code == refused
        assert stranger.post(f"/app/pictures/{picture_id}/remove").status_code == refused
        assert add(stranger, path, photo(colour=9)).status_code == refused
    assert other.get("/app/pictures/nothing").status_code == 404
    assert len(kept(app, path)) == 1


def test_a_picture_that_is_taken_back_is_gone_from_the_disk(app_on_each: App) -> None:
    client = app_on_each.signed_in(LEYLA)
    path = sent_by(client)
    add(client, path, photo(colour=1), photo(colour=2))
    first, second = kept(app_on_each, path)
    assert client.post(f"/app/pictures/{first}/remove").headers["location"] == path
    do_jobs(app_on_each)
    assert (kept(app_on_each, path), pieces(app_on_each)) == ([second], 1)
    assert client.get(f"/app/pictures/{first}").status_code == 404
    add(client, path, photo(colour=3))
    assert kept(app_on_each, path)[0] == second


def test_pictures_go_with_the_declaration(app_on_each: App) -> None:
    client = app_on_each.signed_in(LEYLA)
    add(client, sent_by(client), photo())
    hub: Hub = app_on_each.hub
    hub.clock.advance(timedelta(days=app_on_each.services.settings.declarations.days_kept + 62))
    purge(app_on_each.services, actor="test")
    do_jobs(app_on_each)
    with reading(app_on_each.services.engine) as connection:
        assert connection.execute(select(declaration_pictures)).all() == []
    assert pieces(app_on_each) == 0
