"""The issuing authority: signs batches, has them anchored, prints certificates."""
