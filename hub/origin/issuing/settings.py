"""Settings of an authority that issues certificates: its keys, its batches, what it offers for gas. Pure."""

import re
from pathlib import Path

import msgspec

FONTS = Path("/usr/share/fonts/truetype/dejavu")
"""Where Debian's package ``fonts-dejavu-core`` puts them."""
_STATE = re.compile(r"[A-Z]{2}|")


class IssuingSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[origin_issuing]: issuing certificates; without a state none are. The registry is [origin]'s."""

    state: str = ""
    """Code of the state whose authority this is."""
    keystore: Path | None = None
    """Keystore file (version 3) of the authority's key; or a token's, below."""
    keystore_password: Path | None = None
    token_library: Path | None = None
    """PKCS #11 library of the token that has the authority's key."""
    token_label: str = ""
    token_key: str = ""
    """Label of the key pair in the token."""
    token_pin: Path | None = None
    """File with the PIN."""
    relayer_keystore: Path | None = None
    """Keystore of the account that brings batches and pays for it; None: the authority's own."""
    relayer_password: Path | None = None
    node: str = ""
    """Name of the node of [origin] that transactions go to; empty: the first."""
    batch_minutes: int = 60
    """Certificates of so long are anchored together, so that the time tells no shipment; 0: at once."""
    signature_hours: float = 24.0
    """How long the signature on a batch may be brought to the registry."""
    most_fee_gwei: float = 500.0
    """Most that is offered for a unit of gas."""
    raise_after_s: float = 60.0
    """How long a transaction waits before it is sent again, with a higher offer where fees are taken."""
    needs_two: bool = True
    """Suspending and revoking wait for a second officer."""
    fonts: Path = FONTS
    """Folder with ``DejaVuSans.ttf`` and ``DejaVuSans-Bold.ttf``, in which certificates are printed."""


def issuing_problem(issuing: IssuingSettings) -> str | None:
    """Say what is wrong with the section, if anything."""
    by_token = issuing.token_library is not None
    by_file = issuing.keystore is not None
    named = (issuing.token_label, issuing.token_key, issuing.token_pin)
    checks = (
        (
            not _STATE.fullmatch(issuing.state),
            f"origin_issuing.state: {issuing.state[:20]!r} is not two letters",
        ),
        (
            bool(issuing.state) and by_file == by_token,
            "origin_issuing: the key is in a keystore or in a token",
        ),
        (
            by_file and issuing.keystore_password is None,
            "origin_issuing: keystore needs keystore_password",
        ),
        (
            by_token and not all(named),
            "origin_issuing: token_library needs token_label, token_key, token_pin",
        ),
        (
            (issuing.relayer_keystore is None) != (issuing.relayer_password is None),
            "origin_issuing: relayer_keystore and relayer_password go together",
        ),
        *_range_checks(issuing),
    )
    return next((reason for is_bad, reason in checks if is_bad), None)


def _range_checks(issuing: IssuingSettings) -> tuple[tuple[bool, str], ...]:
    return (
        (
            not 0 <= issuing.batch_minutes <= 1440,
            f"origin_issuing.batch_minutes: {issuing.batch_minutes} is not in 0..1440",
        ),
        (not 0 < issuing.signature_hours <= 8760, "origin_issuing.signature_hours: is more than 0"),
        (not 0 < issuing.raise_after_s < 1e6, "origin_issuing.raise_after_s: is more than 0"),
        (not 0 <= issuing.most_fee_gwei < 1e9, "origin_issuing.most_fee_gwei: is not in 0..1e9"),
    )
