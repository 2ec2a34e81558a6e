"""Reads the templates of forms: those that come with the hub, and a site's own beside them."""

from importlib import resources
from pathlib import Path

from hub.origin.certificate.templates import Template, TemplateError, parse_template

_FOLDER = resources.files("hub.origin.certificate") / "data"


def read_templates(own: Path | None = None) -> dict[str, Template]:
    """Read all by name; one of the site's folder takes the place of ours; raises `TemplateError`."""
    files = [(file.name, file.read_text(encoding="utf-8")) for file in _FOLDER.iterdir()]
    templates = {}
    for name, text in (*sorted(files), *_own_files(own)):
        if name.endswith(".toml"):
            template = parse_template(text, name)
            templates[template.name] = template
    return templates


def _own_files(folder: Path | None) -> list[tuple[str, str]]:
    if folder is None:
        return []
    try:
        return [(str(path), path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))]
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(f"{folder}: {error}") from error
