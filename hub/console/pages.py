"""Turns templates into pages in the reader's language, with the headers every page carries."""

from collections.abc import Mapping
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import InternationalizationExtension

from hub.console.assets import Asset, asset_address
from hub.console.language import NAMES, Language
from hub.console.reader import Reader
from hub.people.access import Permission

TEMPLATES = Path(__file__).parent / "templates"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
"""No script or style but our own files; nothing personal stays in a browser's cache."""
_WITH_CAMERA = {"origin_check.html"}
_CAMERA_HEADERS = HEADERS | {"Permissions-Policy": "camera=(self), microphone=(), geolocation=()"}


class Pages:
    """Renders the templates of the console."""

    def __init__(self, languages: Mapping[str, Language], assets: Mapping[str, Asset]) -> None:
        self.languages = languages
        self._environments = {code: _environment(language, assets) for code, language in languages.items()}

    def render(self, template: str, reader: Reader, *, status: int = 200, **context: object) -> HTMLResponse:
        """Render one page for `reader`; raises `jinja2.UndefinedError` for a value the template lacks."""
        page = self._environments[reader.language.code].get_template(template)
        headers = _CAMERA_HEADERS if template in _WITH_CAMERA else HEADERS
        return HTMLResponse(page.render(reader=reader, **context), status_code=status, headers=headers)


def _environment(language: Language, assets: Mapping[str, Asset]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
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
    environment.globals.update(
        asset=lambda name: asset_address(name, assets), languages=NAMES, page_name="", Permission=Permission
    )
    return environment
