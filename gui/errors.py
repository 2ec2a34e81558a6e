"""What can go wrong in the terminal itself."""


class TerminalError(Exception):
    """The terminal cannot start or go on; the message names the input and the reason."""
