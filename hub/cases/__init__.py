"""Cases: alerts with evidence, blind answers, outcome, crossing history, statistics."""
