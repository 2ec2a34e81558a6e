"""How long to wait before trying again."""


def delay_s(attempt: int, chance: float, *, first_s: float = 0.5, most_s: float = 60.0) -> float:
    """Return the wait before retry `attempt` (from 0): doubling up to `most_s`, half by `chance` in [0, 1).

    The random half keeps the devices of a site from returning all in the same moment.
    """
    ceiling = min(most_s, first_s * 2.0 ** min(attempt, 32))
    return float(ceiling * (0.5 + 0.5 * chance))
