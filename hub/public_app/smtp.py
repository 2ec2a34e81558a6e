"""Hands letters over to a mail server (SMTP, RFC 5321), by TLS unless it is this machine."""

import smtplib
import ssl
from contextlib import ExitStack
from email.message import EmailMessage
from email.policy import SMTP

from hub.errors import HubError
from hub.public_app.mail import AddressRefusedError, Letter, MailError
from hub.settings_tree import MailSecurity, MailSettings

_PERMANENT = range(500, 600)


class SmtpMail:
    """Implements `hub.public_app.mail.Mailer`; one connection for each letter."""

    def __init__(self, settings: MailSettings) -> None:
        """Take the settings of a server."""
        self._settings = settings

    def send(self, letter: Letter) -> None:
        """Hand a letter over; raises `MailError`, and `AddressRefusedError` when it is the address."""
        message = _message(letter, self._settings.sender)
        try:
            with self._connected() as server:
                server.send_message(message, self._settings.sender, [letter.to])
        except smtplib.SMTPRecipientsRefused as error:
            ((status, _),) = error.recipients.values()
            raise _refused(status) from error
        except smtplib.SMTPResponseException as error:
            # The server's own words may name the address.
            raise MailError(f"the mail server answered {error.smtp_code}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailError(f"the mail server cannot be used: {type(error).__name__}") from error

    def _connected(self) -> smtplib.SMTP:
        settings, context = self._settings, _context(self._settings)
        if settings.security is MailSecurity.TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=settings.timeout_s, context=context
            )
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout_s)
        with ExitStack() as unless_ready:
            unless_ready.callback(server.close)
            if settings.security is MailSecurity.STARTTLS:
                server.starttls(context=context)
            if settings.username:
                server.login(settings.username, _password(settings))
            unless_ready.pop_all()
        return server


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Message-ID"] = f"<{letter.letter_id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message


def _refused(status: int) -> MailError:
    kind = AddressRefusedError if status in _PERMANENT else MailError
    return kind(f"the mail server refuses the address: {status}")


def _context(settings: MailSettings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.ca)
    except OSError as error:
        raise HubError(f"{settings.ca}: {error.strerror or error}") from error


def _password(settings: MailSettings) -> str:
    if settings.password_file is None:
        return ""
    try:
        return settings.password_file.read_text(encoding="utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise HubError(f"{settings.password_file}: {reason}") from error
