"""Letters over a real connection to a mail server."""

from pathlib import Path

import pytest

from hub.errors import HubError
from hub.public_app.mail import AddressRefusedError, Letter, MailError
from hub.public_app.mail_folder import MailFolder
from hub.public_app.smtp import SmtpMail
from hub.settings_tree import MailSecurity, MailSettings
from tests.hub.deploy.certificates import TestAuthority
from tests.hub.public_app.mail_server import MailServer, serving
from tests.sync.free_port import free_port

LETTER = Letter("leyla@mail.example", "Xəbər: bağlamanız", "Bağlama ilə bağlı\n.\nnəsə dəyişib\n", "0193-1")


def settings(mail: MailServer, **changes: object) -> MailSettings:
    given = {"security": MailSecurity.NONE, "sender": "no-reply@customs.example", "timeout_s": 5.0} | changes
    return MailSettings(host="127.0.0.1", port=mail.port, **given)  # type: ignore[arg-type]


def test_a_letter_arrives_as_it_was_written() -> None:
    with serving(MailServer()) as mail:
        SmtpMail(settings(mail)).send(LETTER)
    (letter,) = mail.letters
    assert (letter["To"], letter["Subject"]) == (LETTER.to, LETTER.subject)
    assert letter["From"] == "no-reply@customs.example"
    assert letter["Message-ID"] == "<0193-1@customs.example>"
    assert letter.get_content().replace("\r\n", "\n") == LETTER.text


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
def test_password_and_letter_go_over_tls(tmp_path: Path, security: MailSecurity) -> None:
    authority = TestAuthority(tmp_path)
    (tmp_path / "mail.password").write_text("geheim\n", encoding="utf-8")
    is_tls = security is MailSecurity.TLS
    server = MailServer(authority.issue("mail"), is_tls, needs_login="kechid:geheim")
    login = {"username": "kechid", "password_file": tmp_path / "mail.password"}
    with serving(server) as mail:
        SmtpMail(settings(mail, security=security, ca=authority.file, **login)).send(LETTER)
        assert mail.was_encrypted == [True]
        with pytest.raises(MailError, match="cannot be used: SSLCertVerificationError"):
            SmtpMail(settings(mail, security=security, **login)).send(LETTER)
    assert len(mail.letters) == 1


def test_a_server_without_tls_gets_nothing_where_tls_is_asked_for() -> None:
    with serving(MailServer()) as mail, pytest.raises(MailError, match="cannot be used"):
        SmtpMail(settings(mail, security=MailSecurity.STARTTLS)).send(LETTER)
    assert mail.letters == []


@pytest.mark.parametrize(
    ("status", "kind"), [(550, AddressRefusedError), (501, AddressRefusedError), (450, MailError)]
)
def test_an_address_that_is_refused_for_good_is_told_from_one_for_now(
    status: int, kind: type[MailError]
) -> None:
    with serving(MailServer(statuses={LETTER.to: status})) as mail, pytest.raises(MailError) as caught:
        SmtpMail(settings(mail)).send(LETTER)
    assert type(caught.value) is kind
    assert LETTER.to not in str(caught.value)


def test_what_keeps_a_letter_back_is_named(tmp_path: Path) -> None:
    nobody = MailServer(port=free_port())
    with pytest.raises(MailError, match="ConnectionRefusedError"):
        SmtpMail(settings(nobody)).send(LETTER)
    with serving(MailServer(needs_login="kechid:geheim")) as mail:
        with pytest.raises(MailError, match="answered 530"):
            SmtpMail(settings(mail)).send(LETTER)
        with pytest.raises(HubError, match=r"nowhere\.password"):
            SmtpMail(settings(mail, username="k", password_file=tmp_path / "nowhere.password")).send(LETTER)


def test_without_a_server_letters_are_written_down_for_the_hub_alone(tmp_path: Path) -> None:
    MailFolder(tmp_path / "letters").send(LETTER)
    (file,) = (tmp_path / "letters").iterdir()
    assert file.read_text(encoding="utf-8").startswith(f"{LETTER.to}\n{LETTER.subject}\n")
    assert file.stat().st_mode & 0o077 == 0
    (tmp_path / "taken").touch()
    with pytest.raises(MailError, match="taken"):
        MailFolder(tmp_path / "taken").send(LETTER)
