"""Jobs: tells citizens who want it that something changed, some changes together, until it is handed over."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import Connection, select

from hub.bootstrap import Services
from hub.declarations.registry import places_of
from hub.declarations.tables import declarations
from hub.jobs.queue import Arguments, NewJob, enqueue
from hub.jobs.retrying import RetryPolicy
from hub.jobs.worker import Handler
from hub.live.kinds import ChangeKind
from hub.public_app.contacts import (
    Contact,
    ContactState,
    contact_of,
    forget_stopped,
    new_code,
    note_refused,
)
from hub.public_app.identity import SENDER_PREFIX
from hub.public_app.letters import code_letter, news
from hub.public_app.mail import AddressRefusedError, Letter, Mailer
from hub.public_app.mail_folder import MailFolder
from hub.public_app.pages import load_languages
from hub.public_app.reader import ADDRESS
from hub.public_app.smtp import SmtpMail
from hub.public_app.tables import citizen_contacts
from hub.store.database import reading, writing_beside_others
from hub.store.feed_reading import take_changes
from hub.store.notify import Change

READER = "citizen-notices"
NEWS = "citizen-news"
CODE = "citizen-address-code"
LOOK_EVERY = timedelta(seconds=10)
TOGETHER = timedelta(minutes=1)
"""What changes within this time is one letter; what is decided so soon after sending is seen at once."""
PATIENCE = RetryPolicy(attempts=10, first_wait=timedelta(seconds=30), longest_wait=timedelta(hours=6))
CODE_PATIENCE = RetryPolicy(attempts=4, first_wait=timedelta(seconds=10), longest_wait=timedelta(minutes=5))


def handlers() -> Mapping[str, Handler]:
    """Name the jobs of this module, by kind."""
    return {
        "citizen-notices": Handler(fan_out, every=LOOK_EVERY),
        "forget-citizen-contacts": Handler(forget, every=timedelta(hours=1)),
        NEWS: Handler(tell, policy=PATIENCE),
        CODE: Handler(send_code, policy=CODE_PATIENCE),
    }


def ask_for_code(connection: Connection, services: Services, key: str) -> None:
    """Have a code sent to an asked address once the caller's transaction is committed."""
    now = services.clock()
    arguments = {"citizen_key": key, "letter_id": services.new_id()}
    enqueue(connection, NewJob(CODE, arguments, unique_key=f"{CODE}:{key}"), now)


def fan_out(services: Services, _: Arguments) -> None:
    """Make a letter of what has changed, for each citizen who wants any."""
    is_more = True
    while is_more:
        with writing_beside_others(services.engine) as connection:
            found, is_more = take_changes(connection, READER)
            for key in _wanting(connection, _changed(connection, found)):
                now = services.clock()
                arguments = {"citizen_key": key, "letter_id": services.new_id()}
                job = NewJob(NEWS, arguments, unique_key=f"{NEWS}:{key}", run_at=now + TOGETHER)
                enqueue(connection, job, now)


def tell(services: Services, arguments: Arguments) -> None:
    """Write to one citizen; raises `MailError` to be tried again."""
    key = str(arguments["citizen_key"])
    contact = _contact(services, key)
    if contact is None or contact.state is not ContactState.CONFIRMED:
        return
    language = load_languages()[contact.language]
    address = services.settings.api.base_url + ADDRESS
    _send(services, key, news(language, contact.address, address, str(arguments["letter_id"])))


def send_code(services: Services, arguments: Arguments) -> None:
    """Send a code, a new one at each attempt; raises `MailError` to be tried again."""
    key = str(arguments["citizen_key"])
    contact = _contact(services, key)
    if contact is None or contact.state is not ContactState.ASKED:
        return
    with writing_beside_others(services.engine) as connection:
        code = new_code(services, connection, key, contact.address)
    language = load_languages()[contact.language]
    _send(services, key, code_letter(language, contact.address, code, str(arguments["letter_id"])))


def forget(services: Services, _: Arguments) -> None:
    """Delete what is left of those who stopped."""
    with writing_beside_others(services.engine) as connection:
        forget_stopped(connection, services.clock())


def mailer_of(services: Services) -> Mailer:
    """Name who hands letters over: a mail server where one is set, else a folder."""
    mail = services.settings.mail
    return SmtpMail(mail) if mail.host else MailFolder(mail.folder)


def _send(services: Services, key: str, letter: Letter) -> None:
    try:
        mailer_of(services).send(letter)
    except AddressRefusedError:
        with writing_beside_others(services.engine) as connection:
            note_refused(connection, key)


def _contact(services: Services, key: str) -> Contact | None:
    with reading(services.engine) as connection:
        return contact_of(services, connection, key)


def _changed(connection: Connection, changes: Sequence[Change]) -> frozenset[str]:
    """Whose declarations changed, but for what was decided as soon as it was sent."""
    found = {
        change.identifier
        for change in changes
        if change.kind == ChangeKind.DECLARATION and change.owner.startswith(SENDER_PREFIX)
    }
    if not found:
        return frozenset()
    columns = declarations.c
    query = select(columns.sender_id, columns.received_at, columns.changed_at).where(places_of(found))
    return frozenset(
        row.sender_id.removeprefix(SENDER_PREFIX)
        for row in connection.execute(query)
        if row.changed_at - row.received_at >= TOGETHER
    )


def _wanting(connection: Connection, keys: frozenset[str]) -> Sequence[str]:
    if not keys:
        return ()
    columns = citizen_contacts.c
    query = select(columns.citizen_key).where(
        columns.citizen_key.in_(sorted(keys)), columns.state == ContactState.CONFIRMED.value
    )
    return tuple(connection.scalars(query.order_by(columns.citizen_key)))
