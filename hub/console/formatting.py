"""Dates, numbers and spans of time in the reader's order; pure."""

from datetime import date, datetime, timedelta, tzinfo

from hub.console.language import Language

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def format_date(moment: date, language: Language) -> str:
    """Write a day: 23.11.2026 in Azerbaijani and Russian, 23 Nov 2026 in English."""
    if language.code == "en":
        return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
    return f"{moment:%d.%m.%Y}"


def format_moment(moment: datetime, language: Language, zone: tzinfo | None) -> str:
    """Write day and minute on the wall clock of `zone`; None is the hub machine's own zone."""
    local = moment.astimezone(zone)
    return f"{format_date(local.date(), language)}, {local:%H:%M}"


def format_clock(moment: datetime, zone: tzinfo | None) -> str:
    """Write hours, minutes and seconds on the wall clock of `zone`."""
    return f"{moment.astimezone(zone):%H:%M:%S}"


def format_number(value: float, language: Language, digits: int = 0) -> str:
    """Write a number with `digits` decimals: comma in Azerbaijani and Russian, point in English."""
    text = f"{value:,.{digits}f}"
    if language.code == "en":
        return text
    return text.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")


def format_ago(then: datetime, now: datetime, language: Language) -> str:
    """Say how long ago `then` was, rounded down to the largest whole unit."""
    seconds = max(0, int((now - then).total_seconds()))
    words = language.words
    if seconds < _MINUTE:
        return words.gettext("less than a minute ago")
    if seconds < _HOUR:
        count = seconds // _MINUTE
        return words.ngettext("%(count)s minute ago", "%(count)s minutes ago", count) % {"count": count}
    if seconds < _DAY:
        count = seconds // _HOUR
        return words.ngettext("%(count)s hour ago", "%(count)s hours ago", count) % {"count": count}
    count = seconds // _DAY
    return words.ngettext("%(count)s day ago", "%(count)s days ago", count) % {"count": count}


def format_span(span: timedelta, language: Language) -> str:
    """Write a short span in seconds or minutes, such as the time an answer took."""
    seconds, words = span.total_seconds(), language.words
    if seconds < _MINUTE:
        return words.gettext("%(seconds)s s") % {"seconds": format_number(seconds, language, 1)}
    minutes, rest = divmod(int(seconds), _MINUTE)
    return words.gettext("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": rest}
