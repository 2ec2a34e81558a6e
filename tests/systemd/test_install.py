"""`make install`: quick refusals, and one whole installation (exhaustive)."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.systemd.units import ROOT, SERVICES, console_scripts

SCRIPT = ROOT / "scripts" / "install.sh"


def install(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "KECHID_PYTHON": sys.executable, **environment}
    return subprocess.run([SCRIPT, *arguments], capture_output=True, text=True, check=False, env=variables)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "usage: install.sh ROOT PREFIX"),
        (("/", "/"), "no place to install to"),
        (("here", "/opt/kechid"), "ROOT 'here' is not an absolute path"),
        (("/opt/kechid", "there"), "PREFIX 'there' is not an absolute path"),
        (("/a b", "/opt/kechid"), "a space in its name"),
        (("/proc/kechid", "/opt/kechid"), "/proc/kechid: not writable"),
    ],
)
def test_unusable_folder_is_one_line_and_exit_2(arguments: tuple[str, ...], reason: str) -> None:
    done = install(*arguments)
    assert done.returncode == 2
    assert reason in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_foreign_folder_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "lib" / "kechid" / "thesis.txt"
    precious.parent.mkdir(parents=True)
    precious.write_text("all of it")
    done = install(str(tmp_path), "/opt/kechid")
    assert done.returncode == 2
    assert "not an installation of Kechid" in done.stderr
    assert precious.read_text() == "all of it"


def test_wrong_python_is_refused(tmp_path: Path) -> None:
    done = install(str(tmp_path), "/opt/kechid", KECHID_PYTHON="/bin/false")
    assert done.returncode == 2
    assert "needs Python 3.11 to 3.13" in done.stderr


@pytest.mark.exhaustive
@pytest.mark.timeout(1200)
def test_installation_into_an_empty_folder_runs_where_it_is_moved_to(tmp_path: Path) -> None:
    """Staged as a packager does (DESTDIR), then moved to its prefix, where every program must start."""
    prefix = tmp_path / "prefix"
    staged = tmp_path / "stage" / str(prefix).lstrip("/")
    done = install(str(staged), str(prefix))
    assert done.returncode == 0, done.stderr[-2000:]
    shutil.move(staged, prefix)
    shutil.rmtree(tmp_path / "stage")
    for name in sorted(console_scripts()):
        started = subprocess.run(
            [prefix / "bin" / name, "--help"],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
        assert started.returncode == 0, f"{name}: {started.stderr}"
    units = [*(prefix / "lib/systemd").rglob("*.service")]
    assert {unit.name for unit in units} == {service.name for service in SERVICES}
    for unit in units:
        assert f"ExecStart={prefix}/bin/kechid-" in unit.read_text()
    assert list((prefix / "share/kechid").glob("*.toml.example"))
    traces = subprocess.run(
        ["grep", "-rlF", f"{tmp_path}/stage", prefix], capture_output=True, text=True, check=False
    )
    assert traces.stdout == ""
