"""Jobs: one at a time, and a row that says how each went."""

import threading

import pytest
from django.db import DatabaseError, connection, connections, transaction

from boligsak import prepared
from boligsak.jobs import services as jobs
from boligsak.jobs.models import JobRun, RunState
from boligsak.rule import RuleBroken


@pytest.mark.django_db
def test_a_run_says_when_it_began_and_ended_and_what_it_did():
    row = jobs.run("night", lambda progress: {"lines": 2}, total=3)
    kept = JobRun.objects.get()
    assert row == kept
    assert kept.state == RunState.DONE
    assert kept.asked_at <= kept.started_at <= kept.ended_at
    assert (kept.counts, kept.done, kept.total) == ({"lines": 2}, 3, 3)


@pytest.mark.django_db
def test_a_refusal_is_kept_with_its_facts():
    def refuse(progress):
        raise RuleBroken("rate.missing", kind="fee")

    with pytest.raises(RuleBroken, match="rate"):
        jobs.run("night", refuse, total=3)
    kept = JobRun.objects.get()
    assert kept.state == RunState.REFUSED
    assert kept.refusal == {"code": "rate.missing", "facts": {"kind": "fee"}}
    assert kept.done == 0


@pytest.mark.django_db
def test_a_fault_is_kept_without_its_message():
    def fail(progress):
        raise ValueError("Kari Nordmann")

    with pytest.raises(ValueError, match="Kari"):
        jobs.run("night", fail)
    kept = JobRun.objects.get()
    assert kept.state == RunState.FAILED
    assert "ValueError" in kept.error
    assert "Kari" not in kept.error


@pytest.mark.django_db
def test_to_begin_and_to_end_is_one_statement_each(django_assert_num_queries):
    with django_assert_num_queries(2):
        jobs.run("night", _nothing)


@pytest.mark.django_db
def test_a_run_that_was_cut_off_is_ended_by_the_next():
    lost, other = (
        JobRun.objects.create(job=job, state=RunState.RUNNING) for job in ("night", "other")
    )
    jobs.run("night", lambda progress: {"done": 1})
    lost.refresh_from_db()
    other.refresh_from_db()
    assert (lost.state, other.state) == (RunState.FAILED, RunState.RUNNING)


@pytest.mark.django_db
def test_a_run_that_was_asked_for_is_the_one_that_is_done():
    asked = jobs.ask("job", subject="a.txt")
    row = jobs.run("job", _nothing, asked=JobRun.objects.get())
    kept = JobRun.objects.get()
    assert row.pk == kept.pk == asked.pk
    assert (kept.state, kept.subject, kept.asked_at) == (RunState.DONE, "a.txt", asked.asked_at)


@pytest.fixture
def _elsewhere():
    """Django's usual connection is another one than that of who is at work, as in a second
    process."""
    mine = connections["default"]
    connections["default"] = connections["progress"]
    yield
    connections["default"] = mine


def _nothing(progress):
    return {}


def states() -> list[str]:
    return list(JobRun.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_job_at_work_is_refused_to_the_next_and_goes_on(request):
    def work(progress):
        request.getfixturevalue("_elsewhere")
        assert jobs.is_at_work("job")
        with pytest.raises(RuleBroken, match=r"job\.running"):
            jobs.run("job", _nothing, asked=JobRun.objects.get())
        assert states() == [RunState.RUNNING]
        with pytest.raises(RuleBroken, match=r"job\.running"):
            jobs.run("job", _nothing)
        assert states() == [RunState.RUNNING, RunState.REFUSED]
        raise InterruptedError

    with pytest.raises(InterruptedError):
        jobs.run("job", work, asked=jobs.ask("job"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", [RuleBroken("rate.missing"), KeyError("x")])
def test_who_is_done_leaves_the_job_to_others(request, fault):
    def work(progress):
        raise fault

    jobs.run("job", _nothing)
    with pytest.raises(type(fault)):
        jobs.run("job", work)
    request.getfixturevalue("_elsewhere")
    assert not jobs.is_at_work("job")
    assert jobs.run("job", _nothing).state == RunState.DONE


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("counts", "given"),
    [
        ({}, {"subject": "too long " * 20}),
        ({}, {"by_id": 0}),
        ({"text": "\0"}, {}),
        ({"x": object()}, {}),
    ],
    ids=["no row", "no such user", "counts refused by the database", "counts that are no JSON"],
)
def test_a_row_that_cannot_be_written_leaves_the_job_to_others(request, counts, given):
    asked = JobRun(job="job", **given)
    with pytest.raises((DatabaseError, TypeError)):
        jobs.run("job", lambda progress: counts, asked=asked)
    request.getfixturevalue("_elsewhere")
    assert not jobs.is_at_work("job")
    assert jobs.run("job", _nothing).state == RunState.DONE
    assert RunState.RUNNING not in states()


@pytest.mark.django_db(transaction=True)
def test_what_another_has_done_since_it_was_asked_for_is_not_done_again(request):
    asked = jobs.ask("job")
    late = JobRun.objects.get()
    jobs.run("job", lambda progress: {"rows": 3}, asked=asked)
    with pytest.raises(RuleBroken, match=r"job\.running"):
        jobs.run("job", _nothing, asked=late)
    row = JobRun.objects.get()
    assert (row.state, row.counts) == (RunState.DONE, {"rows": 3})
    request.getfixturevalue("_elsewhere")
    assert not jobs.is_at_work("job")


@pytest.mark.django_db(transaction=True)
def test_a_run_whose_end_is_not_committed_yet_is_waited_for_and_not_buried():
    def next_one():
        jobs.run("job", _nothing)
        connection.close()

    waiting = threading.Thread(target=next_one)
    row = JobRun(job="job")
    lock = jobs._lock("job") | {"commit": None}
    jobs._begin(row, lock, buries=True)
    with transaction.atomic():
        jobs._end(row, lock, RunState.DONE)
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
    waiting.join(10)
    assert states() == [RunState.DONE, RunState.DONE]


# --- Steps --------------------------------------------------------------------------------------


@pytest.fixture
def commits(monkeypatch):
    """How each statement about a run was told to commit, and how the session commits after it."""
    seen = []
    usual = prepared.ask

    def told(statement, parameters):
        answer = usual(statement, parameters)
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            seen.append((parameters["commit"], cursor.fetchone()[0]))
        return answer

    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")  # the tests' own databases have it off
    monkeypatch.setattr(prepared, "ask", told)
    return seen


@pytest.mark.django_db(transaction=True)
def test_the_row_of_a_step_does_not_wait_for_the_disk_and_all_else_does(commits):
    jobs.run("night", lambda progress: jobs.run("step", _nothing, is_step=True).counts)
    assert commits == [(None, "on"), ("off", "on"), ("off", "on"), (None, "on")]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_around_a_step_waits_for_the_disk(commits):
    with transaction.atomic():
        jobs.run("step", _nothing, is_step=True)
    assert commits == [(None, "on")] * 2
