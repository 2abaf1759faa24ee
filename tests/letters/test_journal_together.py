"""Several people at the journal at once: no number twice, none left out."""

import datetime

import pytest
from django.db import transaction

from boligsak.letters.models import Document, Folder
from boligsak.letters.services.journal import NewParty, folder_of, journal, withdraw
from boligsak.letters.services.uploads import NewUpload, receive
from boligsak.rule import RuleBroken
from tests.factories import OfficeFactory, UserFactory
from tests.letters.test_uploads import JPG
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ON = datetime.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def files(tmp_path, settings):
    settings.FILES_DIR = tmp_path


def a_folder(ref_id: int = 1, office_id: int | None = None) -> Folder:
    return folder_of(
        "case",
        ref_id,
        number=f"S-{ref_id}",
        title="Boligsak",
        office_id=office_id or OfficeFactory().pk,
        is_protected=False,
        on=ON,
    )


def kept(folder: Folder, user) -> Document:
    return journal(
        folder,
        direction="in",
        kind="letter-in",
        title="Brev",
        content=b"%PDF-1.7",
        media_type="application/pdf",
        dated_on=ON,
        parties=[NewParty("sender", "Namsfogden")],
        by=user,
        on=ON,
    )


def test_many_who_journal_at_once_get_numbers_without_gaps() -> None:
    folder, user = a_folder(), UserFactory()

    def given_up() -> None:
        with transaction.atomic():
            kept(folder, user)
            raise RuleBroken("given.up")

    acts = [lambda: kept(folder, user)] * 6 + [given_up] * 3
    assert at_once(*acts) == ["done"] * 6 + ["given.up"] * 3
    serials = Document.objects.order_by("serial").values_list("serial", flat=True)
    assert list(serials) == [1, 2, 3, 4, 5, 6]


def test_two_who_bring_the_same_file_keep_it_once() -> None:
    folder, user = a_folder(), UserFactory()
    new = NewUpload(
        content=JPG,
        title="Foto",
        kind="photo",
        dated_on=ON,
        parties=[NewParty("sender", "Namsfogden")],
    )

    def act() -> None:
        receive(folder, new, by=user, on=ON)

    assert at_once(act, act) == ["done", "upload.same_file"]
    assert [str(one) for one in Document.objects.all()] == ["2026/1"]


def test_a_folder_that_two_ask_for_at_once_is_one() -> None:
    office = OfficeFactory().pk
    acts = [lambda: a_folder(7, office)] * 4
    assert at_once(*acts) == ["done"] * 4
    assert Folder.objects.count() == 1


def test_two_who_withdraw_the_same_document_do_it_once() -> None:
    user = UserFactory()
    document = kept(a_folder(), user)

    def act() -> None:
        withdraw(document.pk, "feil mappe", by=user, on=ON)

    assert at_once(act, act) == ["document.withdrawn", "done"]
