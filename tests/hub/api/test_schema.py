"""Every answer of the API is one that its description promises, whatever is asked, whoever asks."""

from pathlib import Path

import pytest

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


def complaints(folder: Path, user: User, *options: str) -> str:
    """Fuzz a hub with one list, one subject and one device; empty when every answer kept its promise."""
    hub = make_hub(folder)
    add_users(hub.services, user)
    enrolled(hub.services)
    done = fuzz(hub.services, user, folder, *options)
    return "" if done.returncode == 0 else done.stdout[-8000:] + done.stderr[-2000:]


@pytest.mark.real
@pytest.mark.timeout(400)
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
