"""The filter along one axis, against the matrix form."""

import numpy as np
import pytest

from edge_agent.vision.kalman import AxisState, axis_at


def test_prediction_and_correction_agree_with_the_matrix_form() -> None:
    state, seconds, acceleration, deviation, measured = (
        AxisState(3.0, -2.0, 4.0, 0.5, 9.0),
        0.2,
        7.0,
        1.5,
        2.0,
    )
    mean = np.array([state.position, state.velocity])
    spread = np.array([[4.0, 0.5], [0.5, 9.0]])
    step = np.array([[1.0, seconds], [0.0, 1.0]])
    push = np.array([seconds**2 / 2, seconds])
    mean, spread = step @ mean, step @ spread @ step.T + acceleration**2 * np.outer(push, push)
    gain = spread[:, 0] / (spread[0, 0] + deviation**2)
    mean, spread = mean + gain * (measured - mean[0]), spread - np.outer(gain, spread[0])

    found = state.predict(seconds, acceleration).correct(measured, deviation)

    assert [found.position, found.velocity] == pytest.approx(mean.tolist())
    assert [found.position_variance, found.covariance, found.velocity_variance] == pytest.approx(
        [spread[0, 0], spread[0, 1], spread[1, 1]]
    )


def test_a_steady_motion_is_learned() -> None:
    state = axis_at(0.0, 0.5, 20.0)
    for number in range(1, 40):
        state = state.predict(0.1, 1.0).correct(1.5 * number, 0.5)
    assert state.velocity == pytest.approx(15.0, abs=0.2)


def test_uncertainty_grows_without_measurements() -> None:
    state = axis_at(0.0, 0.5, 2.0)
    assert state.predict(1.0, 1.0).position_variance > state.predict(0.1, 1.0).position_variance > 0.25
