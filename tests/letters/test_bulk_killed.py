"""The worker is killed while it writes to many, and another one goes on."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from django.conf import settings as loaded
from django.db import connection

from boligsak.letters.models import BulkLetterRow, Dispatch, Document
from boligsak.letters.services.bulk import ask_for, prepare, write_all
from boligsak.letters.services.journal import content_of
from tests.factories import DwellingFactory, LeaseFactory, OfficeFactory, UserFactory
from tests.letters.posting import ON
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

_WORKER = """
import datetime, sys
import django
django.setup()
from boligsak.letters.services import bulk
bulk.AT_ONCE = 4
print("ready", flush=True)
bulk.write_all(int(sys.argv[1]), on=datetime.date(2026, 3, 2))
"""
COUNT = 48  # as many as one person may send alone, nearly


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.FILES_DIR = tmp_path / "files"
    return tmp_path


@pytest.fixture
def bulk():
    office, by = OfficeFactory(), UserFactory()
    for _ in range(COUNT):
        LeaseFactory(dwelling=DwellingFactory(office=office))
    wanted = {"offices": [office.pk], "about": "Vannet", "text": "Vannet blir stengt."}
    given = {"channel": "print", "dated_on": ON, "by": by, "on": ON}
    row = prepare("information", "Vann", wanted, **given)
    return ask_for(row.pk, version=1, by=by, on=ON)


def worker(bulk_id, folder):
    own = connection.settings_dict["NAME"]
    head, _, tail = loaded.DATABASE_URL.partition("?")
    there = head.rpartition("/")[0] + f"/{own}" + (f"?{tail}" if tail else "")
    process = subprocess.Popen(
        [sys.executable, "-c", _WORKER, str(bulk_id)],
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
    for line in process.stdout:
        if line == "ready\n":
            return process
    raise AssertionError("the worker did not start")


def every_letter_is_there_once(bulk):
    bulk.refresh_from_db()
    rows = BulkLetterRow.objects.filter(bulk=bulk)
    assert bulk.state == "done"
    assert Counter(rows.values_list("state", flat=True)) == {"done": COUNT}
    assert len(set(rows.values_list("document", flat=True))) == COUNT
    assert Document.objects.count() == Dispatch.objects.count() == COUNT
    serials = sorted(Document.objects.values_list("serial", flat=True))
    assert serials == list(range(1, COUNT + 1))
    assert all(content_of(document) for document in Document.objects.all())


def test_killed_and_started_again_it_goes_on_where_it_was(bulk, folder):
    chance = random.Random(3)
    for _turn in range(3):
        before = Document.objects.count()
        process = worker(bulk.pk, folder)
        for _look in range(6000):  # until it has written something, and is writing more
            if Document.objects.count() > before:
                break
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.03))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert before < Document.objects.count() < COUNT
    write_all(bulk.pk, on=ON)
    every_letter_is_there_once(bulk)


def test_two_workers_write_each_letter_once(bulk):
    found = at_once(lambda: write_all(bulk.pk, on=ON), lambda: write_all(bulk.pk, on=ON))
    assert "done" in found
    every_letter_is_there_once(bulk)
