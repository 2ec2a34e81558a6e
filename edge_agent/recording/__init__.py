"""A consented passage on record: decided anew bit for bit, with other thresholds, explained."""
