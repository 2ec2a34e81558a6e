"""Real faces through enrolment and replay: nobody is missed who is listed, nobody found who is not."""

import json
from contextlib import closing
from pathlib import Path

import cv2
import pytest

from edge_agent.__main__ import main
from hardware.camera_source import open_camera
from models.engine import load_engine
from tests.models.packs_here import needs_intel
from tests.resources import SHARED, group_picture, needs_shared

CLIPS = SHARED / "data" / "faces" / "clips"
LEAST_FRAMES_PER_CPU_SECOND = 30


def replay(capsys: pytest.CaptureFixture[str], gallery: Path, *videos: str) -> dict[str, object]:
    capsys.readouterr()
    assert main(["replay", "--gallery", str(gallery), "--pack", "intel-0095", "--json", *videos]) == 0
    result: dict[str, object] = json.loads(capsys.readouterr().out)
    return result


def found(result: dict[str, object]) -> list[str]:
    alerts = result["alerts"]
    assert isinstance(alerts, list)
    return sorted(alert["subject_id"] for alert in alerts)


def enrol(gallery: Path, subject: str, picture: Path) -> None:
    arguments = [
        "enrol",
        "--gallery",
        str(gallery),
        "--pack",
        "intel-0095",
        "--subject",
        subject,
        str(picture),
    ]
    assert main(arguments) == 0


def still_of(clip: Path, number: int, to: Path) -> Path:
    with closing(open_camera(f"replay:{clip}", "still", paced=False)) as camera:
        camera.open()
        frames = [camera.read() for _ in range(number + 1)]
    last = frames[-1]
    assert last is not None
    cv2.imwrite(str(to), last.image)
    return to


@needs_shared
@needs_intel
def test_a_clip_alerts_on_the_enrolled_person_alone_and_costs_little(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    male = CLIPS / "head-pose-face-detection-male.gif"
    enrol(tmp_path / "gallery", "male", still_of(male, 5, tmp_path / "male.png"))
    result = replay(capsys, tmp_path / "gallery", str(male))
    both = replay(capsys, tmp_path / "gallery", str(CLIPS / "head-pose-face-detection-female-and-male.gif"))
    others = [
        CLIPS / f"{name}.gif"
        for name in ("head-pose-face-detection-female", "face-demographics-walking-and-pause")
    ]
    assert found(result) == ["male"]
    assert found(both) == ["male"]
    assert found(replay(capsys, tmp_path / "gallery", *map(str, others))) == []
    speed = result["frames_per_cpu_s"]
    assert isinstance(speed, float)
    assert speed >= LEAST_FRAMES_PER_CPU_SECOND


@needs_intel
def test_a_panned_group_alerts_on_those_enrolled_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = cv2.imread(str(group_picture()))
    assert image is not None
    faces = sorted(load_engine("intel-0095").detector.detect(image), key=lambda face: face.box.x)  # type: ignore[arg-type]
    assert len(faces) == 6
    for number in (0, 3):
        box = faces[number].box
        margin = box.width / 2
        top, left = max(0, int(box.y - margin)), max(0, int(box.x - margin))
        crop = image[top : int(box.y + box.height + margin), left : int(box.x + box.width + margin)]
        cv2.imwrite(str(tmp_path / f"{number}.png"), crop)
        enrol(tmp_path / "gallery", f"person-{number}", tmp_path / f"{number}.png")
    result = replay(capsys, tmp_path / "gallery", f"pan:{group_picture()}?seconds=3&gap=1")
    assert found(result) == ["person-0", "person-3"]
    tracks = result["tracks"]
    assert isinstance(tracks, int)
    assert tracks >= 6
