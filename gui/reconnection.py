"""When to try a lost connection again."""

SHORTEST_S = 0.5
LONGEST_S = 8.0


def delay_s(attempt: int, chance: float) -> float:
    """Return the pause before `attempt` (from 1): doubling up to 8 s, spread by `chance` in [0, 1]."""
    capped = min(LONGEST_S, SHORTEST_S * 2.0 ** min(max(attempt, 1) - 1, 10))
    return capped * (0.75 + 0.25 * chance)
