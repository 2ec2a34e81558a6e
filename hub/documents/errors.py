"""What can go wrong when documents are read."""

from hub.errors import HubError


class ReadingError(HubError):
    """A picture cannot be read here: the reader or one of its languages is missing."""
