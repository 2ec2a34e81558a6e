"""One killable process per camera, a shared ring of frames, and the preview drawn from it."""
