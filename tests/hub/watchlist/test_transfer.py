"""Import and export: every row examined, nothing half-done, hostile archives refused by name."""

import io
import json
import zipfile
from collections.abc import Callable

import pytest

from hub.errors import InvalidInputError
from hub.people.audit import latest
from hub.store.database import reading, writing
from hub.watchlist.exporting import Format, export_list
from hub.watchlist.importing import ImportReport, prepare_import
from hub.watchlist.proposals import ProposalState, propose
from hub.watchlist.subjects import create_list, list_subjects, subject
from hub.watchlist.transfer_archive import open_archive
from hub.watchlist.transfer_rows import COLUMNS, neutral, read_csv
from tests.hub.builders import LIST, NOW, Hub, picture
from tests.hub.four_eyes import approve_all

HEADING = ",".join(COLUMNS)


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    return hub_on_each


def row(key: str = "K-1", name: str = "Rəşad Məmmədov", photo: str = "a.jpg", **changed: str) -> str:
    cells = {
        "external_key": key,
        "display_name": name,
        "aliases": "Рашад Мамедов|რაშად მამედოვი",
        "category": "wanted",
        "severity": "2",
        "legal_basis": "Court order",
        "authority": "Court",
        "photos": photo,
    } | changed
    return ",".join(cells.get(column, "") for column in COLUMNS)


def archive(*rows: str, encoding: str = "utf-8", **photos: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("subjects.csv", "\n".join([HEADING, *rows]).encode(encoding))
        for name, content in photos.items():
            file.writestr(f"{name}.jpg", content)
    return target.getvalue()


def imported(hub: Hub, content: bytes, list_id: str = LIST) -> ImportReport:
    """Import with a second officer's approval."""
    prepared = prepare_import(hub.services, list_id, ("people.zip", content))
    if prepared.content is not None:
        with writing(hub.services.engine) as connection:
            made = propose(hub.services, connection, list_id, prepared.content, actor="nigar")
        assert made.state is ProposalState.WAITING
        approve_all(hub.services)
    return prepared.report


def names(hub: Hub, list_id: str = LIST, name: str = "") -> list[str]:
    with reading(hub.services.engine) as connection:
        found = list_subjects(connection, list_id, now=NOW, name=name).items
    return sorted(one.display_name for one in found)


def actions(report: ImportReport) -> list[str]:
    return [one.action for one in report.rows]


def test_people_are_imported_and_found_in_every_script(hub: Hub) -> None:
    content = archive(row(), row("K-2", "Олег Савченко", "b.jpg", aliases=""), a=picture(1), b=picture(2))
    assert actions(imported(hub, content)) == ["enrol", "enrol"]
    assert names(hub) == ["Rəşad Məmmədov", "Олег Савченко"]
    for typed in ("Мамедов", "mammadov rash", "მამედოვი", "Məmmədov"):
        assert names(hub, name=typed) == ["Rəşad Məmmədov"]
    assert names(hub, name="Savchenko") == ["Олег Савченко"]


def test_an_import_repeated_changes_nothing_and_a_changed_row_amends(hub: Hub) -> None:
    imported(hub, archive(row(), a=picture(1)))
    assert actions(imported(hub, archive(row(), a=picture(1)))) == ["unchanged"]
    assert actions(imported(hub, archive(row(severity="3"), a=picture(1)))) == ["amend"]
    more = archive(row(photo="a.jpg|b.jpg", severity="3"), a=picture(1), b=picture(1, width=180))
    assert actions(imported(hub, more)) == ["amend"]
    with reading(hub.services.engine) as connection:
        (found,) = list_subjects(connection, LIST, now=NOW).items
        detail = subject(connection, found.subject_id, now=NOW)
    assert (detail.record.severity, len(detail.references)) == (3, 2)


@pytest.mark.parametrize(
    ("bad", "pointer", "code"),
    [
        (row("K-2", severity="9", photo="b.jpg"), "/severity", "out-of-range"),
        (row("K-2", category="sorcery", photo="b.jpg"), "/category", "unknown"),
        (row("K-2", " ", "b.jpg"), "/display_name", "missing"),
        (row("K-2", photo="nowhere.jpg"), "/photos/0", "missing"),
        (row("K-2", photo=""), "/photos", "missing"),
        (row("K-2", photo="c.jpg"), "/photos/0", "markup"),
        (row("", photo="b.jpg"), "/external_key", "missing"),
        (row("K-1", photo="b.jpg"), "/external_key", "twice"),
        (row("K-2", photo="b.jpg", expires_at="soon"), "/expires_at", "not-a-date"),
    ],
)
def test_one_bad_row_is_named_and_keeps_all_of_them_out(hub: Hub, bad: str, pointer: str, code: str) -> None:
    report = imported(hub, archive(row(), bad, a=picture(1), b=picture(2), c=b"<html></html>"))
    problems = [(each.pointer, each.code) for one in report.rows for each in one.problems]
    assert (pointer, code) in problems
    assert names(hub) == []


def test_somebody_listed_who_looks_alike_stops_the_row(hub: Hub) -> None:
    imported(hub, archive(row(), a=picture(1)))
    report = imported(hub, archive(row("K-9", "Somebody", aliases=""), a=picture(1, width=180)))
    assert [one.code for one in report.rows[0].problems] == ["resembles"]


@pytest.mark.parametrize(
    ("encoding", "named"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("cp1251", "cp1251")]
)
def test_the_encoding_is_named(encoding: str, named: str) -> None:
    table = read_csv(f"{HEADING}\n{row('K', 'Олег', aliases='')}".encode(encoding))
    assert (table.encoding, table.rows[0].values["display_name"]) == (named, "Олег")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_formula_is_written_as_text_and_reported_when_it_comes(text: str) -> None:
    assert neutral(text) == f"'{text}"
    cell = text.replace("\r", "").replace("\t", "")
    table = read_csv(f"{HEADING}\n{row('K', cell, aliases='')}".encode())
    assert (table.rows[0].values["display_name"], table.rows[0].formulas) == (cell, ("display_name",))


@pytest.mark.parametrize("format", ["csv", "json"])
def test_an_export_is_recorded_and_another_list_takes_it(hub: Hub, format: Format) -> None:
    imported(hub, archive(row(name="=cmd()"), a=picture(1, width=300)))
    target = io.BytesIO()
    with writing(hub.services.engine) as connection:
        assert export_list(hub.services, connection, LIST, target, format=format, actor="nigar") == 1
        entry = latest(connection, 1)[0]
        create_list(connection, "other", "Other", NOW)
    assert (entry.action, entry.actor) == ("list-exported", "nigar")
    table = zipfile.ZipFile(target).read(f"subjects.{format}")
    assert (b"'=cmd()" in table) is (format == "csv")
    (found,) = open_archive(target.getvalue()).table.rows
    assert found.values["display_name"] == "=cmd()"
    assert found.aliases == ("Рашад Мамедов", "რაშად მამედოვი")


def hostile(write: Callable[[zipfile.ZipFile], None]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("subjects.csv", HEADING)
        write(file)
    return target.getvalue()


def link(file: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("photo.jpg")
    entry.external_attr = 0o120777 << 16
    file.writestr(entry, "/etc/passwd")


HOSTILE = {
    "climbs": (hostile(lambda file: file.writestr("../a.jpg", b"")), "path-traversal"),
    "absolute": (hostile(lambda file: file.writestr("/etc/a.jpg", b"")), "path-traversal"),
    "drive": (hostile(lambda file: file.writestr("C:\\a.jpg", b"")), "path-traversal"),
    "link": (hostile(link), "path-traversal"),
    "bomb": (hostile(lambda file: file.writestr("a.jpg", bytes(8 << 20))), "decompression-bomb"),
    "no-table": (archive().replace(b"subjects.csv", b"subjects.xls"), "unreadable"),
    "cut": (archive(row(), a=picture(1))[:200], "unreadable"),
    "no-csv": (b"\xff\xfe\x00", "unreadable"),
    "unknown-column": (b"name,age\nA,1", "unreadable"),
    "no-json": (b"[{", "unreadable"),
    "json-of-something-else": (json.dumps([1, 2]).encode(), "unreadable"),
}


@pytest.mark.parametrize(("content", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_by_name(content: bytes, code: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        open_archive(content)
    assert [one.code for one in refusal.value.problems] == [code]
