"""Keeps the catalogues: `python -m tests.hub.console.catalogues` extracts, merges and compiles."""

from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import hub.console
import hub.public_app
from hub.console.language import DOMAIN, NAMES
from hub.public_app.pages import DOMAIN as APP_DOMAIN

_TRACKER = "the issue tracker of the project"
_SINCE = datetime(2026, 11, 23, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Home:
    """Whose sentences they are: a package with code, templates and translations."""

    folder: Path
    domain: str
    title: str


CONSOLE = Home(Path(hub.console.__file__).parent, DOMAIN, "console")
APP = Home(Path(hub.public_app.__file__).parent, APP_DOMAIN, "citizens' app")
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "ngettext": (1, 2), "mark": None}


def extract(home: Home = CONSOLE) -> Catalog:
    """Collect every sentence of the code and the templates."""
    found = Catalog(project="kechid", charset="utf-8")
    options = {"templates/**.html": {"trimmed": "true"}}
    for name, line, message, _, _ in extract_from_dir(
        home.folder, _METHODS, options, keywords=_KEYWORDS, strip_comment_tags=True
    ):
        found.add(message, locations=[(f"hub/{home.folder.name}/{name}", line)])
    return found


def read(code: str, home: Home = CONSOLE) -> Catalog:
    """Read a language's catalogue; an empty one when there is none yet."""
    path = po_path(code, home)
    if not path.exists():
        return _new_catalogue(code, home)
    with path.open("rb") as file:
        return read_po(file, locale=code, domain=home.domain)


def compiled(code: str, home: Home = CONSOLE) -> bytes:
    """Compile a language's catalogue as it stands."""
    buffer = BytesIO()
    write_mo(buffer, read(code, home))
    return buffer.getvalue()


def po_path(code: str, home: Home = CONSOLE) -> Path:
    """Where the translators' file of a language stands."""
    return home.folder / "translations" / code / "LC_MESSAGES" / f"{home.domain}.po"


def update(home: Home) -> None:
    """Merge new sentences into each language, drop the gone ones, and compile."""
    template = extract(home)
    for code in NAMES:
        catalogue = read(code, home)
        catalogue.update(
            template, no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False
        )
        catalogue.obsolete.clear()
        catalogue.msgid_bugs_address = _TRACKER
        if code == "en":
            _repeat_source(catalogue)
        path = po_path(code, home)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=110, omit_header=False, sort_output=True, include_lineno=False)
        path.with_suffix(".mo").write_bytes(compiled(code, home))


def _new_catalogue(code: str, home: Home) -> Catalog:
    """Start a catalogue with fixed dates and no names: its history is in the repository."""
    return Catalog(
        locale=code,
        domain=home.domain,
        project="kechid",
        version=home.title,
        charset="utf-8",
        header_comment=f"# Sentences of the hub's {home.title}, {code}.",
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
    for each in (CONSOLE, APP):
        update(each)
