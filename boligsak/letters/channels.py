"""Ways a letter leaves by itself. docs/channels.md is the contract; this is the contract in code.

A channel says whether sending the same again is harmless (`can_repeat`): then a letter whose worker
was cut off is sent again, and otherwise a person finds out what became of it. `send` returns the
proof, or raises `NotSent` when the letter certainly did not go and `MaybeSent` when nobody knows.
"""

import contextlib
import datetime
import json
import os
import shutil
import smtplib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import translation
from django.utils.translation import gettext as _

from boligsak.letters.models import Channel as Name

FORMAT = "boligsak-digital-post-1"
MANIFEST = "manifest.json"
TAKEN, REJECTED = "taken", "rejected"
_NEVER = 500  # what a mail server answers with 5xx will not be another answer later


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter on its way to one party. `ref` is the same for every attempt, and tells the same
    letter twice from two. `identity`: the recipient's identity number, for digital post alone."""

    ref: str
    document: str
    title: str
    language: str
    dated_on: datetime.date
    content: bytes
    sha256: str
    media_type: str
    name: str
    email: str = ""
    identity: str = ""
    is_copy: bool = False


class NotSent(Exception):
    """The letter did not go. `code` says why; `is_final`: trying again will not help."""

    def __init__(self, code: str, *, is_final: bool = False, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.is_final, self.facts = code, is_final, facts


class MaybeSent(Exception):
    """Nobody can tell whether the letter went."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Channel(Protocol):
    """One way of sending. `send` may be called again with the same `ref`."""

    can_repeat: bool

    def send(self, letter: Outgoing) -> str:
        """Sends it and returns the proof, in words that can stand in a case file."""


def channel(name: str) -> Channel:
    """The channel of a dispatch. Raises `KeyError` for those that wait for a person."""
    return _channels[name]


def register(name: str, one: Channel) -> None:
    """Puts another channel in a place: an installation's own, or a test's."""
    _channels[name] = one


# --- E-mail ---------------------------------------------------------------------------------------


class Email:
    """The letter as an attachment. The subject and the text say nothing of what it is about."""

    can_repeat = False

    def send(self, letter: Outgoing) -> str:
        message_id = self.message_id(letter.ref)
        connection = get_connection(timeout=settings.EMAIL_TIMEOUT)
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as fault:
            raise NotSent("email.away") from fault
        try:
            message = _message(letter, message_id)
            message.connection = connection
            message.send()
        except smtplib.SMTPRecipientsRefused as fault:
            codes = [code for code, _words in fault.recipients.values()]
            raise NotSent("email.refused", is_final=min(codes) >= _NEVER) from fault
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as fault:
            # The server has answered, and the answer was no.
            raise NotSent("email.refused", is_final=fault.smtp_code >= _NEVER) from fault
        except (OSError, smtplib.SMTPException) as fault:
            raise MaybeSent("email.cut_off") from fault
        finally:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                connection.close()
        with translation.override(settings.LANGUAGE_CODE):
            words = _("E-mail to %(email)s, message %(id)s")
        return words % {"email": letter.email, "id": message_id}

    @staticmethod
    def message_id(ref: str) -> str:
        """The same for every attempt, so that a mail server may tell a repeat from a new one."""
        domain = settings.EMAIL_FROM.rpartition("@")[2].strip("> ") or "localhost"
        return f"<boligsak.{ref}@{domain}>"


def _message(letter: Outgoing, message_id: str) -> EmailMessage:
    with translation.override("en" if letter.language == "en" else "nb"):
        told = {"municipality": settings.MUNICIPALITY["name"], "number": letter.document}
        subject = _("Letter from %(municipality)s municipality (%(number)s)") % told
        text = _(
            "Attached is a letter from %(municipality)s municipality, our reference %(number)s.\n\n"
            "Do not send personal information by e-mail in reply. The letter says how to reach us."
        )
        name = _("letter") + f"-{letter.document.replace('/', '-')}.pdf"
        body = text % told
    message = EmailMessage(
        subject, body, settings.EMAIL_FROM, [letter.email], headers={"Message-ID": message_id}
    )
    message.attach(name, letter.content, letter.media_type)
    return message


# --- Digital post ---------------------------------------------------------------------------------


class DigitalPost:
    """A package in a folder that the municipality's own dispatch system empties.

    It appears whole, by one rename, under the letter's `ref`. A package that lies there or has been
    taken is the same letter: writing it again changes nothing.
    """

    can_repeat = True

    def send(self, letter: Outgoing) -> str:
        if not letter.identity:
            raise NotSent("digital.no_identity", is_final=True)
        try:
            folder = self.folder()
            folder.mkdir(mode=0o750, parents=True, exist_ok=True)
            if not self.is_there(letter.ref):
                self._write(folder, letter)
        except OSError as fault:
            raise NotSent("digital.folder", reason=type(fault).__name__) from fault
        with translation.override(settings.LANGUAGE_CODE):
            words = _("Digital post, package %(ref)s, SHA-256 %(sha256)s")
        return words % {"ref": letter.ref, "sha256": letter.sha256}

    @staticmethod
    def folder() -> Path:
        return Path(settings.OUTGOING_DIR)

    def is_there(self, ref: str) -> bool:
        places = (self.folder(), self.folder() / TAKEN)
        return any((place / ref / MANIFEST).exists() for place in places)

    def _write(self, folder: Path, letter: Outgoing) -> None:
        part = folder / f".part-{letter.ref}"
        if part.exists():  # somebody was cut off in the middle of it
            shutil.rmtree(part)
        part.mkdir(mode=0o750)
        _to_disk(part / "letter.pdf", letter.content)
        manifest = json.dumps(_manifest(letter), ensure_ascii=False, indent=1).encode()
        _to_disk(part / MANIFEST, manifest)
        _sync(part)
        part.rename(folder / letter.ref)
        _sync(folder)


def _manifest(letter: Outgoing) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "ref": letter.ref,
        "sender": settings.MUNICIPALITY["name"],
        "document": letter.document,
        "title": letter.title,
        "language": letter.language,
        "dated": letter.dated_on.isoformat(),
        "copy": letter.is_copy,
        "recipient": {"identity_number": letter.identity, "name": letter.name},
        "files": [
            {
                "name": "letter.pdf",
                "media_type": letter.media_type,
                "size": len(letter.content),
                "sha256": letter.sha256,
            }
        ],
    }


def _to_disk(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def rejections() -> dict[str, str]:
    """What the dispatch system could not deliver: the letter's `ref` and the reason's code."""
    found = {}
    for file in sorted((DigitalPost.folder() / REJECTED).glob("*.json")):
        try:
            told = json.loads(file.read_text())
        except (OSError, ValueError):
            continue  # half written: the next look finds it whole
        found[file.stem] = str(told.get("code", ""))[:40] if isinstance(told, dict) else ""
    return found


def forget_rejection(ref: str) -> None:
    """Takes a rejection away that has been dealt with."""
    (DigitalPost.folder() / REJECTED / f"{ref}.json").unlink(missing_ok=True)


_channels: dict[str, Channel] = {Name.EMAIL: Email(), Name.DIGITAL: DigitalPost()}
