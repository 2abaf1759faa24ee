"""Jobs: one at a time, and a row that says how each went."""

import pytest
from django.db import connections

from boligsak.jobs import services as jobs
from boligsak.jobs.models import JobRun, RunState
from boligsak.rule import RuleBroken


@pytest.mark.django_db
def test_a_run_that_was_cut_off_is_ended_by_the_next():
    lost, other = (
        JobRun.objects.create(job=job, state=RunState.RUNNING) for job in ("night", "other")
    )
    jobs.run("night", lambda progress: {"done": 1})
    lost.refresh_from_db()
    other.refresh_from_db()
    assert (lost.state, other.state) == (RunState.FAILED, RunState.RUNNING)


@pytest.fixture
def _busy():
    """Somebody else is at work on "job"."""
    with jobs._alone("job") as free:
        assert free
        yield


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_busy")
def test_a_job_at_work_is_refused_to_the_next_and_goes_on():
    at_work = JobRun.objects.create(job="job", state=RunState.RUNNING)
    connections["default"], mine = connections["progress"], connections["default"]
    try:
        with pytest.raises(RuleBroken, match=r"job\.running"):
            jobs.run("job", lambda progress: {}, asked=at_work)
        with pytest.raises(RuleBroken, match=r"job\.running"):
            jobs.run("job", lambda progress: {})
    finally:
        connections["default"] = mine
    assert list(JobRun.objects.order_by("pk").values_list("state", flat=True)) == [
        RunState.RUNNING,
        RunState.REFUSED,
    ]
