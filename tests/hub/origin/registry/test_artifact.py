"""The contract that stands in the repository is the one that its source builds to."""

from hub.origin.registry.artifact import artifact, encode
from hub.origin.registry.layout import AUTHORITIES, BATCHES, STATUS_WORDS, USED
from tests.hub.origin.registry.compile import FOLDER, build


def test_source_builds_to_the_kept_artifact_byte_for_byte() -> None:
    assert encode(build()) == (FOLDER / "registry.json").read_text()


def test_layout_counts_on_the_slots_of_the_artifact() -> None:
    slots = artifact().storage_layout
    assert (slots["batches"], slots["authorities"]) == (BATCHES, AUTHORITIES)
    assert (slots["status_words"], slots["used"]) == (STATUS_WORDS, USED)
