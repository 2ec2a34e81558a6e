"""Dates, numbers and spans of time in the reader's order; pure."""

from datetime import date, datetime, timedelta, tzinfo

from babel import Locale, dates, numbers

from hub.console.language import Language

_LOCALES = {code: Locale.parse(name) for code, name in (("az", "az_AZ"), ("ru", "ru_RU"), ("en", "en_GB"))}
"""Locales of Unicode's CLDR by language, parsed once: a page writes hundreds of numbers."""
_DATES = {"en": "d MMM y"}
"""Azerbaijani and Russian papers write days in figures."""
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def format_date(moment: date, language: Language) -> str:
    """Write a day: 23.11.2026 in Azerbaijani and Russian, 23 Nov 2026 in English."""
    return dates.format_date(moment, _DATES.get(language.code, "dd.MM.y"), locale=_LOCALES[language.code])


def format_day(moment: date, language: Language) -> str:
    """Write a day of this year, short: 23 noy, 23 нояб., 23 Nov."""
    return dates.format_date(moment, "d MMM", locale=_LOCALES[language.code])


def format_moment(moment: datetime, language: Language, zone: tzinfo | None) -> str:
    """Write day and minute on the wall clock of `zone`; None is the hub machine's own zone."""
    local = moment.astimezone(zone)
    return f"{format_date(local.date(), language)}, {local:%H:%M}"


def format_number(value: float, language: Language, digits: int = 0) -> str:
    """Write a number with `digits` decimals by the language's own marks, such as 1.240,5 in Azerbaijani."""
    places = f".{'0' * digits}" if digits else ""
    return numbers.format_decimal(value, f"#,##0{places}", locale=_LOCALES[language.code])


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
