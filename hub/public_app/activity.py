"""How many different persons used the app in a month; who they were cannot be followed over months."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from hub.public_app.citizens import derived, month_of
from hub.public_app.tables import citizen_marks, citizen_months
from hub.store.insertion import insert_if_new, insert_or_add
from hub.store.sealing import StoreKey


def note_activity(connection: Connection, store_key: StoreKey, key: str, now: datetime) -> None:
    """Count a person once a month, within the caller's write transaction."""
    month = month_of(now)
    mark = derived(store_key, "citizen-month", month, key)[:32]
    if insert_if_new(connection, citizen_marks, {"month": month, "mark": mark}):
        insert_or_add(connection, citizen_months, {"month": month, "active": 1}, ["month"])
        connection.execute(delete(citizen_marks).where(citizen_marks.c.month < month))


def active_in_month(connection: Connection, now: datetime) -> int:
    """Return how many persons were active in the month of `now`."""
    query = select(citizen_months.c.active).where(citizen_months.c.month == month_of(now))
    return int(connection.scalar(query) or 0)
