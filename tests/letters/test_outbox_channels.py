"""The two ways out: e-mail that tells nothing, and packages for the digital post."""

import datetime
import json
import smtplib
import socket

import pytest
from django.core import mail
from django.core.mail.backends import locmem

from boligsak.letters.channels import DigitalPost, Email
from boligsak.letters.models import Dispatch
from boligsak.letters.services import delivering
from boligsak.letters.services.delivering import deliver, take
from boligsak.letters.services.outbox import note_sent
from tests.factories import UserFactory
from tests.letters.posting import NOW, state, waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders", "people")]

LATER = NOW + datetime.timedelta(days=2)

# --- E-mail ---------------------------------------------------------------------------------------


def test_an_email_says_nothing_of_what_it_is_about():
    row = waiting("email")
    assert deliver(NOW) == {"sent": 1}
    (message,) = mail.outbox
    assert message.to == ["ola@example.org"]
    assert message.subject == f"Brev fra Trondheim kommune ({row.document})"
    assert "husleie" not in message.subject + message.body
    assert "Ola" not in message.subject + message.body
    assert message.attachments[0][0] == f"brev-{row.document.year}-{row.document.serial}.pdf"


def test_the_message_id_is_the_same_for_every_attempt():
    row = waiting("email")
    letter = delivering.outgoing(row)
    assert Email.message_id(letter.ref) == Email.message_id(delivering.outgoing(row).ref)
    deliver(NOW)
    assert mail.outbox[0].extra_headers["Message-ID"] == Email.message_id(letter.ref)


@pytest.mark.parametrize(
    ("fault", "left"),
    [
        (smtplib.SMTPRecipientsRefused({"ola@example.org": (550, b"no")}), "failed"),
        (smtplib.SMTPRecipientsRefused({"ola@example.org": (450, b"later")}), "waiting"),
        (smtplib.SMTPDataError(554, b"spam"), "failed"),
        (smtplib.SMTPDataError(451, b"later"), "waiting"),
        (smtplib.SMTPSenderRefused(421, b"later", "us"), "waiting"),
        (smtplib.SMTPServerDisconnected(), "uncertain"),
        (TimeoutError(), "uncertain"),
        (ConnectionResetError(), "uncertain"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value)[:40],
)
def test_a_mail_server_that_said_no_is_told_from_one_that_said_nothing(monkeypatch, fault, left):
    def send_messages(self, messages):
        raise fault

    monkeypatch.setattr(locmem.EmailBackend, "send_messages", send_messages)
    row = waiting("email")
    deliver(NOW)
    assert state(row) == left


@pytest.mark.parametrize("fault", [ConnectionRefusedError(), socket.gaierror(), TimeoutError()])
def test_a_mail_server_that_is_away_is_asked_again(monkeypatch, fault):
    def opened(self):
        raise fault

    monkeypatch.setattr(locmem.EmailBackend, "open", opened)
    row = waiting("email")
    assert deliver(NOW) == {"waiting": 1}
    assert state(row) == "waiting"


# --- Digital post ---------------------------------------------------------------------------------


def test_a_package_holds_the_letter_and_a_manifest_and_appears_whole(folders):
    row = waiting()
    assert deliver(NOW) == {"sent": 1}
    (package,) = (folders / "outgoing").iterdir()
    manifest = json.loads((package / "manifest.json").read_text())
    assert manifest["document"] == str(row.document)
    assert manifest["recipient"] == {"identity_number": "01018000007", "name": "Ola Hansen"}
    assert manifest["files"][0]["sha256"] == row.document.sha256
    assert (package / "letter.pdf").read_bytes().startswith(b"%PDF")


def test_the_same_letter_again_is_the_same_package(folders):
    letter = delivering.outgoing(waiting())
    DigitalPost().send(letter)
    made = {p: p.stat().st_mtime_ns for p in (folders / "outgoing").rglob("*")}
    DigitalPost().send(letter)
    assert made == {p: p.stat().st_mtime_ns for p in (folders / "outgoing").rglob("*")}


def test_a_package_that_was_taken_is_not_written_again(folders):
    letter = delivering.outgoing(waiting())
    DigitalPost().send(letter)
    (folders / "outgoing" / "taken").mkdir()
    package = folders / "outgoing" / letter.ref
    package.rename(folders / "outgoing" / "taken" / letter.ref)
    DigitalPost().send(letter)
    assert not package.exists()


def test_what_was_left_in_the_middle_of_a_package_is_cleared_away(folders):
    letter = delivering.outgoing(waiting())
    half = folders / "outgoing" / f".part-{letter.ref}"
    half.mkdir(parents=True)
    (half / "letter.pdf").write_bytes(b"%PDF-1.7 half")
    DigitalPost().send(letter)
    assert not half.exists()
    package = folders / "outgoing" / letter.ref
    assert (package / "letter.pdf").read_bytes() == letter.content


def test_who_has_no_identity_number_gets_no_digital_post(people):
    people.without_number.add(7)
    row = waiting()
    assert deliver(NOW) == {"failed": 1}
    assert Dispatch.objects.get(pk=row.pk).code == "digital.no_identity"


def test_what_the_digital_post_could_not_deliver_goes_on_paper_once(folders, owner):
    row = waiting(source="test", source_id=1)
    deliver(NOW)
    ref = delivering.outgoing(row).ref
    told = folders / "outgoing" / "rejected" / f"{ref}.json"
    told.parent.mkdir()
    told.write_text('{"code": "no-mailbox"}')
    assert deliver(LATER) == {"rejected": 1}
    told.write_text('{"code": "no-mailbox"}')
    assert deliver(LATER) == {}
    row.refresh_from_db()
    paper = row.replaced_by
    assert (row.state, paper.state, paper.channel) == ("sent", "waiting", "print")
    day = LATER.date()
    note_sent(paper.pk, day, "Postlagt", version=paper.version, by=UserFactory(), on=day)
    assert len(owner) == 1  # it was sent once; the paper is the same letter


def test_a_rejection_that_comes_before_its_letter_is_noted_sent_is_not_lost(folders):
    row = waiting()
    take(NOW)  # the worker hands the package over and is killed before it writes that down
    row.refresh_from_db()
    letter = delivering.outgoing(row)
    DigitalPost().send(letter)
    (folders / "outgoing" / "taken").mkdir()
    (folders / "outgoing" / letter.ref).rename(folders / "outgoing" / "taken" / letter.ref)
    told = folders / "outgoing" / "rejected" / f"{letter.ref}.json"
    told.parent.mkdir()
    told.write_text('{"code": "no-mailbox"}')
    assert deliver(NOW) == {}
    assert deliver(LATER) == {"cut_off": 1, "sent": 1}
    assert deliver(LATER) == {"rejected": 1}
    row.refresh_from_db()
    assert (row.state, row.replaced_by.channel) == ("sent", "print")
    assert not told.exists()
