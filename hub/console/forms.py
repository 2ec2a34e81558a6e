"""Forms as they come back: what was typed, and what is wrong with it in words. Pure."""

from collections.abc import Mapping, Sequence
from gettext import NullTranslations

from hub.console.subject_form import FormState
from hub.console.wording import field_problem
from hub.errors import FieldProblem


def returned_form(
    values: Mapping[str, str | tuple[str, ...]], problems: Sequence[FieldProblem], words: NullTranslations
) -> FormState:
    """Put each problem in words beside the field that its pointer ends with."""
    said = {one.pointer.rpartition("/")[2]: field_problem(one.code, words) for one in problems}
    return FormState(dict(values), said)
