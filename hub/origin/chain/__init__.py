"""Asking and telling a chain: nodes, their agreement, proofs of what they say, transactions."""
