"""Sub-commands of `kechid-hub`, one module per group."""
