"""Conditions of risk profiles in words: a sentence for each fact and operator. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from gettext import NullTranslations

from babel import Locale

from hub.console.declaration_wording import FINDINGS, MODES
from hub.console.formatting import format_number
from hub.console.reader import Reader
from hub.console.wording import field_problem, mark, word
from hub.declarations.assessing.conditions import (
    KINDS,
    All,
    Comparison,
    Condition,
    Not,
    Operator,
    Some,
)
from hub.errors import FieldProblem

_TERRITORIES = {code: Locale.parse(code).territories for code in ("az", "ru", "en")}
STATES = {"draft": mark("Draft"), "active": mark("Active"), "retired": mark("Retired")}
STATE_TONES = {"draft": "accent ring", "active": "good dot"}
FACTS = {
    "value-usd": mark("the value in US dollars"),
    "gross-kg": mark("the gross mass in kg"),
    "item-count": mark("the number of items"),
    "export-country": mark("the country of dispatch"),
    "destination-country": mark("the country of destination"),
    "mode": mark("the transport"),
    "sender": mark("the sender of the declaration"),
    "tracking-number": mark("the tracking number"),
    "is-personal": mark("personal use"),
    "consignor.name": mark("the name of the consignor"),
    "consignor.country": mark("the country of the consignor"),
    "consignor.id": mark("the number of the consignor"),
    "consignee.name": mark("the name of the consignee"),
    "consignee.country": mark("the country of the consignee"),
    "consignee.id": mark("the number of the consignee"),
    "item.description": mark("the description of an item"),
    "item.hs-code": mark("the commodity code of an item"),
    "item.origin": mark("the origin of an item"),
    "item.preference": mark("the preference of an item"),
    "item.quantity": mark("the quantity of an item"),
    "item.net-kg": mark("the net mass of an item in kg"),
    "item.value": mark("the value of an item"),
    "item.value-per-kg": mark("the value of a kilogram of an item"),
    "finding": mark("a finding of cleansing"),
    "origin-verdict": mark("the verdict on a certificate of origin"),
    "duty-usd": mark("the duties in US dollars"),
    "limit-used-usd": mark("what is used of the person's limit, in US dollars"),
    "is-over-limit": mark("the person's limit exceeded"),
    "parcels-of-person": mark("the parcels of the person this month"),
    "hours-to-arrival": mark("the hours until arrival"),
    "score": mark("the score of the model"),
}
"""Each fact as the subject of a sentence, in the order of the form."""
OPERATORS = {
    Operator.EQUALS: mark("is"),
    Operator.ONE_OF: mark("is one of"),
    Operator.STARTS_WITH: mark("begins with"),
    Operator.CONTAINS: mark("contains"),
    Operator.AT_LEAST: mark("is at least"),
    Operator.AT_MOST: mark("is at most"),
    Operator.IS_MISSING: mark("is not stated"),
}
SENTENCES = {
    Operator.EQUALS: mark("%(fact)s is %(value)s"),
    Operator.ONE_OF: mark("%(fact)s is one of: %(value)s"),
    Operator.STARTS_WITH: mark("%(fact)s begins with “%(value)s”"),
    Operator.CONTAINS: mark("%(fact)s contains “%(value)s”"),
    Operator.AT_LEAST: mark("%(fact)s is at least %(value)s"),
    Operator.AT_MOST: mark("%(fact)s is at most %(value)s"),
    Operator.IS_MISSING: mark("%(fact)s is not stated"),
}
TRUTHS = {
    ("is-personal", "true"): mark("the goods are for personal use"),
    ("is-personal", "false"): mark("the goods are not for personal use"),
    ("is-over-limit", "true"): mark("the person's limit is exceeded"),
    ("is-over-limit", "false"): mark("the person's limit is not exceeded"),
}
VERDICTS = {
    "valid": mark("valid"),
    "invalid": mark("not valid"),
    "cannot-tell": mark("could not be checked"),
}
ALL, SOME, NOT = mark("all of this holds:"), mark("at least one of this holds:"), mark("this does not hold:")
PROBLEMS = {
    "unknown-fact": mark("Please choose one from the list."),
    "not-for-this-fact": mark("This fact is not compared in this way."),
    "wrong-kind": mark("Several values, parted by commas, go with “is one of” only."),
    "not-a-number": mark("A number is needed, such as 25.50."),
    "not-a-truth-value": mark("“yes” or “no” is needed."),
    "empty": mark("A condition is needed."),
    "too-deep": mark("The parts are nested too deeply."),
    "malformed-json": mark("This is not JSON."),
    "unknown-field": mark("There is no such field."),
    "repeated-name": mark("A name stands there twice."),
    "out-of-range": mark("A share is above 0 and at most 100 percent."),
    "not-a-name": mark("Only the letters a to z, digits and dashes; at most 64."),
}
_COUNTRIES = frozenset(name for name in KINDS if name.endswith("country")) | {"item.origin"}


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence, with the sentences that belong under it."""

    text: str
    parts: tuple["Clause", ...] = ()

    def lines(self, depth: int = 0) -> tuple[str, ...]:
        """Write it out, each level further in."""
        below = (line for part in self.parts for line in part.lines(depth + 1))
        return ("\N{EM SPACE}" * depth + self.text, *below)


def clause_of(condition: Condition, reader: Reader) -> Clause:
    """Say a condition in the reader's language."""
    words = reader.language.words
    match condition:
        case Comparison():
            return Clause(_sentence(condition, reader))
        case All(parts):
            return Clause(words.gettext(ALL), tuple(clause_of(part, reader) for part in parts))
        case Some(parts):
            return Clause(words.gettext(SOME), tuple(clause_of(part, reader) for part in parts))
        case Not(part):
            return Clause(words.gettext(NOT), (clause_of(part, reader),))


def problem_sentence(problem: FieldProblem, words: NullTranslations) -> str:
    """Say what is wrong with a part of a profile."""
    if problem.code in PROBLEMS:
        return words.gettext(PROBLEMS[problem.code])
    return field_problem(problem.code, words)


def _sentence(one: Comparison, reader: Reader) -> str:
    words = reader.language.words
    if isinstance(one.value, str) and (one.fact, one.value) in TRUTHS:
        return words.gettext(TRUTHS[one.fact, one.value])
    several = (one.value,) if isinstance(one.value, str) else one.value
    said = ", ".join(_value(one.fact, value, reader) for value in several)
    fact = word(FACTS, one.fact, words)
    return words.gettext(SENTENCES[one.operator]) % {"fact": fact, "value": said}


def _value(fact: str, value: str, reader: Reader) -> str:
    words = reader.language.words
    if KINDS.get(fact) is Decimal and value:
        number = Decimal(value)
        decimals = max(0, -int(number.as_tuple().exponent))
        return format_number(float(number), reader.language, min(decimals, 6))
    if fact in _COUNTRIES:
        name = _TERRITORIES[reader.language.code].get(value.upper())
        return f"{name} ({value.upper()})" if name else value
    named: Mapping[str, Mapping[str, str]] = {"mode": MODES, "finding": FINDINGS, "origin-verdict": VERDICTS}
    return word(named.get(fact, {}), value, words)
