"""Pure: a package that starts from an earlier version, merged into the complete one it stands for."""

import msgspec

from edge_agent.errors import WatchlistError
from sync.watchlist_package import WatchlistPackage


def complete_package(package: WatchlistPackage, known: WatchlistPackage | None) -> WatchlistPackage:
    """Return `package` itself when it is complete, else `known` with its changes.

    Raises `WatchlistError` when it starts from another version than `known`, changes the embedding contract
    or removes a subject that is not there.
    """
    if package.base_version is None:
        return package
    name = f"watchlist {package.list_id} version {package.version}"
    if known is None or known.version != package.base_version:
        here = "none" if known is None else f"version {known.version}"
        raise WatchlistError(f"{name} starts from version {package.base_version}, here is {here}")
    if known.contract != package.contract:
        raise WatchlistError(f"{name} changes the embedding contract without being complete")
    subjects = {subject.subject_id: subject for subject in known.subjects}
    for subject_id in package.removed_subject_ids:
        if subjects.pop(subject_id, None) is None:
            raise WatchlistError(f"{name} removes subject {subject_id}, who is not listed")
    subjects |= {subject.subject_id: subject for subject in package.subjects}
    return msgspec.structs.replace(
        package, base_version=None, subjects=tuple(subjects.values()), removed_subject_ids=()
    )
