"""The journal: numbers without gaps, sealed content, and titles that name nobody."""

import datetime
from dataclasses import replace

import pytest
from django.db import InternalError, ProgrammingError, transaction

from boligsak.letters.files import _path
from boligsak.letters.models import Document
from boligsak.letters.services.journal import (
    DocumentLost,
    NewDocument,
    NewParty,
    content_of,
    folder_of,
    journal,
    journal_many,
    names_in,
    withdraw,
)
from boligsak.rule import RuleBroken
from tests.factories import OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db
ON = datetime.date(2026, 3, 2)
OLA = NewParty("recipient", "Ola Hansen", "Storgata 1\n7010 Trondheim", person_id=7)


@pytest.fixture(autouse=True)
def files(tmp_path, settings):
    settings.FILES_DIR = tmp_path
    return tmp_path / "documents"


@pytest.fixture
def user():
    return UserFactory()


def a_folder(ref_id: int = 1, **more):
    given = {"number": "S-1", "title": "Boligsak", "is_protected": False, "on": ON} | more
    given.setdefault("office_id", OfficeFactory().pk)
    return folder_of("case", ref_id, **given)


def kept(folder, user, **more) -> Document:
    given = {
        "direction": "out",
        "kind": "letter",
        "title": "Brev om husleie",
        "content": b"%PDF-1.7 brev",
        "media_type": "application/pdf",
        "dated_on": ON,
        "parties": [OLA],
        "on": ON,
    } | more
    return journal(folder, by=user, **given)


def test_a_document_comes_out_as_it_went_in(user) -> None:
    assert content_of(kept(a_folder(), user)) == b"%PDF-1.7 brev"


def test_numbers_run_without_gaps_and_begin_anew_each_year(user) -> None:
    folder = a_folder()
    first, second = kept(folder, user), kept(folder, user)
    next_year = kept(folder, user, on=datetime.date(2027, 1, 4))
    assert [str(one) for one in (first, second, next_year)] == ["2026/1", "2026/2", "2027/1"]


def test_what_is_rolled_back_leaves_no_gap(user) -> None:
    folder = a_folder()
    kept(folder, user)
    with transaction.atomic():
        kept(folder, user)
        transaction.set_rollback(True)
    assert kept(folder, user).serial == 2


def test_many_are_numbered_in_their_order(user) -> None:
    folder = a_folder()
    new = [
        NewDocument(
            folder=folder,
            direction="internal",
            kind="note",
            title=f"Notat {number}",
            content=b"x",
            media_type="application/pdf",
            dated_on=ON,
        )
        for number in range(5)
    ]
    made = journal_many(new, by=user, on=ON)
    assert [(one.title, one.serial) for one in made] == [(f"Notat {n}", n + 1) for n in range(5)]


def test_a_refused_batch_keeps_neither_row_nor_file(user, files) -> None:
    good = NewDocument(
        folder=a_folder(),
        direction="internal",
        kind="note",
        title="Notat",
        content=b"x",
        media_type="application/pdf",
        dated_on=ON,
    )
    with pytest.raises(RuleBroken):
        journal_many([good, replace(good, content=b"")], by=user, on=ON)
    assert not Document.objects.exists()
    assert not files.exists() or not list(files.iterdir())


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"title": "  "}, "document.no_title"),
        ({"title": "x" * 161}, "document.title_long"),
        ({"title": "Brev til 12345678901"}, "document.title_identity"),
        ({"title": "Brev til 123456 78901"}, "document.title_identity"),
        ({"content": b""}, "document.empty"),
        ({"parties": []}, "document.no_recipient"),
        ({"parties": [NewParty("sender", "Kommunen")]}, "document.no_recipient"),
        ({"direction": "in"}, "document.no_sender"),
        (
            {
                "direction": "in",
                "parties": [NewParty("sender", "Ola")],
                "dated_on": ON + datetime.timedelta(1),
            },
            "document.from_future",
        ),
    ],
)
def test_a_document_that_lacks_something_is_refused(user, given, code) -> None:
    with pytest.raises(RuleBroken) as refused:
        kept(a_folder(), user, **given)
    assert refused.value.code == code
    assert not Document.objects.exists()


def test_a_long_number_that_is_no_identity_number_may_stand_in_a_title(user) -> None:
    assert kept(a_folder(), user, title="Faktura 123456789012").serial == 1


def test_no_address_is_kept_of_a_protected_person(user) -> None:
    hidden = NewParty("recipient", "Ola", "Storgata 1", "ola@example.org", 7, is_protected=True)
    (party,) = kept(a_folder(), user, parties=[hidden]).parties.all()
    assert (party.name, party.address, party.email) == ("Ola", "", "")


def test_no_person_has_an_address_in_a_protected_folder(user) -> None:
    (party,) = kept(a_folder(is_protected=True), user).parties.all()
    assert party.address == ""


def test_a_folder_is_one_and_follows_its_row(user) -> None:
    first = a_folder()
    again = a_folder(is_protected=True, office_id=first.office_id, number="S-2")
    assert again.pk == first.pk
    assert (again.number, again.is_protected, again.opened_on) == ("S-2", True, ON)


def test_what_was_journaled_cannot_be_changed(user) -> None:
    document = kept(a_folder(), user)
    with pytest.raises(InternalError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(serial=9)
    with pytest.raises(ProgrammingError), transaction.atomic():
        document.parties.all()._raw_delete("default")


def test_a_mistake_is_withdrawn_with_a_reason_and_stays(user) -> None:
    document = kept(a_folder(), user)
    withdraw(document.pk, " feil mappe ", by=user, on=ON)
    document.refresh_from_db()
    assert (document.withdrawn_because, document.withdrawn_by) == ("feil mappe", user)
    assert content_of(document) == b"%PDF-1.7 brev"


@pytest.mark.parametrize(
    ("because", "code"),
    [("", "document.no_reason"), ("gjelder 12345678901", "document.reason_identity")],
)
def test_a_withdrawal_says_why_without_a_number(user, because: str, code: str) -> None:
    document = kept(a_folder(), user)
    with pytest.raises(RuleBroken) as refused:
        withdraw(document.pk, because, by=user, on=ON)
    assert refused.value.code == code


def test_a_document_is_withdrawn_once(user) -> None:
    document = kept(a_folder(), user)
    withdraw(document.pk, "feil", by=user, on=ON)
    with pytest.raises(RuleBroken) as refused:
        withdraw(document.pk, "feil", by=user, on=ON)
    assert refused.value.facts["who"] == str(user)


def test_a_changed_file_is_not_given_out(user) -> None:
    document = kept(a_folder(), user)
    path = _path(document.stored)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(DocumentLost):
        content_of(document)


def test_a_file_swapped_with_another_of_our_own_is_not_given_out(user) -> None:
    folder = a_folder()
    one, other = kept(folder, user), kept(folder, user, content=b"et annet brev")
    _path(one.stored).write_bytes(_path(other.stored).read_bytes())
    with pytest.raises(DocumentLost):
        content_of(one)


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Brev fra Hansen", ["Hansen"]),
        ("brev fra OLA, ja Ola", ["OLA", "Ola"]),
        ("Hansens vei er stengt", []),
        ("Bo- og tjenesteavtale", []),
    ],
)
def test_a_title_that_seems_to_name_somebody_is_found(title: str, found: list[str]) -> None:
    assert names_in(title, ["Ola Hansen", "Bo Li"]) == found
