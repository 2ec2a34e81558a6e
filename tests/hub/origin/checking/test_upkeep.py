"""How long checks and certificates are kept."""

from datetime import timedelta

from sqlalchemy import func, select

from hub.origin.checking.checks import Opening, open_check, verify_check
from hub.origin.checking.tables import origin_checks, origin_counts, received_certificates
from hub.origin.checking.upkeep import forget_old
from hub.origin.checking.values import Method
from hub.store.database import reading, writing
from tests.hub.builders import Hub
from tests.hub.origin.checking.issued import GENUINE, OTHER, verifier_for
from tests.hub.origin.checking.test_checks import OFFICER


def test_what_is_five_years_old_goes_and_the_counts_stay(hub_on_each: Hub) -> None:
    services = hub_on_each.services
    for document in (GENUINE, OTHER):
        with writing(services.engine) as connection:
            check = open_check(services, connection, Opening(method=Method.FILE), OFFICER)
        verify_check(services, verifier_for(GENUINE, OTHER), check.check_id, document, OFFICER)
        hub_on_each.clock.advance(timedelta(days=400))
    hub_on_each.clock.advance(timedelta(days=1100))
    forget_old(services, {})
    assert rows(hub_on_each) == (1, 1, 6)


def rows(hub: Hub) -> tuple[int, ...]:
    with reading(hub.services.engine) as connection:
        tables = (origin_checks, received_certificates, origin_counts)
        return tuple(int(connection.scalar(select(func.count()).select_from(table)) or 0) for table in tables)
