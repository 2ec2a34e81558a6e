"""Every answer of the API is one that its description promises, whatever is asked, whoever asks."""

from pathlib import Path

import pytest

from hub.machines.clients import NewClient
from hub.machines.scopes import GRANTABLE
from hub.people.access import User
from tests.hub.api.fuzzing import fuzz
from tests.hub.builders import (
    ADMINISTRATOR,
    ANALYST,
    AUDITOR,
    GUARD,
    OFFICER,
    SUPERVISOR,
    add_users,
    enrolled,
    make_hub,
)

MACHINE = NewClient("fuzzer", "Fuzzer with every scope", GRANTABLE)


def complaints(folder: Path, caller: User | NewClient | None, *options: str) -> str:
    """Fuzz a hub with one list, one subject and one device; empty when every answer kept its promise."""
    hub = make_hub(folder)
    if isinstance(caller, User):
        add_users(hub.services, caller)
    enrolled(hub.services)
    done = fuzz(hub.services, caller, folder, *options)
    return "" if done.returncode == 0 else done.stdout[-8000:] + done.stderr[-2000:]


@pytest.mark.exhaustive
@pytest.mark.timeout(400)
# The web framework leaves an upload's temporary file to the collector when a route refuses the request.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("user", [ADMINISTRATOR, OFFICER], ids=lambda user: str(user.role))
def test_a_short_fuzzing_finds_nothing(tmp_path: Path, user: User) -> None:
    assert complaints(tmp_path, user, "--max-examples", "3", "--max-time", "60") == ""


@pytest.mark.exhaustive
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    "user", [ADMINISTRATOR, OFFICER, SUPERVISOR, GUARD, ANALYST, AUDITOR], ids=lambda user: str(user.role)
)
def test_a_long_fuzzing_finds_nothing(tmp_path: Path, user: User) -> None:
    assert complaints(tmp_path, user, "--max-examples", "100", "--max-time", "900") == ""


@pytest.mark.exhaustive
@pytest.mark.timeout(600)
@pytest.mark.parametrize("caller", [MACHINE, None], ids=["machine", "stranger"])
def test_fuzzing_as_a_machine_or_a_stranger_finds_nothing(tmp_path: Path, caller: NewClient | None) -> None:
    assert complaints(tmp_path, caller, "--max-examples", "10", "--max-time", "180") == ""
