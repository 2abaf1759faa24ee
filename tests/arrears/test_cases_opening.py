"""Opening a case: from flags, by hand, many at once; and never two on one lease."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from arrears.models import Case
from arrears.rules.flags import FlagKind
from arrears.services.cases.closing import close_case
from arrears.services.cases.handing import disqualify
from arrears.services.cases.opening import NewTrigger, open_case, open_cases, openings
from arrears.services.cases.triggers import add_trigger, close_trigger
from boligsak.dates import today
from boligsak.rule import RuleBroken
from tests.desk.work import flag, owing, running_out
from tests.factories import LeaseFactory, OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db

ARREARS, EXPIRY = [NewTrigger("arrears")], [NewTrigger("expiry")]


@pytest.fixture
def kari():
    return UserFactory(role="caseworker")


def code(do, *args, **kwargs) -> str:
    with pytest.raises(RuleBroken) as broken:
        do(*args, **kwargs)
    return broken.value.code


def opened(lease, by, triggers=ARREARS, **more) -> Case:
    return open_case(lease.pk, triggers, by=by, on=today(), **more).case


def running(case: Case) -> list[str]:
    rows = case.triggers.filter(closed_on__isnull=True)
    return sorted(rows.values_list("kind", flat=True))


def test_a_case_is_numbered_within_its_year_and_belongs_to_the_lease_s_office(kari) -> None:
    lease = LeaseFactory()
    first = opened(lease, kari, owner=kari)
    second = opened(LeaseFactory(), kari)
    year = today().year
    assert [first.number, second.number] == [f"{year}-00001", f"{year}-00002"]
    assert (first.office_id, first.owner, first.party) == (lease.office_id, kari, "welfare")
    assert (first.opened_on, running(first)) == (today(), ["arrears"])
    act = first.acts.get()
    assert (act.what, act.by, act.facts["triggers"]) == ("opened", kari, ["arrears"])


def test_opening_where_a_case_is_open_adds_the_trigger_to_it(kari) -> None:
    lease = LeaseFactory()
    case = opened(lease, kari)
    again = open_case(lease.pk, [*ARREARS, *EXPIRY], by=kari, on=today())
    assert (again.case.pk, again.is_new, again.added) == (case.pk, False, ("expiry",))
    assert running(case) == ["arrears", "expiry"]
    assert again.case.version == case.version + 1


def test_opening_for_what_runs_already_says_which_case_has_it(kari) -> None:
    lease = LeaseFactory()
    case = opened(lease, kari)
    with pytest.raises(RuleBroken) as broken:
        opened(lease, kari)
    assert (broken.value.code, broken.value.facts["number"]) == ("case.nothing_new", case.number)


def test_the_database_refuses_a_second_open_case_on_a_lease(kari) -> None:
    case = opened(LeaseFactory(), kari)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.create(
            number="x", lease_id=case.lease_id, office_id=case.office_id, opened_on=today()
        )


def test_a_lease_whose_case_is_closed_can_have_a_new_one(kari) -> None:
    lease = LeaseFactory()
    close_case(opened(lease, kari).pk, "moved_out", by=kari, on=today())
    assert opened(lease, kari).status == "open"


def test_the_oldest_due_day_of_the_arrears_is_kept_for_the_figures(kari) -> None:
    row = owing(days=40)
    assert opened(row.lease, kari).first_due_on == today() - dt.timedelta(days=40)
    assert opened(running_out(left=30).lease, kari, EXPIRY).first_due_on is None


def test_a_case_opened_for_another_trigger_keeps_it_when_arrears_are_added(kari) -> None:
    row = owing(days=12)
    case = opened(row.lease, kari, EXPIRY)
    add_trigger(case.pk, "arrears", by=kari, on=today())
    case.refresh_from_db()
    assert case.first_due_on == today() - dt.timedelta(days=12)


@pytest.mark.parametrize("triggers", [[], [NewTrigger("weather")]])
def test_a_case_is_opened_for_a_reason(triggers, kari) -> None:
    assert code(opened, LeaseFactory(), kari, triggers) == "case.no_trigger"


def test_nobody_opens_a_case_on_a_lease_they_may_not_see() -> None:
    stranger = UserFactory(role="caseworker", role__offices=[OfficeFactory()])
    assert code(opened, LeaseFactory(), stranger) == "case.lease_missing"
    uncleared = UserFactory(role="coordinator")
    assert code(opened, LeaseFactory(is_protected=True), uncleared) == "case.lease_missing"


def test_the_owner_works_where_the_case_is(kari) -> None:
    lease = LeaseFactory()
    stranger = UserFactory(role="caseworker", role__offices=[OfficeFactory()])
    assert code(opened, lease, kari, owner=stranger) == "owner.no_role"
    landlord = UserFactory(role="landlord")
    assert code(opened, lease, kari, owner=landlord) == "owner.no_role"


# --- Triggers ---------------------------------------------------------------------------------


def test_a_trigger_ends_with_a_reason_while_another_runs(kari) -> None:
    case = opened(LeaseFactory(), kari, [*ARREARS, *EXPIRY])
    assert code(close_trigger, case.pk, "expiry", reason=" ", by=kari, on=today()) == (
        "trigger.no_reason"
    )
    close_trigger(case.pk, "expiry", reason="Kontrakten er fornyet", by=kari, on=today())
    assert running(case) == ["arrears"]
    last = {"reason": "Betalt", "by": kari, "on": today()}
    assert code(close_trigger, case.pk, "arrears", **last) == "trigger.last"
    assert code(close_trigger, case.pk, "expiry", **last) == "trigger.not_running"


def test_an_ended_trigger_can_run_again(kari) -> None:
    case = opened(LeaseFactory(), kari, [*ARREARS, *EXPIRY])
    close_trigger(case.pk, "arrears", reason="Betalt", by=kari, on=today())
    add_trigger(case.pk, "arrears", note="Ny restanse", by=kari, on=today())
    assert running(case) == ["arrears", "expiry"]
    assert case.triggers.filter(kind="arrears").count() == 2


# --- From flags -------------------------------------------------------------------------------


def test_flags_open_one_case_a_lease_with_the_triggers_they_stand_for(kari) -> None:
    owes, runs_out = owing(), running_out(left=20)
    also = flag(owes.lease, FlagKind.EXPIRED, 3)
    done = open_cases([owes.pk, also.pk, runs_out.pk], by=kari, on=today(), owner=kari)
    assert [(one.code, one.kinds) for one in done] == [
        ("new", ("arrears", "expiry")),
        ("new", ("expiry",)),
    ]
    case = Case.objects.get(lease=owes.lease)
    assert dict(case.triggers.values_list("kind", "flag_id")) == {
        "arrears": owes.pk,
        "expiry": also.pk,
    }
    assert case.owner == kari


def test_of_two_flags_of_a_trigger_the_gravest_is_its_origin(kari) -> None:
    mild = owing(level=2)
    grave = flag(mild.lease, FlagKind.PATTERN, 3)
    open_cases([mild.pk, grave.pk], by=kari, on=today())
    assert Case.objects.get().triggers.get().flag_id == grave.pk


def test_each_lease_says_what_comes_of_it(kari) -> None:
    new, added, same, data, solved = (
        owing(),
        running_out(left=9),
        owing(),
        flag(LeaseFactory()),
        owing(),
    )
    solved.resolved_on = today()
    solved.save(update_fields=["resolved_on"])
    first, second = opened(added.lease, kari), opened(same.lease, kari)
    found = openings([f.pk for f in (new, added, same, data, solved)], kari)
    assert [(one.code, one.case_number) for one in found] == [
        ("new", ""),
        ("added", first.number),
        ("nothing_new", second.number),
        ("data", ""),
        ("resolved", ""),
    ]


def test_what_is_refused_holds_up_nothing_else(kari) -> None:
    good, data = owing(), flag(LeaseFactory())
    done = open_cases([data.pk, good.pk], by=kari, on=today())
    assert [one.code for one in done] == ["data", "new"]
    assert Case.objects.get().lease_id == good.lease_id


def test_a_flag_that_has_changed_since_it_was_ticked_opens_nothing(kari) -> None:
    row = owing()
    done = open_cases([row.pk], by=kari, on=today(), versions={row.pk: row.version - 1})
    assert [one.code for one in done] == ["changed"]
    assert not Case.objects.exists()


def test_flags_that_are_not_seen_are_not_spoken_of() -> None:
    masked, elsewhere = owing(is_protected=True), owing()
    coordinator = UserFactory(role="coordinator")
    assert [one.code for one in openings([masked.pk], coordinator)] == ["masked"]
    bound = UserFactory(role="caseworker", role__offices=[OfficeFactory()])
    assert openings([masked.pk, elsewhere.pk], bound) == []


def test_who_is_shut_out_of_the_open_case_is_told_no_number(kari) -> None:
    row = owing()
    case = opened(row.lease, kari, EXPIRY)
    disqualify(case.pk, kari, reason="Søsken", by=kari, on=today())
    (one,) = openings([row.pk], kari)
    assert (one.code, one.case_number) == ("shut_out", "")
    assert [one.code for one in open_cases([row.pk], by=kari, on=today())] == ["shut_out"]


def test_fifty_leases_take_as_many_queries_to_look_at_as_one(
    kari, django_assert_num_queries
) -> None:
    rows = [owing() for _ in range(12)]
    opened(rows[0].lease, kari, EXPIRY)
    _ = kari.access
    with django_assert_num_queries(5):
        openings([rows[0].pk], kari)
    with django_assert_num_queries(5):
        openings([row.pk for row in rows], kari)
