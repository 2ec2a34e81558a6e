"""The app's icon where no SVG is shown: of the right size, drawn from the same lines, named to browsers."""

import cv2
import numpy as np
import pytest

from tests.hub.public_app.app_kit import App
from tests.hub.public_app.icons import SIZES, STATIC, Picture, drawn


def read(content: bytes) -> Picture:
    found = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert found is not None
    return found.astype(np.uint8)


@pytest.mark.parametrize("size", SIZES)
def test_a_file_is_what_is_drawn_from_the_svg(size: int) -> None:
    file = (STATIC / f"icon-{size}.png").read_bytes()
    picture = read(file)
    assert picture.shape == (size, size, 3)
    assert np.array_equal(picture, read(drawn(size)))
    assert len(file) < 20_000


def test_the_icon_shows_its_lines_on_its_ground() -> None:
    picture = read(drawn(192))
    assert tuple(picture[0, 0]) == (0x75, 0x5C, 0x0B)
    assert tuple(picture[120, 96]) == (255, 255, 255)


def test_browsers_are_told_of_every_size(app: App) -> None:
    client = app.client()
    icons = client.get("/app/manifest.webmanifest").json()["icons"]
    pictures = {one["sizes"]: one["src"] for one in icons if one["type"] == "image/png"}
    assert set(pictures) == {"192x192", "512x512"}
    page = client.get("/app/sign-in").text
    touch = page.partition('<link rel="apple-touch-icon" href="')[2].partition('"')[0]
    for address in (touch, *pictures.values()):
        answer = client.get(address, headers={"Accept-Encoding": "identity"})
        assert answer.headers["content-type"] == "image/png"
        assert answer.content.startswith(b"\x89PNG")
