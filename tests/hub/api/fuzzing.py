"""Runs schemathesis, every check, against a hub that is served over sockets."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx

from hub.bootstrap import Services
from hub.machines.clients import NewClient, add_client
from hub.people.access import User
from hub.store.database import writing
from tests.hub.builders import PASSWORD
from tests.hub.live_server import running_api, token_for, with_api

CONFIGURATION = """
[checks.positive_data_acceptance]
# A schema cannot say all that is asked of pictures, cursors, dates and names: 422 names the field.
expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "422", "429"]

[checks.negative_data_rejection]
# A body over the limit is refused before it is looked at.
expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429"]

[[operations]]
include-operation-id = "issue_access_token"
# RFC 6749 wants 400 where everything else answers 422.
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "422", "429"]
"""
DESCRIBED_WITHIN_S = 60.0
ENDING = ("logout", "end_own_session", "act_on_user", "reset_password", "change_user")
"""May end the fuzzer's own session, after which every answer is 401: fuzzed by themselves, last."""
LEFT_OUT = ("stream_events", *ENDING)
"""An answer without an end has its own tests."""


def fuzz(
    services: Services, caller: User | NewClient | None, folder: Path, *options: str
) -> subprocess.CompletedProcess[str]:
    """Fuzz the API as a person, machine or stranger; the status is 0 when every answer kept its promise."""
    services = with_api(
        services, requests_per_minute=10**7, request_burst=10**7, stranger_requests_per_minute=10**7
    )
    with running_api(services) as address:
        authorization = _authorization(services, caller, address)
        # Describing the API takes a while the first time, and the fuzzer waits ten seconds only.
        httpx.get(f"{address}/api/v1/openapi.json", timeout=DESCRIBED_WITHIN_S).raise_for_status()
        done = _run(address, authorization, folder, [*_words("--exclude-operation-id", LEFT_OUT), *options])
        if authorization is None or done.returncode != 0:
            return done
        if isinstance(caller, User):
            headers = {"Authorization": authorization}
            httpx.get(f"{address}/api/v1/me", headers=headers).raise_for_status()
        return _run(address, authorization, folder, [*_words("--include-operation-id", ENDING), *options])


def _authorization(services: Services, caller: User | NewClient | None, address: str) -> str | None:
    if caller is None:
        return None
    if isinstance(caller, User):
        return token_for(services, caller.user_id, PASSWORD, address)["Authorization"]
    with writing(services.engine) as connection:
        add_client(connection, caller, secret=PASSWORD, actor="test", now=services.clock())
    form = {"grant_type": "client_credentials"}
    answer = httpx.post(f"{address}/api/v1/oauth/token", data=form, auth=(caller.client_id, PASSWORD))
    return f"Bearer {answer.raise_for_status().json()['access_token']}"


def _words(option: str, names: Sequence[str]) -> list[str]:
    return [word for name in names for word in (option, name)]


def _run(
    address: str, authorization: str | None, folder: Path, options: Sequence[str]
) -> subprocess.CompletedProcess[str]:
    (folder / "schemathesis.toml").write_text(CONFIGURATION, encoding="utf-8")
    program = Path(sys.executable).parent / "schemathesis"
    command = [str(program), "run", f"{address}/api/v1/openapi.json", "--checks", "all", "--no-color"]
    # One: in two threads the fuzzer's own reading of source fails on Python 3.11 now and then.
    command += ["--workers", "1"]
    if authorization is not None:
        command += ["-H", f"Authorization: {authorization}"]
    command += ["--seed", "1", "--generation-database", "none", *options]
    return subprocess.run(
        command, cwd=folder, env=os.environ | {"NO_COLOR": "1"}, capture_output=True, text=True, check=False
    )
