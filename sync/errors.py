"""What can go wrong between a device and the hub."""


class SyncError(Exception):
    """Synchronisation cannot go on; the message names the peer or the file and the reason."""


class MessageError(SyncError):
    """Bytes that are no valid message; they are set aside, never guessed at."""


class SignatureError(SyncError):
    """A signed document whose signature, freshness or digest does not hold."""


class BrokerError(SyncError):
    """The broker cannot be started or reached."""


class OutboxError(SyncError):
    """The outbox refuses a message (too large, unknown epoch) or its store is damaged."""
