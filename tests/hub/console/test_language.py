import pytest

from hub.console.language import NAMES, choose_language, load_languages


@pytest.mark.parametrize(
    ("wanted", "accepted", "chosen"),
    [
        ("ru", "az", "ru"),
        (None, "ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        (None, "de, en-GB;q=0.5, az;q=0.7", "az"),
        (None, "fr", "az"),
        (None, "ru;q=0, en;q=0.1", "en"),
        (None, None, "az"),
        ("xx", "en", "en"),
        ("../../etc", None, "az"),
        (None, ";;;q=,,ru", "ru"),
    ],
)
def test_the_readers_choice_comes_before_the_browsers(
    wanted: str | None, accepted: str | None, chosen: str
) -> None:
    assert choose_language(wanted, accepted) == chosen


def test_every_language_has_a_catalogue() -> None:
    languages = load_languages()

    assert list(languages) == list(NAMES)
    assert languages["az"].words.gettext("Sign in") == "Daxil ol"
    assert languages["ru"].words.gettext("Sign in") == "Войти"
