"""The alert tone as a WAV file's bytes, computed."""

import io
import math
import struct
import wave

RATE = 22050
NOTES = ((880.0, 0.14), (0.0, 0.05), (1174.7, 0.22))
"""Frequency in hertz and length in seconds; two rising notes carry over an engine's hum."""


def alert_tone() -> bytes:
    """Return a short mono tone, 16 bit, 22.05 kHz."""
    samples = [value for frequency, seconds in NOTES for value in _note(frequency, seconds)]
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return buffer.getvalue()


def _note(frequency: float, seconds: float) -> list[int]:
    """Return one note that fades in and out, so that it does not click."""
    count = round(RATE * seconds)
    return [
        round(14000 * math.sin(math.pi * i / count) ** 0.5 * math.sin(2 * math.pi * frequency * i / RATE))
        for i in range(count)
    ]
