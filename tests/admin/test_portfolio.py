"""A file of the register, loaded from the browser: whole, or refused row by row."""

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from arrears.services.portfolio import FILES
from boligsak.accounts.models import User
from boligsak.jobs.models import JobRun, RunState
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
