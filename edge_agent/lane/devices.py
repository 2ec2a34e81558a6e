"""The devices beside the lane, opened from the settings."""

from dataclasses import dataclass

from edge_agent.settings import DevicesSection
from hardware.barrier import Barrier
from hardware.beacon import Beacon
from hardware.passport_reader import PassportReader
from hardware.simulated_barrier import SimulatedBarrier
from hardware.simulated_beacon import SimulatedBeacon
from hardware.simulated_passport_reader import SimulatedPassportReader


@dataclass(frozen=True, slots=True)
class LaneDevices:
    """What this lane has; None for what it has not."""

    barrier: Barrier | None = None
    beacon: Beacon | None = None
    passport_reader: PassportReader | None = None

    def close(self) -> None:
        """Leave everything in its safe state: barrier to manual, beacon dark."""
        if self.barrier is not None:
            self.barrier.hand_over()
        if self.beacon is not None:
            self.beacon.close()
        if self.passport_reader is not None:
            self.passport_reader.close()


def open_devices(devices: DevicesSection) -> LaneDevices:
    """Open the devices the settings name."""
    reader = SimulatedPassportReader() if devices.passport_reader == "simulated" else None
    if reader is not None:
        reader.open()
    return LaneDevices(
        SimulatedBarrier() if devices.barrier == "simulated" else None,
        SimulatedBeacon() if devices.beacon == "simulated" else None,
        reader,
    )
