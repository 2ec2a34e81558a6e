"""A certificate with its way to the root."""

import msgspec
import pytest

from hub.errors import InvalidInputError
from hub.origin.anchoring.leaves import RegistryPlace, batch_key
from hub.origin.certificate.certificate import StateCode
from tests.hub.origin.certificate.samples import anchored, certificate


@pytest.mark.parametrize(("count", "index"), [(1, 0), (2, 1), (5, 4), (1000, 777)])
def test_it_leads_to_the_root_of_its_batch(count: int, index: int) -> None:
    document, tree = anchored(count, index)
    assert document.root == tree.root
    assert document.batch == batch_key(StateCode("GE"), tree.root)


@pytest.mark.parametrize(
    "changes",
    [
        {"certificate": certificate("GE-0002", items__1__gross_mass_kg="8401")},
        {"key": bytes(16)},
        {"registry": RegistryPlace(1, b"\xc0" * 20)},
        {"index": 3},
        {"proof": (bytes(32),) * 3},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_whatever_is_altered_leads_elsewhere(changes: dict[str, object]) -> None:
    document, tree = anchored(5, 2)
    assert msgspec.structs.replace(document, **changes).root != tree.root


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"key": b"short"}, "/key"),
        ({"proof": (b"short",)}, "/proof"),
        ({"proof": (bytes(32),) * 21}, "/proof"),
        ({"index": 8}, "/index"),
        ({"index": -1}, "/index"),
    ],
)
def test_what_leads_nowhere_is_refused(changes: dict[str, object], pointer: str) -> None:
    document, _ = anchored(5, 2)
    with pytest.raises(InvalidInputError) as caught:
        msgspec.structs.replace(document, **changes)
    assert [problem.pointer for problem in caught.value.problems] == [pointer]
