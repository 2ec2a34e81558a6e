"""A running lane: its loop, its devices, what it says of its own state."""
