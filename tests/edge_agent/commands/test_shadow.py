"""Look at a lane's calibration, arm it, see it in force, disarm it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from edge_agent.__main__ import main
from edge_agent.alerts.evidence import read_key_file
from edge_agent.decision.score_store import ScoreStore
from edge_agent.decision.shadow import NewScores, ScoreKey
from edge_agent.store.edge_store import open_edge_store, open_vault
from models.fakes import FAKE_CONTRACT
from sync.lane_messages import LaneState
from tests.edge_agent.appliance_kit import Running, Site, running, wait_until
from tests.edge_agent.passages import Walk, package_of, passage
from tests.edge_agent.score_sets import normal_tops

LISTED = 5
MATCHING = "[matching]\nallowed_false_alarms_per_day = 20.0\ntravellers_per_day = 2000\n"
"""One in a hundred: 500 tracks are enough."""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path).prepare()
    site.config.write_text(site.config.read_text() + MATCHING)
    site.deliver(package_of({"subject-1": [LISTED], "subject-2": [6]}))
    return site


def collect(site: Site, tracks: int, contract_id: str = FAKE_CONTRACT.contract_id) -> None:
    with open_edge_store(site.database) as store:
        scores = ScoreStore(store, open_vault(store, read_key_file(site.folder / "store.key")))
        key = ScoreKey("wanted", contract_id, 1, 2, datetime.now(UTC).date())
        tops = normal_tops(tracks, np.random.default_rng(1))
        scores.add({key: NewScores(tuple(tops.tolist()))})


def shadow(site: Site, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["shadow", *arguments, "--config", str(site.config)])
    said = capsys.readouterr()
    return code, said.out, said.err


def state_of(edge: Running) -> LaneState:
    return edge.appliance.services.state()


def test_nothing_collected_is_said(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert shadow(site, capsys, "status") == (0, "Nothing has been collected yet.\n", "")


def test_too_few_tracks_are_refused_with_how_many_are_missing(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    collect(site, 420)
    code, out, err = shadow(site, capsys, "arm", "--list", "wanted", "--by", "chief-1", "--json")
    assert (code, out) == (2, "")
    assert err == "kechid-edge: list wanted cannot be armed: 80 more tracks are needed\n"
    [found] = json.loads(shadow(site, capsys, "status", "--json")[1])["lists"]
    assert (found["readiness"], found["tracks"], found["tracks_needed"]) == ("collecting", 420, 500)
    assert found["armed"] is None


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("arm", "--list", "nobody", "--by", "chief-1"), "list nobody: no scores have been collected"),
        (("disarm", "--list", "wanted", "--by", "chief-1"), "list wanted is not armed"),
    ],
)
def test_what_is_not_there_is_named(
    site: Site, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], reason: str
) -> None:
    assert shadow(site, capsys, *arguments) == (2, "", f"kechid-edge: {reason}\n")


def test_without_a_store_there_is_one_line(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.database.unlink()
    code, _, err = shadow(site, capsys, "status")
    assert code == 2
    assert err.endswith("edge.db: no such file\n")


def test_an_armed_calibration_is_in_force_at_once_survives_a_restart_and_is_taken_out(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    collect(site, 600)
    arm = ("arm", "--list", "wanted", "--by", "chief-1")
    with running(site) as edge:
        edge.wait_for_list(1)
        assert state_of(edge).watchlists[0].calibration == "pack"
        code, out, _ = shadow(site, capsys, *arm)
        assert code == 0
        assert "armed by chief-1, serial 1, from 600 tracks" in out
        wait_until(lambda: state_of(edge).watchlists[0].calibration == "lane", "the lane's calibration")
    words = shadow(site, capsys, "status")[1]
    assert "600 of 500 non-mated tracks" in words
    assert "about 20 false alarms a day" in words
    with running(site) as edge:
        [watchlist] = state_of(edge).watchlists
        assert watchlist.calibration == "lane"
        assert watchlist.false_alarms_interval is not None
        assert shadow(site, capsys, "disarm", "--list", "wanted", "--by", "chief-1")[0] == 0
        wait_until(lambda: state_of(edge).watchlists[0].calibration == "pack", "the pack's calibration")
        assert "calibration-lapsed" not in state_of(edge).warnings


def test_a_calibration_of_another_network_lapses_visibly(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    collect(site, 600, "d" * 16)
    assert shadow(site, capsys, "arm", "--list", "wanted", "--by", "chief-1")[0] == 0
    with running(site) as edge:
        edge.wait_for_list(1)
        state = state_of(edge)
        assert (state.watchlists[0].calibration, state.watchlists[0].calibration_lapse) == (
            "pack",
            "contract-changed",
        )
        assert "calibration-lapsed" in state.warnings


def test_a_shadow_lane_alerts_nobody_says_so_and_counts(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.config.write_text(site.config.read_text() + "shadow = true\n")
    with running(site, list(passage([Walk(LISTED)]))) as edge:
        edge.login()
        edge.wait_for_list(1)
        edge.camera.play()
        wait_until(lambda: state_of(edge).would_be_alerts == 1, "an alert that is not raised")
        wait_until(lambda: edge.camera.is_through, "the end of the frames")
        edge.camera.status = "ended"

        def is_stored() -> bool:
            edge.appliance.upkeep.scores.keeper.flush()
            return bool(json.loads(shadow(site, capsys, "status", "--json")[1])["lists"])

        wait_until(is_stored, "the score of the track")
        state = state_of(edge)
        assert state.is_shadow
        assert state.warnings[0] == "shadow"
        assert state.open_alerts == 0
        assert edge.alerts() == []
    facts = json.loads(shadow(site, capsys, "status", "--json")[1])
    assert facts["shadow"] is True
    assert [(each["tracks"], each["would_be_alerts"]) for each in facts["lists"]] == [(1, 1)]
    assert shadow(site, capsys, "status")[1].startswith("This lane is a shadow lane: it raises no alerts.\n")
