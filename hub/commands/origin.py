"""`kechid-hub origin`: certificates of origin verified, and what the chain says kept on site."""

from hub.commands import origin_index, origin_nodes, origin_snapshot, origin_verify
from hub.commands.options import Commands, add_group


def add_parsers(commands: Commands) -> None:
    """Add the commands."""
    group = add_group(commands, "origin", "certificates of origin")
    origin_verify.add_parsers(group)
    origin_index.add_parsers(group)
    origin_snapshot.add_parsers(group)
    origin_nodes.add_parsers(group)
