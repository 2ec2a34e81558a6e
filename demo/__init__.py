"""Builds a checkpoint and a hub on this machine and plays one passage through them."""
