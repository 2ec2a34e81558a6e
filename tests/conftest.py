"""Marks modules that open windows, serve HTTP or run networks as slow: `make check` leaves them out."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

SLOW = (
    "contracts/test_face_networks.py",
    "edge_agent/capture/test_supervision.py",
    "edge_agent/commands/test_commands.py",
    "edge_agent/lane_api/test_lane_api.py",
    "edge_agent/lane/test_monitor.py",
    "edge_agent/vision/test_pipeline.py",
    "edge_agent/commands/test_replay.py",
    "edge_agent/test_whole_edge.py",
    "flows/",
    "gui/test_lane_session.py",
    "gui/test_main_window.py",
    "hub/api/",
    "hub/console/",
    "hub/ingest/",
    "hub/live/",
    "hub/machines/",
    "hub/people/test_provider_sign_in.py",
    "hub/origin/chain/",
    "hub/origin/issuing/test_printing.py",
    "hub/origin/paper/test_checking_paper.py",
    "hub/origin/paper/test_code_image.py",
    "hub/origin/paper/test_registering.py",
    "hub/origin/paper/test_scan.py",
    "hub/test_origin_paper_command.py",
    "hub/origin/snapshot/test_against_proofs.py",
    "hub/test_origin_index_commands.py",
    "hub/public_app/test_declare.py",
    "hub/public_app/test_in_browser.py",
    "hub/public_app/test_parcels.py",
    "hub/public_app/test_sign_in.py",
    "hub/webhooks/",
    "hub/test_main.py",
    "hub/watchlist/",
    "models/test_dlib_faces.py",
    "models/test_fetch.py",
    "models/test_insightface_faces.py",
    "sync/test_no_loss.py",
    "sync/test_relay.py",
)
ROOT = Path(__file__).parent
RECURSION_LIMIT = sys.getrecursionlimit()

# How long an example takes says more of the machine's other work than of the code. Where CI is set,
# Hypothesis takes a profile of its own, which draws the same examples every time.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
if "CI" not in os.environ:
    settings.load_profile("unhurried")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by place, so that a module says nothing about its own speed."""
    for item in items:
        if item.path.is_relative_to(ROOT) and item.path.relative_to(ROOT).as_posix().startswith(SLOW):
            item.add_marker(pytest.mark.slow)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their argument: packed ones differ between workers."""
    return argname if isinstance(val, bytes) else None


def pytest_collection_finish() -> None:
    """Take back the limit of recursion that libraries of the chain lift when tests import them."""
    sys.setrecursionlimit(RECURSION_LIMIT)
