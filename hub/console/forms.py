"""Forms as they come back: what was typed, and what is wrong with it in words. Pure."""

from collections.abc import Mapping, Sequence
from gettext import NullTranslations

from hub.console.subject_form import FormState
from hub.console.wording import field_problem
from hub.errors import FieldProblem


def returned_form(
    values: Mapping[str, str | tuple[str, ...]], problems: Sequence[FieldProblem], words: NullTranslations
) -> FormState:
    """Put each problem in words beside its field; one of several chosen belongs to the whole choice."""
    said = {_field_of(one.pointer): field_problem(one.code, words) for one in problems}
    return FormState(dict(values), said)


def _field_of(pointer: str) -> str:
    """Name the field that a pointer ends with, or that holds the entry it ends with."""
    before, _, last = pointer.rpartition("/")
    return before.rpartition("/")[2] if last.isdecimal() else last
