"""The list of job runs says in words what ran, what it counted and why it was refused."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from boligsak.dates import now
from boligsak.jobs import words
from boligsak.jobs.models import JobRun, RunState
from boligsak.night import STEPS, run_night
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 20)


def names(counts: Mapping[str, Any]) -> Iterator[str]:
    for name, value in counts.items():
        yield name
        if isinstance(value, Mapping) and name != "due":
            yield from names(value)


def page(row: JobRun) -> str:
    client = Client(headers={"accept-language": "nb"})
    client.force_login(UserFactory(role="landlord"))
    return client.get(reverse("admin:jobs_jobrun_change", args=[row.pk])).content.decode()


def test_every_step_of_the_night_has_a_name_of_its_own() -> None:
    assert set(STEPS) <= set(words.JOBS)


def test_everything_a_night_counts_is_said_in_words() -> None:
    counts = run_night(DAY).counts
    known = words.COUNTS.keys() | words.JOBS.keys() | {"changes_until", "due"}
    assert set(names(counts)) <= known


def test_what_a_job_remembers_for_itself_is_not_shown() -> None:
    counts = {"charges": {"lines": 1200, "changes_until": "x", "due": {"": "y"}}}
    with translation.override("en"):
        assert list(words.counted(counts)) == [
            ("Charging the rent: charges", "1\N{NO-BREAK SPACE}200")
        ]


def test_steps_stand_as_the_night_takes_them_under_their_own_names() -> None:
    counts = {"offers": {"offers": 1}, "charges": {"lines": 2}, "meetings": {"meetings": 3}}
    with translation.override("en"):
        assert list(words.counted(counts)) == [
            ("Charging the rent: charges", "2"),
            ("Ending offers and extensions: offers that ran out", "1"),
            ("Planning meetings: meetings", "3"),
        ]


def test_amounts_are_shown_in_kroner() -> None:
    with translation.override("en"):
        assert dict(words.counted({"sum_ore": 150_050})) == {
            "sum": "1\N{NO-BREAK SPACE}500,50\N{NO-BREAK SPACE}kr"
        }


def test_a_refused_file_says_where_its_reason_stands() -> None:
    row = JobRun.objects.create(
        job="import_payments",
        state=RunState.REFUSED,
        started_at=now(),
        ended_at=now(),
        refusal={"code": "ocr.sum", "facts": {}},
    )
    shown = page(row)
    assert "ocr.sum" not in shown
    assert "blant innbetalingsfilene" in shown


def test_a_job_that_ran_already_says_so() -> None:
    row = JobRun(job="night", refusal={"code": "job.running", "facts": {}})
    with translation.override("en"):
        assert words.refused(row) == "The same job was running already."
