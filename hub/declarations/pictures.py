"""Pictures that a sender adds to a declaration, such as of its invoice: kept sealed, deleted with it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select

from hub.bootstrap import Services
from hub.declarations.lifecycle import FINAL_STATES
from hub.declarations.picture_tables import declaration_pictures
from hub.declarations.registry import summary_of
from hub.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from hub.jobs.pieces import drop_later
from hub.people.access import User
from hub.store.database import writing_beside_others
from hub.store.pictures import Picture, keep_piece, open_piece

MOST = 3
KIND = "declaration-picture"
MEDIA_TYPE = "image/jpeg"


@dataclass(frozen=True, slots=True)
class AddedPicture:
    """A picture of a declaration."""

    picture_id: str
    declaration_id: str
    number: int
    """From 1, in the order in which they were added."""
    size: int
    added_at: datetime


def add_pictures(
    services: Services, declaration_id: str, contents: Sequence[bytes], *, sender: User
) -> tuple[AddedPicture, ...]:
    """Add pictures to the sender's own declaration and return all that it has; the same again adds nothing.

    Raises `InvalidInputError` for what is no picture and for more than `MOST`, with the place of the file;
    `NotFoundError`; `ConflictError` for a declaration that is at its end.
    """
    made = [(sha256(one).hexdigest(), _jpegs(one, place)) for place, one in enumerate(contents)]
    jpegs = _named([(digest, jpeg) for digest, pages in made for jpeg in pages])
    with writing_beside_others(services.engine) as connection:
        _require_open(connection, declaration_id, sender)
        known = _rows(connection, declaration_id)
        known_ones = {row.sha256 for row in known}
        fresh = [(digest, jpeg) for digest, jpeg in jpegs if digest not in known_ones]
        if len(known) + len(fresh) > MOST:
            detail = f"{len(known) + len(fresh)} pictures, {MOST} are kept"
            raise InvalidInputError(FieldProblem("/pictures", "too-many", detail))
        first = max((row.number for row in known), default=0) + 1
        for number, (digest, jpeg) in enumerate(fresh, first):
            _keep(services, connection, declaration_id, number, (digest, jpeg))
        return pictures_of(connection, declaration_id)


def remove_picture(services: Services, picture_id: str, *, sender: User) -> str:
    """Take a picture back from the sender's own declaration; returns the declaration's id.

    Raises `NotFoundError`, also when it is another's, and `ConflictError` for a declaration at its end.
    """
    with writing_beside_others(services.engine) as connection:
        row = _row(connection, picture_id)
        _require_open(connection, row.declaration_id, sender)
        _forget(connection, [row], services.clock())
    return str(row.declaration_id)


def pictures_of(connection: Connection, declaration_id: str) -> tuple[AddedPicture, ...]:
    """List a declaration's pictures in order."""
    return tuple(
        AddedPicture(**{name: row._mapping[name] for name in AddedPicture.__dataclass_fields__})
        for row in _rows(connection, declaration_id)
    )


def open_picture(services: Services, connection: Connection, picture_id: str, viewer: User) -> Picture:
    """Open a picture of a declaration that the viewer may see; raises `NotFoundError`, `EvidenceError`."""
    row = _row(connection, picture_id)
    summary_of(connection, row.declaration_id, viewer)
    return Picture(MEDIA_TYPE, open_piece(services, KIND, picture_id, row.file))


def declaration_of_picture(connection: Connection, picture_id: str) -> str:
    """Name the declaration that a picture belongs to; raises `NotFoundError`."""
    return str(_row(connection, picture_id).declaration_id)


def forget_pictures(connection: Connection, declaration_ids: Collection[str], now: datetime) -> None:
    """Delete the pictures of declarations that are deleted, within the caller's write transaction."""
    of_these = declaration_pictures.c.declaration_id.in_(sorted(declaration_ids))
    _forget(connection, connection.execute(select(declaration_pictures).where(of_these)).all(), now)


def _jpegs(content: bytes, place: int) -> tuple[bytes, ...]:
    # Only who adds pictures pays for the decoders: the command that deletes them does not.
    from hub.documents.plain_jpeg import plain_jpegs

    try:
        return plain_jpegs(content, most=MOST)
    except InvalidInputError as error:
        problem = error.problems[0]
        where = f"/pictures/{place}"
        raise InvalidInputError(FieldProblem(where, problem.code, problem.detail)) from error


def _named(jpegs: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Tell pages of one file apart, and take each page once."""
    named: dict[str, bytes] = {}
    for digest, jpeg in jpegs:
        named[sha256(digest.encode() + jpeg).hexdigest()] = jpeg
    return list(named.items())


def _require_open(connection: Connection, declaration_id: str, sender: User) -> None:
    """Hold the declaration's pictures still, and see that some may be added or taken back."""
    summary = summary_of(connection, declaration_id, sender)
    if summary.sender_id != sender.user_id:
        raise NotFoundError("declaration", declaration_id)
    if summary.state in FINAL_STATES:
        raise ConflictError("declaration-ended", f"declaration {declaration_id} is at its end")
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"pictures {declaration_id}"))))


def _keep(
    services: Services, connection: Connection, declaration_id: str, number: int, made: tuple[str, bytes]
) -> None:
    digest, jpeg = made
    picture_id, now = services.new_id(), services.clock()
    connection.execute(
        declaration_pictures.insert().values(
            picture_id=picture_id,
            declaration_id=declaration_id,
            number=number,
            sha256=digest,
            size=len(jpeg),
            file=keep_piece(services, KIND, picture_id, jpeg),
            added_at=now,
        )
    )


def _forget(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]], now: datetime) -> None:
    """Delete rows, and their pieces once that is committed."""
    for row in rows:
        drop_later(connection, row.file, now)
    gone = declaration_pictures.c.picture_id.in_([row.picture_id for row in rows])
    connection.execute(delete(declaration_pictures).where(gone))


def _rows(connection: Connection, declaration_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    own = declaration_pictures.c.declaration_id == declaration_id
    query = select(declaration_pictures).where(own).order_by(declaration_pictures.c.number)
    return connection.execute(query).all()


def _row(connection: Connection, picture_id: str) -> Row[*tuple[Any, ...]]:
    query = select(declaration_pictures).where(declaration_pictures.c.picture_id == picture_id)
    row = connection.execute(query).first()
    if row is None:
        raise NotFoundError("picture", picture_id)
    return row
