"""Settings files, good and bad."""

from pathlib import Path

import pytest

from edge_agent.settings import EdgeSettings, load_settings
from sync.settings_file import SettingsError

EXAMPLE = Path(__file__).resolve().parents[2] / "systemd" / "edge.toml.example"
DEVICE = '[device]\nid = "e"\nsite = "s"\nlane = "l"\ndata = "data"\n'
KEYS = '[keys]\nstore = "store.key"\n'
CAMERA = '[[cameras]]\nid = "front"\nsource = "usb:0"\n'
RULE = '[[rules]]\nname = "often"\nat_least = 4\nwithin = "7d"\n'
SMALLEST = DEVICE + KEYS + CAMERA


def load(tmp_path: Path, text: str) -> EdgeSettings:
    path = tmp_path / "edge.toml"
    path.write_text(text)
    return load_settings(path)


def test_the_example_is_a_valid_file() -> None:
    assert load_settings(EXAMPLE).cameras[0].id == "front"


def test_the_examples_commented_lines_are_the_defaults(tmp_path: Path) -> None:
    text = EXAMPLE.read_text()
    spelt_out = "\n".join(line.removeprefix("# ") if " = " in line else line for line in text.splitlines())
    path = tmp_path / "edge.toml"
    path.write_text(spelt_out)
    spelt, example = load_settings(path), load_settings(EXAMPLE)
    assert spelt.matching == example.matching
    assert spelt.models == example.models
    assert spelt.devices == example.devices
    assert spelt.api == example.api
    assert spelt.crossings == example.crossings


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    settings = load(tmp_path, SMALLEST)
    assert settings.data == tmp_path / "data"
    assert settings.database == tmp_path / "data" / "edge.db"
    assert settings.keys.store == str(tmp_path / "store.key")
    assert settings.keys.hub_public == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (SMALLEST + "[api]\nprot = 1\n", "line 12, api.prot: .*unknown field"),
        (SMALLEST + '[api]\nport = "x"\n', "line 12, api.port: Expected `int`"),
        (SMALLEST + "[api]\nport = 70000\n", "port 70000 is outside"),
        (SMALLEST + '[api]\nhost = "0.0.0.0"\n', "not loopback: tls_certificate and tls_key are required"),
        (SMALLEST + '[api]\ntls_key = "k"\n', "belong together"),
        (SMALLEST + "[matching]\nallowed_false_alarms_per_day = 0\n", "must be above 0"),
        (SMALLEST + CAMERA, "not all different"),
        (SMALLEST + 2 * RULE, "rules: the names often, often are not all different"),
        (SMALLEST + RULE.replace("4", "1"), "rule often: at_least is 1"),
        (SMALLEST + RULE.replace("7d", "8d"), "within: Invalid enum value '8d'"),
        (SMALLEST + RULE.replace("often", "a b"), "rule 'a b'"),
        (SMALLEST + '[crossings]\ndirection = "north"\n', "direction: Invalid enum value 'north'"),
        (SMALLEST + "[crossings]\ndocument_window_days = 31\n", "31 is outside 1..30"),
        (SMALLEST.replace('id = "e"', 'id = "a/b"'), "device 'a/b'"),
        (DEVICE + KEYS + "cameras = []\n", "keys.cameras|at least one"),
        (DEVICE.replace("[device]", "[device"), "line 1"),
        (DEVICE + CAMERA, "keys: .*missing required field"),
        (SMALLEST + "frames_per_second = 1000.0\n", "1000.0 frames per second"),
        (SMALLEST + '[devices]\nbarrier = "modbus"\n', "devices.barrier: Invalid enum value 'modbus'"),
    ],
)
def test_a_bad_file_is_refused_with_line_key_and_reason(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(SettingsError, match=reason) as refused:
        load(tmp_path, text)
    assert "edge.toml" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_another_address_is_allowed_with_a_certificate(tmp_path: Path) -> None:
    text = SMALLEST + '[api]\nhost = "0.0.0.0"\ntls_certificate = "c.pem"\ntls_key = "k.pem"\n'
    assert load(tmp_path, text).api.tls_certificate == str(tmp_path / "c.pem")
