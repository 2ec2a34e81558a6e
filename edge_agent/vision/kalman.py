"""Pure: a constant-velocity Kalman filter along one axis."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AxisState:
    """Estimate of one coordinate and its velocity, with their covariance."""

    position: float
    velocity: float
    position_variance: float
    covariance: float
    velocity_variance: float

    def predict(self, seconds: float, acceleration: float) -> "AxisState":
        """Move on by `seconds`; `acceleration` is its standard deviation in units per second squared."""
        noise = acceleration * acceleration
        spread = self.position_variance + seconds * (2 * self.covariance + seconds * self.velocity_variance)
        return AxisState(
            self.position + seconds * self.velocity,
            self.velocity,
            spread + noise * seconds**4 / 4,
            self.covariance + seconds * self.velocity_variance + noise * seconds**3 / 2,
            self.velocity_variance + noise * seconds**2,
        )

    def correct(self, measured: float, deviation: float) -> "AxisState":
        """Take in a measurement with this standard deviation."""
        total = self.position_variance + deviation * deviation
        gain, pull = self.position_variance / total, self.covariance / total
        surprise = measured - self.position
        return AxisState(
            self.position + gain * surprise,
            self.velocity + pull * surprise,
            (1 - gain) * self.position_variance,
            (1 - gain) * self.covariance,
            self.velocity_variance - pull * self.covariance,
        )


def axis_at(measured: float, deviation: float, speed: float) -> AxisState:
    """Start at a measurement, standing still; `speed` is how fast it may really move, units per second."""
    return AxisState(measured, 0.0, deviation * deviation, 0.0, speed * speed)
