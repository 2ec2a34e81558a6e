"""hub.toml: paths start at the file, and what is dangerous or wrong is refused in one line."""

from pathlib import Path

import pytest

from hub.settings import load_settings
from sync.settings_file import SettingsError

REGISTRY = f'[origin]\nregistry_chain_id = 1\nregistry_address = "0x{"ab" * 20}"'
NODE = '{ name = "a", url = "http://a" }'
EXAMPLE = Path(__file__).resolve().parents[2] / "systemd" / "hub.toml.example"


def write(folder: Path, text: str) -> Path:
    path = folder / "hub.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_is_valid_and_names_every_setting(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    settings = load_settings(write(tmp_path, text))
    named = {line.lstrip("# ").partition("=")[0].strip() for line in text.splitlines()}
    for section in settings.__struct_fields__:
        assert f"[{section}]" in text
        assert set(getattr(settings, section).__struct_fields__) <= named


def test_relative_paths_start_at_the_file(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, '[models]\nsearch_path = ["models", "/opt/models"]'))
    assert settings.store.url == f"sqlite:///{tmp_path}/hub.db"
    assert settings.keys.store == tmp_path / "store.key"
    assert settings.models.search_path == (tmp_path / "models", Path("/opt/models"))


def test_an_absolute_store_and_another_engine_stay_as_they_are(tmp_path: Path) -> None:
    for url in ("sqlite:////var/lib/hub.db", "postgresql+psycopg://hub@db/hub"):
        assert load_settings(write(tmp_path, f'[store]\nurl = "{url}"')).store.url == url


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[api]\nport = 0", "api.port"),
        ('[api]\nport = "http"', "line 2, api.port"),
        ("[api]\nprot = 1", "line 2, api.prot"),
        ('[api]\nhost = "0.0.0.0"', "there is no TLS"),
        ('[api]\ntls_key = "k"', "go together"),
        ("[api]\nsession_hours = 100", "api.session_hours"),
        ("[broker]\nport = 70000", "broker.port"),
        ("[watchlists]\nmanifest_days = 0", "watchlists.manifest_days"),
        ("[public_app]\nsession_hours = 0", "public_app.session_hours"),
        ("[public_app]\ncodes_per_minute = 0", "public_app.codes_per_minute"),
        ('[mail]\nhost = "mail.example"\nsecurity = "none"', "mail.security"),
        ('[mail]\nhost = "mail.example"', "mail.sender"),
        ("[mail]\nport = 0", "mail.port"),
        ("[mail]\ntimeout_s = 0", "mail.timeout_s"),
        ("[origin]\nregistry_chain_id = 1", "origin: registry_address and registry_chain_id go together"),
        ('[origin]\nregistry_chain_id = 1\nregistry_address = "0x12"', "origin.registry_address"),
        ('[origin]\nnodes = [{ name = "a", url = "http://a" }]', "origin: nodes need registry_address"),
        (f'{REGISTRY}\nnodes = [{{ name = "a", url = "a:1" }}]', "origin.nodes: a url"),
        (f'{REGISTRY}\nnodes = [{{ name = "a", url = "http://a" }}]', "origin.agree: 2 nodes"),
        (f"{REGISTRY}\nnodes = [{NODE}, {NODE}]", "origin.nodes: every node has a name of its own"),
        (f'{REGISTRY}\nnodes = [{{ name = "a", url = "http://a", state = "AZE" }}]', "origin.nodes: a state"),
        ("[origin]\nagree = 0", "origin.agree"),
        ("[origin]\ntimeout_s = 0.0", "origin.timeout_s"),
        ("[origin]\nconfirmations = 3", "origin: confirmations"),
        ("[origin]\nfinal = false\nconfirmations = -1", "origin.confirmations"),
        ("[api", "at end of document"),
    ],
)
def test_wrong_settings_are_refused_by_name(tmp_path: Path, text: str, reason: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(SettingsError, match=reason) as refusal:
        load_settings(path)
    assert str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_host_beyond_loopback_is_allowed_behind_a_tls_proxy(tmp_path: Path) -> None:
    path = write(tmp_path, '[api]\nhost = "0.0.0.0"\nis_behind_tls_proxy = true')
    assert load_settings(path).api.host == "0.0.0.0"


def test_the_registry_and_its_nodes_are_read(tmp_path: Path) -> None:
    nodes = '[{ name = "own", url = "http://127.0.0.1:1", state = "AZ" }]'
    origin = load_settings(write(tmp_path, f"{REGISTRY}\nnodes = {nodes}\nagree = 1")).origin
    assert [(node.name, node.state) for node in origin.nodes] == [("own", "AZ")]
    assert origin.snapshot == tmp_path / "origin-snapshot.db"


def test_a_chain_in_a_file_starts_at_the_settings(tmp_path: Path) -> None:
    nodes = '[{ name = "a", url = "file:chain.db" }, { name = "b", url = "file:/var/chain.db" }]'
    origin = load_settings(write(tmp_path, f"{REGISTRY}\nnodes = {nodes}")).origin
    assert [node.url for node in origin.nodes] == [f"file:{tmp_path}/chain.db", "file:/var/chain.db"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml"):
        load_settings(tmp_path / "nowhere.toml")
