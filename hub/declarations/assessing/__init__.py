"""Decides what happens to a declaration: profiles, score, origin, duty and a random share, with reasons."""
