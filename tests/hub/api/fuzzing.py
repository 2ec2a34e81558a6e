"""Runs schemathesis, every check, against a hub that is served over sockets."""

import os
import subprocess
import sys
from pathlib import Path

import httpx

from hub.bootstrap import Services
from hub.machines.clients import NewClient, add_client
from hub.people.access import Role
from hub.store.database import writing
from tests.hub.builders import PASSWORD
from tests.hub.live_server import running_api, with_api

CONFIGURATION = """
[phases.coverage]
# One table of routes refuses every method that is not there: two stand for the rest.
unexpected-methods = ["OPTIONS", "TRACE"]

[checks.positive_data_acceptance]
# A schema cannot say all that is asked of pictures, cursors, dates and names: 422 names the field.
expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "422", "429"]

[checks.negative_data_rejection]
# A body over the limit is refused before it is looked at.
expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429"]

[[operations]]
# Its conditions nest: 4,800 cases, more than of everything else together. Chance draws among them instead.
include-operation-id = "draft_risk_profile"
phases.coverage.enabled = false

[[operations]]
# Any bytes are a file; that they are no picture is said in the report, file by file.
include-operation-id = "examine_photos"
checks.negative_data_rejection.expected-statuses = ["200", "400", "401", "403", "413", "415", "422", "429"]

[[operations]]
# Every row has its own answer, also one that is no declaration.
include-operation-id = "declare_batch"
checks.negative_data_rejection.expected-statuses = ["200", "400", "401", "403", "413", "415", "422", "429"]

[[operations]]
include-operation-id = "issue_access_token"
# RFC 6749 wants 400 where everything else answers 422.
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "422", "429"]
"""
DESCRIBED_WITHIN_S = 60.0
ENDLESS = "stream_events"
"""An answer without an end has its own tests."""
ROOT = Path(__file__).resolve().parents[3]


def fuzz(
    services: Services, caller: Role | NewClient | None, folder: Path, *options: str
) -> subprocess.CompletedProcess[str]:
    """Fuzz the API as a person, machine or stranger; the status is 0 when every answer kept its promise."""
    services = with_api(
        services, requests_per_minute=10**7, request_burst=10**7, stranger_requests_per_minute=10**7
    )
    (folder / "schemathesis.toml").write_text(CONFIGURATION, encoding="utf-8")
    with running_api(services) as address:
        # Describing the API takes a while the first time, and the fuzzer waits ten seconds only.
        httpx.get(f"{address}/api/v1/openapi.json", timeout=DESCRIBED_WITHIN_S).raise_for_status()
        match caller:
            case Role():
                return _run(address, folder, *options, **_live_caller(services, caller))
            case NewClient():
                return _run(address, folder, *_header(services, caller, address), *options)
            case None:
                return _run(address, folder, *options)


def _live_caller(services: Services, role: Role) -> dict[str, str]:
    return {
        "SCHEMATHESIS_HOOKS": "tests.hub.api.live_caller",
        "PYTHONPATH": str(ROOT),
        "KECHID_FUZZED_STORE": services.engine.url.render_as_string(hide_password=False),
        "KECHID_FUZZED_ROLE": role,
    }


def _header(services: Services, client: NewClient, address: str) -> tuple[str, str]:
    with writing(services.engine) as connection:
        add_client(connection, client, secret=PASSWORD, actor="test", now=services.clock())
    form = {"grant_type": "client_credentials"}
    answer = httpx.post(f"{address}/api/v1/oauth/token", data=form, auth=(client.client_id, PASSWORD))
    return "-H", f"Authorization: Bearer {answer.raise_for_status().json()['access_token']}"


def _run(address: str, folder: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "schemathesis"
    command = [str(program), "run", f"{address}/api/v1/openapi.json", "--checks", "all", "--warnings", "off"]
    # One: in two threads the fuzzer's own reading of source fails on Python 3.11 now and then.
    command += ["--workers", "1", "--exclude-operation-id", ENDLESS]
    command += ["--no-color", "--seed", "1", "--generation-database", "none", *options]
    environment = os.environ | {"NO_COLOR": "1"} | environment
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
