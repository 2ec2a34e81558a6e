"""A mail server on loopback that keeps what it is given; it speaks as much SMTP as a sender needs."""

import ssl
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import cast


@dataclass
class MailServer:
    """What came, and how the server behaves."""

    certificate: Path | None = None
    is_tls_from_the_start: bool = False
    needs_login: str = ""
    """``user:password``."""
    statuses: dict[str, int] = field(default_factory=dict)
    """Answer to a recipient; 250 to every other one."""
    letters: list[EmailMessage] = field(default_factory=list)
    port: int = 0
    was_encrypted: list[bool] = field(default_factory=list)

    def context(self) -> ssl.SSLContext:
        assert self.certificate is not None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        return context


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    mail: MailServer


class _Conversation(StreamRequestHandler):
    def handle(self) -> None:
        self.mail = cast("_Server", self.server).mail
        self.is_encrypted, self.is_known = False, not self.mail.needs_login
        try:
            if self.mail.is_tls_from_the_start:
                self._encrypt()
            self._say("220 mail.test")
            while line := self.rfile.readline():
                word, _, rest = line.decode("ascii").strip().partition(" ")
                if not self._answer(word.upper(), rest):
                    return
        except OSError:
            return
        finally:
            self.rfile.close()
            self.request.close()

    def _answer(self, word: str, rest: str) -> bool:
        match word:
            case "EHLO":
                offers = "STARTTLS" if self.mail.certificate and not self.is_encrypted else "AUTH PLAIN"
                self._say(f"250-mail.test\r\n250 {offers}")
            case "STARTTLS":
                self._say("220 go on")
                self._encrypt()
            case "AUTH":
                given = b64decode(rest.partition(" ")[2]).decode().split("\0")
                self.is_known = ":".join(given[1:]) == self.mail.needs_login
                self._say("235 welcome" if self.is_known else "535 no")
            case "MAIL":
                self._say("250 ok" if self.is_known else "530 log in first")
            case "RCPT":
                address = rest.partition("<")[2].partition(">")[0]
                self._say(f"{self.mail.statuses.get(address, 250)} recipient")
            case "DATA":
                self._say("354 go on")
                self._keep()
                self._say("250 kept")
            case "QUIT":
                self._say("221 bye")
                return False
            case _:
                self._say("250 ok")
        return True

    def _keep(self) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.mail.was_encrypted.append(self.is_encrypted)
        self.mail.letters.append(message_from_bytes(b"".join(lines), policy=default))

    def _encrypt(self) -> None:
        self.rfile.close()
        self.request = self.mail.context().wrap_socket(self.request, server_side=True)
        self.rfile = self.request.makefile("rb")
        self.is_encrypted = True

    def _say(self, text: str) -> None:
        self.request.sendall(f"{text}\r\n".encode())


@contextmanager
def serving(mail: MailServer) -> Iterator[MailServer]:
    """Serve on a free port."""
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        server.mail = mail
        mail.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield mail
        finally:
            server.shutdown()
            thread.join(10)
