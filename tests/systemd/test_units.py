import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.systemd.units import (
    FOLDER,
    SERVICES,
    SYSTEM_SERVICES,
    TARGETS,
    Unit,
    console_scripts,
    read_unit,
)

MOST_EXPOSURE = 20
"""Tenths of a point of `systemd-analyze security`; a bare unit has 92 to 96."""
PROCESSES = {
    "kechid-edge",
    "kechid-sync",
    "kechid-terminal",
    "kechid-hub-api",
    "kechid-hub-carrier-stream",
    "kechid-hub-ingest",
    "kechid-hub-origin-index",
    "kechid-hub-worker",
}
KEYLESS = "kechid-hub origin index"
"""Has no use for the store's key, and so does not get it."""
TEMPLATES = {
    "kechid-hub-api@": "--port %i",
    "kechid-hub-carrier-stream@": "--shard %i",
    "kechid-hub-ingest@": "--shard %i --standby",
}
"""Units of which several run, and how each one is told which it is."""


def name_of(path: Path) -> str:
    return path.name


@pytest.fixture(params=SERVICES, ids=name_of)
def service(request: pytest.FixtureRequest) -> Unit:
    return read_unit(request.param)


@pytest.fixture(params=SYSTEM_SERVICES, ids=name_of)
def system_service(request: pytest.FixtureRequest) -> Unit:
    return read_unit(request.param)


def test_each_process_has_its_unit() -> None:
    assert {path.stem for path in SERVICES} == PROCESSES | set(TEMPLATES)


@pytest.mark.parametrize(("name", "option"), TEMPLATES.items(), ids=TEMPLATES)
def test_one_of_several_differs_from_the_only_one_in_its_number_alone(name: str, option: str) -> None:
    template = read_unit(FOLDER / f"{name}.service").values
    single = read_unit(FOLDER / f"{name.removesuffix('@')}.service").values
    changed = {key for key in template.keys() | single.keys() if template.get(key) != single.get(key)}
    assert changed <= {("Unit", "Description"), ("Unit", "Conflicts"), ("Service", "ExecStart")}
    assert template["Service", "ExecStart"] == [f"{single['Service', 'ExecStart'][0]} {option}"]


def test_service_starts_an_installed_program_under_the_prefix(service: Unit) -> None:
    program = service.one("Service", "ExecStart").split()[0]
    folder, _, name = program.rpartition("/")
    assert folder == "@PREFIX@/bin"
    assert name in console_scripts()


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=name_of)
def test_nothing_names_a_folder_of_the_machine_it_was_written_on(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"/(home|root|work|tmp|Users|mnt|opt)\b", text)


def test_service_says_when_it_is_ready_and_is_started_again(system_service: Unit) -> None:
    assert system_service.one("Service", "Type") == "notify"
    assert system_service.one("Service", "Restart") == "always"
    assert system_service.one("Unit", "StartLimitIntervalSec") == "0"


@pytest.mark.parametrize(
    "name",
    [
        "kechid-edge",
        "kechid-sync",
        "kechid-hub-api",
        "kechid-hub-carrier-stream",
        "kechid-hub-ingest",
        "kechid-hub-origin-index",
        "kechid-hub-worker",
    ],
)
def test_loops_are_watched(name: str) -> None:
    unit = read_unit(FOLDER / f"{name}.service")
    assert 10 <= int(unit.one("Service", "WatchdogSec")) <= 60


def test_settings_and_secrets_come_as_credentials(system_service: Unit) -> None:
    given = {entry.partition(":")[0] for entry in system_service.all("Service", "LoadCredential")}
    settings = re.search(
        r"--config \$\{CREDENTIALS_DIRECTORY\}/(\S+)", system_service.one("Service", "ExecStart")
    )
    assert settings is not None
    assert settings[1] in given
    assert ("store.key" in given) != (KEYLESS in system_service.one("Service", "ExecStart"))


def test_service_runs_as_an_account_of_its_own_without_any_capability(system_service: Unit) -> None:
    accounts = (FOLDER / "kechid.sysusers.conf").read_text(encoding="utf-8")
    user = system_service.one("Service", "User")
    assert re.search(rf"^u +{user} ", accounts, re.MULTILINE)
    assert system_service.one("Service", "CapabilityBoundingSet") == ""
    assert system_service.one("Service", "LimitCORE") == "0"


def test_appliance_and_hub_each_start_as_one_target() -> None:
    wanted = {path.stem: set(read_unit(path).one("Unit", "Wants").split()) for path in TARGETS}
    assert wanted == {
        "border": {"kechid-edge.service", "kechid-sync.service"},
        "kechid-hub": {"kechid-hub-api.service", "kechid-hub-ingest.service", "kechid-hub-worker.service"},
    }
    for target, services in wanted.items():
        for name in services:
            assert read_unit(FOLDER / name).one("Install", "WantedBy") == f"{target}.target"


@pytest.mark.parametrize("path", SYSTEM_SERVICES, ids=name_of)
def test_exposure_is_low(path: Path, tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    unit = tmp_path / path.name
    unit.write_text(path.read_text(encoding="utf-8").replace("@PREFIX@", "/usr/local"), encoding="utf-8")
    command = [program, "security", "--offline=true", f"--threshold={MOST_EXPOSURE}", "--no-pager", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "unrecognized option" in done.stderr:
        pytest.skip("this systemd-analyze is older than 250")
    assert done.returncode == 0, done.stdout[-300:] + done.stderr
