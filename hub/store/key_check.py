"""Refuses a store key other than the one the store was filled with: neither would open all of it."""

from sqlalchemy import Connection, Engine, select

from hub.store.database import reading, writing
from hub.store.sealing import SealError, StoreKey
from hub.store.tables import store_info

NAME = "store_key_check"
_CONTENT = b"kechid-hub"


def require_store_key(engine: Engine, key: StoreKey, nonce: bytes) -> None:
    """Compare with the mark that the first key left; the first use leaves it. Raises `SealError`."""
    with reading(engine) as connection:
        mark = _mark(connection)
    if mark is None:
        with writing(engine) as connection:
            # Another process may have been first meanwhile.
            mark = _mark(connection) or _leave_mark(connection, key, nonce)
    try:
        key.unseal("store", NAME, bytes.fromhex(mark))
    except SealError as error:
        raise SealError("the store key is not the one this store was filled with") from error


def _mark(connection: Connection) -> str | None:
    return connection.scalar(select(store_info.c.value).where(store_info.c.name == NAME))


def _leave_mark(connection: Connection, key: StoreKey, nonce: bytes) -> str:
    mark = key.seal("store", NAME, _CONTENT, nonce).hex()
    connection.execute(store_info.insert().values(name=NAME, value=mark))
    return mark
