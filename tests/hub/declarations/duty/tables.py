"""Writes small tables of duties, with round numbers to reckon by hand."""

from pathlib import Path

from hub.declarations.duty.rules import DutyTables
from hub.declarations.duty_files import read_duty_tables

TABLES = {
    "territory.csv": """\
country,currency,unit,rounding,valid_from,valid_to,source
AZ,AZN,0.01,up,2006-01-01,,law 1
""",
    "duty.csv": """\
hs_prefix,regime,percent,amount,currency,unit,valid_from,valid_to,source
,,15,,,,2005-01-01,,law 2
,guam,0,,,,2005-01-01,,law 3
61,,15,0.70,USD,KGM,2005-01-01,,law 4
8471,,3,,,,2005-01-01,2018-12-31,law 5
8471,,0,,,,2019-01-01,,law 6
847130,,1,,,,2025-01-01,,law 7
""",
    "excise.csv": """\
hs_prefix,regime,percent,amount,currency,unit,valid_from,valid_to,source
2208,,,3.50,AZN,LTR,2005-01-01,,law 8
7113,,5,,,,2005-01-01,,law 9
""",
    "vat.csv": """\
hs_prefix,regime,percent,amount,currency,unit,valid_from,valid_to,source
,,18,,,,2001-01-01,,law 10
4901,,0,,,,2001-01-01,,law 11
""",
    "regimes.csv": """\
regime,countries,valid_from,valid_to,source
guam,GE UA MD,2005-01-01,,law 12
""",
    "limits.csv": """\
amount_usd,modes,excluded,valid_from,valid_to,source
1000,4 5,22 24,2013-01-01,2018-12-31,law 13
300,4 5,22 24,2019-01-01,,law 14
""",
    "exchange_rates.csv": """\
day,currency,units,rate
2018-01-01,USD,1,1.7000
2026-03-10,EUR,1,2.0000
2026-03-12,EUR,1,2.1000
2026-03-10,RUB,100,2.0000
""",
}


def write_tables(folder: Path, **changes: str) -> Path:
    """Write every file; `changes`: other text for one, by its name without the suffix."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in TABLES.items():
        (folder / name).write_text(changes.get(name.removesuffix(".csv"), text), encoding="utf-8")
    return folder


def tables(folder: Path, **changes: str) -> DutyTables:
    """Write and read them."""
    return read_duty_tables(write_tables(folder, **changes))
