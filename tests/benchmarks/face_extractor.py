"""Extraction with our conversion of Intel's network beside the plain conversion (PRelu kept), one thread."""

import time

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from models.engine import load_engine
from tests.benchmarks.measurement import Measurement, interleaved, not_measured
from tests.models.packs_here import is_here
from tests.resources import SHARED

NAME = "face_extractor"
REFERENCE = SHARED / "models" / "face-reidentification-retail-0095.fp32.onnx"


def run(n: int = 60) -> Measurement:
    """Extract one template from an aligned chip, preprocessing included on both sides."""
    if not (REFERENCE.is_file() and is_here("intel-0095")):
        return not_measured(NAME, "ms", f"needs pack intel-0095 and {REFERENCE.name} beside the checkout")
    extractor = load_engine("intel-0095").extractor
    chip = np.random.default_rng(1).integers(0, 255, (128, 128, 3), np.uint8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    plain = onnxruntime.InferenceSession(str(REFERENCE), options, providers=["CPUExecutionProvider"])

    def reference() -> NDArray[np.float32]:
        batch = np.ascontiguousarray(chip.transpose(2, 0, 1)[None], np.float32)
        features = plain.run(None, {"input": batch})[0][0]
        return np.asarray(features / np.linalg.norm(features), np.float32)

    seconds = interleaved(lambda: extractor.extract([chip]), reference, n, clock=time.thread_time)
    largest = np.abs(extractor.extract([chip])[0].vector - reference()).max()
    notes = f"CPU time of one thread; onnxruntime {onnxruntime.__version__}, fp32, batch of one; "
    notes += f"largest difference of a template's element: {largest:.1e}"
    return Measurement(NAME, "ms", n, seconds[0] * 1e3, seconds[1] * 1e3, notes)
