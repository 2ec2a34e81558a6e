"""Writes letters into a folder in place of sending them, for demonstrations."""

from pathlib import Path

from hub.public_app.mail import Letter, MailError


class MailFolder:
    """Implements `hub.public_app.mail.Mailer`; one file for each letter."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, which is made when the first letter comes."""
        self._folder = folder

    def send(self, letter: Letter) -> None:
        """Write a letter down, readable for the hub's own user alone; raises `MailError`."""
        path = self._folder / f"{letter.letter_id}.txt"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.write_text(f"{letter.to}\n{letter.subject}\n\n{letter.text}", encoding="utf-8")
            path.chmod(0o600)
        except OSError as error:
            raise MailError(f"{path}: {error.strerror}") from error
