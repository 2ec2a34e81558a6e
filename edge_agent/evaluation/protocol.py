"""Pure: the protocol of an evaluation: what is compared with what, how often, and at which rates."""

from typing import Literal

import msgspec

MOST_DRAWS = 1000


class Protocol(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file such as ``kind = "identification"``; every key but `kind` has a default."""

    kind: Literal["verification", "identification"] = "verification"
    """Identification adds open-set searches to the comparisons of pairs."""
    pairs: str = ""
    """Pairs CSV or LFW pairs.txt, relative to the data set; empty: found there, or a folder per person."""
    subjects: int = 0
    """How many are enrolled in a draw; 0: half of those with enough pictures."""
    enrol_images: int = 1
    """Of each enrolled subject; the subject's other pictures are its mated probes."""
    rank: int = 1
    """A mated probe is found when its subject is among so many candidates, at the threshold or above."""
    distractors: int = 0
    """Pictures of the distractors' folder that are enrolled too; 0: all."""
    draws: int = 20
    seed: int = 1
    fmr: tuple[float, ...] = (0.01, 0.001)
    fpir: tuple[float, ...] = (0.1, 0.01, 0.001)
    groups: str = "groups.csv"
    """CSV with a column ``person`` (folder or picture name), relative to the data set; looked for."""
    group_column: str = "group"

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be drawn by."""
        least = {"subjects": 0, "distractors": 0, "enrol_images": 1, "rank": 1, "draws": 1, "seed": 0}
        for name, lowest in least.items():
            if getattr(self, name) < lowest:
                raise ValueError(f"{name} is {getattr(self, name)}, want {lowest} or more")
        if self.draws > MOST_DRAWS:
            raise ValueError(f"draws is {self.draws}, want {MOST_DRAWS} or fewer")
        for rate in (*self.fmr, *self.fpir):
            if not 0 < rate < 1:
                raise ValueError(f"a rate of {rate} is outside 0..1")
