"""A node that is read and written through (port)."""

from typing import Protocol

from hub.origin.chain.node import ChainReader, ChainWriter


class IssuingNode(ChainReader, ChainWriter, Protocol):
    """What an authority needs of a node: to send, and to see what became of it."""
