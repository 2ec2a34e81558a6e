"""Words the letters to citizens: that something changed and where to look, never what. Pure."""

from hub.console.language import Language
from hub.console.wording import mark
from hub.public_app.mail import Letter

_SUBJECT = mark("News of a parcel of yours")
_CHANGED = mark("Something has changed with a parcel that you have declared. Look here, after signing in:")
_STOP = mark("You get this letter because you asked for it. You can stop it here:")
_CODE_SUBJECT = mark("Your code: %(code)s")
_CODE = mark("Type this code into the app, so that news of your parcels come to this address: %(code)s")
_NOT_YOU = mark("If you have not asked for it, do nothing: nothing more will come.")


def news(language: Language, to: str, address: str, letter_id: str) -> Letter:
    """Say that something changed; `address`: of the app."""
    say = language.words.gettext
    lines = (say(_CHANGED), f"{address}/", "", say(_STOP), f"{address}/notices", "")
    return Letter(to, say(_SUBJECT), "\n".join(lines), letter_id)


def code_letter(language: Language, to: str, code: str, letter_id: str) -> Letter:
    """Send the code that shows whose address it is."""
    say, values = language.words.gettext, {"code": code}
    lines = (say(_CODE) % values, "", say(_NOT_YOU), "")
    return Letter(to, say(_CODE_SUBJECT) % values, "\n".join(lines), letter_id)
