"""Machine readable zones: the specimens printed in ICAO Doc 9303, and a builder of sound ones."""

from hardware.check_digit import check_digit

PASSPORT = """P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<
L898902C36UTO7408122F1204159ZE184226B<<<<<10"""
CARD = """I<UTOD231458907<<<<<<<<<<<<<<<
7408122F1204159UTO<<<<<<<<<<<6
ERIKSSON<<ANNA<MARIA<<<<<<<<<<"""
LARGE_CARD = """I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<
D231458907UTO7408122F1204159<<<<<<<6"""
VISA_A = """V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<
L8988901C4XXX4009078F96121096ZE184226B<<<<<<"""
VISA_B = """V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<
L8988901C4XXX4009078F9612109<<<<<<<<"""
LONG_NUMBER_CARD = """I<UTOD23145890<7349<<<<<<<<<<<
3407127M9507122UTO<<<<<<<<<<<2
STEVENSON<<PETER<JOHN<<<<<<<<<"""
LONG_NUMBER_LARGE_CARD = """I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<
D23145890<UTO3407127M95071227349<<<8"""

SPECIMENS = [PASSPORT, CARD, LARGE_CARD, VISA_A, VISA_B, LONG_NUMBER_CARD, LONG_NUMBER_LARGE_CARD]


def checked(text: str) -> str:
    """Append the check digit."""
    return f"{text}{check_digit(text)}"


def passport(number: str, names: str, birth: str, expiry: str, optional: str = "") -> str:
    """Compose a sound TD3 zone of Utopia."""
    number, birth, expiry = checked(number.ljust(9, "<")), checked(birth), checked(expiry)
    optional = checked(optional.ljust(14, "<"))
    composite = check_digit(number + birth + expiry + optional)
    return f"P<UTO{names.ljust(39, '<')}\n{number}UTO{birth}F{expiry}{optional}{composite}"


def card(number: str, names: str, birth: str, expiry: str) -> str:
    """Compose a sound TD1 zone of Utopia, whose number may be longer than nine characters."""
    head, tail = number[:9].ljust(9, "<"), number[9:]
    line = checked(head) if not tail else f"{head}<{tail}{check_digit(number)}<"
    first = f"I<UTO{line}".ljust(30, "<")
    birth, expiry = checked(birth), checked(expiry)
    second = f"{birth}F{expiry}UTO{'<' * 11}"
    composite = check_digit(first[5:] + birth + expiry + "<" * 11)
    return f"{first}\n{second}{composite}\n{names.ljust(30, '<')}"
