"""Keeps the interpreter's limit of recursion while libraries are loaded that raise it for the whole process.

`py_ecc`, which web3 and py-evm bring along, sets it to 100,000 on import. From then on a deeply nested JSON
text that anybody sends ends the process by a stack overflow instead of an exception.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kept_recursion_limit() -> Iterator[None]:
    """Set the limit back to what it was when the block ends."""
    limit = sys.getrecursionlimit()
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
