"""IO: opens a network in onnxruntime, on one thread and on the provider that was asked for."""

from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as failures

from models.errors import ModelError

CPU = "CPUExecutionProvider"
ERRORS_ONLY = 3
_FAILURES = (
    failures.Fail,
    failures.InvalidArgument,
    failures.InvalidGraph,
    failures.InvalidProtobuf,
    failures.RuntimeException,
)


class Session:
    """A network with one input, ready to run; the thread that calls it does the work."""

    def __init__(self, network: bytes, name: str, provider: str = CPU) -> None:
        if provider not in (available := onnxruntime.get_available_providers()):
            raise ModelError(
                f"{name}: no provider {provider!r} in this onnxruntime; there are {', '.join(available)}"
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = ERRORS_ONLY
        try:
            self._session: Any = onnxruntime.InferenceSession(network, options, providers=[provider])
        except _FAILURES as error:
            raise ModelError(f"{name}: onnxruntime refuses the network: {error}") from error
        self._input: str = self._session.get_inputs()[0].name
        self.output_names: tuple[str, ...] = tuple(output.name for output in self._session.get_outputs())

    @property
    def provider(self) -> str:
        """The provider that really runs it; onnxruntime falls back to the CPU by itself."""
        return str(self._session.get_providers()[0])

    def run(self, batch: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Give the outputs in the network's order; batch is (n, 3, height, width)."""
        outputs: list[NDArray[np.float32]] = self._session.run(None, {self._input: batch})
        return outputs
