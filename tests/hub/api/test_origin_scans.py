"""Scans of certificates over HTTP: verdict, and what the paper says beside its code."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import msgspec
import pytest
from httpx import Client, Response

from hub.documents.tesseract import TesseractReader
from tests.hub.api.clients import client_of
from tests.hub.api.test_origin_checks import CHECKS, OFFICER, hub_with
from tests.hub.builders import ANALYST, GUARD, Hub
from tests.hub.origin.checking.issued import GENUINE, OTHER, verifier_for
from tests.hub.origin.paper.altering import sheets_of

SCANS = "/api/v1/origin/scans"


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return hub_with(tmp_path, verifier_for(GENUINE, OTHER))


@pytest.fixture
def officer(hub: Hub) -> Iterator[Client]:
    with client_of(hub.services, OFFICER) as client:
        yield client


def scanned(**printed: str) -> bytes:
    """Draw the sheet of the genuine certificate with other words in some boxes, as a picture."""
    fields = GENUINE.certificate.fields | {name.replace("__", "."): text for name, text in printed.items()}
    (sheet,) = sheets_of(GENUINE, msgspec.structs.replace(GENUINE.certificate, fields=fields))
    return cv2.imencode(".png", sheet)[1].tobytes()


def send(client: Client, content: bytes, key: str | None = None, **typed: str) -> Response:
    headers = {} if key is None else {"Idempotency-Key": key}
    files = {"scan": ("certificate.png", content, "image/png")}
    return client.post(SCANS, files=files, data={"site_id": "alat"} | typed, headers=headers)


def test_an_altered_box_differs_on_a_certificate_that_is_valid(officer: Client) -> None:
    if not {"eng", "aze", "rus"} <= TesseractReader().languages:
        pytest.skip("no trained data of Tesseract (apt-get install tesseract-ocr-aze tesseract-ocr-rus)")
    answer = send(officer, scanned(items__1__gross_mass_kg="777"), key="k")
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    assert (found["check"]["verdict"], found["check"]["method"]) == ("valid", "code-online")
    (sheet,) = found["sheets"]
    (differs,) = [(place, one) for place, one in enumerate(sheet["cells"]) if one["outcome"] == "differs"]
    assert GENUINE.certificate.fields["items.1.gross_mass_kg"] in differs[1]["expected"]
    assert "777" in differs[1]["printed"]

    again = send(officer, scanned(items__1__gross_mass_kg="777"), key="k").json()
    assert again == found
    paper = f"{CHECKS}/{found['check']['check_id']}/paper"
    assert officer.get(paper).json() == found
    picture = officer.get(f"{paper}/{sheet['sheet']}/{differs[0]}")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
    assert picture.content.startswith(b"\xff\xd8\xff")
    assert officer.get(f"{paper}/{sheet['sheet']}/99").status_code == 404


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-a-scan"),
        (b'{"a": 1}', "not-a-scan"),
        (b"GIF89a" + bytes(30), "not-a-scan"),
        (b"%PDF-1.7 nothing", "not-a-pdf"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "truncated"),
        (cv2.imencode(".png", sheets_of(GENUINE)[0][:200, :200])[1].tobytes(), "no-code"),
        (b"\xff\xd8\xff" + bytes(13 << 20), "too-long"),
    ],
)
def test_what_is_no_scan_is_refused_by_name_and_nothing_is_kept(
    officer: Client, content: bytes, code: str
) -> None:
    answer = send(officer, content)
    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [("/scan", code)]
    assert officer.get(CHECKS).json()["items"] == []


@pytest.mark.parametrize(("user", "status"), [(ANALYST, 403), (GUARD, 403)])
def test_only_who_checks_sends_scans(hub: Hub, user: Any, status: int) -> None:
    with client_of(hub.services, user) as client:
        assert send(client, b"%PDF-").status_code == status
    with client_of(hub.services) as stranger:
        assert send(stranger, b"%PDF-").status_code == 401
