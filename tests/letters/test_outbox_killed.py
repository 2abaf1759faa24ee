"""The worker is killed, at every place where it could be: nothing is sent twice, nothing is lost.

A worker in a process of its own, on the same database, is stopped where the test says and killed
with SIGKILL; then another one, the process of the test, goes on as the beat would let it.
"""

import datetime
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as loaded
from django.db import connection

from boligsak import sealed
from boligsak.letters.services.delivering import deliver
from boligsak.letters.services.journal import NewParty
from boligsak.letters.services.outbox import note_sent, retry
from tenants.models import PersonIdentity
from tenants.services.people import IDENTITY
from tests.factories import PersonFactory, UserFactory
from tests.letters.posting import NOW, ON, state, waiting

pytestmark = pytest.mark.django_db(transaction=True)

# Stops the worker at a place, by putting something that waits there instead of what is there.
_WORKER = """
import datetime, sys, time
import django
django.setup()
from boligsak.letters import channels
from boligsak.letters.services import delivering

def stop(*args, **kwargs):
    print("here", flush=True)
    time.sleep(120)

place, later = sys.argv[1], int(sys.argv[2])
if place == "before taking is committed":
    delivering.to_state = stop
elif place == "between taking and sending":
    delivering.outgoing = stop
elif place == "in the middle of a package":
    channels._manifest = stop
elif place == "before the package is in its place":
    channels._sync = stop
elif place == "between sending and writing it down":
    delivering._sent = stop
elif place == "before what is written down is committed":
    delivering.mark_sent = stop
print("ready", flush=True)
now = datetime.datetime(2026, 3, 2, 11, tzinfo=datetime.UTC) + datetime.timedelta(minutes=later)
delivering.deliver(now)
"""

IN_A_PACKAGE = ("in the middle of a package", "before the package is in its place")
BEFORE = ("between taking and sending", *IN_A_PACKAGE)
AFTER = ("between sending and writing it down", "before what is written down is committed")


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.FILES_DIR = tmp_path / "files"
    settings.OUTGOING_DIR = tmp_path / "outgoing"
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path


def worker(folder: Path, place: str = "", later: int = 0) -> subprocess.Popen[str]:
    """A worker to be killed, on this test's database, some minutes later than the first."""
    own = connection.settings_dict["NAME"]
    head, _, tail = loaded.DATABASE_URL.partition("?")
    there = head.rpartition("/")[0] + f"/{own}" + (f"?{tail}" if tail else "")
    return subprocess.Popen(
        [sys.executable, "-c", _WORKER, place, str(later)],
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "boligsak.settings",
            "DATABASE_URL": there,
            "REDIS_URL": loaded.REDIS_URL,
            "DATA_DIR": str(folder),
        },
        cwd=loaded.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def says(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line == f"{word}\n":
            return
    raise AssertionError(f"the worker ended before it said {word}")


def kill(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def killed_at(place: str, folder: Path) -> None:
    process = worker(folder, place)
    try:
        says(process, "here")
    finally:
        kill(process)


def goes_on(later: int = 11) -> None:
    """Another worker, when it is certain that the first one is gone."""
    deliver(NOW + datetime.timedelta(minutes=later))


def somebody() -> NewParty:
    """A tenant whom the digital post can find, and who was written to by e-mail lately."""
    person = PersonFactory(email="ola@example.org", email_used_on=ON)
    number = f"{person.pk:011d}"
    PersonIdentity.objects.create(
        person=person,
        number_sealed=sealed.seal(number, IDENTITY),
        number_mac=sealed.mac(number, IDENTITY),
    )
    return NewParty("recipient", str(person), "Lia 1", "ola@example.org", person.pk)


def packages(folder: Path) -> dict[str, Any]:
    """The whole packages, and when each was written."""
    found = (folder / "outgoing").glob("[!.]*")
    return {one.name: (one / "manifest.json").stat().st_mtime_ns for one in found}


def mails(folder: Path) -> int:
    return sum(one.read_text().count("Message-ID:") for one in (folder / "mail").glob("*"))


@pytest.mark.parametrize("channel", ["digital", "email"])
def test_killed_before_the_taking_is_committed_it_waits_as_before(channel, folder):
    row = waiting(channel, somebody())
    killed_at("before taking is committed", folder)
    assert state(row) == "waiting"
    goes_on(later=0)
    assert state(row) == "sent"
    assert len(packages(folder)) + mails(folder) == 1


@pytest.mark.parametrize("place", BEFORE)
def test_killed_before_the_package_is_there_it_is_sent_again_and_is_whole(place, folder):
    row = waiting("digital", somebody())
    killed_at(place, folder)
    assert (state(row), packages(folder)) == ("taken", {})
    goes_on()
    assert state(row) == "sent"
    (package,) = packages(folder)
    letter = folder / "outgoing" / package / "letter.pdf"
    assert len(letter.read_bytes()) == row.document.size
    assert not list((folder / "outgoing").glob(".part-*"))


@pytest.mark.parametrize("place", AFTER)
def test_killed_when_the_package_is_there_it_is_the_same_package(place, folder):
    row = waiting("digital", somebody())
    killed_at(place, folder)
    made = packages(folder)
    assert (state(row), len(made)) == ("taken", 1)
    goes_on()
    assert (state(row), packages(folder)) == ("sent", made)


@pytest.mark.parametrize("place", AFTER)
def test_killed_after_a_mail_has_gone_it_is_uncertain_and_not_sent_again(place, folder):
    row = waiting("email", somebody())
    killed_at(place, folder)
    assert (state(row), mails(folder)) == ("taken", 1)
    goes_on()
    goes_on(later=60 * 24)
    assert (state(row), mails(folder)) == ("uncertain", 1)
    row.refresh_from_db()
    by = UserFactory()
    note_sent(row.pk, ON, "Mottakeren bekrefter", version=row.version, by=by, on=ON)
    goes_on(later=60 * 24)
    assert (state(row), mails(folder)) == ("sent", 1)


def test_killed_before_a_mail_has_gone_it_is_uncertain_until_somebody_sends_it_again(folder):
    row = waiting("email", somebody())
    killed_at("between taking and sending", folder)
    goes_on()
    assert (state(row), mails(folder)) == ("uncertain", 0)
    row.refresh_from_db()
    retry(row.pk, version=row.version, by=UserFactory(), on=ON)
    goes_on(later=12)
    assert (state(row), mails(folder)) == ("sent", 1)


def test_however_often_it_is_killed_every_letter_goes_once(folder):
    rows = [waiting("digital", somebody()) for _ in range(40)]
    chance = random.Random(7)
    for turn in range(4):
        process = worker(folder, later=turn * 11)
        try:
            says(process, "ready")
            time.sleep(chance.uniform(0.02, 0.25))
        finally:
            kill(process)
    before = packages(folder)
    goes_on(later=60)
    goes_on(later=90)
    assert {state(row) for row in rows} == {"sent"}
    after = packages(folder)
    assert len(after) == len(rows)
    assert before.items() <= after.items()  # what was there was not written again
