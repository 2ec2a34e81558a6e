import pytest

from hardware.check_digit import check_digit, is_zone_text


@pytest.mark.parametrize(
    ("text", "digit"),
    [("520727", 3), ("AB2134<<<", 5), ("L898902C3", 6), ("740812", 2), ("120415", 9), ("", 0), ("<<<<<<", 0)],
)
def test_published_examples(text: str, digit: int) -> None:
    """9303-3, 4.9, examples 1 and 2, and the specimen passport of 9303-4."""
    assert check_digit(text) == digit


@pytest.mark.parametrize(
    ("text", "is_zone"), [("AZ09<", True), ("", True), ("a", False), ("É", False), (" ", False), ("٣", False)]
)
def test_alphabet_of_a_zone(text: str, is_zone: bool) -> None:
    assert is_zone_text(text) is is_zone
