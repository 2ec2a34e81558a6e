"""YuNet with our decoding on onnxruntime beside cv2.FaceDetectorYN, 640x480, one thread."""

import time

import cv2
import numpy as np

from models.session import Session
from models.yunet import YuNetDetector
from tests.benchmarks.measurement import Measurement, interleaved, not_measured
from tests.resources import SHARED, group_picture

NAME = "face_detector"
SIZE = (640, 480)
THRESHOLD = 0.6
OURS = SHARED / "models" / "yunet_s_dynamic.onnx"
REFERENCE = SHARED / "models" / "face_detection_yunet_2023mar.onnx"


def run(n: int = 60) -> Measurement:
    """Detect the faces of a group picture."""
    if not (OURS.is_file() and REFERENCE.is_file()):
        return not_measured(NAME, "ms", f"needs {OURS.name} and {REFERENCE.name} beside the checkout")
    picture = cv2.imread(str(group_picture()))
    assert picture is not None
    image = np.asarray(cv2.resize(picture, SIZE), np.uint8)
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        ours = YuNetDetector(Session(OURS.read_bytes(), NAME), THRESHOLD)
        reference = cv2.FaceDetectorYN.create(str(REFERENCE), "", SIZE, THRESHOLD, 0.3)
        faces = len(ours.detect(image)), len(reference.detect(image)[1])
        seconds = interleaved(
            lambda: ours.detect(image), lambda: reference.detect(image), n, clock=time.thread_time
        )
    finally:
        cv2.setNumThreads(threads)
    found = f"faces found: ours {faces[0]}, reference {faces[1]}"
    notes = f"CPU time of one thread; cv2.FaceDetectorYN of OpenCV {cv2.__version__}; {found}"
    return Measurement(NAME, "ms", n, seconds[0] * 1e3, seconds[1] * 1e3, notes)
