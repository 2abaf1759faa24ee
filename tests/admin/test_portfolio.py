"""A file of the register, loaded from the browser: whole, or refused row by row."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse

from arrears.services import portfolio_uploads as service
from arrears.services.portfolio import FILES, JOB
from arrears.tasks import take_up_imports
from boligsak.accounts.models import User
from boligsak.dates import now, today
from boligsak.jobs import services as jobs
from boligsak.jobs.models import JobRun, RunState
from boligsak.rule import RuleBroken
from tenants.models import Dwelling
from tests.factories import OfficeFactory, UserFactory

HEADER = (
    "dwelling;building;building_kind;office;street;house_no;unit;postcode;place;rooms;area_m2;"
    "rent;in_use_from"
)
GOOD = "B-1;Gården;municipal;her;Kongens gate;5;H0201;7011;Trondheim;3;70;9000,00;2020-01-01"
BAD = "B-2;Gården;municipal;nowhere;Kongens gate;5;201;70;Trondheim;3;70;9000,00;2020-01-01"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def landlord(client: Client, tmp_path: Path, settings: Any) -> Client:
    settings.FILES_DIR = tmp_path / "files"
    OfficeFactory(name="Her", code="her")
    client.force_login(UserFactory(role="landlord"))
    return client


def load(client: Client, *lines: str, what: str = "dwellings.csv", **more: Any) -> Any:
    file = SimpleUploadedFile("boliger.csv", "\r\n".join(lines).encode())
    values = {"what": what, "file": file, "submission_id": uuid4()} | more
    return client.post(reverse("admin:portfolio"), values)


def test_a_file_is_loaded_and_the_report_says_what_was_new(landlord: Client) -> None:
    sent = load(landlord, HEADER, GOOD)
    assert Dwelling.objects.get().number == "B-1"
    page = landlord.get(sent["Location"])
    run = JobRun.objects.get()
    assert (run.state, run.by) == (RunState.DONE, User.objects.get())
    assert [counts[1:] for counts in page.context["counted"]] == [("1", "0")]


def test_every_fault_is_told_and_nothing_is_stored(landlord: Client) -> None:
    sent = load(landlord, HEADER, GOOD, BAD)
    page = landlord.get(sent["Location"])
    assert not Dwelling.objects.exists()
    lines = [row["cells"][0] for row in page.context["rows"]]
    assert set(lines) == {"3"}
    assert {"unit", "postcode"} <= {row["cells"][1] for row in page.context["rows"]}
    assert page.context["sentence"]


def test_the_uploaded_copy_is_gone_whatever_came_of_it(landlord: Client, settings: Any) -> None:
    load(landlord, HEADER, GOOD)
    load(landlord, HEADER, BAD)
    assert list((settings.FILES_DIR / "documents").iterdir()) == []


def test_the_same_form_sent_twice_loads_once(landlord: Client) -> None:
    same = uuid4()
    first = load(landlord, HEADER, GOOD, submission_id=same)
    second = load(landlord, HEADER, GOOD, submission_id=same)
    assert first["Location"] == second["Location"]
    assert JobRun.objects.count() == 1


def test_the_same_file_again_adds_nothing(landlord: Client) -> None:
    load(landlord, HEADER, GOOD)
    page = landlord.get(load(landlord, HEADER, GOOD)["Location"])
    assert [counts[1:] for counts in page.context["counted"]] == [("0", "1")]


def test_a_form_without_a_file_says_so(landlord: Client) -> None:
    page = landlord.post(reverse("admin:portfolio"), {"what": "", "submission_id": uuid4()})
    assert page.status_code == 422
    assert {"what", "file"} <= set(page.context["form"].errors)


def test_the_earlier_loads_are_listed(landlord: Client) -> None:
    load(landlord, HEADER, GOOD)
    page = landlord.get(reverse("admin:portfolio"))
    assert len(page.context["rows"]) == 1


def test_every_file_that_can_be_loaded_is_offered(landlord: Client) -> None:
    page = landlord.get(reverse("admin:portfolio")).content.decode()
    assert all(re.search(rf'value="{re.escape(name)}"', page) for name in FILES)


def test_another_jobs_run_is_not_shown_here(landlord: Client) -> None:
    other = JobRun.objects.create(job="night")
    assert landlord.get(reverse("admin:portfolio_run", args=[other.pk])).status_code == 404


def test_the_tag_by_the_title_changes_along_with_the_progress(landlord: Client) -> None:
    run = JobRun.objects.create(job=JOB, subject="dwellings.csv", state=RunState.RUNNING)
    part = reverse("admin:portfolio_progress", args=[run.pk])
    shown = landlord.get(part, headers={"HX-Request": "true"}).content.decode()
    tag = re.findall(r'id="status" hx-swap-oob="true"[^>]*>([^<]+)<', shown)
    assert tag == [RunState.RUNNING.label]


# --- Files whose worker was lost --------------------------------------------------------------


def sent_in_and_cut_off(*lines: str, state: str = RunState.RUNNING) -> JobRun:
    """A file whose worker was killed halfway, or never came, a while ago."""
    upload = SimpleUploadedFile("x.csv", "\r\n".join(lines).encode())
    run = service.receive_portfolio(upload, "dwellings.csv", by=UserFactory(), today=today())
    ago = now() - dt.timedelta(minutes=3)
    JobRun.objects.filter(pk=run.pk).update(state=state, asked_at=ago)
    return run


def copies(settings: Any) -> list[Path]:
    return list((settings.FILES_DIR / "documents").iterdir())


@contextmanager
def at_work_elsewhere() -> Iterator[None]:
    lock = jobs._lock(JOB)
    with connections["progress"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%(locks)s, %(key)s)", lock)
        yield
        cursor.execute("SELECT pg_advisory_unlock(%(locks)s, %(key)s)", lock)


@pytest.mark.parametrize("state", [RunState.WAITING, RunState.RUNNING])
def test_a_file_whose_worker_was_lost_is_loaded_by_the_next_and_once(
    landlord: Client, settings: Any, state: str
) -> None:
    run = sent_in_and_cut_off(HEADER, GOOD, state=state)
    assert take_up_imports() == {"files": 1}
    assert take_up_imports() == {"files": 0}
    run.refresh_from_db()
    assert (run.state, run.counts["added"]) == (RunState.DONE, {"dwellings.csv": 1})
    assert copies(settings) == []


def test_files_whose_worker_was_lost_are_loaded_in_the_order_they_were_sent(
    landlord: Client,
) -> None:
    first, second = (sent_in_and_cut_off(HEADER, GOOD, state=RunState.WAITING) for _ in range(2))
    assert take_up_imports() == {"files": 2}
    counts = JobRun.objects.in_bulk([first.pk, second.pk])
    assert counts[first.pk].counts["added"] == {"dwellings.csv": 1}
    assert counts[second.pk].counts["there"] == {"dwellings.csv": 1}


def test_a_file_is_left_alone_while_a_load_is_at_work(
    landlord: Client,
) -> None:
    sent_in_and_cut_off(HEADER, GOOD)
    with at_work_elsewhere():
        assert take_up_imports() == {"files": 0}


def test_the_next_load_does_not_end_one_whose_worker_was_lost(landlord: Client) -> None:
    sent_in_and_cut_off(HEADER, GOOD)
    load(landlord, HEADER, BAD)
    assert take_up_imports() == {"files": 1}
    assert Dwelling.objects.get().number == "B-1"


def test_a_file_that_has_just_come_is_left_to_its_worker(landlord: Client) -> None:
    upload = SimpleUploadedFile("x.csv", HEADER.encode())
    service.receive_portfolio(upload, "dwellings.csv", by=UserFactory(), today=today())
    assert service.lost_portfolios(now()) == []


def test_a_load_that_another_worker_is_at_keeps_its_copy(landlord: Client, settings: Any) -> None:
    run = sent_in_and_cut_off(HEADER, GOOD)
    with at_work_elsewhere(), pytest.raises(RuleBroken):
        service.load_stored(run.pk, today=today())
    assert len(copies(settings)) == 1
    assert take_up_imports() == {"files": 1}


def test_a_load_whose_copy_is_gone_ends_and_is_not_tried_again(
    landlord: Client, settings: Any
) -> None:
    run = sent_in_and_cut_off(HEADER, GOOD)
    for copy in copies(settings):
        copy.unlink()
    take_up_imports()
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert service.lost_portfolios(now()) == []
