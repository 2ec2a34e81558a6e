"""Risk profiles in words and drawings: the list, one version, what changed, what a test found. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

import msgspec

from hub.cases.intervals import Share
from hub.console.charts import Chart, Series, Value, Words, bars, lines
from hub.console.declaration_wording import CHANNEL_TONES, CHANNELS
from hub.console.formatting import format_date, format_day, format_number
from hub.console.presenting import Badge, Fact
from hub.console.profile_wording import STATE_TONES, STATES, Clause, clause_of
from hub.console.reader import Moment, Reader
from hub.console.statistics_view import Tile, share_text
from hub.console.wording import word
from hub.declarations.assessing.back_test_runs import BackTestRun
from hub.declarations.assessing.back_test_tally import FOUND, NOTHING, BackTestResult, read_result
from hub.declarations.assessing.counting import profile_label
from hub.declarations.assessing.evidence import Channel
from hub.declarations.assessing.figures import ProfileMonth
from hub.declarations.assessing.profiles import ProfileState, ProfileVersion

STILL_AFTER = timedelta(minutes=1)
"""So long nothing moves before the page asks whether a worker runs."""
Months = Mapping[str, tuple[ProfileMonth, ...]]


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One profile in the list."""

    address: str
    title: str
    profile_id: str
    states: tuple[Badge, ...]
    channel: Badge
    share: str
    matched: str
    selected: str
    found: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version among the others."""

    address: str
    version: int
    state: Badge
    made: Moment
    made_by: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """What a version says otherwise than the one before; lines that only one of them has are marked."""

    label: str
    before: tuple[tuple[str, bool], ...]
    after: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class BackTestView:
    """What a test found, in words and drawings."""

    lead: str
    tiles: tuple[Tile, ...]
    days: Chart
    channels: Chart | None
    outcomes: str
    examples: tuple[tuple[str, str], ...]
    """Addresses and ids."""


@dataclass(frozen=True, slots=True)
class RunView:
    """A test under way."""

    seen: int
    upto: int
    progress: str
    moved: Moment
    is_still: bool
    """Nothing has moved for a while."""


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of a profile."""

    profile_id: str
    version: int
    title: str
    reason: str
    state: Badge
    is_draft: bool
    is_active: bool
    facts: tuple[Fact, ...]
    condition: Clause
    differences: tuple[Difference, ...]
    back_test: BackTestView | None
    is_tested: bool


def present_profiles(found: Sequence[ProfileVersion], months: Months, reader: Reader) -> list[ProfileRow]:
    """Word the list: of each profile the version in use, else the newest."""
    several = groupby(found, key=lambda one: one.profile.profile_id)
    return [_row(tuple(versions), months, reader) for _, versions in several]


def present_version(one: ProfileVersion, before: ProfileVersion | None, reader: Reader) -> VersionView:
    """Word one version, and how it differs from the one before."""
    profile, state = one.profile, one.state
    return VersionView(
        profile_id=profile.profile_id,
        version=profile.version,
        title=profile.title,
        reason=profile.reason,
        state=_state(state, reader),
        is_draft=state is ProfileState.DRAFT,
        is_active=state is ProfileState.ACTIVE,
        facts=_facts(one, reader),
        condition=clause_of(profile.condition, reader),
        differences=() if before is None else tuple(_differences(before, one, reader)),
        back_test=_back_test(one, reader),
        is_tested=one.back_test is not None,
    )


def present_versions(found: Sequence[ProfileVersion], current: int, reader: Reader) -> tuple[VersionRow, ...]:
    """Word all versions, the newest first."""
    return tuple(
        VersionRow(
            address=f"{address_of(one.profile.profile_id)}?version={one.profile.version}",
            version=one.profile.version,
            state=_state(one.state, reader),
            made=reader.moment(one.made_at),
            made_by=one.made_by,
            is_current=one.profile.version == current,
        )
        for one in found
    )


def present_months(
    found: Sequence[ProfileVersion], months: Months, reader: Reader
) -> tuple[tuple[str, ...], ...]:
    """Word what each version did, month by month: version, month, matched, selected, yield."""
    return tuple(
        (
            str(one.profile.version),
            f"{month.month[5:]}.{month.month[:4]}",
            format_number(month.matched, reader.language),
            format_number(month.selected, reader.language),
            share_text(month.found, reader),
        )
        for one in found
        for month in months.get(profile_label(one.profile.profile_id, one.profile.version), ())
    )


def present_run(run: BackTestRun | None, now: datetime, reader: Reader) -> RunView | None:
    """Word a test under way; None: there is none."""
    if run is None or run.finished_at is not None:
        return None
    done, upto = (format_number(count, reader.language) for count in (run.seen, run.upto))
    said = reader.language.words.gettext("%(done)s of %(all)s declarations") % {"done": done, "all": upto}
    return RunView(
        run.seen, max(1, run.upto), said, reader.moment(run.moved_at), now - run.moved_at > STILL_AFTER
    )


def address_of(profile_id: str) -> str:
    """Name the page of a profile."""
    return f"/console/risk-profiles/{profile_id}"


def _row(versions: tuple[ProfileVersion, ...], months: Months, reader: Reader) -> ProfileRow:
    newest = versions[0]
    shown = next((one for one in versions if one.state is ProfileState.ACTIVE), newest)
    states = [shown.state] + ([newest.state] if newest.state is not shown.state else [])
    own = [months.get(profile_label(one.profile.profile_id, one.profile.version), ()) for one in versions]
    several = [month for each in own for month in each]
    found = Share(sum(one.found.count for one in several), sum(one.found.total for one in several))
    profile = shown.profile
    return ProfileRow(
        address=address_of(profile.profile_id),
        title=profile.title,
        profile_id=profile.profile_id,
        states=tuple(_state(state, reader) for state in states),
        channel=_channel(profile.channel, reader),
        share=percent(profile.share, reader),
        matched=format_number(sum(one.matched for one in several), reader.language),
        selected=format_number(sum(one.selected for one in several), reader.language),
        found=share_text(found, reader),
    )


def percent(share: float, reader: Reader) -> str:
    """Write a share from 0 to 1, with a decimal only where it is needed."""
    digits = 0 if (100 * share).is_integer() else 1
    return f"{format_number(100 * share, reader.language, digits)} %"


def _state(state: ProfileState, reader: Reader) -> Badge:
    return Badge(word(STATES, state.value, reader.language.words), STATE_TONES.get(state.value, ""))


def _channel(channel: Channel, reader: Reader) -> Badge:
    return Badge(word(CHANNELS, channel.value, reader.language.words), CHANNEL_TONES[channel.value])


def _facts(one: ProfileVersion, reader: Reader) -> tuple[Fact, ...]:
    words, profile = reader.language.words, one.profile
    acts = (
        (words.gettext("Drafted"), one.made_at, one.made_by),
        (words.gettext("Activated"), one.activated_at, one.activated_by),
        (words.gettext("Retired"), one.retired_at, one.retired_by),
    )
    return (
        Fact(words.gettext("Channel"), word(CHANNELS, profile.channel.value, words)),
        Fact(words.gettext("Selected of what matches"), percent(profile.share, reader)),
        Fact(words.gettext("Legal basis"), one.legal_basis),
        *(Fact(label, f"{reader.moment(at).text}, {who}") for label, at, who in acts if at is not None),
    )


def _differences(before: ProfileVersion, after: ProfileVersion, reader: Reader) -> list[Difference]:
    words = reader.language.words
    labels = (
        words.gettext("Title"),
        words.gettext("Reason"),
        words.gettext("Legal basis"),
        words.gettext("Channel"),
        words.gettext("Selected of what matches"),
        words.gettext("Condition"),
    )
    sides = zip(labels, _said(before, reader), _said(after, reader), strict=True)
    return [
        Difference(
            label,
            tuple((line, line not in new) for line in old),
            tuple((line, line not in old) for line in new),
        )
        for label, old, new in sides
        if old != new
    ]


def _said(one: ProfileVersion, reader: Reader) -> tuple[tuple[str, ...], ...]:
    profile = one.profile
    return (
        (profile.title,),
        (profile.reason,),
        (one.legal_basis,),
        (word(CHANNELS, profile.channel.value, reader.language.words),),
        (percent(profile.share, reader),),
        clause_of(profile.condition, reader).lines(),
    )


def _back_test(one: ProfileVersion, reader: Reader) -> BackTestView | None:
    """Word what was kept; None: not tested, or kept in another form."""
    try:
        found = None if one.back_test is None else read_result(one.back_test)
    except msgspec.ValidationError:
        return None
    if found is None:
        return None
    return BackTestView(
        lead=_lead(found, reader),
        tiles=_tiles(found, reader),
        days=_days(found, reader),
        channels=_channels(found, reader) if found.channels else None,
        outcomes=_outcomes(found, reader),
        examples=tuple((f"/console/declarations/{each}", each) for each in found.examples),
    )


def _lead(found: BackTestResult, reader: Reader) -> str:
    words = reader.language.words
    days = {
        "first": format_date(found.first, reader.language),
        "last": format_date(found.last, reader.language),
    }
    said = words.gettext("Declarations that came from %(first)s to %(last)s, as they were decided.") % days
    if found.is_cut:
        said += " " + words.gettext("There were more in the period: the newest were tested.")
    return said


def _tiles(found: BackTestResult, reader: Reader) -> tuple[Tile, ...]:
    words = reader.language.words
    counts = (
        (words.gettext("Tested"), found.tested),
        (words.gettext("Matched"), found.matched),
        (words.gettext("Selected"), found.selected),
        (words.gettext("Newly selected"), found.newly_selected),
    )
    cost = format_number(found.extra_inspections_a_day, reader.language, 1)
    return (
        *(Tile(title, format_number(count, reader.language)) for title, count in counts),
        Tile(words.gettext("More inspections a day"), cost, "", "warn" if found.newly_inspected else ""),
    )


def _days(found: BackTestResult, reader: Reader) -> Chart:
    words = reader.language.words
    names = {
        "matched": words.gettext("Matched"),
        "selected": words.gettext("Selected"),
        "newly_selected": words.gettext("Newly selected"),
    }
    several = [
        Series(name, tuple(_value(day, getattr(counts, field), reader) for day, counts in found.days.items()))
        for field, name in names.items()
    ]
    heads = (words.gettext("Day"), *names.values())
    said = Words("back-test-days", words.gettext("By day"), heads)
    return lines(said, several, lambda number: format_number(number, reader.language))


def _value(day: str, count: int, reader: Reader) -> Value:
    written = format_number(count, reader.language)
    return Value(format_day(date.fromisoformat(day), reader.language), count, written)


def _channels(found: BackTestResult, reader: Reader) -> Chart:
    words = reader.language.words
    values = [
        Value(word(CHANNELS, channel, words), count, format_number(count, reader.language))
        for channel in Channel
        if (count := found.channels.get(channel.value, 0))
    ]
    title = words.gettext("Selected ones by what was decided then")
    return bars(
        Words("back-test-channels", title, (words.gettext("Channel"), words.gettext("Selected"))), values
    )


def _outcomes(found: BackTestResult, reader: Reader) -> str:
    words = reader.language.words
    hits, misses = found.outcomes.get(FOUND, 0), found.outcomes.get(NOTHING, 0)
    if not hits + misses:
        return words.gettext("None of the selected ones was inspected.")
    said = words.gettext(
        "Of the selected ones %(all)s were inspected; something was found in %(hits)s of them."
    )
    return said % {
        "all": format_number(hits + misses, reader.language),
        "hits": format_number(hits, reader.language),
    }
