"""Watchlists at the hub: subjects, enrolment, publication."""
