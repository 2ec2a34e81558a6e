"""Tables of duties from files: a bad row is named, a changed file counts at once."""

import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from hub.declarations.duty.rules import in_force
from hub.declarations.duty_files import DutyFolder, DutyTablesError, read_duty_tables
from tests.hub.declarations.duty.tables import TABLES, tables, write_tables


def test_the_packaged_examples_can_be_read_and_say_that_they_are_examples() -> None:
    found = read_duty_tables()
    assert in_force(found.territories, date(2026, 3, 14)) is not None
    rules = [rule for tax in found.taxes.values() for rules in tax.rules.values() for rule in rules]
    sources = [rule.source for rule in rules] + [limit.source for limit in found.limits]
    sources += [one.source for one in found.territories] + [one.source for one in found.regimes]
    assert all(source.startswith("Example: ") for source in sources)
    for day, limit in ((date(2018, 12, 31), 1000), (date(2019, 1, 1), 300)):
        assert [one.amount_usd for one in found.limits if one.valid_from <= day <= one.valid_to] == [limit]


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("duty", "61,,15", "61,,many", "duty.csv: line 4: percent 'many' cannot be"),
        ("duty", "61,,15", "61,,-1", "duty.csv: line 4: percent '-1' cannot be"),
        ("duty", "61,,15", "6x,,15", "duty.csv: line 4: hs_prefix '6x' cannot be"),
        ("duty", "0.70,USD", "0.70,", "duty.csv: line 4: amount, currency and unit go together"),
        ("duty", "15,,,", ",,,", "duty.csv: line 2: there is neither a percent nor an amount"),
        ("duty", "2018-12-31", "2019-01-01", "duty.csv:5 and duty.csv:6 hold on the same days"),
        ("duty", "2018-12-31", "2004-01-01", "duty.csv: line 5: valid_from 2005-01-01 is after valid_to"),
        ("vat", "2001-01-01", "soon", "vat.csv: line 2: valid_from 'soon' cannot be"),
        ("limits", "amount_usd", "amount", "limits.csv: line 2: there is no 'amount_usd'"),
        ("territory", ",up,", ",sideways,", "territory.csv: line 2: rounding 'sideways' cannot be"),
        ("exchange_rates", "USD,1,", "USD,0,", "exchange_rates.csv: line 2: units '0' cannot be"),
        ("exchange_rates", "1.7000", "NaN", "exchange_rates.csv: line 2: rate 'NaN' cannot be"),
    ],
)
def test_a_bad_row_is_named_with_file_line_and_reason(
    tmp_path: Path, name: str, before: str, after: str, said: str
) -> None:
    text = TABLES[f"{name}.csv"]
    assert before in text
    with pytest.raises(DutyTablesError) as caught:
        tables(tmp_path, **{name: text.replace(before, after, 1)})
    assert said in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_a_missing_file_and_one_that_is_not_utf_8_are_named(tmp_path: Path) -> None:
    folder = write_tables(tmp_path)
    (folder / "vat.csv").write_bytes(b"\xff")
    with pytest.raises(DutyTablesError, match=r"vat\.csv: byte 0 is not UTF-8"):
        read_duty_tables(folder)
    (folder / "vat.csv").unlink()
    with pytest.raises(DutyTablesError, match=r"vat\.csv: No such file"):
        read_duty_tables(folder)


def test_a_changed_file_counts_at_the_next_look_and_a_bad_one_does_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = DutyFolder(write_tables(tmp_path))
    first = folder.current()
    assert folder.current() is first
    rates = tmp_path / "exchange_rates.csv"
    rates.write_text(TABLES[rates.name] + "2026-03-14,USD,1,1.8000\n", encoding="utf-8")
    os.utime(rates, ns=(1, 1))
    second = folder.current()
    assert second.edition != first.edition
    rate = second.rates.on("USD", date(2026, 3, 14))
    assert rate is not None
    assert rate.value == Decimal("1.8")
    rates.write_text("day,currency,units,rate\n2026-03-14,USD,1,dear\n", encoding="utf-8")
    assert folder.current() is second
    assert folder.current() is second
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "line 2: rate 'dear'" in caplog.text


def test_tables_that_were_never_good_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DutyTablesError, match=r"territory\.csv"):
        DutyFolder(tmp_path / "nothing").current()
