"""Codes of the published language in words; an unknown code is shown as it is, never hidden. Pure."""

from collections.abc import Mapping
from gettext import NullTranslations

from hub.console.formatting import format_number
from hub.console.language import Language


def mark(text: str) -> str:
    """Mark a sentence for the catalogues; it is translated where it is shown."""
    return text


ANSWERS = {
    "same": mark("Same person"),
    "not-same": mark("Not the same person"),
    "unsure": mark("Unsure"),
}
OUTCOMES = {"match": mark("Possible match"), "review": mark("Needs review"), "non-match": mark("No match")}
CASE_STATES = {
    "open": mark("Open"),
    "answered": mark("Answered"),
    "all": mark("All"),
}
ROLES = {
    "guard": mark("Border guard"),
    "supervisor": mark("Supervisor"),
    "watchlist-officer": mark("Watchlist officer"),
    "customs-officer": mark("Customs officer"),
    "origin-officer": mark("Officer who issues certificates"),
    "administrator": mark("Administrator"),
    "analyst": mark("Analyst"),
    "auditor": mark("Auditor"),
    "machine": mark("Machine (API client)"),
}
SEVERITIES = {1: mark("Inform"), 2: mark("Check"), 3: mark("Stop and call")}
CATEGORIES = {
    "criminal-charges": mark("Criminal charges"),
    "wanted": mark("Wanted person"),
    "court-order": mark("Court order"),
    "customs-offence": mark("Customs offence"),
    "missing-person": mark("Missing person"),
    "test": mark("Test entry"),
}
DIRECTIONS = {"in": mark("into the country"), "out": mark("out of the country")}
RESULTS = {
    "confirmed": mark("Identity confirmed"),
    "not-the-person": mark("Not the person"),
    "not-stopped": mark("Not stopped"),
    "handed-over": mark("Handed over"),
    "document-check": mark("Document check"),
    "unclear": mark("Unclear"),
}
EVENTS = {
    "raised": mark("Alert raised at the lane"),
    "arrived": mark("Arrived at the hub"),
    "updated": mark("A better picture at the lane"),
    "ended": mark("The passage is over"),
    "picture": mark("Picture taken"),
    "notice": mark("Frequent crosser"),
}
BARRIERS = {"open": mark("Barrier opened"), "hold": mark("Barrier held")}
LOOKS = {
    "case-viewed": mark("Opened the case"),
    "evidence-viewed": mark("Saw a picture from the lane"),
    "case-taken-over": mark("Took the case over"),
    "case-printed": mark("Printed the case file"),
}
RESULT_REFUSALS = {
    "not-answered-yet": mark("A supervisor has to answer the case before its outcome is recorded."),
    "needs-two-persons": mark(
        "Two different persons have to answer “same person” before anything adverse is recorded."
    ),
}
BANDS = {
    "review": mark("below the threshold (review)"),
    "near": mark("less than 0.05 above"),
    "clear": mark("0.05 to 0.10 above"),
    "far": mark("more than 0.10 above"),
}
WINDOWS = {24: mark("24 hours"), 168: mark("7 days"), 720: mark("30 days")}
"""By hours."""
PHOTO_REASONS = {
    "not-a-picture": mark("This file is not a picture that can be read."),
    "empty-file": mark("The file is empty."),
    "markup": mark("This is a text or a drawing in markup, not a photo."),
    "animated": mark("The picture moves; a still photo is needed."),
    "unsupported-kind": mark("Photos of this kind are not taken; use JPEG or PNG."),
    "wrong-media-type": mark("The file says of itself that it is no picture."),
    "truncated": mark("The file is cut off; a part of the picture is missing."),
    "damaged": mark("The file is damaged."),
    "decompression-bomb": mark("The file would unpack to far more than the picture it announces."),
    "cmyk": mark("The photo is in printing colours (CMYK); save it in RGB."),
    "bit-depth": mark("The photo has another colour depth than 8 bits; save it with 8 bits."),
    "foreign-content": mark("Something other than a picture is hidden in the file."),
    "same-photo-twice": mark("The same photo was chosen twice."),
    "enrolled-already": mark("This very photo is enrolled already."),
    "too-many-bytes": mark("The file is larger than 10 MB."),
    "too-many-pixels": mark("The picture has more than 40 million pixels."),
    "bad-date": mark("The date of the photo is not a date."),
    "no-face": mark("No face was found."),
    "several-faces": mark("More than one face is in the picture; crop it to one person."),
    "face-too-small": mark("The face is too small in the picture; use a closer photo."),
    "blurred": mark("The face is blurred."),
    "dark": mark("The face is too dark."),
    "bright": mark("The face is too bright."),
    "turned": mark("The face is turned too far to the side."),
    "unlike-the-others": mark("This face does not look like the one in the other photos."),
}
FIELD_REASONS = {
    "missing": mark("Please fill this in."),
    "too-long": mark("This text is too long."),
    "control-character": mark("This text holds characters that cannot be shown."),
    "unknown": mark("Please choose one from the list."),
    "too-low": mark("This reason of listing asks for a higher severity."),
    "too-many": mark("There are too many of them."),
    "out-of-range": mark("This is outside what is allowed."),
    "in-the-past": mark("This day is over already."),
    "not-a-name": mark("Only the letters a to z, digits, dot, dash and underscore; at most 64."),
    "not-a-date": mark("This is not a date."),
    "not-a-country": mark("Two letters are needed, such as AZ."),
    "bad-title": mark("Up to 120 characters that can be shown."),
    "not-a-role": mark("Please choose one from the list."),
}
DEVICE_STATES = {
    "online": mark("Heard now"),
    "offline": mark("Not heard"),
    "troubled": mark("Need attention"),
    "stale": mark("Behind on a watchlist"),
    "revoked": mark("Shut out"),
}
UNFIT_FIELD = mark("This cannot be used.")
WARNINGS = {
    "camera-blind": mark("A camera sees nothing."),
    "camera-frozen": mark("A camera sends the same picture all the time."),
    "camera-failed": mark("A camera does not answer."),
    "camera-ended": mark("A recording has ended."),
    "list-stale": mark("The watchlist on the device is older than allowed."),
    "list-missing": mark("The device has no watchlist."),
    "shadow": mark("The lane is being commissioned: it raises no alerts."),
    "calibration-lapsed": mark("The lane's own calibration has lapsed, the model's is in force."),
    "list-rejected": mark("The device refused a new watchlist."),
    "list-unsearchable": mark("Somebody on the watchlist has no usable picture."),
    "gallery-recall-low": mark("The search misses people on the watchlist."),
    "disk-full": mark("The disk is full."),
    "disk-low": mark("The disk is nearly full."),
    "store-damaged": mark("The device's store is damaged."),
    "store-failed": mark("The device's store cannot be written."),
    "recording": mark("Everybody who passes the lane is being recorded."),
    "uplink-down": mark("The device had lost the hub."),
    "models-failed": mark("Recognition does not work."),
    "attack-detection-missing": mark("Photos and screens held to the camera are not noticed."),
    "calibration-assumed": mark("False alarms are only estimated."),
    "running-on-CPUExecutionProvider": mark("It runs on the slower processor."),
    "degraded": mark("The device runs with reduced speed or quality."),
}


def word(table: Mapping[str, str], code: str, words: NullTranslations) -> str:
    """Translate `code` by `table`; a code that the table does not know comes back unchanged."""
    return words.gettext(table[code]) if code in table else code


def field_problem(code: str, words: NullTranslations) -> str:
    """Say what is wrong with a form's field; an unknown code becomes a general sentence."""
    return words.gettext(FIELD_REASONS.get(code, UNFIT_FIELD))


def severity_word(severity: int, words: NullTranslations) -> str:
    """Name a severity from 1 (inform) to 3 (stop and call)."""
    return words.gettext(SEVERITIES[severity]) if severity in SEVERITIES else str(severity)


def false_alarms_sentence(per_day: float, language: Language) -> str:
    """Say in a sentence how often this lane would raise such an alert by mistake."""
    words = language.words
    if per_day <= 0:
        return words.gettext("The lane's expected number of false alarms is not known.")
    if per_day >= 1:
        number = format_number(per_day, language, 0 if per_day >= 10 else 1)
        return words.gettext("About %(number)s false alarms a day are expected on this lane.") % {
            "number": number
        }
    days = round(1 / per_day)
    if days <= 1:
        return words.gettext("About one false alarm a day is expected on this lane.")
    sentence = words.ngettext(
        "About one false alarm in %(days)s day is expected on this lane.",
        "About one false alarm in %(days)s days is expected on this lane.",
        days,
    )
    return sentence % {"days": format_number(days, language)}
