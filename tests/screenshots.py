"""Makes the pictures of the documents anew: `python -m tests.screenshots`; everybody on them is drawn."""

import io
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2
import msgspec
from PIL import Image
from playwright.sync_api import Page
from PySide6.QtCore import QRectF
from PySide6.QtGui import QGuiApplication

from hub.origin.checking.checks import Opening, open_check, verify_check
from hub.origin.checking.paper_desk import PaperDesk
from hub.origin.checking.values import Method
from hub.people.web_session import SESSION_COOKIE
from hub.public_app.reader import LANGUAGE_COOKIE
from hub.public_app.sessions import COOKIE
from hub.store.database import writing
from sync.lane_messages import DecisionRequest, ReferenceView, TrackView
from sync.messages import Answer
from tests.gui.builders import make_alert, make_subject
from tests.gui.cartoons import jpeg, photo, scene
from tests.gui.fake_lane import PASSWORD, FakeLane
from tests.hub.builders import make_hub
from tests.hub.console import sample_hub as sample
from tests.hub.console.chromium import Chromium, Look
from tests.hub.console.every_page import address_of
from tests.hub.console.furnished import CUSTOMS, add_days, add_journey, furnish
from tests.hub.console.test_rendering import served
from tests.hub.live_server import running_api
from tests.hub.origin.checking.issued import GENUINE, Chain, verifier_for
from tests.hub.origin.paper.altering import drawn, sheets_of
from tests.hub.origin.paper.degrading import scanner, worn
from tests.hub.public_app.app_kit import LEYLA, app_on
from tests.hub.public_app.forms import send, typed

TARGET = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
STATUSES = ("non-match", "searching", "match", "unusable", "too-poor")
REASONS = {"unusable": ("covered",), "too-poor": ("small",)}
SETTLE_S = 6
PHONE = 390
"""Pixels of a phone's width."""
TALLEST = 1500
"""Pixels of a page that a picture shows at most."""
CERTIFICATES = {"ct-1": "rus", "eur-1": "ukr", "form-a": "eng", "guam": "kat", "st-1": "ron"}
"""Languages of the exporter, by form."""
CONSOLE = {
    "console-home": ("leyla", "/console", Look()),
    "console-home-phone": ("leyla", "/console", Look("dark", "az", 390)),
    "console-cases": ("leyla", "/console/cases", Look()),
    "console-case": ("leyla", "/console/cases/0193a7c0-0000-7000-8000-000000000003", Look()),
    "console-blind": ("leyla", "/console/cases/0193a7c0-0000-7000-8000-000000000002", Look()),
    "console-crossings": ("leyla", "/console/cases/0193a7c0-0000-7000-8000-000000000082#crossings", Look()),
    "console-statistics": ("leyla", "/console/statistics", Look()),
    "console-watchlist": ("rashad", f"/console/watchlists/{sample.LIST_ID}", Look()),
    "console-approvals": ("leyla", "/console/proposals", Look("dark", "az")),
    "console-devices": ("admin", "/console/devices", Look("light", "az")),
    "console-declarations": ("samir", "/console/declarations?view=all", Look()),
    "console-declaration": ("samir", "/console/declarations/{declaration_id}", Look()),
    "console-declaration-az": ("samir", "/console/declarations/{declaration_id}", Look("dark", "az")),
    "console-origin-checks": ("samir", "/console/origin/checks?view=all", Look("light", "ru")),
    "console-origin-check": ("samir", "/console/origin/checks/{check_id}", Look()),
    "console-origin-check-az": ("samir", "/console/origin/checks/{check_id}", Look("dark", "az")),
    "console-origin-figures": ("samir", "/console/origin/figures", Look()),
    "console-issued": ("lia", "/console/origin/issued/{issued_id}", Look()),
    "console-audit": ("nigar", "/console/audit", Look("contrast")),
}
"""Who looks, at what, how."""
CITIZENS = {
    "citizen-parcels-az": ("az", "/app/"),
    "citizen-declare-ru": ("ru", "/app/declare"),
    "citizen-parcel-en": ("en", "/app/parcels/{}"),
}
"""Pages of the citizens' app, as wide as a phone: in which language, at what."""


def main() -> None:
    """Write every picture."""
    TARGET.mkdir(parents=True, exist_ok=True)
    application = QGuiApplication.instance() or QGuiApplication([])
    for name, language, is_answered in (
        ("terminal-alert", "en", False),
        ("terminal-lane-az", "az", True),
        ("terminal-ru", "ru", False),
    ):
        _photograph_terminal(TARGET / f"{name}.png", language, is_answered=is_answered)
    _photograph_console()
    photograph_paper()
    photograph_citizens()
    draw_certificates()
    del application


def _photograph_terminal(target: Path, language: str, *, is_answered: bool) -> None:
    with _lane(is_answered=is_answered) as lane, tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "password").write_text(PASSWORD, encoding="utf-8")
        settings = Path(folder) / "terminal.toml"
        settings.write_text(
            f'[lane]\nurl = "{lane.url}"\n[officer]\nid = "officer-7"\npassword_file = "password"\n'
            f'[window]\nlanguage = "{language}"\nsound = false\n',
            encoding="utf-8",
        )
        command = [sys.executable, "-m", "gui", "--config", str(settings)]
        command += ["--screenshot", str(target), "--after-s", str(SETTLE_S)]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL, timeout=60)
    target.write_bytes(_packed(target.read_bytes()))


@contextmanager
def _lane(*, is_answered: bool) -> Iterator[FakeLane]:
    lane = FakeLane()
    lane.picture = lambda: _picture(lane)
    now = datetime.now(UTC)
    for kind in (1, 2):
        lane.evidence[f"probe-{kind}"] = jpeg(photo(kind))
        lane.evidence[f"reference-{kind}a"] = jpeg(photo(kind, 340, 430))
        lane.evidence[f"reference-{kind}b"] = jpeg(photo(kind, 300, 380))
    for kind, minutes in ((1, 7), (2, 0)):
        references = (
            ReferenceView(evidence_id=f"reference-{kind}a", captured_on="2021-03-12"),
            ReferenceView(evidence_id=f"reference-{kind}b", captured_on="2024-11-02"),
        )
        at = now - timedelta(minutes=minutes)
        lane.raise_alert(make_alert(kind, raised_at=at, updated_at=at, references=references))
    lane.subjects["alert-2"] = make_subject(severity=3)
    request = DecisionRequest(decision_id="d-1", answer=Answer.NOT_SAME, seconds_to_answer=4.0)
    lane.decide("alert-1", request, "officer-7")
    if is_answered:
        request = DecisionRequest(decision_id="d-2", answer=Answer.SAME, seconds_to_answer=6.0)
        lane.decide("alert-2", request, "officer-7")
    lane.start()
    try:
        yield lane
    finally:
        lane.stop()


def _picture(lane: FakeLane) -> tuple[bytes, tuple[TrackView, ...]]:
    lane.state = msgspec.structs.replace(
        lane.state, at=datetime.now(UTC), unusable_now=STATUSES.count("unusable")
    )
    image, boxes = scene(time.monotonic())
    return jpeg(image), tuple(_track(number, box) for number, box in enumerate(boxes))


def _track(number: int, box: QRectF) -> TrackView:
    status = STATUSES[number]
    return TrackView(
        track_id=number,
        x=box.x(),
        y=box.y(),
        width=box.width(),
        height=box.height(),
        status=status,
        reasons=REASONS.get(status, ()),
    )


def _photograph_console() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        sample.sample_hub(Path(folder)) as hub,
        Chromium() as chromium,
    ):
        sample.fill(hub)
        furnish(hub)
        add_days(hub)
        add_journey(hub)
        with served(hub) as address:
            for name, (user_id, path, look) in CONSOLE.items():
                cookie = {"name": SESSION_COOKIE, "value": hub.session_token(user_id), "url": address}
                content = chromium.look(
                    address, [cookie], look, partial(_photograph, address + address_of(path, hub))
                )
                (TARGET / f"{name}.png").write_bytes(_packed(content))


def photograph_paper() -> None:
    """Write the picture of a scanned certificate on which two boxes were altered, beside its code."""
    altered = {"items.1.gross_mass_kg": "2100", "items.1.description": "Dry white wine in bottles"}
    fields = GENUINE.certificate.fields | altered
    (sheet,) = sheets_of(GENUINE, msgspec.structs.replace(GENUINE.certificate, fields=fields))
    rng = random.Random(3)
    scanned = cv2.imencode(".png", worn(sheet, scanner(rng), rng))[1].tobytes()
    with (
        tempfile.TemporaryDirectory() as folder,
        sample.sample_hub(Path(folder)) as hub,
        Chromium() as chromium,
    ):
        sample.fill(hub)
        furnish(hub)
        with writing(hub.services.engine) as connection:
            check = open_check(hub.services, connection, Opening(method=Method.CODE_ONLINE), CUSTOMS)
        chain = verifier_for(GENUINE, chain=Chain({}, at=hub.services.clock() - timedelta(minutes=4)))
        verify_check(hub.services, chain, check.check_id, GENUINE, CUSTOMS)
        PaperDesk(hub.services).compare(check.check_id, scanned)
        with served(hub) as address:
            cookie = {"name": SESSION_COOKIE, "value": hub.session_token(CUSTOMS.user_id), "url": address}
            page = f"{address}/console/origin/checks/{check.check_id}"
            content = chromium.look(address, [cookie], Look(), partial(_photograph, page))
            (TARGET / "console-origin-paper.png").write_bytes(_packed(content))


def photograph_citizens() -> None:
    """Write the pictures of the citizens' app."""
    with tempfile.TemporaryDirectory() as folder, Chromium() as chromium:
        app = app_on(make_hub(Path(folder)), Path(folder))
        client = app.signed_in(LEYLA)
        sent = send(client, typed()).headers["location"].partition("?")[0].rpartition("/")[2]
        send(client, typed(reference="C-0002", tracking_number="LX123456789DE"))
        with running_api(app.services) as address:
            session = {"name": COOKIE, "value": str(client.cookies[COOKIE]), "url": f"{address}/app"}
            for name, (language, path) in CITIZENS.items():
                chosen = {"name": LANGUAGE_COOKIE, "value": language, "url": f"{address}/app"}
                where = address + path.format(sent)
                content = chromium.look(
                    address, [session, chosen], Look(width=PHONE), partial(_photograph, where)
                )
                (TARGET / f"{name}.png").write_bytes(_packed(content))


def draw_certificates() -> None:
    """Draw a certificate on each form; nobody named on them exists."""
    for form, language in CERTIFICATES.items():
        (sheet,) = sheets_of(drawn(form, language, random.Random(5), items=3))
        half = Image.fromarray(sheet).reduce(2)
        packed = io.BytesIO()
        half.quantize(16).save(packed, "PNG", optimize=True)
        (TARGET / f"certificate-{form}.png").write_bytes(packed.getvalue())


def _photograph(address: str, page: Page) -> bytes:
    """Take the part that the address names, or the upper part of a page, once it is complete."""
    page.goto(address)
    page.evaluate("document.fonts.ready.then(() => null)")
    page.evaluate(
        "Promise.all([...document.images].map(one => one.decode().catch(() => null))).then(() => null)"
    )
    part = urlsplit(address).fragment
    if part:
        return page.locator(f"#{part}").screenshot()
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    page.set_viewport_size({"width": page.evaluate("innerWidth"), "height": height})
    return page.screenshot()


def _packed(content: bytes) -> bytes:
    """Take a picture's colours down to 256 and pack it as small as PNG allows."""
    packed = io.BytesIO()
    Image.open(io.BytesIO(content)).convert("RGB").quantize(256).save(packed, "PNG", optimize=True)
    return packed.getvalue()


if __name__ == "__main__":
    main()
