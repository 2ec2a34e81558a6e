"""Every answer of the API is one that its description promises, whatever is asked, whoever asks."""

import re
from pathlib import Path

import pytest

from hub.machines.clients import NewClient
from hub.machines.scopes import GRANTABLE
from hub.people.access import PERSON_ROLES, Role
from tests.hub.api.fuzzing import fuzz
from tests.hub.console.furnished import furnish
from tests.hub.console.sample_hub import fill, sample_hub

MACHINE = NewClient("fuzzer", "Fuzzer with every scope", GRANTABLE)
WATCHLIST_WORK = ("cases", "proposals", "subjects", "watchlists")
CUSTOMS_WORK = ("certificates-of-origin", "declarations", "risk-profiles")
ISSUING_WORK = ("certificates-issued",)
"""Tags of what an administrator may not do; the short run gives everybody his part of the API."""


def complaints(folder: Path, caller: Role | NewClient | None, *options: str) -> str:
    """Fuzz a hub that has something of everything; empty when every answer kept its promise."""
    with sample_hub(folder) as hub:
        fill(hub)
        furnish(hub)
        done = fuzz(hub.services, caller, folder, *options)
    print(done.stdout)  # noqa: T201
    if done.returncode != 0:
        return done.stdout[-8000:] + done.stderr[-2000:]
    selected, tested = (re.search(rf"{word}: (\d+)", done.stdout) for word in ("Selected", "Tested"))
    every = selected is not None and tested is not None and selected[1] == tested[1] != "0"
    return "" if every else f"not every operation was tested:\n{done.stdout[-2000:]}"


@pytest.mark.real
@pytest.mark.timeout(400)
# The web framework leaves an upload's temporary file to the collector when a route refuses the request.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize(
    ("role", "option", "tags"),
    [
        (Role.ADMINISTRATOR, "--exclude-tag", WATCHLIST_WORK + CUSTOMS_WORK + ISSUING_WORK),
        (Role.WATCHLIST_OFFICER, "--include-tag", WATCHLIST_WORK),
        (Role.CUSTOMS_OFFICER, "--include-tag", CUSTOMS_WORK),
        (Role.ORIGIN_OFFICER, "--include-tag", ISSUING_WORK),
    ],
    ids=["administrator", "watchlist-officer", "customs-officer", "origin-officer"],
)
def test_a_short_fuzzing_finds_nothing(
    tmp_path: Path, role: Role, option: str, tags: tuple[str, ...]
) -> None:
    part = [word for tag in tags for word in (option, tag)]
    found = complaints(tmp_path, role, "--max-examples", "3", *part)
    assert found == "", found


@pytest.mark.exhaustive
@pytest.mark.timeout(900)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("role", PERSON_ROLES, ids=str)
def test_seven_minutes_of_fuzzing_find_nothing(tmp_path: Path, role: Role) -> None:
    found = complaints(tmp_path, role, "--max-examples", "100", "--max-time", "420")
    assert found == "", found


@pytest.mark.exhaustive
@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("caller", [MACHINE, None], ids=["machine", "stranger"])
def test_fuzzing_as_a_machine_or_a_stranger_finds_nothing(tmp_path: Path, caller: NewClient | None) -> None:
    found = complaints(tmp_path, caller, "--max-examples", "10", "--max-time", "180")
    assert found == "", found
