"""The rules that keep the packages apart, run as tests."""

import ast
import configparser
import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("edge_agent", "gui", "hardware", "hub", "models", "sync")
DRAWN = "hub/public_app/static/icon-"
"""What `tests.hub.public_app.icons` draws; a test compares the files with it."""
FORBIDDEN_NAMES = {"utils", "helpers", "common", "core", "base", "manager", "misc", "types"}


def test_import_contracts_hold() -> None:
    finished = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout


def test_no_other_distribution_ships_one_of_our_names() -> None:
    owners = importlib.metadata.packages_distributions()
    assert {name: set(owners.get(name, ())) - {"kechid"} for name in PACKAGES} == {
        name: set() for name in PACKAGES
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_no_file_is_a_drawer(package: str) -> None:
    assert not [path for path in (ROOT / package).rglob("*.py") if path.stem in FORBIDDEN_NAMES]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_says_what_it_is(package: str) -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in (ROOT / package).rglob("*.py")
        if path.stat().st_size and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_every_console_script_exists() -> None:
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg")
    scripts = [line for line in settings["options.entry_points"]["console_scripts"].splitlines() if line]
    for script in scripts:
        module = script.split("=")[1].split(":")[0].strip()
        assert (ROOT / (module.replace(".", "/") + ".py")).is_file(), script


def test_every_test_folder_is_a_package() -> None:
    assert not [
        path
        for path in (ROOT / "tests").rglob("*")
        if path.is_dir()
        and path.name != "__pycache__"
        and any(path.glob("*.py"))
        and not (path / "__init__.py").exists()
    ]


def test_no_picture_of_a_person_is_committed() -> None:
    """Pictures live in docs/ (screenshots, looked at by a person); an icon is drawn by our own lines."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    pictures = (".jpg", ".jpeg", ".png", ".gif", ".mp4", ".npy", ".npz", ".onnx", ".dat")
    assert [
        name
        for name in listed.stdout.splitlines()
        if name.endswith(pictures) and not name.startswith(("docs/", DRAWN))
    ] == []
