"""Tells whether a model pack could be loaded here at the next start, before the one in use is given up."""

from collections.abc import Iterable
from pathlib import Path

from edge_agent.settings import ModelSection
from models.errors import LicenceError, ModelError
from models.pack import require_licence
from models.pack_files import problems, read_pack, search_order

MISSING, NOT_ACCEPTED, UNFIT = "pack-missing", "pack-not-accepted", "pack-unfit"


def pack_fault(name: str, models: ModelSection, contracts: Iterable[str]) -> str:
    """Say as a code why a pack cannot be used; empty: it can. `contracts` are those of the lists in force.

    A pack whose templates do not fit the lists would leave the lane without any list to search.
    """
    folders = [Path(folder) for folder in models.search_path]
    try:
        pack = read_pack(name, folders)
        require_licence(pack, accept_noncommercial=models.accept_noncommercial)
        lacks = [part for part, _, _ in problems(pack, search_order(folders)) if not part.optional]
    except LicenceError:
        return NOT_ACCEPTED
    except ModelError:
        return MISSING
    if lacks:
        return MISSING
    return UNFIT if set(contracts) - {pack.contract.contract_id} else ""
