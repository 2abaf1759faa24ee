"""The pages of payment imports, as landlord staff meet them."""

import csv
import io
import re
import uuid

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from arrears.models import ImportState, LedgerLine, PaymentImport
from arrears.services.imports import receive
from boligsak.jobs.models import JobRun, RunState
from tests.arrears.payment_files import TODAY, content, imported, lease_with_kid, paid
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def landlord(client, tmp_path, settings):
    settings.FILES_DIR = tmp_path / "files"
    user = UserFactory(role="landlord")
    client.force_login(user)
    return user


def upload(client, file: bytes, submission: uuid.UUID | None = None, follow=False):
    return client.post(
        reverse("arrears:import_new"),
        {
            "file": SimpleUploadedFile("januar.ocr", file),
            "submission_id": str(submission or uuid.uuid4()),
        },
        follow=follow,
    )


def test_a_file_sent_in_is_imported_by_the_worker(
    client, landlord, django_capture_on_commit_callbacks
):
    lease = lease_with_kid(1)
    with django_capture_on_commit_callbacks(execute=True):
        answer = upload(client, content(paid(lease), paid(kid="99999990")))
    row = PaymentImport.objects.get()
    assert answer.url == reverse("arrears:import", args=[row.pk])
    assert (row.state, row.by, row.run.by) == (ImportState.DONE, landlord, landlord)
    page = client.get(answer.url).content.decode()
    assert "99999990" in page
    assert "januar.ocr" in page


def test_the_work_is_asked_for_after_the_commit_only(client, landlord):
    upload(client, content(paid(lease_with_kid(1))))
    row = PaymentImport.objects.get()
    assert (row.state, row.run.state) == (ImportState.WAITING, RunState.WAITING)
    assert not LedgerLine.objects.exists()


def test_the_same_form_twice_is_one_import(client, landlord):
    submission = uuid.uuid4()
    file = content(paid(lease_with_kid(1)))
    first, second = upload(client, file, submission), upload(client, file, submission)
    assert first.url == second.url
    assert PaymentImport.objects.count() == 1


def test_a_form_without_a_file_says_so(client, landlord):
    answer = client.post(reverse("arrears:import_new"), {"submission_id": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert "data-error-summary" in answer.content.decode()


def test_a_file_that_is_too_large_is_refused_before_it_is_kept(client, landlord, monkeypatch):
    monkeypatch.setattr("arrears.forms.ledger.LARGEST_UPLOAD", 100)
    assert upload(client, content(paid(ore=1))).status_code == 422
    assert not PaymentImport.objects.exists()


def test_a_refused_file_shows_the_line_and_the_reason(
    client, landlord, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = upload(client, content(paid(ore=1))[:-82], follow=True)
    row = PaymentImport.objects.get()
    assert row.state == ImportState.REFUSED
    page = client.get(answer.redirect_chain[-1][0]).content.decode()
    assert " 5" in page
    assert 'data-color="danger"' in page


def test_a_waiting_import_asks_every_second_and_can_be_found_again(client, landlord):
    row = receive(SimpleUploadedFile("x.ocr", b"NY"), by=landlord, today=TODAY)
    JobRun.objects.filter(pk=row.run_id).update(state=RunState.RUNNING, done=40, total=100)
    page = client.get(reverse("arrears:import", args=[row.pk])).content.decode()
    part = reverse("arrears:import_progress", args=[row.pk])
    assert f'hx-get="{part}"' in page
    answer = client.get(part, headers={"HX-Request": "true"})
    assert 'value="40" max="100"' in answer.content.decode()
    assert "HX-Refresh" not in answer
    assert (
        reverse("arrears:import", args=[row.pk])
        in client.get(reverse("arrears:imports")).content.decode()
    )


def test_a_file_that_has_been_read_says_that_it_is_being_booked(client, landlord):
    row = receive(SimpleUploadedFile("x.ocr", b"NY"), by=landlord, today=TODAY)
    part = reverse("arrears:import_progress", args=[row.pk])
    said = []
    for done in (40, 100):
        JobRun.objects.filter(pk=row.run_id).update(state=RunState.RUNNING, done=done, total=100)
        said.append(client.get(part, headers={"HX-Request": "true"}).content.decode())
    assert ["bokføres nå" in page for page in said] == [False, True]


def test_the_tag_by_the_title_changes_along_with_the_progress(client, landlord):
    row = receive(SimpleUploadedFile("x.ocr", b"NY"), by=landlord, today=TODAY)
    waits = client.get(reverse("arrears:import", args=[row.pk])).content.decode()
    JobRun.objects.filter(pk=row.run_id).update(state=RunState.RUNNING, done=40, total=100)
    part = reverse("arrears:import_progress", args=[row.pk])
    runs = client.get(part, headers={"HX-Request": "true"}).content.decode()
    assert re.findall(r'id="status"[^>]*>([^<]+)<', waits) == ["venter"]
    assert re.findall(r'id="status" hx-swap-oob="true"[^>]*>([^<]+)<', runs) == ["importeres"]


def test_when_it_is_over_the_whole_page_is_fetched(client, landlord):
    row = imported(content(paid(ore=1)))
    answer = client.get(
        reverse("arrears:import_progress", args=[row.pk]), headers={"HX-Request": "true"}
    )
    assert answer["HX-Refresh"] == "true"


def test_a_repeated_file_leads_to_its_first_import(client, landlord):
    file = content(paid(ore=1))
    first, second = imported(file), imported(file)
    page = client.get(reverse("arrears:import", args=[second.pk])).content.decode()
    assert reverse("arrears:import", args=[first.pk]) in page


def test_imports_are_filtered_by_state_and_day(client, landlord):
    imported(content(paid(ore=1)), name="god.ocr")
    imported(b"nothing", name="odelagt.ocr")

    def shown(**query):
        return client.get(reverse("arrears:imports"), query).content.decode()

    assert "god.ocr" in shown()
    assert "odelagt.ocr" in shown()
    assert "god.ocr" not in shown(state="refused")
    assert "odelagt.ocr" in shown(state="refused")
    assert "god.ocr" not in shown(to_on="01.01.2020")
    assert "god.ocr" in shown(from_on="01.01.2020")


def test_the_list_is_exported_as_it_is_filtered(client, landlord):
    imported(content(paid(ore=12_345)), name="=god.ocr")
    imported(b"nothing", name="odelagt.ocr")
    answer = client.get(reverse("arrears:imports"), {"export": "csv", "state": "done"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    _heading, row = csv.reader(io.StringIO(text), delimiter=";")
    assert row[1] == "'=god.ocr"
    assert "123,45" in row
    answer = client.get(reverse("arrears:imports"), {"export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert sheet.max_row == 3


@pytest.mark.parametrize("url", ["arrears:imports", "arrears:import_new", "arrears:unplaced"])
@pytest.mark.parametrize("role", ["caseworker", "coordinator", "manager", "privacy_officer"])
def test_others_than_the_landlord_may_not(client, url, role):
    client.force_login(UserFactory(role=role))
    assert client.get(reverse(url)).status_code == 403


def test_the_list_takes_as_many_queries_for_fifty_rows_as_for_one(client, landlord):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse("arrears:imports")).status_code == 200
        return len(found)

    imported(content(paid(ore=1, kid="99999990"), number="0000001"))
    client.get(reverse("arrears:imports"))
    one = queries()
    for number in range(2, 51):
        imported(content(paid(ore=1, kid="99999990"), number=f"{number:07d}"))
    assert queries() == one <= 15


def test_a_result_takes_as_many_queries_for_fifty_unplaced_as_for_one(client, landlord):
    leases = [lease_with_kid(n * 1000) for n in range(1, 51)]
    slips = [lease.kid[:-1] + str((int(lease.kid[-1]) + 1) % 10) for lease in leases]

    def queries(row) -> int:
        with CaptureQueriesContext(connection) as found:
            page = client.get(reverse("arrears:import", args=[row.pk])).content.decode()
        assert leases[0].number in page
        return len(found)

    one = imported(content(paid(kid=slips[0]), number="0000001"))
    fifty = imported(content(*[paid(kid=slip) for slip in slips], number="0000002"))
    queries(one)
    assert queries(fifty) == queries(one) <= 15
