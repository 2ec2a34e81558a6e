"""Documents: what is read from pictures of paper, always with how sure the reading is."""
