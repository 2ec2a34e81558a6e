"""A description has to say what the goods are, in whichever of seven languages."""

from datetime import date

import pytest

from hub.declarations.cleansing.descriptions import cleanse_description
from hub.declarations.cleansing.vague_words import Inflection, VagueWord, VagueWords, WordGroup
from hub.declarations.findings import Weight
from hub.declarations.reference_files import LANGUAGES
from tests.hub.declarations.cleansing.checking import DAY, REFERENCE, codes_of, notes, only

VAGUE = {
    "en": (
        "gift",
        "Gifts",
        "spare parts",
        "PARTS",
        "samples",
        "clothes",
        "personal effects",
        "electronics",
    ),
    "ru": (
        "подарок",
        "Подарки",
        "запчасти",
        "запасные части",
        "образцы",
        "одежда",
        "личные вещи",
        "товары",
        "техника",
    ),
    "az": (
        "hədiyyə",
        "HƏDİYYƏLƏR",
        "hediyye",
        "ehtiyat hissələri",
        "nümunələr",
        "geyim",
        "şəxsi əşyalar",
        "məhsullar",
    ),
    "tr": (
        "hediye",
        "HEDİYELİK EŞYA",
        "yedek parça",
        "numuneler",
        "giyim",
        "kişisel eşyalar",
        "ürünler",
        "malzemeler",
    ),
    "uk": ("подарунок", "Подарунки", "запчастини", "зразки", "одяг", "особисті речі", "товари", "іграшки"),
    "ka": (
        "საჩუქარი",
        "საჩუქრები",
        "სათადარიგო ნაწილები",
        "ნიმუში",
        "ტანსაცმელი",
        "პირადი ნივთები",
        "პროდუქტები",
    ),
    "ro": (
        "cadou",
        "CADOURI",
        "piese de schimb",
        "mostre",
        "îmbrăcăminte",
        "efecte personale",
        "produse",
        "haine",
    ),
}
GOOD = {
    "en": """Men's cotton T-shirt; Bicycle spare parts; Gift box with dark chocolate; particle board;
        partition; male wig; kites; hiking boots; malt; phone case; wallpaper; haircut scissors;
        tractor seat; Setter brush; partridge""",
    "ru": """Мужская хлопковая рубашка; Запчасти для велосипеда; Кофе в зёрнах; Частотомер; наушники; чехол
        для телефона; куртка; кроссовки; духи; крем для рук; шампунь; лампа; ковёр; пробка
        винная; детское кресло; часы; щётка""",
    "az": """Kişi üçün pambıq köynək; Velosiped üçün ehtiyat hissələri; Gümüş üzük; qulaqlıq; telefon qabı;
        ayaq darağı; uşaq kürəsi; çanta; kitab; ətir; xalça; saat; lampa; şampun; gödəkçə;
        malina mürəbbəsi; diş fırçası""",
    "tr": """Erkek pamuklu gömlek; Bisiklet yedek parçası; Deri cüzdan; kulaklık; telefon kılıfı; çanta;
        kitap; parfüm; halı; saat; lamba; şampuan; ceket; diş fırçası; çocuk elbisesi; malt;
        tozluk; yemeni; hapşırık mendili""",
    "uk": """Чоловіча бавовняна сорочка; Запчастини до велосипеда; Вовняний шарф; навушники; чохол для
        телефону; сумка; книга; парфуми; килим; годинник; лампа; шампунь; куртка; зубна щітка;
        гранат; граблі; лікер; річка""",
    "ka": """მამაკაცის ბამბის პერანგი; ველოსიპედის ნაწილები; ვერცხლის ბეჭედი; ყურსასმენი; ტელეფონის ქეისი;
        ჩანთა; წიგნი; სუნამო; ხალიჩა; საათი; ლამპა; შამპუნი; ქურთუკი; კბილის ჯაგრისი; სხვენი;
        ნაწნავი""",
    "ro": """Cămașă de bumbac pentru bărbați; Piese de schimb pentru bicicletă; Inel de argint; căști; husă
        de telefon; geantă; carte; parfum; covor; ceas; lampă; șampon; geacă; periuță de dinți;
        mixer; altar; bunică; lucernă""",
}


@pytest.mark.parametrize(
    ("language", "description"), [(name, text) for name, texts in VAGUE.items() for text in texts]
)
def test_vague_words_alone_are_an_error_with_an_example(language: str, description: str) -> None:
    gathered = notes()
    cleanse_description(description, 2, gathered, REFERENCE, DAY)
    found = only(gathered)
    assert (found.code, found.weight) == ("description-vague", Weight.ERROR)
    assert found.pointer == "/items/2/description"
    assert found.values["word"] in description
    assert found.values["example"] in found.fix


@pytest.mark.parametrize(
    ("language", "description"),
    [(name, " ".join(text.split())) for name, texts in GOOD.items() for text in texts.split(";")],
)
def test_description_that_says_the_goods_is_taken(language: str, description: str) -> None:
    gathered = notes()
    assert cleanse_description(description, 0, gathered, REFERENCE, DAY) == description
    assert not gathered.findings


@pytest.mark.parametrize(
    "description",
    [
        "Cotton shirts and miscellaneous",
        "Рубашки и прочее",
        "Köynək və digər",
        "Gömlek ve diğer",
        "Сорочки тощо",
        "პერანგი და სხვა",
        "Cămăși și altele",
    ],
)
def test_word_that_leaves_the_rest_open_is_doubted_beside_good_ones(description: str) -> None:
    gathered = notes()
    cleanse_description(description, 0, gathered, REFERENCE, DAY)
    assert (only(gathered).code, only(gathered).weight) == ("description-vague-word", Weight.DOUBT)


@pytest.mark.parametrize(
    ("description", "code"),
    [
        ("   ", "description-missing"),
        ("12345", "description-no-words"),
        ("--- / !!", "description-no-words"),
        ("xxxxxx", "description-no-words"),
        ("of the 2", "description-no-words"),
        ("TV", "description-short"),
        ("N/A", "description-short"),
        ("https://shop.example/item/17", "description-address"),
        ("www.shop.example", "description-address"),
        ("NIKE", "description-brand-only"),
        ("Apple iPhone 15", "description-brand-only"),
        ("男士衬衫", "description-script"),
        ("قميص رجالي", "description-script"),
    ],
)
def test_what_says_nothing_is_told_by_its_kind(description: str, code: str) -> None:
    gathered = notes()
    cleanse_description(description, 0, gathered, REFERENCE, DAY)
    assert code in codes_of(gathered)
    assert all(one.fix for one in gathered.findings if one.code == code)


def test_vague_word_hidden_by_letters_of_another_alphabet_is_found() -> None:
    gathered = notes()
    cleanse_description("gіft", 0, gathered, REFERENCE, DAY)
    assert codes_of(gathered) == ["text-look-alike", "description-vague"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_at_least_forty_terms(language: str) -> None:
    assert REFERENCE.vague.count(language) >= 40


def test_word_counts_only_on_its_days() -> None:
    group = WordGroup("gift", is_always_doubted=False, example="")
    word = VagueWord(("gift",), group, "en", since=date(2026, 1, 1), until=date(2026, 6, 30))
    words = VagueWords([word], {"en": Inflection(frozenset(("s",)), shortest=3)}, [])
    counts = [
        bool(words.found_in("gifts", day)[0])
        for day in (date(2025, 12, 31), date(2026, 6, 30), date(2026, 7, 1))
    ]
    assert counts == [False, True, False]


def test_longest_phrase_is_the_one_told() -> None:
    found, _ = REFERENCE.vague.found_in("Spare parts", DAY)
    assert [(one.start, one.end) for one in found] == [(0, 11)]
