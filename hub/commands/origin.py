"""`kechid-hub origin`: certificates of origin issued and verified, what the chain says kept on site."""

from hub.commands import (
    origin_acts,
    origin_exchange,
    origin_governing,
    origin_index,
    origin_issuing,
    origin_keys,
    origin_nodes,
    origin_paper,
    origin_recheck,
    origin_snapshot,
    origin_verify,
)
from hub.commands.options import Commands, add_group

COMMANDS = (
    origin_verify,
    origin_recheck,
    origin_paper,
    origin_exchange,
    origin_issuing,
    origin_acts,
    origin_index,
    origin_snapshot,
    origin_nodes,
    origin_keys,
    origin_governing,
)


def add_parsers(commands: Commands) -> None:
    """Add the commands."""
    group = add_group(commands, "origin", "certificates of origin")
    for module in COMMANDS:
        module.add_parsers(group)
