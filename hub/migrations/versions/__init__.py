"""One module per step; each is frozen once it was released."""
