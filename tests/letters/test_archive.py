"""Packages for the archive: whole, once, and without where anybody protected lives."""

import csv
import datetime
import io
import zipfile
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from arrears.services.case_folder import case_folder
from boligsak.accounts.models import LookUp
from boligsak.jobs.models import RunState
from boligsak.letters.files import _path, pieces
from boligsak.letters.models import ArchivedDocument, ArchiveExport, Document
from boligsak.letters.services.archive import SEAL, build, order
from boligsak.letters.services.journal import NewParty, journal, withdraw
from boligsak.rule import RuleBroken
from tenants.services.letters import lease_folder
from tests.factories import CaseFactory, LeaseFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
ON = datetime.date(2026, 3, 2)
TODAY = datetime.date(2026, 3, 9)
SCHEMA = (
    Path(django_settings.BASE_DIR).parent
    / "shared/data/noark5/no.ks.fiks.arkiv.v1.arkivering.arkivmelding.opprett.xsd"
)


@pytest.fixture(autouse=True)
def files(tmp_path, settings):
    settings.FILES_DIR = tmp_path


@pytest.fixture
def user():
    return UserFactory(role="administrator")


@pytest.fixture
def cleared():
    return UserFactory(role="privacy_officer", role__cleared=True)


def kept(folder, user, title: str = "Brev", on: datetime.date = ON, **more) -> Document:
    given = {
        "direction": "out",
        "kind": "letter",
        "content": f"%PDF-1.7 {title}".encode(),
        "media_type": "application/pdf",
        "dated_on": on,
        "parties": [NewParty("recipient", "Ola Berg", "Storgata 1\n7010 Trondheim")],
    } | more
    return journal(folder, title=title, by=user, on=on, **given)


def package(user, first=ON, last=ON, **more) -> ArchiveExport:
    return build(order(first, last, by=user, on=TODAY, **more).pk, on=TODAY)


def opened(row: ArchiveExport) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces(row.stored, SEAL))))


def text(row: ArchiveExport) -> str:
    """Everything in the package that is not a document's own file."""
    with opened(row) as zipped:
        names = [name for name in zipped.namelist() if name.endswith((".xml", ".csv"))]
        return "\n".join(zipped.read(name).decode() for name in names)


# --- What is in it --------------------------------------------------------------------------------


def test_a_package_holds_each_document_with_its_message(user) -> None:
    folder = lease_folder(LeaseFactory(), ON)
    kept(folder, user, "Purring")
    kept(folder, user, "Varsel")
    row = package(user)
    with opened(row) as zipped:
        assert zipped.testzip() is None
        assert zipped.namelist() == [
            "2026-000001/arkivmelding.xml",
            "2026-000001/2026-000001.pdf",
            "2026-000002/arkivmelding.xml",
            "2026-000002/2026-000002.pdf",
            "innhold.csv",
        ]
        assert zipped.read("2026-000002/2026-000002.pdf") == b"%PDF-1.7 Varsel"
        listed = zipped.read("innhold.csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(listed), delimiter=";"))
    assert [(one["journalnummer"], one["tittel"]) for one in rows] == [
        ("2026/1", "Purring"),
        ("2026/2", "Varsel"),
    ]
    assert (row.documents, row.run.state) == (2, RunState.DONE)


def test_every_message_of_a_package_is_valid_against_the_schemas(user) -> None:
    if not SCHEMA.exists():
        pytest.skip("Noark 5's schemas are not in ../shared/data/noark5")
    schema = etree.XMLSchema(etree.parse(str(SCHEMA)))
    folder = lease_folder(LeaseFactory(), ON)
    sender = [NewParty("sender", "Namsfogden", is_third=True)]
    kept(folder, user, "Brev til deg")
    kept(folder, user, "Svar", direction="in", parties=sender)
    kept(folder, user, "Notat", direction="internal", parties=[], access="", section="")
    mistake = kept(folder, user, "Feil")
    withdraw(mistake.pk, "feil mappe", by=user, on=TODAY)
    with opened(package(user)) as zipped:
        names = [name for name in zipped.namelist() if name.endswith(".xml")]
        assert len(names) == 4
        for name in names:
            schema.validate(etree.fromstring(zipped.read(name)))
            assert list(schema.error_log) == []


def test_the_hash_in_the_message_is_the_hash_of_the_file(user) -> None:
    document = kept(lease_folder(LeaseFactory(), ON), user)
    assert document.sha256 in text(package(user))


def test_only_the_days_asked_for_are_in_it(user) -> None:
    folder = lease_folder(LeaseFactory(), ON)
    for day in range(4):
        kept(folder, user, f"Dag {day}", on=ON + datetime.timedelta(day))
    told = text(package(user, ON + datetime.timedelta(1), ON + datetime.timedelta(2)))
    assert [f"Dag {day}" in told for day in range(4)] == [False, True, True, False]


def test_the_archive_is_told_of_a_folder_once(user) -> None:
    folder = lease_folder(LeaseFactory(), ON)
    kept(folder, user)
    kept(folder, user)
    later = ON + datetime.timedelta(1)
    kept(folder, user, on=later)
    first, second = package(user), package(user, later, later)
    assert text(first).count("<mappe ") == 1
    assert text(second).count("<mappe ") == 0


def test_a_document_keeps_its_place_in_the_folder_from_package_to_package(user) -> None:
    folder = lease_folder(LeaseFactory(), ON)
    kept(folder, user)
    later = ON + datetime.timedelta(1)
    kept(folder, user, on=later)
    package(user)
    assert "<journalpostnummer>2<" in text(package(user, later, later))


def test_what_was_withdrawn_is_said_to_be(user) -> None:
    document = kept(lease_folder(LeaseFactory(), ON), user)
    withdraw(document.pk, "feil mappe", by=user, on=TODAY)
    assert "Trukket: feil mappe" in text(package(user))


# --- Once -----------------------------------------------------------------------------------------


def test_a_document_is_in_one_package(user) -> None:
    folder = lease_folder(LeaseFactory(), ON)
    kept(folder, user, "Først")
    package(user)
    kept(folder, user, "Sist")
    told = text(package(user))
    assert "Sist" in told
    assert "Først" not in told


def test_it_is_in_a_second_one_when_that_is_asked_for(user) -> None:
    document = kept(lease_folder(LeaseFactory(), ON), user, "Først")
    first = package(user)
    assert "Først" in text(package(user, is_repeat=True))
    assert ArchivedDocument.objects.get(document=document).export == first


def test_a_package_that_is_made_is_not_made_again(user) -> None:
    kept(lease_folder(LeaseFactory(), ON), user)
    row = package(user)
    assert build(row.pk, on=TODAY).stored == row.stored


def test_a_file_that_is_lost_is_named_and_stays_to_be_archived(user) -> None:
    folder = lease_folder(LeaseFactory(), ON)
    kept(folder, user, "Hel")
    lost = kept(folder, user, "Borte")
    _path(lost.stored).unlink()
    row = package(user)
    assert row.run.counts["lost"] == [str(lost)]
    assert not ArchivedDocument.objects.filter(document=lost).exists()


def test_what_breaks_off_archives_nothing(user, monkeypatch, tmp_path) -> None:
    kept(lease_folder(LeaseFactory(), ON), user)
    row = order(ON, ON, by=user, on=TODAY)
    before = set((tmp_path / "documents").iterdir())

    def broken(*_args: object, **_more: object) -> None:
        raise MemoryError

    monkeypatch.setattr("boligsak.letters.services.archive.arkivmelding", broken)
    with pytest.raises(MemoryError):
        build(row.pk, on=TODAY)
    row.refresh_from_db()
    assert (row.stored, row.run.state) == ("", RunState.FAILED)
    assert not ArchivedDocument.objects.exists()
    assert set((tmp_path / "documents").iterdir()) == before


@pytest.mark.parametrize(
    ("first", "last", "more", "code"),
    [
        (ON, ON - datetime.timedelta(1), {}, "archive.days"),
        (ON, TODAY, {}, "archive.not_over"),
        (ON, ON, {"is_protected": True}, "archive.not_cleared"),
        (ON + datetime.timedelta(1), ON + datetime.timedelta(1), {}, "archive.nothing"),
    ],
)
def test_an_order_that_cannot_be_kept_is_refused(user, first, last, more, code) -> None:
    kept(lease_folder(LeaseFactory(), ON), user)
    with pytest.raises(RuleBroken) as refused:
        order(first, last, by=user, on=TODAY, **more)
    assert refused.value.code == code


def test_who_is_bound_to_an_office_orders_no_package_of_all() -> None:
    folder = lease_folder(LeaseFactory(), ON)
    bound = UserFactory(role="administrator", role__offices=[folder.office])
    kept(folder, bound)
    with pytest.raises(RuleBroken) as refused:
        order(ON, ON, by=bound, on=TODAY)
    assert refused.value.code == "archive.every_office"


# --- Nobody protected -----------------------------------------------------------------------------


def test_a_protected_folder_is_in_packages_of_its_own(user, cleared) -> None:
    kept(lease_folder(LeaseFactory(), ON), user, "Åpen")
    kept(lease_folder(LeaseFactory(is_protected=True), ON), user, "Sperret")
    ordinary, protected = package(user), package(cleared, is_protected=True)
    assert "Sperret" not in text(ordinary)
    assert "Sperret" in text(protected)
    assert "Åpen" not in text(protected)


def test_a_folder_that_has_become_protected_since_is_kept_apart(user, cleared) -> None:
    lease = LeaseFactory()
    kept(lease_folder(lease, ON), user, "Purring")
    kept(case_folder(CaseFactory(lease=lease), ON), user, "Saksbrev")
    kept(lease_folder(LeaseFactory(), ON), user, "Annet")
    lease.is_protected = True
    lease.save()
    ordinary, protected = text(package(user)), text(package(cleared, is_protected=True))
    assert [word in ordinary for word in ("Purring", "Saksbrev", "Annet")] == [False, False, True]
    assert [word in protected for word in ("Purring", "Saksbrev", "Annet")] == [True, True, False]
    assert "Storgata" not in protected
    assert lease.office.name not in protected


def test_a_letter_to_a_neighbour_who_is_protected_now_is_kept_apart(user, cleared) -> None:
    neighbour = PersonFactory(protection=6)
    party = NewParty("recipient", "Nabo", "Lillegata 2", person_id=neighbour.pk)
    kept(lease_folder(LeaseFactory(), ON), user, "Nabovarsel", parties=[party])
    kept(lease_folder(LeaseFactory(), ON), user, "Annet")
    assert "Nabovarsel" not in text(package(user))
    told = text(package(cleared, is_protected=True))
    assert "Nabovarsel" in told
    assert "Lillegata" not in told


PEOPLE = st.lists(
    st.tuples(st.sampled_from([0, 6, 7]), st.booleans(), st.booleans(), st.booleans()),
    min_size=1,
    max_size=5,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(people=PEOPLE)
def test_no_address_of_anybody_protected_is_in_any_package(user, cleared, people) -> None:
    """Whoever is protected, then or now, themselves or by the home they live in, as tenant or as
    somebody outside: no message and no list of any package holds the street."""
    secret, day = [], ON + datetime.timedelta(Document.objects.count() % 5)
    for number, (protection, is_home, was_so, is_third) in enumerate(people):
        street = f"Gate{number}x{Document.objects.count()} 1"
        lease = LeaseFactory(is_protected=is_home and was_so)
        person = PersonFactory(protection=protection if was_so else 0)
        party = NewParty(
            "recipient",
            "Ola Berg",
            f"{street}\n7010 Trondheim",
            "ola@example.org",
            person.pk,
            is_protected=was_so and protection > 0,
            is_third=is_third,
        )
        kept(lease_folder(lease, day), user, "Brev", on=day, parties=[party])
        person.protection = protection
        person.save()
        lease.is_protected = is_home
        lease.save()
        if protection or is_home:
            secret.append(street)
    told = ""
    for by, is_protected in ((user, False), (cleared, True)):
        for is_repeat in (False, True):
            try:
                row = package(by, day, day, is_protected=is_protected, is_repeat=is_repeat)
            except RuleBroken:
                continue
            told += text(row)
    assert not [street for street in secret if street in told]


# --- Pages ----------------------------------------------------------------------------------------


def signed_in(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def test_a_package_is_ordered_followed_and_fetched(
    user, django_capture_on_commit_callbacks, time_machine_on
) -> None:
    person = PersonFactory()
    party = NewParty("recipient", str(person), "Storgata 1", person_id=person.pk)
    kept(lease_folder(LeaseFactory(), ON), user, parties=[party])
    client = signed_in(user)
    form = {
        "submission_id": "6f1b1f3e-0000-4000-8000-000000000003",
        "from_on": "02.03.2026",
        "to_on": "02.03.2026",
    }
    answer = client.post(reverse("letters:archive_new"), form)
    row = ArchiveExport.objects.get()
    assert "Making the package" in client.get(answer["Location"]).text
    build(row.pk, on=TODAY)
    assert "Download the package" in client.get(answer["Location"]).text
    listed = client.get(reverse("letters:archive")).text
    assert ">Done<" in listed.replace("\n", "")
    file = client.get(reverse("letters:archive_file", args=[row.pk]))
    assert zipfile.ZipFile(io.BytesIO(file.getvalue())).testzip() is None
    assert LookUp.objects.get(page="letters:archive_file").person_ids == [person.pk]


@pytest.fixture
def time_machine_on():
    import time_machine

    with time_machine.travel(datetime.datetime(2026, 3, 9, 9, tzinfo=datetime.UTC), tick=False):
        yield


def test_a_package_of_what_is_protected_is_there_for_the_cleared_alone(user, cleared) -> None:
    kept(lease_folder(LeaseFactory(is_protected=True), ON), user)
    row = package(cleared, is_protected=True)
    for name in ("archive_package", "archive_file"):
        url = reverse(f"letters:{name}", args=[row.pk])
        assert signed_in(user).get(url).status_code == 404
        assert signed_in(cleared).get(url).status_code == 200


def test_who_handles_a_package_of_what_is_protected_is_told_what_its_files_hold(cleared) -> None:
    kept(lease_folder(LeaseFactory(is_protected=True), ON), cleared)
    kept(lease_folder(LeaseFactory(), ON), cleared)
    warned = "a letter can have a protected address on it"
    for is_protected in (True, False):
        row = package(cleared, is_protected=is_protected)
        told = signed_in(cleared).get(reverse("letters:archive_package", args=[row.pk])).text
        assert (warned in told) is is_protected


def test_the_journal_lists_what_came_and_went_and_names_nobody(user) -> None:
    kept(lease_folder(LeaseFactory(), ON), user, "Purring")
    told = signed_in(user).get(reverse("letters:journal")).text
    assert "Purring" in told
    assert "Ola Berg" not in told


def test_the_journal_does_not_tell_the_office_of_a_protected_folder(user, cleared) -> None:
    lease = LeaseFactory()
    kept(lease_folder(lease, ON), user, "Purring")
    lease.is_protected = True
    lease.save()
    url = reverse("letters:journal")
    page, file = signed_in(user).get(url).text, signed_in(user).get(url + "export/?export=csv")
    rows = page[page.index("<tbody>") :]
    assert lease.office.name not in rows
    assert lease.office.name not in file.getvalue().decode()
    assert lease.office.name in signed_in(cleared).get(url).text


def test_no_choice_of_office_finds_a_folder_that_has_become_protected(user, cleared) -> None:
    lease = LeaseFactory()
    kept(lease_folder(lease, ON), user, "Purring")
    lease.is_protected = True
    lease.save()
    asked = f"{reverse('letters:journal')}?office={lease.office_id}"
    assert "Purring" not in signed_in(user).get(asked).text
    assert "Purring" in signed_in(cleared).get(asked).text
    bound = UserFactory(role="privacy_officer", role__offices=[lease.office])
    assert "Purring" not in signed_in(bound).get(reverse("letters:journal")).text


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", ["Inn", "Ut"]),
        ("direction=in", ["Inn"]),
        ("folder=case", []),
        ("folder=lease&direction=out", ["Ut"]),
        ("from_on=03.03.2026", ["Inn"]),
        ("to_on=02.03.2026", ["Ut"]),
        ("state=not", ["Inn"]),
        ("state=archived", ["Ut"]),
    ],
)
def test_the_journal_is_filtered_and_exported_as_it_is_shown(user, asked, shown) -> None:
    folder = lease_folder(LeaseFactory(), ON)
    kept(folder, user, "Ut")
    sender = [NewParty("sender", "Nav", is_third=True)]
    later = ON + datetime.timedelta(1)
    kept(folder, user, "Inn", on=later, direction="in", parties=sender)
    package(user)
    client = signed_in(user)
    page = client.get(f"{reverse('letters:journal')}?{asked}").text
    file = client.get(f"{reverse('letters:journal_export')}?{asked}&export=csv")
    lines = file.getvalue().decode("utf-8-sig").splitlines()[1:]
    assert [word for word in ("Inn", "Ut") if f">{word}<" in page] == shown
    assert sorted(line.split(";")[4] for line in lines) == shown


def test_the_journal_asks_as_often_for_many_as_for_one(user, django_assert_max_num_queries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, url = signed_in(user), reverse("letters:journal")
    counts = []
    for more in (1, 20):
        for _number in range(more):
            kept(lease_folder(LeaseFactory(), ON), user)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]
