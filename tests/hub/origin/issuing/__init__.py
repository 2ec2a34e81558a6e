"""Issuing: keys, batches, transactions, acts."""
