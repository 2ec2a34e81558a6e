"""``kechid-terminal``: the lane terminal."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from gui.errors import TerminalError
from gui.settings import Language, TerminalSettings, read_terminal_settings
from sync.errors import SyncError
from sync.version import VERSION


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the terminal; 0 when it was closed, 1 when it failed, 2 on wrong usage or bad input."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    try:
        return _run(options)
    except (TerminalError, SyncError) as error:
        sys.stderr.write(f"kechid-terminal: {error}\n")
        return 2
    except ImportError as error:
        sys.stderr.write(f"kechid-terminal: Qt cannot be loaded ({error}); install the extra: kechid[gui]\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(prog="kechid-terminal", description="The lane terminal of a checkpoint.")
    parser.add_argument("--version", action="version", version=VERSION)
    parser.add_argument("--config", required=True, type=Path, help="terminal.toml")
    parser.add_argument("--language", choices=[language.value for language in Language])
    parser.add_argument("--screenshot", type=Path, metavar="FILE", help="save the window there, then end")
    parser.add_argument("--after-s", type=float, default=5.0, metavar="N", help="seconds before --screenshot")
    parser.add_argument(
        "--screenshots", type=Path, metavar="DIR", help="save terminal-NNN.png there on every SIGUSR1"
    )
    return parser


def _run(options: argparse.Namespace) -> int:
    """Read the settings before Qt starts, so that a mistake costs no window."""
    settings = read_terminal_settings(options.config)
    if options.language:
        window = msgspec.structs.replace(settings.window, language=Language(options.language))
        settings = msgspec.structs.replace(settings, window=window)
    _require_folders(options)
    return _show(settings, options)


def _require_folders(options: argparse.Namespace) -> None:
    """Refuse pictures into nowhere at once, not after the wait."""
    wanted = {
        "--screenshot": options.screenshot and options.screenshot.parent,
        "--screenshots": options.screenshots,
    }
    for option, folder in wanted.items():
        if folder is not None and not folder.is_dir():
            raise TerminalError(f"{option}: {folder} is no folder")
    if not 0 <= options.after_s <= 3600:
        raise TerminalError(f"--after-s: {options.after_s} is not between 0 and 3600")


def _show(settings: TerminalSettings, options: argparse.Namespace) -> int:
    """Open the window and stay until it is closed."""
    from gui.bootstrap import log_in_by_itself, make_application, make_window
    from gui.running import run_window

    application = make_application()
    window = make_window(settings, application)
    return run_window(application, window, log_in_by_itself(window, settings), options)


if __name__ == "__main__":
    sys.exit(main())
