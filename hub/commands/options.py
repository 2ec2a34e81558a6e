"""Options that the commands share."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from hub.bootstrap import Services, create_services
from hub.commands.outcome import Outcome
from hub.settings import load_settings
from hub.settings_tree import HubSettings

Work: TypeAlias = Callable[[argparse.Namespace], Outcome]
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

HERE = Path("hub.toml")
COMMAND_LINE = "cli"
"""The actor in the audit log: whoever may read the machine's keys."""


def add_command(commands: Commands, name: str, work: Work, summary: str) -> argparse.ArgumentParser:
    """Add a command with the options that all share."""
    parser = commands.add_parser(name, help=summary, description=summary)
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="hub.toml")
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    parser.set_defaults(work=work)
    return parser


def add_command_without_settings(
    commands: Commands, name: str, work: Work, summary: str
) -> argparse.ArgumentParser:
    """Add a command that says something useful also where nothing is set up."""
    parser = commands.add_parser(name, help=summary, description=summary)
    config = f"hub.toml (default: {HERE} of this folder, where there is one)"
    parser.add_argument("--config", type=Path, metavar="FILE", help=config)
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    parser.set_defaults(work=work)
    return parser


def add_group(commands: Commands, name: str, summary: str) -> Commands:
    """Add a command that only has sub-commands."""
    group = commands.add_parser(name, help=summary, description=summary)
    return group.add_subparsers(title="commands", required=True, metavar="COMMAND")


def settings_of(options: argparse.Namespace) -> HubSettings:
    """Read the settings file; raises `SettingsError`."""
    return load_settings(options.config)


def settings_or_defaults(options: argparse.Namespace) -> HubSettings:
    """Read the named settings file, else this folder's, else take the defaults; raises `SettingsError`."""
    if options.config is None and not HERE.is_file():
        return HubSettings()
    return load_settings(options.config or HERE)


def services_of(options: argparse.Namespace) -> Services:
    """Open store and keys until the command ends; raises what `create_services` raises."""
    services = create_services(settings_of(options))
    options.opened.callback(services.engine.dispose)
    return services
