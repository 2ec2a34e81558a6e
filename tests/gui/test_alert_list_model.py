from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from gui.alert_list import AlertList, AlertRow
from gui.alert_list_model import ROW, AlertListModel
from sync.messages import Answer
from tests.gui.builders import make_alert, make_decision


def rows(*numbers: int) -> tuple[AlertRow, ...]:
    return AlertList().merged([make_alert(n) for n in numbers]).rows()


def shown(model: AlertListModel) -> list[AlertRow]:
    return [model.index(n).data(ROW) for n in range(model.rowCount())]


def test_the_model_keeps_qts_contract(qtmodeltester: Any) -> None:
    model = AlertListModel()
    model.replace(rows(1, 2, 3))
    qtmodeltester.check(model)
    model.replace(rows(1, 2, 3, 4))
    qtmodeltester.check(model)


@given(st.lists(st.sets(st.integers(1, 12)), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_comes_the_model_shows_the_list(qapp: QApplication, steps: list[set[int]]) -> None:
    model = AlertListModel()
    for step in steps:
        wanted = rows(*step)
        model.replace(wanted)
        assert shown(model) == list(wanted)


def test_a_new_alert_is_inserted_and_the_selection_stays(qapp: QApplication) -> None:
    model = AlertListModel()
    model.replace(rows(1, 2))
    inserted: list[tuple[int, int]] = []
    model.rowsInserted.connect(lambda _parent, first, last: inserted.append((first, last)))
    model.modelReset.connect(lambda: inserted.append((-1, -1)))
    model.replace(rows(1, 2, 3))
    assert inserted == [(0, 0)]


def test_only_a_changed_row_is_painted_again(qapp: QApplication) -> None:
    model = AlertListModel()
    model.replace(rows(1, 2, 3))
    changed: list[int] = []
    model.dataChanged.connect(lambda first, _last: changed.append(first.row()))
    answered = make_alert(2, decisions=(make_decision(Answer.SAME),))
    model.replace(AlertList().merged([make_alert(1), answered, make_alert(3)]).rows())
    assert changed == [1]


def test_an_alert_is_found_by_its_id(qapp: QApplication) -> None:
    model = AlertListModel()
    model.replace(rows(1, 2, 3))
    assert model.index_of("alert-1").row() == 2
    assert not model.index_of("gone").isValid()
    assert not model.index_of(None).isValid()
