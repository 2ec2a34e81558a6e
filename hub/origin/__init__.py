"""Certificates of origin: anchored in batches on a chain of several states, confirmed also without a line."""
