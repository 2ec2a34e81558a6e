"""Execution providers by task reach the networks from the settings."""

import pytest

from edge_agent.outside import load_face_engine
from edge_agent.settings import ModelSection
from models.errors import ModelError

UNKNOWN = {"dancing": "CPUExecutionProvider"}


def test_task_that_no_pack_has_is_refused_by_name() -> None:
    with pytest.raises(ModelError, match="provider for 'dancing': there is no such task"):
        load_face_engine(ModelSection(pack="intel-0095", providers=UNKNOWN))
