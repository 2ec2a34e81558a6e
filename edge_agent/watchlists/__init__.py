"""Watchlists in force: received versions, what they hold, how one replaces another."""
