"""Turns the app's templates into pages, in its own words and the console's."""

import gettext
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import InternationalizationExtension

from hub.console.assets import STATIC as CONSOLE_STATIC
from hub.console.assets import Asset, load_assets
from hub.console.language import NAMES, Language
from hub.console.language import load_languages as console_languages
from hub.public_app.reader import ADDRESS, AppReader

HERE = Path(__file__).parent
TRANSLATIONS = HERE / "translations"
DOMAIN = "public_app"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""No script or style but our own files; nothing personal stays in a browser's cache."""


def load_languages(folder: Path = TRANSLATIONS) -> Mapping[str, Language]:
    """Read the app's catalogues; a sentence they lack is looked for in the console's.

    Raises `FileNotFoundError` naming the domain when one is missing.
    """
    languages = {}
    for code, console in console_languages().items():
        words = gettext.translation(DOMAIN, localedir=str(folder), languages=[code])
        words.add_fallback(console.words)
        languages[code] = Language(code, words)
    return languages


def app_assets() -> Mapping[str, Asset]:
    """Read the app's own files, and of the console's the style sheet with its letters and the mark."""
    shared = {
        name: asset
        for name, asset in load_assets(CONSOLE_STATIC).items()
        if name in {"console.css", "mark.svg"} or name.endswith(".woff2")
    }
    return {**shared, **load_assets(HERE / "static")}


def address_of(name: str, assets: Mapping[str, Asset]) -> str:
    """Address of a file; changes with its content. Raises `KeyError` for a file that does not exist."""
    return f"{ADDRESS}/static/{name}?v={assets[name].etag}"


class AppPages:
    """Renders the templates of the app."""

    def __init__(self, languages: Mapping[str, Language], assets: Mapping[str, Asset]) -> None:
        """Prepare one environment for each language."""
        self.languages = languages
        self.assets = assets
        self._environments = {code: _environment(language, assets) for code, language in languages.items()}

    def text(self, template: str, reader: AppReader, **context: object) -> str:
        """Render a template; raises `jinja2.UndefinedError` for a value that it lacks."""
        page = self._environments[reader.language.code].get_template(template)
        return page.render(reader=reader, **context)

    def render(
        self,
        template: str,
        reader: AppReader,
        *,
        status: int = 200,
        given: Mapping[str, object] = MappingProxyType({}),
        **context: object,
    ) -> HTMLResponse:
        """Render one page for `reader`, with the headers that every page carries; `given`: more context."""
        page = self.text(template, reader, **given, **context)
        return HTMLResponse(page, status_code=status, headers=HEADERS)


def _environment(language: Language, assets: Mapping[str, Asset]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[InternationalizationExtension],
    )
    words = language.words
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        words.gettext, words.ngettext, newstyle=True, pgettext=words.pgettext
    )
    environment.globals.update(asset=lambda name: address_of(name, assets), languages=NAMES)
    return environment
