"""The form that drafts a profile: rows of fact, operator and value, or JSON for the rest. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from gettext import NullTranslations
from itertools import zip_longest
from typing import Any

import msgspec
from pydantic import BaseModel, ConfigDict

from hub.console.profile_wording import problem_sentence
from hub.console.subject_form import FormState
from hub.declarations.assessing.conditions import (
    KINDS,
    All,
    Comparison,
    Condition,
    Operator,
    Some,
    problems_of,
)
from hub.declarations.assessing.evidence import Channel
from hub.declarations.assessing.profiles import NewProfile, ProfileVersion
from hub.declarations.json_form import JsonReader
from hub.errors import FieldProblem, InvalidInputError

ROWS, MORE = 4, 4
"""Rows of an empty form, and how many each further press adds."""
MOST_ROWS = 40
TEXTS = ("profile_id", "title", "reason", "legal_basis", "channel", "share", "join", "whole")
_CONDITION: JsonReader[Any] = JsonReader(Condition)  # type: ignore[arg-type]  # a union is a form too


class ProfileForm(BaseModel):
    """What was typed; `share` in percent, `whole` a condition as JSON that takes the place of the rows."""

    model_config = ConfigDict(frozen=True)
    profile_id: str = ""
    title: str = ""
    reason: str = ""
    legal_basis: str = ""
    channel: str = Channel.INSPECTION.value
    share: str = "100"
    join: str = "all"
    fact: list[str] = []
    operator: list[str] = []
    value: list[str] = []
    whole: str = ""
    more: str = ""
    """Not empty: more rows are wanted, nothing is drafted yet."""


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One row of the form."""

    fact: str = ""
    operator: str = Operator.EQUALS.value
    value: str = ""
    problem: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nobody chose a fact or typed a value."""
        return not self.fact and not self.value.strip()


@dataclass(frozen=True, slots=True)
class FormView:
    """The form as it is shown."""

    state: FormState
    rows: tuple[ConditionRow, ...]


def read_profile(form: ProfileForm, words: NullTranslations) -> NewProfile:
    """Make a profile of what was typed; raises `InvalidInputError`, rows counted as they stand."""
    if form.channel not in set(Channel):
        raise InvalidInputError(FieldProblem("/channel", "unknown", f"{form.channel[:40]!r} is no channel"))
    return NewProfile(
        profile_id=form.profile_id.strip(),
        title=form.title.strip(),
        reason=form.reason.strip(),
        legal_basis=form.legal_basis.strip(),
        condition=_condition(form, words),
        channel=Channel(form.channel),
        share=_share(form.share),
    )


def rows_of(form: ProfileForm) -> list[ConditionRow]:
    """Put the three lists of the form beside each other."""
    several = zip_longest(form.fact, form.operator, form.value, fillvalue="")
    return [ConditionRow(*one) for one in several][:MOST_ROWS]


def form_of(before: ProfileVersion | None, words: NullTranslations) -> FormView:
    """Fill the form with the version before, or leave it empty."""
    if before is None:
        return view_of(ProfileForm(), (), words)
    profile = before.profile
    rows = _rows(profile.condition, words)
    whole = "" if rows is not None else msgspec.json.format(msgspec.json.encode(profile.condition)).decode()
    form = ProfileForm(
        profile_id=profile.profile_id,
        title=profile.title,
        reason=profile.reason,
        legal_basis=before.legal_basis,
        channel=profile.channel.value,
        share=f"{100 * profile.share:g}",
        join="some" if isinstance(profile.condition, Some) else "all",
        fact=[row.fact for row in rows or ()],
        operator=[row.operator for row in rows or ()],
        value=[row.value for row in rows or ()],
        whole=whole,
    )
    return view_of(form, (), words)


def view_of(form: ProfileForm, problems: Sequence[FieldProblem], words: NullTranslations) -> FormView:
    """Show what was typed, each problem beside its row or field."""
    values = {name: getattr(form, name) for name in TEXTS}
    rows, said, of_rows = rows_of(form), dict[str, str](), dict[int, str]()
    for problem in problems:
        sentence = problem_sentence(problem, words)
        top, *below = problem.pointer.removeprefix("/").split("/")
        if top == "rows" and below:
            of_rows[int(below[0])] = sentence
        elif top == "condition":
            at = "/".join(below)
            said["whole"] = f"{at}: {sentence}" if at else sentence
        else:
            said[top] = sentence
    shown = [
        ConditionRow(row.fact, row.operator, row.value, of_rows.get(at, "")) for at, row in enumerate(rows)
    ]
    blank = max(ROWS - len(shown), MORE if form.more else 0)
    return FormView(FormState(values, said), tuple([*shown, *[ConditionRow()] * blank][:MOST_ROWS]))


def _condition(form: ProfileForm, words: NullTranslations) -> Condition:
    if form.whole.strip():
        condition: Condition = _whole(form.whole)
        return condition
    rows = [(at, row) for at, row in enumerate(rows_of(form)) if not row.is_blank]
    if not rows:
        raise InvalidInputError(FieldProblem("/rows/0", "empty", "no row is filled in"))
    compared = [(at, _comparison(at, row, words)) for at, row in rows]
    problems = [
        FieldProblem(f"/rows/{at}", one.code, one.detail)
        for at, comparison in compared
        for one in problems_of(comparison)
    ]
    if problems:
        raise InvalidInputError(*problems)
    parts = tuple(comparison for _, comparison in compared)
    return Some(parts) if form.join == "some" else All(parts)


def _whole(text: str) -> Any:
    try:
        return _CONDITION.read(text.encode())
    except InvalidInputError as error:
        raise InvalidInputError(
            *(FieldProblem(f"/condition{one.pointer}", one.code, one.detail) for one in error.problems)
        ) from error


def _comparison(at: int, row: ConditionRow, words: NullTranslations) -> Comparison:
    if row.operator not in set(Operator):
        raise InvalidInputError(
            FieldProblem(f"/rows/{at}", "unknown", f"{row.operator[:40]!r} is no way to compare")
        )
    operator, value = Operator(row.operator), row.value.strip()
    if operator is Operator.ONE_OF:
        several = tuple(part.strip() for part in value.split(",") if part.strip())
        return Comparison(row.fact, operator, several)
    if KINDS.get(row.fact) is bool:
        truths = {words.gettext("yes").casefold(): "true", words.gettext("no").casefold(): "false"}
        value = truths.get(value.casefold(), value)
    return Comparison(row.fact, operator, "" if operator is Operator.IS_MISSING else value)


def _rows(condition: Condition, words: NullTranslations) -> list[ConditionRow] | None:
    """Write a condition as rows; None: it has more levels than the rows can show."""
    parts = (condition,) if isinstance(condition, Comparison) else getattr(condition, "parts", ())
    flat = [part for part in parts if isinstance(part, Comparison)]
    if not flat or len(flat) < len(parts) or len(flat) > MOST_ROWS:
        return None
    return [ConditionRow(one.fact, one.operator.value, _typed(one, words)) for one in flat]


def _typed(one: Comparison, words: NullTranslations) -> str:
    if KINDS[one.fact] is bool:
        return words.gettext("yes") if one.value == "true" else words.gettext("no")
    return one.value if isinstance(one.value, str) else ", ".join(one.value)


def _share(text: str) -> float:
    try:
        share = float(Decimal(text.strip().replace(",", ".")) / 100)
    except InvalidOperation:
        share = 0.0
    if not 0 < share <= 1:
        raise InvalidInputError(FieldProblem("/share", "out-of-range", f"{text[:20]!r} is no share"))
    return share
