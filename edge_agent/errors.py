"""What can go wrong at the edge."""


class EdgeError(Exception):
    """The edge cannot do what was asked; the message names the thing and the reason in one line."""


class StoreError(EdgeError):
    """The edge's store cannot be read or written."""


class StoreFullError(StoreError):
    """No space left on the store's disk; nothing of the transaction was written."""


class StoreDamagedError(StoreError):
    """The database file is damaged; it is set aside, never repaired in place."""


class EvidenceError(EdgeError):
    """Sealed evidence cannot be opened: wrong key, or a row that is not what it says."""


class AccessDeniedError(EdgeError):
    """An officer, password or session that is not accepted."""


class TooManyFailuresError(AccessDeniedError):
    """Too many wrong passwords; the officer has to wait."""


class WatchlistError(EdgeError):
    """A watchlist package that must not be applied; the edge keeps the version it has."""


class GalleryError(EdgeError):
    """A gallery folder that is missing, foreign, damaged or of another embedding contract."""


class PhotoError(EdgeError):
    """A photo that cannot be enrolled or searched: unreadable, no face, two faces, too small a face."""


class EvaluationError(EdgeError):
    """A data set or protocol that cannot be evaluated."""


class UnknownAlertError(EdgeError):
    """An alert id that this edge never gave."""


class UnknownEvidenceError(EdgeError):
    """An evidence id that this edge never gave."""


class ConflictError(EdgeError):
    """A command that contradicts what is already there."""


class UnknownCameraError(EdgeError):
    """A camera that this lane does not have."""


class RemoteSettingError(EdgeError):
    """A setting from the hub that this device does not know or cannot take; the message is the code."""


class TailError(EdgeError):
    """Scores that have no tail from which a threshold could follow."""


class ShadowError(EdgeError):
    """A calibration that cannot be armed or disarmed."""


class RecordingError(EdgeError):
    """A recorded passage that cannot be opened, or that does not hold what a decision would need."""
