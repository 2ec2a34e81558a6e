"""What can go wrong with a device."""


class HardwareError(Exception):
    """A device cannot do what was asked; the message names the device and the reason."""


class CameraError(HardwareError):
    """A camera cannot be opened or read; the capture process backs off and tries again."""


class CameraSourceError(HardwareError):
    """A camera source that can never work (no such file, undecodable, malformed); retrying is useless."""


class DeviceRefusedError(HardwareError):
    """A device understood the command and refuses it, such as a barrier without an explicit decision."""
