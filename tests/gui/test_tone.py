import io
import wave

from gui.tone import RATE, alert_tone


def test_the_tone_is_a_short_wav_that_is_not_silent() -> None:
    with wave.open(io.BytesIO(alert_tone())) as file:
        frames = file.readframes(file.getnframes())
        assert file.getframerate() == RATE
        assert 0.2 < file.getnframes() / RATE < 1.0
    assert max(frames) > 0
    assert len(set(frames)) > 50
