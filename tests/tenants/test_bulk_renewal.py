"""Many contracts renewed at once: looked through, done row by row, refused with why, done once."""

import datetime as dt
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boligsak.dates import add_months, today
from boligsak.jobs.models import JobRun, RunState
from boligsak.letters.models import Document
from boligsak.rule import RuleBroken
from tenants.models import BulkStep, Lease, LeaseContract, Person
from tenants.rules.leases import last_safe_day
from tenants.services import bulk
from tenants.services.bulk_renewal import RENEWALS, plan_renewals, prepare_renewals
from tenants.services.leases import note_move_request
from tests.factories import (
    BuildingFactory,
    DwellingFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def ending(left: int = 40, **more: Any) -> Lease:
    ends_on = today() + left * DAY
    return LeaseFactory(starts_on=add_months(ends_on + DAY, -36), ends_on=ends_on, **more)


def unit() -> Any:
    return UserFactory(role="housing_unit")


def started(leases: list[Lease], by: Any, **wanted: Any) -> BulkStep:
    step = prepare_renewals([lease.pk for lease in leases], by=by, on=today())
    return start(step, by, **wanted)


def start(step: BulkStep, by: Any, **wanted: Any) -> BulkStep:
    step.wanted |= wanted
    chosen = step.rows.filter(is_chosen=True).values_list("lease_id", flat=True)
    seen = bulk.digest(plan_renewals(step, list(chosen), today()))
    return bulk.start(RENEWALS, step.pk, wanted, seen=seen, version=step.version, by=by, on=today())


def refused(code: str, act: Any) -> None:
    with pytest.raises(RuleBroken) as broken:
        act()
    assert broken.value.code == code


def test_of_two_hundred_leases_three_are_refused_and_told_why() -> None:
    by, building = unit(), BuildingFactory()
    dwellings = DwellingFactory.create_batch(200, building=building, office=OfficeFactory())
    leases = [ending(dwelling=dwelling) for dwelling in dwellings]
    gone, asked, dead = leases[17], leases[101], leases[183]
    Lease.objects.filter(pk=gone.pk).update(
        starts_on=today() - 1000 * DAY, ends_on=today() - 100 * DAY
    )
    note_move_request(asked.pk, sent_on=today(), by=by, today=today())
    Person.objects.filter(lease_parties__lease=dead).update(died_on=today())

    step = started(leases, by, minutes=400)
    run = bulk.work(RENEWALS, step.pk, on=today())

    step.refresh_from_db()
    run.refresh_from_db()
    assert (run.state, run.counts) == (RunState.DONE, {"done": 197, "refused": 3})
    assert (run.done, run.total, step.state) == (200, 200, "done")
    assert dict(step.rows.filter(state="refused").values_list("lease_id", "code")) == {
        gone.pk: "renewal.open_ended",
        asked.pk: "renewal.asked_to_move",
        dead.pk: "renewal.tenant_dead",
    }
    assert LeaseContract.objects.count() == Document.objects.count() == 197
    assert sum(LeaseContract.objects.values_list("minutes", flat=True)) == 2 * 197
    assert Lease.objects.filter(ends_on__gt=today() + 1000 * DAY).count() == 197


def test_a_step_that_runs_twice_changes_nothing_the_second_time() -> None:
    by = unit()
    step = started([ending(), ending()], by)
    bulk.work(RENEWALS, step.pk, on=today())
    before = list(Lease.objects.order_by("pk").values("ends_on", "version"))
    bulk.work(RENEWALS, step.pk, on=today())
    assert list(Lease.objects.order_by("pk").values("ends_on", "version")) == before
    assert LeaseContract.objects.count() == 2


class Killed(BaseException):
    """The worker dies: nothing catches it."""


def test_a_step_that_is_cut_off_goes_on_where_it_was_cut_off() -> None:
    by = unit()
    step = started([ending() for _ in range(5)], by)
    calls = iter([None, None, Killed()])

    def dies(*args: Any, **kwargs: Any) -> None:
        if (fault := next(calls)) is not None:
            raise fault
        return original(*args, **kwargs)

    original = bulk._take
    with patch.object(bulk, "_take", dies), pytest.raises(Killed):
        bulk.work(RENEWALS, step.pk, on=today())
    assert LeaseContract.objects.count() == 2
    bulk.start_again(RENEWALS, step.pk, by=by, on=today())
    run = bulk.work(RENEWALS, step.pk, on=today())
    assert run.counts == {"done": 5, "refused": 0}
    assert LeaseContract.objects.count() == 5


def test_a_run_whose_worker_is_gone_is_taken_up_by_the_next_worker() -> None:
    by = unit()
    step = started([ending(), ending()], by)
    JobRun.objects.filter(pk=step.run_id).update(state=RunState.RUNNING)
    assert bulk.work(RENEWALS, step.pk, on=today()).pk == step.run_id
    assert JobRun.objects.get(pk=step.run_id).counts == {"done": 2, "refused": 0}


def test_a_row_in_which_something_broke_leaves_the_others_and_can_be_tried_again() -> None:
    by = unit()
    leases = [ending(), ending()]
    step = started(leases, by)
    with patch("tenants.services.renewals.send_to_tenants", side_effect=OSError):
        bulk.work(RENEWALS, step.pk, on=today())
    assert set(step.rows.values_list("state", "code")) == {("refused", "bulk.fault")}
    assert LeaseContract.objects.count() == 0
    bulk.start_again(RENEWALS, step.pk, by=by, on=today())
    assert bulk.work(RENEWALS, step.pk, on=today()).counts == {"done": 2, "refused": 0}


def test_what_is_done_is_started_again_no_more() -> None:
    by = unit()
    step = started([ending()], by)
    bulk.work(RENEWALS, step.pk, on=today())
    refused("bulk.over", lambda: bulk.start_again(RENEWALS, step.pk, by=by, on=today()))


def test_a_lease_that_was_changed_after_it_was_looked_at_is_left_alone() -> None:
    by = unit()
    lease, other = ending(), ending()
    step = started([lease, other], by)
    Lease.objects.filter(pk=lease.pk).update(version=9)
    bulk.work(RENEWALS, step.pk, on=today())
    assert step.rows.get(lease=lease).code == "bulk.lease_changed"
    assert step.rows.get(lease=other).state == "done"


def test_nothing_is_started_when_the_plan_is_no_longer_what_was_shown() -> None:
    by = unit()
    lease = ending()
    step = prepare_renewals([lease.pk, ending().pk], by=by, on=today())
    seen = bulk.digest(plan_renewals(step, [lease.pk], today()))
    refused(
        "bulk.plan_changed",
        lambda: bulk.start(RENEWALS, step.pk, {}, seen=seen, version=1, by=by, on=today()),
    )


def test_rows_are_left_out_and_taken_in_again() -> None:
    by = unit()
    leases = [ending(), ending()]
    step = prepare_renewals([lease.pk for lease in leases], by=by, on=today())
    row = step.rows.get(lease=leases[0])
    assert bulk.choose(step.pk, [row.pk], is_chosen=False, version=1, by=by) == 1
    refused(
        "bulk.changed", lambda: bulk.choose(step.pk, [row.pk], is_chosen=True, version=1, by=by)
    )
    step.refresh_from_db()
    step = start(step, by)
    assert bulk.work(RENEWALS, step.pk, on=today()).counts == {"done": 1, "refused": 0}
    leases[0].refresh_from_db()
    assert leases[0].ends_on == today() + 40 * DAY


def test_a_step_without_a_row_that_can_be_done_is_not_started() -> None:
    by = unit()
    lease = ending()
    Person.objects.filter(lease_parties__lease=lease).update(died_on=today())
    refused("bulk.nothing_chosen", lambda: started([lease], by))


def test_what_the_reader_does_not_see_by_name_is_left_out() -> None:
    mine = OfficeFactory()
    by = UserFactory(role="housing_unit", role__offices=[mine])
    seen = ending(dwelling=DwellingFactory(office=mine))
    hidden = ending(dwelling=DwellingFactory(office=mine), is_protected=True)
    step = prepare_renewals([seen.pk, hidden.pk, ending().pk], by=by, on=today())
    assert list(step.rows.values_list("lease_id", flat=True)) == [seen.pk]


def test_nobody_is_asked_to_renew_nothing() -> None:
    refused("bulk.none", lambda: prepare_renewals([], by=unit(), on=today()))


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(lefts=st.lists(st.integers(-120, 260), min_size=1, max_size=5), times=st.integers(1, 3))
def test_new_terms_never_overlap_and_running_it_again_changes_nothing(
    lefts: list[int], times: int
) -> None:
    by = unit()
    leases = [ending(left) for left in lefts]
    old = {lease.pk: lease.ends_on for lease in leases}
    done = 0
    for _ in range(times):
        step = prepare_renewals(list(old), by=by, on=today())
        plans = plan_renewals(step, list(old), today())
        if all(plan.code for plan in plans.values()):
            break
        step = start(step, by)
        done += bulk.work(RENEWALS, step.pk, on=today()).counts["done"]
    contracts = LeaseContract.objects.filter(lease__in=old)
    assert contracts.count() == done
    assert len(set(contracts.values_list("lease_id", flat=True))) == done
    for contract in contracts:
        ends_on = old[contract.lease_id]
        assert ends_on is not None
        assert contract.starts_on == ends_on + DAY
        assert contract.ends_on is not None
        assert contract.ends_on > contract.starts_on
        assert today() <= last_safe_day(ends_on)


def test_a_person_may_be_tenant_of_many_leases_in_one_step() -> None:
    by, person = unit(), PersonFactory()
    step = started([ending(tenant=person), ending(tenant=person)], by)
    assert bulk.work(RENEWALS, step.pk, on=today()).counts == {"done": 2, "refused": 0}
