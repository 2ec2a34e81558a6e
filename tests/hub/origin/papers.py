"""Drawn certificates of every form in several languages; nobody on them exists."""

import random
from datetime import date, timedelta

from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.certificate.certificate import Certificate, StateCode
from hub.origin.certificate.paths import path_in_row, place_of
from hub.origin.certificate.template_files import read_templates

FORMS = ("ct-1", "eur-1", "form-a", "guam", "st-1")
REGISTRY = RegistryPlace(9441, bytes(range(1, 21)))
LANGUAGES = {
    "GE": ("eng", "kat"),
    "UA": ("eng", "ukr"),
    "AZ": ("eng", "aze"),
    "MD": ("eng", "ron"),
    "RU": ("rus",),
}
"""Languages of an exporter, the reader's names for them, by state."""
_NAMES = {
    "eng": (
        "Sample Orchards LLC",
        "Example Valley Wines Ltd",
        "Model Hill Foods JSC",
        "Specimen Tea Company",
    ),
    "aze": ("Nümunə Ticarət MMC", "Örnək Qida Sənayesi ASC", "Şəffaf Çeşmə MMC", "Gülüstan Təchizat MMC"),
    "kat": ("შპს ნიმუშის ბაღი", "სს მაგალითი ღვინო", "შპს საცდელი ჩაი", "შპს ველის პური"),
    "ukr": ("ТОВ Приклад Олія", "ПрАТ Зразок Цукор", "ТОВ Їжа Ґазди", "ТОВ Взірець Борошно"),
    "ron": ("SRL Exemplu Vinuri", "SRL Mostră Țesături", "SA Pildă Conserve", "SRL Șablon Nuci"),
    "rus": ("ООО Образец Торг", "АО Пример Сталь", "ООО Макет Пищепром", "ООО Шаблон Мебель"),
}
_STREETS = {
    "eng": ("Example Street {}, Gori", "Sample Lane {}, Telavi"),
    "aze": ("Nümunə küçəsi {}, Bakı", "Örnək prospekti {}, Gəncə"),
    "kat": ("ნიმუშის ქუჩა {}, გორი", "მაგალითის გზა {}, თელავი"),
    "ukr": ("вул. Прикладна {}, Одеса", "вул. Зразкова {}, Київ"),
    "ron": ("str. Exemplului {}, Chișinău", "bd. Mostrei {}, Bălți"),
    "rus": ("ул. Образцовая {}, Ростов", "пр. Примерный {}, Пермь"),
}
_GOODS = {
    "eng": (
        ("Fresh apples, first class", "080810"),
        ("Red wine in bottles", "220421"),
        ("Hazelnuts, shelled", "080222"),
    ),
    "aze": (("Pomidor, təzə", "070200"), ("Fındıq ləpəsi", "080222"), ("Üzüm şərabı", "220421")),
    "kat": (("წითელი ღვინო ბოთლებში", "220421"), ("ახალი ვაშლი", "080810"), ("მინერალური წყალი", "220110")),
    "ukr": (
        ("Олія соняшникова рафінована", "151219"),
        ("Цукор білий", "170199"),
        ("Борошно пшеничне", "110100"),
    ),
    "ron": (("Vin alb îmbuteliat", "220421"), ("Nuci în coajă", "080231"), ("Țesături de bumbac", "520851")),
    "rus": (
        ("Масло подсолнечное", "151219"),
        ("Трубы стальные бесшовные", "730431"),
        ("Мебель деревянная", "940360"),
    ),
}
_PLACES = {
    "eng": "Tbilisi",
    "aze": "Bakı",
    "kat": "თბილისი",
    "ukr": "Київ",
    "ron": "Chișinău",
    "rus": "Москва",
}
_PACKAGES = ("boxes", "cartons", "pallets", "bags")
_CRITERIA = {
    "ct-1": ("П", "Д"),
    "st-1": ("П", "Д"),
    "guam": ("P", "D"),
    "form-a": ("P", "W"),
    "eur-1": ("", ""),
}
TEMPLATES = read_templates()


def paper(form: str, language: str, rng: random.Random, items: int = 2) -> Certificate:
    """Draw one on a form, its exporter's texts in a language."""
    day = date(2026, 1, 1) + timedelta(days=rng.randrange(300))
    state = next(state for state, languages in LANGUAGES.items() if language in languages)
    fields = _parties(language, state, rng) | {
        "transport": rng.choice(("Lorry, Red Bridge", "By sea, port of Poti", "Rail, Beyuk Kesik")),
        "remarks": f"Contract {rng.randrange(100, 999)}/{rng.randrange(20, 27)}",
        "endorsement.place": _PLACES[language],
        "declaration.place": _PLACES[language],
        "declaration.date": (day - timedelta(days=1)).isoformat(),
    }
    for row in range(1, items + 1):
        fields |= _item(form, language, row, rng)
        fields[f"invoices.{row}.number"] = f"IN-{rng.randrange(1000, 9999)}"
        fields[f"invoices.{row}.date"] = (day - timedelta(days=rng.randrange(2, 9))).isoformat()
    shown = TEMPLATES[form].fields
    return Certificate(
        form=form,
        state=StateCode(state),
        number=f"{state}-{rng.randrange(100000, 999999)}",
        issued_on=day,
        fields={path: value for path, value in fields.items() if place_of(path).pattern in shown},
    )


def _parties(language: str, state: str, rng: random.Random) -> dict[str, str]:
    consignee = "aze" if state != "AZ" else "ron"
    return {
        "exporter.name": rng.choice(_NAMES[language]),
        "exporter.address": rng.choice(_STREETS[language]).format(rng.randrange(1, 99)),
        "exporter.id": str(rng.randrange(10**8, 10**9)),
        "consignee.name": rng.choice(_NAMES[consignee]),
        "consignee.address": rng.choice(_STREETS[consignee]).format(rng.randrange(1, 99)),
        "consignee.id": str(rng.randrange(10**9, 10**10)),
        "origin_state": state,
        "destination_state": "AZ" if state != "AZ" else "MD",
    }


def _item(form: str, language: str, row: int, rng: random.Random) -> dict[str, str]:
    description, hs_code = rng.choice(_GOODS[language])
    gross = rng.randrange(400, 20000)
    wholly, worked = _CRITERIA[form]
    values = {
        "description": description,
        "hs_code": hs_code,
        "packages": f"{rng.randrange(10, 900)} {rng.choice(_PACKAGES)}",
        "marks": f"SO {rng.randrange(1, 99)}-{rng.randrange(100, 999)}",
        "criterion": rng.choice((wholly, f"{worked}{hs_code[:4]}")),
        "gross_mass_kg": str(gross),
        "net_mass_kg": f"{gross * 19 // 20}.5",
    }
    return {path_in_row(f"items.N.{name}", row): value for name, value in values.items()}


def anchored_paper(certificate: Certificate, rng: random.Random, steps: int = 10) -> AnchoredCertificate:
    """Give it a key, a place and a way to a root that nobody anchored."""
    return AnchoredCertificate(
        certificate=certificate,
        key=rng.randbytes(16),
        registry=REGISTRY,
        index=rng.randrange(2**steps),
        proof=tuple(rng.randbytes(32) for _ in range(steps)),
    )
