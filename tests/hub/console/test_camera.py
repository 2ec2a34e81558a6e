"""A certificate held before the device's camera, or typed by a hand scanner, in a real browser."""

from pathlib import Path

import cv2
import pytest
from playwright.sync_api import Page, expect

from hub.api.application import create_app
from hub.origin.checking.checks import Opening, open_check
from hub.origin.checking.values import Method
from hub.origin.paper.code import code_of
from hub.people.users import add_user
from hub.people.web_session import SESSION_COOKIE
from hub.store.database import writing
from tests.hub.console.certified import with_chain
from tests.hub.console.chromium import EXECUTABLE, Chromium, Look
from tests.hub.console.furnished import CUSTOMS
from tests.hub.console.sample_hub import PASSWORD, SampleHub
from tests.hub.console.test_rendering import served
from tests.hub.origin.checking.issued import GENUINE
from tests.hub.origin.paper.altering import sheets_of

pytestmark = [
    pytest.mark.skipif(EXECUTABLE is None, reason="no chromium on this machine"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def path(hub: SampleHub) -> str:
    """Begin a check at a hub whose chain knows the genuine certificate; return its page."""
    with writing(hub.services.engine) as connection:
        add_user(connection, CUSTOMS, PASSWORD, hub.now)
    hub.services = with_chain(hub.services)
    hub.app = create_app(hub.services)
    with writing(hub.services.engine) as connection:
        check = open_check(hub.services, connection, Opening(method=Method.CODE_ONLINE), CUSTOMS)
    return f"/console/origin/checks/{check.check_id}"


def camera_showing(folder: Path) -> tuple[str, ...]:
    """Make a film of one sheet; returns what tells Chromium to take it for its camera."""
    (sheet,) = sheets_of(GENUINE)
    even = sheet[: sheet.shape[0] // 2 * 2, : sheet.shape[1] // 2 * 2]
    frame = cv2.imencode(".jpg", cv2.cvtColor(even, cv2.COLOR_GRAY2BGR))[1].tobytes()
    film = folder / "sheet.mjpeg"
    film.write_bytes(frame * 3)
    fake = "--use-fake-device-for-media-stream"
    return "--use-fake-ui-for-media-stream", fake, f"--use-file-for-fake-video-capture={film}"


def test_a_certificate_before_the_camera_gets_its_verdict(hub: SampleHub, path: str, tmp_path: Path) -> None:
    def check(page: Page) -> None:
        page.goto(address + path)
        page.get_by_role("button", name="Use the camera").click()
        expect(page.get_by_role("button", name="Take the picture")).to_be_focused()
        expect(page.get_by_role("button", name="Use the camera")).to_be_hidden()
        page.keyboard.press("Enter")
        expect(page.locator(".camera [role=status]")).to_contain_text("The picture is taken")
        expect(page.get_by_label("The picture that was taken")).to_be_visible()
        page.get_by_role("button", name="Look at it").click()
        expect(page.locator("main .badge").first).to_have_text("Valid", timeout=60_000)

    with served(hub) as address, Chromium(*camera_showing(tmp_path)) as chromium:
        cookie = {"name": SESSION_COOKIE, "value": hub.session_token(CUSTOMS.user_id), "url": address}
        chromium.look(address, [cookie], Look(), check)


def test_a_hand_scanner_types_into_the_focused_field_and_its_enter_sends_the_code(
    hub: SampleHub, path: str, chromium: Chromium
) -> None:
    def scan(page: Page) -> None:
        page.goto(address + path)
        expect(page.locator("#code")).to_be_focused()
        page.keyboard.insert_text("ЛСЩ1Ж")
        page.get_by_role("button", name="Look at it").click()
        expect(page.get_by_role("alert")).to_contain_text("another language")
        expect(page.locator("#code")).to_be_focused()
        page.keyboard.type("\n".join((*code_of(GENUINE, 2), "")))
        expect(page.locator("main .badge").first).to_have_text("Valid")

    with served(hub) as address:
        cookie = {"name": SESSION_COOKIE, "value": hub.session_token(CUSTOMS.user_id), "url": address}
        chromium.look(address, [cookie], Look(), scan)


def test_a_camera_that_cannot_be_had_is_said_and_the_file_field_stays(
    hub: SampleHub, path: str, chromium: Chromium
) -> None:
    def ask(page: Page) -> None:
        page.goto(address + path)
        page.get_by_role("button", name="Use the camera").click()
        expect(page.locator(".camera [role=status]")).to_contain_text("a file")
        expect(page.get_by_role("button", name="Use the camera")).to_be_focused()
        expect(page.get_by_label("File or scan of the certificate")).to_be_visible()

    with served(hub) as address:
        cookie = {"name": SESSION_COOKIE, "value": hub.session_token(CUSTOMS.user_id), "url": address}
        chromium.look(address, [cookie], Look(), ask)
