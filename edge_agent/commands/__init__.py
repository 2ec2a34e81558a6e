"""Sub-commands of ``kechid-edge``."""
