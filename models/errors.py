"""What can go wrong with networks and their files."""


class ModelError(Exception):
    """A network, pack or template cannot be used; the message names it and the reason."""


class PackError(ModelError):
    """A pack cannot be loaded: no such pack, malformed manifest, missing or wrong file."""


class ChecksumError(PackError):
    """A file is there and is not the file the manifest pins."""


class FetchError(PackError):
    """A file of a pack cannot be fetched; trying again later may help."""


class LicenceError(PackError):
    """A pack's licence has not been acknowledged."""


class ContractMismatchError(ModelError):
    """Two templates of different embedding contracts were to be compared: an error, never a score."""
