"""Decides a declaration's channel, says why, what would change it, and how likely its selection was. Pure."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

import msgspec

from hub.declarations.assessing.conditions import Condition, Facts, Match, facts_of, matches
from hub.declarations.assessing.evidence import SEVERITY, Channel, Evidence, OriginVerdict
from hub.declarations.findings import Weight

Chance: TypeAlias = Callable[[str], float]
"""Draws by name from 0 up to 1; a declaration draws the same under a name each time: it can be replayed."""
RANDOM = "random-share"


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """A named predicate: what to look for, what to do, and why that is right."""

    profile_id: str
    version: int
    title: str
    reason: str
    """For officers and auditors: why such goods are looked at."""
    condition: Condition
    channel: Channel
    share: float = 1.0
    """Which part of what it matches is selected; the rest is a control group."""


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What holds beside the profiles."""

    random_share: float = 0.01
    """Of what nothing else selects this part is inspected, so that what profiles miss is seen."""
    score_for_check: float = 0.5
    score_for_inspection: float = 0.8
    doubts_for_check: int = 3
    """From so many doubts of cleansing on somebody looks at the documents."""


class Reason(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that spoke for a channel."""

    code: str
    """``profile``, or of the rules beside them: ``over-limit``, ``origin-invalid``, ``score`` …"""
    channel: Channel
    profile_id: str = ""
    version: int = 0
    title: str = ""
    matches: tuple[Match, ...] = ()
    probability: float = 1.0
    """How likely it selects such a declaration."""
    is_selected: bool = True
    """False: the draw left it in the control group."""
    without_it: Channel | None = None
    """What the channel would be if this did not hold; None: the same."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A channel with all that it rests on."""

    channel: Channel
    reasons: tuple[Reason, ...]
    selection_probability: float
    """How likely a declaration like this comes to an inspection: labels are weighed by it."""
    is_random: bool
    """Only the random share selected it."""


def decide(evidence: Evidence, profiles: Sequence[Profile], policy: Policy, chance: Chance) -> Decision:
    """Take the most severe channel that anything speaks for, after the draws."""
    reasons = [*_of_rules(evidence, policy), *_of_profiles(facts_of(evidence), profiles, chance)]
    channel = _most(reasons)
    probability = _inspected(reasons, policy)
    is_random = SEVERITY[channel] < SEVERITY[Channel.INSPECTION] and chance(RANDOM) < policy.random_share
    if is_random:
        reasons.append(Reason(RANDOM, Channel.INSPECTION, probability=policy.random_share))
    return Decision(
        channel=_most(reasons),
        reasons=tuple(_with_alternatives(reasons)),
        selection_probability=probability,
        is_random=is_random,
    )


def reason_of(profile: Profile, facts: Facts, chance: Chance) -> Reason | None:
    """Say what a profile makes of a declaration, after its draw; None: its condition does not hold."""
    found = matches(profile.condition, facts)
    if found is None:
        return None
    return Reason(
        "profile",
        profile.channel,
        profile.profile_id,
        profile.version,
        profile.title,
        found,
        profile.share,
        chance(f"profile:{profile.profile_id}:{profile.version}") < profile.share,
    )


def _of_rules(evidence: Evidence, policy: Policy) -> Iterator[Reason]:
    if evidence.report.errors:
        yield Reason("errors", Channel.HOLD)
    if len(evidence.report.of(Weight.DOUBT)) >= policy.doubts_for_check:
        yield Reason("doubts", Channel.DOCUMENTARY_CHECK)
    if evidence.value_usd is None:
        yield Reason("value-unknown", Channel.DOCUMENTARY_CHECK)
    if evidence.duties is not None and evidence.duties.is_over_limit:
        yield Reason("over-limit", Channel.DOCUMENTARY_CHECK)
    if OriginVerdict.INVALID in evidence.origins:
        yield Reason("origin-invalid", Channel.INSPECTION)
    if OriginVerdict.CANNOT_TELL in evidence.origins:
        yield Reason("origin-unknown", Channel.DOCUMENTARY_CHECK)
    if evidence.score is not None:
        yield from _of_score(evidence.score.value, policy)


def _of_score(value: float, policy: Policy) -> Iterator[Reason]:
    if value >= policy.score_for_inspection:
        yield Reason("score", Channel.INSPECTION)
    elif value >= policy.score_for_check:
        yield Reason("score", Channel.DOCUMENTARY_CHECK)


def _of_profiles(facts: Facts, profiles: Sequence[Profile], chance: Chance) -> Iterator[Reason]:
    for profile in profiles:
        reason = reason_of(profile, facts, chance)
        if reason is not None:
            yield reason


def _most(reasons: Sequence[Reason]) -> Channel:
    spoken = [reason.channel for reason in reasons if reason.is_selected]
    return max(spoken, key=SEVERITY.__getitem__, default=Channel.RELEASE)


def _inspected(reasons: Sequence[Reason], policy: Policy) -> float:
    """Return how likely anything selects it for an inspection or a hold, draws taken as independent."""
    missed = 1 - policy.random_share
    for reason in reasons:
        if SEVERITY[reason.channel] >= SEVERITY[Channel.INSPECTION]:
            missed *= 1 - reason.probability
    return round(1 - missed, 9)


def _with_alternatives(reasons: Sequence[Reason]) -> Iterator[Reason]:
    channel = _most(reasons)
    for reason in reasons:
        others = _most([other for other in reasons if other is not reason])
        changed = None if others is channel else others
        yield msgspec.structs.replace(reason, without_it=changed)
