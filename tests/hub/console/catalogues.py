"""Keeps the catalogues: `python -m tests.hub.console.catalogues` extracts, merges and compiles."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import hub.console
from hub.console.language import DOMAIN, NAMES, TRANSLATIONS

_TRACKER = "the issue tracker of the project"
_SINCE = datetime(2026, 11, 23, tzinfo=UTC)
CONSOLE = Path(hub.console.__file__).parent
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "ngettext": (1, 2), "mark": None}


def extract() -> Catalog:
    """Collect every sentence of the code and the templates."""
    found = Catalog(project="kechid", charset="utf-8")
    options = {"templates/**.html": {"trimmed": "true"}}
    for name, line, message, _, _ in extract_from_dir(
        CONSOLE, _METHODS, options, keywords=_KEYWORDS, strip_comment_tags=True
    ):
        found.add(message, locations=[(f"hub/console/{name}", line)])
    return found


def read(code: str) -> Catalog:
    """Read a language's catalogue; an empty one when there is none yet."""
    path = po_path(code)
    if not path.exists():
        return _new_catalogue(code)
    with path.open("rb") as file:
        return read_po(file, locale=code, domain=DOMAIN)


def compiled(code: str) -> bytes:
    """Compile a language's catalogue as it stands."""
    buffer = BytesIO()
    write_mo(buffer, read(code))
    return buffer.getvalue()


def po_path(code: str) -> Path:
    """Where the translators' file of a language stands."""
    return TRANSLATIONS / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def update() -> None:
    """Merge new sentences into each language, drop the gone ones, and compile."""
    template = extract()
    for code in NAMES:
        catalogue = read(code)
        catalogue.update(
            template, no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False
        )
        catalogue.obsolete.clear()
        catalogue.msgid_bugs_address = _TRACKER
        if code == "en":
            _repeat_source(catalogue)
        path = po_path(code)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=110, omit_header=False, sort_output=True, include_lineno=False)
        path.with_suffix(".mo").write_bytes(compiled(code))


def _new_catalogue(code: str) -> Catalog:
    """Start a catalogue with fixed dates and no names: its history is in the repository."""
    return Catalog(
        locale=code,
        domain=DOMAIN,
        project="kechid",
        version="console",
        charset="utf-8",
        header_comment=f"# Sentences of the hub console, {code}.",
        copyright_holder="",
        msgid_bugs_address=_TRACKER,
        last_translator="Kechid",
        language_team=code,
        creation_date=_SINCE,
        revision_date=_SINCE,
        fuzzy=False,
    )


def _repeat_source(catalogue: Catalog) -> None:
    """Fill English in: it is what the msgids are written in."""
    for message in catalogue:
        if message.id:
            message.string = message.id


if __name__ == "__main__":
    update()
