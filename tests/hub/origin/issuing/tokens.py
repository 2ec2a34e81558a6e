"""A token of SoftHSM in a folder of its own."""

import os
import subprocess
from pathlib import Path
from shutil import which

import pytest

from hub.origin.issuing.pkcs11_signer import TokenKey

LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "7352"


def made_token(folder: Path, key: str = "authority") -> TokenKey:
    """Make a token; its library reads where it lies from the environment, once in a process."""
    if not LIBRARY.exists() or which("softhsm2-util") is None:
        pytest.skip("SoftHSM (softhsm2) is not installed")
    place = folder / "tokens"
    place.mkdir(exist_ok=True)
    configuration = folder / "softhsm2.conf"
    configuration.write_text(
        f"directories.tokendir = {place}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "kechid", "--pin", PIN, "--so-pin", "9911"],
        check=True,
        capture_output=True,
    )
    pin_file = folder / "pin"
    pin_file.write_text(PIN + "\n")
    return TokenKey(LIBRARY, "kechid", key, pin_file)
