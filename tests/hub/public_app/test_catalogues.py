"""The app's catalogues: every sentence in three languages, compiled from what translators read."""

import re

import pytest

from hub.console.language import NAMES
from tests.hub.console.catalogues import APP, compiled, extract, po_path, read

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def texts(found: object) -> tuple[str, ...]:
    return tuple(map(str, found)) if isinstance(found, (list, tuple)) else (str(found or ""),)


@pytest.mark.parametrize("code", NAMES)
def test_every_sentence_is_translated_and_none_outlived_its_source(code: str) -> None:
    catalogue = read(code, APP)
    wanted = {message.id for message in extract(APP) if message.id}
    translated = {message.id for message in catalogue if message.id and all(texts(message.string))}
    assert wanted == translated


@pytest.mark.parametrize("code", NAMES)
def test_translations_keep_the_placeholders(code: str) -> None:
    for message in read(code, APP):
        if message.id:
            wanted = set(PLACEHOLDER.findall(" ".join(texts(message.id))))
            assert all(set(PLACEHOLDER.findall(text)) == wanted for text in texts(message.string)), message.id


@pytest.mark.parametrize("code", NAMES)
def test_the_compiled_catalogue_is_made_of_the_readable_one(code: str) -> None:
    assert po_path(code, APP).with_suffix(".mo").read_bytes() == compiled(code, APP)


@pytest.mark.parametrize(("code", "letters"), [("az", "əıöüçşğƏİ"), ("ru", "абвжыэюя")])
def test_each_language_is_written_in_its_own_letters(code: str, letters: str) -> None:
    said = [text for message in read(code, APP) if message.id for text in texts(message.string)]
    assert set(letters) <= set("".join(said))
    same = [text for message in read(code, APP) for text in texts(message.id) if text in said]
    assert [text for text in same if text] == []
