"""Crossings: who is the same person at the same lane, who crosses often, with whom."""
