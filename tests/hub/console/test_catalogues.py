import re

import pytest
from babel.messages.catalog import Message

from hub.console.language import NAMES
from tests.hub.console.catalogues import compiled, extract, po_path, read

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
FORBIDDEN = re.compile(r"confidence|suspect|уверенност|подозрева|şübhəli|əminlik dərəcəsi", re.IGNORECASE)


def sentences(message: Message) -> tuple[str, ...]:
    return as_tuple(message.string)


def as_tuple(text: object) -> tuple[str, ...]:
    return tuple(map(str, text)) if isinstance(text, (list, tuple)) else (str(text or ""),)


@pytest.mark.parametrize("code", NAMES)
def test_every_sentence_is_translated(code: str) -> None:
    catalogue = read(code)
    untranslated = [
        message.id
        for message in extract()
        if message.id and (message.id not in catalogue or not all(sentences(catalogue[message.id])))
    ]

    assert untranslated == []


@pytest.mark.parametrize("code", NAMES)
def test_no_translation_is_left_out_as_a_guess(code: str) -> None:
    assert [message.id for message in read(code) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("code", NAMES)
def test_no_translation_outlived_its_sentence(code: str) -> None:
    known = {message.id for message in extract()}

    assert [message.id for message in read(code) if message.id and message.id not in known] == []


@pytest.mark.parametrize("code", NAMES)
def test_translations_keep_the_placeholders(code: str) -> None:
    for message in read(code):
        if message.id:
            wanted = set(PLACEHOLDER.findall(" ".join(as_tuple(message.id))))
            for sentence in sentences(message):
                assert set(PLACEHOLDER.findall(sentence)) == wanted, message.id


@pytest.mark.parametrize("code", NAMES)
def test_the_compiled_catalogue_is_made_of_the_readable_one(code: str) -> None:
    assert po_path(code).with_suffix(".mo").read_bytes() == compiled(code)


@pytest.mark.parametrize("code", NAMES)
def test_nobody_is_called_a_suspect_and_no_score_a_confidence(code: str) -> None:
    said = [sentence for message in read(code) if message.id for sentence in sentences(message)]

    assert [sentence for sentence in said if FORBIDDEN.search(sentence)] == []


def test_azerbaijani_is_written_in_its_own_letters() -> None:
    text = "".join(sentence for message in read("az") if message.id for sentence in sentences(message))

    assert set("əıöüçşğƏİŞ") <= set(text)
    assert not re.search("[а-яё]", text, re.IGNORECASE)


SAME_IN_BOTH = {"Auditor", "Email", "Webhook", "JSON", "CSV", "PDF"}
"""English words that Azerbaijani writes alike; Russian never does."""


@pytest.mark.parametrize(("code", "allowed"), [("az", SAME_IN_BOTH), ("ru", set())], ids=["az", "ru"])
def test_no_sentence_is_left_in_english(code: str, allowed: set[str]) -> None:
    left = {
        sentence
        for message in read(code)
        if message.id
        for sentence in sentences(message)
        if sentence in as_tuple(message.id) and re.search("[a-z]{2}", PLACEHOLDER.sub("", sentence))
    }

    assert left <= allowed


def test_russian_is_written_in_its_own_letters() -> None:
    latin = re.compile(r"[A-Za-z]{3,}")
    known = {
        *(
            "kechid",
            "json",
            "csv",
            "jpeg",
            "png",
            "rgb",
            "cmyk",
            "html",
            "pdf",
            "api",
            "url",
            "mqtt",
            "openid",
        ),
        *(
            "esc",
            "enter",
            "caps",
            "lock",
            "tab",
            "zip",
            "subjects",
            "webhook",
            "sha",
            "hmac",
            "oauth",
            "mtls",
            "cpu",
            "gpu",
            "onvif",
            "iso",
            "usd",
            "kgm",
            "ltr",
            "utc",
            "http",
            "https",
        ),
    }
    said = {
        word.lower()
        for message in read("ru")
        if message.id
        for sentence in sentences(message)
        for word in latin.findall(PLACEHOLDER.sub("", sentence))
    }

    assert said <= known
