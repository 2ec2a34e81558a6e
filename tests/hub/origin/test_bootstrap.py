"""Who verifies follows from the settings alone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hub.declarations.assessing.evidence import OriginVerdict
from hub.origin.bootstrap import registry_of, terms_of, verifier_of
from hub.origin.settings import OriginSettings
from hub.origin.verifying.judging import Presentation
from hub.origin.verifying.verdict import Ground
from tests.hub.origin.certificate.samples import REGISTRY, anchored

DOCUMENT, _ = anchored()
PRESENTED = Presentation(datetime(2026, 9, 25, tzinfo=UTC))
ADDRESS = f"0x{REGISTRY.address.hex()}"


def test_without_a_registry_nobody_can_tell() -> None:
    found = verifier_of(OriginSettings()).verify(DOCUMENT, PRESENTED)
    assert found.verdict is OriginVerdict.CANNOT_TELL
    assert [reason.ground for reason in found.reasons] == [Ground.NOT_CONFIGURED]


def test_without_a_snapshot_the_verdict_is_open(tmp_path: Path) -> None:
    origin = OriginSettings(
        registry_chain_id=9441, registry_address=ADDRESS, snapshot=tmp_path / "nothing.db"
    )
    found = verifier_of(origin).verify(DOCUMENT, PRESENTED)
    assert (found.verdict, found.reasons[0].ground) == (OriginVerdict.CANNOT_TELL, Ground.NO_SNAPSHOT)


def test_a_certificate_of_another_chain_is_refused_without_asking_anybody(tmp_path: Path) -> None:
    origin = OriginSettings(registry_chain_id=1, registry_address=ADDRESS, snapshot=tmp_path / "nothing.db")
    found = verifier_of(origin).verify(DOCUMENT, PRESENTED)
    assert (found.verdict, found.reasons[0].ground) == (OriginVerdict.INVALID, Ground.OTHER_REGISTRY)


def test_terms_come_from_the_settings_and_the_forms() -> None:
    origin = OriginSettings(registry_chain_id=9441, registry_address=ADDRESS, settling_h=12, stale_after_h=6)
    terms = terms_of(origin)
    assert (terms.registry, registry_of(OriginSettings())) == (REGISTRY, None)
    assert (terms.settling, terms.stale_after) == (timedelta(hours=12), timedelta(hours=6))
    assert {"ct-1", "eur-1"} <= set(terms.forms)
