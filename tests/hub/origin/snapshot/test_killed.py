"""A process that is killed while it indexes leaves a snapshot that the next one finishes."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hub.origin.snapshot.indexing_process import BLOCKS
from tests.hub.origin.snapshot.told import contents_of

SEED = 11
KILLS = 6


def process(path: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.hub.origin.snapshot.indexing_process", str(path), str(SEED)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.real
def test_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    rng, killed = random.Random(SEED), tmp_path / "killed.db"
    for _ in range(KILLS):
        with process(killed) as running:
            assert running.stdout is not None
            for _ in range(rng.randrange(1, 30)):
                running.stdout.readline()
            running.kill()
    for path in (killed, tmp_path / "whole.db"):
        with process(path) as running:
            output, _ = running.communicate(timeout=100)
        assert output.split()[-1] == str(BLOCKS)
    assert contents_of(killed) == contents_of(tmp_path / "whole.db")
