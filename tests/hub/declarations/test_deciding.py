"""Decisions: the most severe channel wins, says why, and what would change it."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis.strategies import booleans, floats, lists, sampled_from, tuples

from hub.declarations.assessing.conditions import (
    All,
    Comparison,
    Condition,
    Match,
    Not,
    Operator,
    Some,
    facts_of,
    matches,
    problems_of,
)
from hub.declarations.assessing.deciding import Decision, Policy, Profile, decide
from hub.declarations.assessing.evidence import (
    SEVERITY,
    Channel,
    Duties,
    Evidence,
    OriginVerdict,
    RiskScore,
)
from hub.declarations.findings import CleansingReport, Finding, Weight
from tests.hub.declarations.evidences import doubt, evidence, item

FROM_CHINA = Comparison("export-country", Operator.EQUALS, "CN")
TOYS = Comparison("item.hs-code", Operator.STARTS_WITH, "9503")
CHEAP = Comparison("item.value", Operator.AT_MOST, "5")
CALM = Policy(random_share=0.0)
DOUBTFUL = CleansingReport(findings=(doubt(), doubt("b"), doubt("c")))


def never(_: str) -> float:
    return 0.999999


def always(_: str) -> float:
    return 0.0


def profile(condition: Condition = FROM_CHINA, **changes: Any) -> Profile:
    facts: dict[str, Any] = {
        "profile_id": "toys",
        "version": 2,
        "title": "Cheap toys",
        "reason": "Unsafe toys were found in such parcels.",
        "condition": condition,
        "channel": Channel.INSPECTION,
    }
    return Profile(**(facts | changes))


def decided(known: Evidence, profiles: Sequence[Profile] = (), policy: Policy = CALM) -> Decision:
    return decide(known, profiles, policy, never)


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (FROM_CHINA, [("export-country", "CN", None)]),
        (Comparison("export-country", Operator.ONE_OF, ("TR", "cn")), [("export-country", "CN", None)]),
        (Comparison("export-country", Operator.EQUALS, "TR"), None),
        (
            Comparison("item.description", Operator.CONTAINS, "SHIRT"),
            [("item.description", "Cotton T-shirts, knitted, for men", 0)],
        ),
        (Comparison("value-usd", Operator.AT_LEAST, "19.90"), [("value-usd", "19.90", None)]),
        (Comparison("value-usd", Operator.AT_LEAST, "19.91"), None),
        (Comparison("value-usd", Operator.AT_MOST, "19.9"), [("value-usd", "19.90", None)]),
        (Comparison("item.value-per-kg", Operator.AT_LEAST, "28"), [("item.value-per-kg", "28.43", 0)]),
        (Comparison("is-personal", Operator.EQUALS, "false"), [("is-personal", "False", None)]),
        (Comparison("score", Operator.IS_MISSING), [("score", "", None)]),
        (Comparison("score", Operator.AT_LEAST, "0"), None),
        (Comparison("mode", Operator.IS_MISSING), None),
        (Not(FROM_CHINA), None),
        (Not(Comparison("mode", Operator.EQUALS, "5")), []),
        (Some((TOYS, FROM_CHINA)), [("export-country", "CN", None)]),
        (All((TOYS, FROM_CHINA)), None),
    ],
)
def test_a_condition_holds_and_says_by_which_value(
    condition: Condition, found: list[tuple[str, str, int | None]] | None
) -> None:
    held = matches(condition, facts_of(evidence()))
    assert (None if held is None else [(one.fact, one.value, one.item) for one in held]) == found


def test_what_is_asked_of_items_side_by_side_is_about_one_item() -> None:
    toys, shirts = item(hs_code="950300"), item(value={"value": "4", "currency_id": "USD"})
    apart = facts_of(evidence({"items": [toys, shirts]}))
    assert matches(All((TOYS, CHEAP)), apart) is None
    together = facts_of(evidence({"items": [toys, shirts | {"hs_code": "950300"}]}))
    held = matches(All((TOYS, CHEAP)), together)
    assert held is not None
    assert {one.item for one in held} == {1}


def test_a_condition_survives_being_stored() -> None:
    condition = All((FROM_CHINA, Some((TOYS, Not(CHEAP)))))
    assert msgspec.json.decode(msgspec.json.encode(condition), type=Condition) == condition


@pytest.mark.parametrize(
    ("condition", "pointer", "code"),
    [
        (Comparison("colour", Operator.EQUALS, "red"), "/condition/fact", "unknown-fact"),
        (Comparison("value-usd", Operator.CONTAINS, "3"), "/condition/operator", "not-for-this-fact"),
        (Comparison("value-usd", Operator.AT_LEAST, "many"), "/condition/value", "not-a-number"),
        (Comparison("value-usd", Operator.AT_LEAST, "NaN"), "/condition/value", "not-a-number"),
        (Comparison("is-personal", Operator.EQUALS, "yes"), "/condition/value", "not-a-truth-value"),
        (Comparison("mode", Operator.EQUALS, ("4", "5")), "/condition/value", "wrong-kind"),
        (Comparison("mode", Operator.STARTS_WITH, ""), "/condition/value", "empty"),
        (All((FROM_CHINA, Some(()))), "/condition/parts/1/parts", "empty"),
        (Not(All((Comparison("x", Operator.EQUALS, "y"),))), "/condition/part/parts/0/fact", "unknown-fact"),
        (All((FROM_CHINA,) * 101), "/condition", "too-long"),
    ],
)
def test_what_is_wrong_with_a_condition_is_named_by_its_place(
    condition: Condition, pointer: str, code: str
) -> None:
    assert [(one.pointer, one.code) for one in problems_of(condition)] == [(pointer, code)]


def test_a_condition_that_is_nested_too_deeply_is_refused() -> None:
    condition: Condition = FROM_CHINA
    for _ in range(50):
        condition = Not(condition)
    assert [one.code for one in problems_of(condition)] == ["too-deep"]


def test_nothing_speaks_against_a_good_parcel() -> None:
    made = decided(evidence())
    assert (made.channel, made.reasons, made.selection_probability) == (Channel.RELEASE, (), 0.0)


@pytest.mark.parametrize(
    ("known", "channel", "code"),
    [
        ({"value_usd": None}, Channel.DOCUMENTARY_CHECK, "value-unknown"),
        (
            {"duties": Duties(total_usd=Decimal(9), is_over_limit=True)},
            Channel.DOCUMENTARY_CHECK,
            "over-limit",
        ),
        ({"origins": (OriginVerdict.INVALID,)}, Channel.INSPECTION, "origin-invalid"),
        ({"origins": (OriginVerdict.CANNOT_TELL,)}, Channel.DOCUMENTARY_CHECK, "origin-unknown"),
        ({"score": RiskScore(0.8, "m")}, Channel.INSPECTION, "score"),
        ({"score": RiskScore(0.5, "m")}, Channel.DOCUMENTARY_CHECK, "score"),
        (
            {"report": CleansingReport(findings=(doubt(), doubt("b"), doubt("c")))},
            Channel.DOCUMENTARY_CHECK,
            "doubts",
        ),
        (
            {
                "report": CleansingReport(
                    findings=(Finding(pointer="", code="x", weight=Weight.ERROR, detail=""),)
                )
            },
            Channel.HOLD,
            "errors",
        ),
    ],
)
def test_each_rule_beside_the_profiles_is_a_reason(
    known: dict[str, Any], channel: Channel, code: str
) -> None:
    made = decided(evidence(**known))
    assert made.channel is channel
    assert [(reason.code, reason.without_it) for reason in made.reasons] == [(code, Channel.RELEASE)]


def test_an_origin_that_nobody_could_confirm_is_never_taken_for_invalid() -> None:
    made = decided(evidence(origins=(OriginVerdict.CANNOT_TELL, OriginVerdict.VALID)))
    assert "origin-invalid" not in {reason.code for reason in made.reasons}


def test_a_profile_is_a_reason_with_what_it_matched_and_what_would_be_without_it() -> None:
    made = decided(evidence(value_usd=None), [profile()])
    assert made.channel is Channel.INSPECTION
    own = next(reason for reason in made.reasons if reason.code == "profile")
    assert (own.profile_id, own.version) == ("toys", 2)
    assert own.matches == (Match("export-country", Operator.EQUALS, "CN"),)
    assert own.without_it is Channel.DOCUMENTARY_CHECK
    assert made.selection_probability == 1.0


def test_a_profile_leaves_its_control_group_and_says_so() -> None:
    made = decided(evidence(), [profile(share=0.3)])
    assert made.channel is Channel.RELEASE
    assert [(one.is_selected, one.probability) for one in made.reasons] == [(False, 0.3)]
    assert made.selection_probability == pytest.approx(0.3)


def test_the_random_share_selects_what_nothing_else_does_and_is_marked() -> None:
    policy = Policy(random_share=0.02)
    made = decide(evidence(), (), policy, always)
    assert (made.channel, made.is_random, made.selection_probability) == (Channel.INSPECTION, True, 0.02)
    certain = decide(evidence(), [profile()], policy, always)
    assert not certain.is_random


def test_the_share_that_is_inspected_is_the_probability_that_was_stored() -> None:
    draws, policy = Random(7), Policy(random_share=0.1)
    known, profiles = evidence(), [profile(share=0.3), profile(profile_id="b", share=0.2)]
    made = [decide(known, profiles, policy, lambda _: draws.random()) for _ in range(20_000)]
    share = sum(one.channel is Channel.INSPECTION for one in made) / len(made)
    assert share == pytest.approx(made[0].selection_probability, abs=0.01)
    assert made[0].selection_probability == pytest.approx(1 - 0.7 * 0.8 * 0.9)


@given(lists(tuples(sampled_from(Channel), floats(0, 1), booleans()), max_size=6), floats(0, 0.999))
def test_a_further_profile_never_makes_a_channel_milder(
    wanted: list[tuple[Channel, float, bool]], draw: float
) -> None:
    profiles = [
        profile(FROM_CHINA if holds else TOYS, profile_id=str(place), channel=channel, share=share)
        for place, (channel, share, holds) in enumerate(wanted)
    ]
    severities = [
        SEVERITY[decide(evidence(), profiles[:count], CALM, lambda _: draw).channel]
        for count in range(len(profiles) + 1)
    ]
    assert severities == sorted(severities)
