"""Two at the outbox at the same time, on connections of their own."""

import threading

import pytest

from boligsak.letters import channels, recipients
from boligsak.letters.models import Dispatch, PrintBatch
from boligsak.letters.services.delivering import deliver
from boligsak.letters.services.outbox import cancel, note_sent, on_paper, send
from boligsak.letters.services.print_batches import drop_batch, make_batch, post_batch, take_out
from tests.factories import OfficeFactory, UserFactory
from tests.letters.posting import NOW, ON, People, Wire, a_letter, waiting
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folders(tmp_path, settings, monkeypatch):
    settings.FILES_DIR = tmp_path / "files"
    monkeypatch.setattr(recipients, "_registers", [People()])


def test_two_workers_send_every_letter_once(monkeypatch):
    wire = Wire()
    monkeypatch.setattr(channels, "_channels", {"digital": wire, "email": wire})
    rows = [waiting() for _ in range(12)]
    at_once(lambda: deliver(NOW), lambda: deliver(NOW), lambda: deliver(NOW))
    assert sorted(letter.document for letter in wire.sent) == sorted(
        str(row.document) for row in rows
    )
    assert set(Dispatch.objects.values_list("state", flat=True)) == {"sent"}


def test_two_who_ask_for_the_same_letter_ask_for_it_once():
    letter, kari, ola = a_letter(), UserFactory(), UserFactory()
    assert at_once(
        lambda: send(letter, by=kari, on=ON),
        lambda: send(letter, channel="digital", by=ola, on=ON),
    ) == ["done", "done"]
    assert Dispatch.objects.count() == 1


def test_two_who_print_the_same_office_print_each_letter_once():
    office, by = OfficeFactory(), UserFactory()
    for _ in range(4):
        waiting("print", office=office)
    at_once(
        *[lambda: make_batch(office.pk, Dispatch.objects.all(), by=by, on=ON) for _ in range(2)]
    )
    assert sum(PrintBatch.objects.values_list("letters", flat=True)) == 4
    assert Dispatch.objects.filter(batch__isnull=False).count() == 4


def test_a_batch_is_posted_or_dropped_and_never_both():
    office, by = OfficeFactory(), UserFactory()
    row = waiting("print", office=office)
    batch = make_batch(office.pk, Dispatch.objects.all(), by=by, on=ON).batch
    found = at_once(
        lambda: post_batch(batch.pk, ON, version=batch.version, by=by, on=ON),
        lambda: drop_batch(batch.pk, "Feil", version=batch.version, by=by, on=ON),
    )
    row.refresh_from_db()
    batch.refresh_from_db()
    assert "done" in found
    assert len(found) == 2
    assert (batch.posted_on is None) == (row.state == "waiting")
    assert (batch.dropped_because == "") == (row.state == "sent")


def test_a_letter_is_taken_out_of_a_batch_or_posted_with_it():
    office, by = OfficeFactory(), UserFactory()
    row, _other = waiting("print", office=office), waiting("print", office=office)
    batch = make_batch(office.pk, Dispatch.objects.all(), by=by, on=ON).batch
    row.refresh_from_db()
    found = at_once(
        lambda: post_batch(batch.pk, ON, version=batch.version, by=by, on=ON),
        lambda: take_out(row.pk, "Feil", version=row.version, by=by, on=ON),
    )
    row.refresh_from_db()
    assert "done" in found
    assert (row.state, row.batch is None) in {("sent", False), ("waiting", True)}


def test_a_letter_is_cancelled_or_noted_as_sent_and_never_both():
    row, by = waiting("hand"), UserFactory()
    found = at_once(
        lambda: cancel(row.pk, "Feil", version=row.version, by=by, on=ON),
        lambda: note_sent(row.pk, ON, "Overlevert", version=row.version, by=by, on=ON),
    )
    assert found == ["dispatch.changed", "done"]


def test_a_letter_that_is_just_going_is_not_put_on_paper_too(monkeypatch):
    going, go_on = threading.Event(), threading.Event()

    class Slow(Wire):
        def send(self, letter):
            going.set()
            assert go_on.wait(20)
            return super().send(letter)

    monkeypatch.setattr(channels, "_channels", {"digital": Slow(), "email": Slow()})
    row, by = waiting(), UserFactory()

    def paper():
        assert going.wait(20)
        try:
            now = Dispatch.objects.get(pk=row.pk)
            on_paper(row.pk, version=now.version, by=by, on=ON)
        finally:
            go_on.set()

    assert at_once(lambda: deliver(NOW), paper) == ["dispatch.not_now", "done"]
    assert Dispatch.objects.get().state == "sent"
