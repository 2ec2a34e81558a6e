"""Reads an enrolment form from a request: texts and photos, each within its limit."""

from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import UploadFile

from hub.console.subject_form import FIELDS
from hub.watchlist.enrolment import MAX_PHOTOS
from hub.watchlist.photos import MAX_PHOTO_BYTES, Photo

LONGEST_TEXT = 4000
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class SubmittedEntry:
    """What was typed, and the photos that were chosen."""

    values: dict[str, str]
    photos: tuple[Photo, ...]


async def read_entry(request: Request) -> SubmittedEntry:
    """Read the fields of the form; foreign fields are ignored, one photo too many is kept."""
    async with request.form(max_files=MAX_PHOTOS + 1, max_fields=len(FIELDS) + 5) as form:
        values = {name: str(form.get(name, ""))[:LONGEST_TEXT] for name in FIELDS}
        # A browser sends one nameless file when none was chosen.
        files = [one for one in form.getlist("photos") if isinstance(one, UploadFile) and one.filename]
        photos = [await _read(one, values["captured_on"]) for one in files]
    return SubmittedEntry(values, tuple(photos))


async def _read(file: UploadFile, captured_on: str) -> Photo:
    """Read one byte more than is allowed, so that the examination can refuse the file by name."""
    return Photo((file.filename or "")[-LONGEST_NAME:], await file.read(MAX_PHOTO_BYTES + 1), captured_on)
