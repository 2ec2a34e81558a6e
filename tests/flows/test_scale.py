"""Several processes of each kind, one of each killed with -9 on the way: the small run of `make scale`."""

import gc
from pathlib import Path

import pytest

from tests.hub.deploy.haproxy_process import needs_haproxy
from tests.hub.store.postgresql import running_cluster
from tests.scale.options import SMALL
from tests.scale.run import run
from tests.sync.mosquitto import needs_mosquitto


@pytest.mark.real
@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@needs_haproxy
@needs_mosquitto
def test_killed_processes_lose_nothing_double_nothing_and_cost_no_page(tmp_path: Path) -> None:
    with running_cluster() as cluster, cluster.database(is_empty=True) as url:
        outcome = run(tmp_path, url, SMALL, lambda _: None)
    # A connection that was in use when its pool was closed is collected here, not amid a later test.
    gc.collect()
    assert {name.rpartition("-")[0] for name in outcome.kills} == {"api", "ingest", "worker", ""}
    assert outcome.verdict.stored == SMALL.total
    assert outcome.verdict.is_kept, outcome.verdict
    assert outcome.visits.failed_twice == []
    assert outcome.jobs.done == SMALL.jobs
    assert outcome.is_kept, outcome
