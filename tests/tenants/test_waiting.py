"""The waiting list, what suits whom, and the dwellings that stand empty."""

import datetime as dt
from typing import Any

import pytest

from boligsak.rule import RuleBroken
from tenants.models import (
    ApplicationMember,
    EconomyAssessment,
)
from tenants.queries.offers import applications_for, first_for, homes_for
from tenants.queries.vacancies import vacancies
from tenants.queries.waiting import one_of, policies, waiting
from tenants.rules.ranking import Criterion
from tenants.services.holds import change_hold, end_hold, hold_dwelling
from tenants.services.offers import (
    reserve,
)
from tenants.words.contracts import refusal
from tests.factories import (
    ApplicationFactory,
    DecisionFactory,
    LeaseFactory,
    PersonFactory,
)
from tests.tenants import allocating
from tests.tenants.allocating import DAY, held, home, housing_unit

pytestmark = pytest.mark.django_db


def refused(act: Any) -> RuleBroken:
    with pytest.raises(RuleBroken) as broken:
        act()
    assert refusal(broken.value), "a refusal without words"
    return broken.value


# --- The waiting list -----------------------------------------------------------------------------


def test_only_who_has_been_granted_a_home_is_on_the_list() -> None:
    on_it = allocating.waiting()
    ApplicationFactory(received_on=DAY)
    DecisionFactory(application=ApplicationFactory(received_on=DAY), outcome="refused")
    DecisionFactory(application=ApplicationFactory(received_on=DAY), kind="housing_help")
    DecisionFactory(application=ApplicationFactory(received_on=DAY), conditions__is_draft=True)
    assert [one.application_id for one in waiting(None, DAY)] == [on_it.pk]


def test_a_decision_that_has_run_out_gives_no_place() -> None:
    application = ApplicationFactory(state="waiting", received_on=DAY)
    DecisionFactory(application=application, lasts_to=DAY - dt.timedelta(days=1))
    (found,) = waiting(None, DAY)
    assert (found.place, found.state) == (None, "run_out")


def test_the_list_is_ordered_by_points_then_by_who_has_waited_longest() -> None:
    later = allocating.waiting(received_on=dt.date(2026, 11, 10))
    homeless = allocating.waiting(received_on=dt.date(2026, 11, 12), present_housing="homeless")
    earlier = allocating.waiting(received_on=dt.date(2026, 11, 9))
    found = waiting(None, DAY)
    assert [one.application_id for one in found] == [homeless.pk, earlier.pk, later.pk]
    assert [one.place for one in found] == [1, 2, 3]


def test_children_of_the_household_count_and_so_does_everybody_who_is_to_live_there() -> None:
    application = allocating.waiting()
    for role in ("adult", "child", "child"):
        ApplicationMember.objects.create(application=application, person=PersonFactory(), role=role)
    (found,) = waiting(None, DAY)
    assert found.people == 4
    children = [one for one in found.rank.reasons if one.criterion is Criterion.CHILDREN]
    assert [(one.points, one.counted) for one in children] == [(30, 2)]


def test_an_applicant_who_stands_among_the_members_is_counted_once() -> None:
    application = allocating.waiting()
    ApplicationMember.objects.create(
        application=application, person=application.applicant, role="adult"
    )
    assert waiting(None, DAY)[0].people == 1


def test_prison_and_institution_are_no_other_reason_than_a_home_that_does_not_last() -> None:
    for housing in ("prison", "institution", "temporary"):
        allocating.waiting(present_housing=housing)
    criteria = {one.rank.reasons[0].criterion for one in waiting(None, DAY)}
    assert criteria == {Criterion.TEMPORARY}


def test_a_swap_that_frees_a_step_free_home_comes_before_one_that_does_not() -> None:
    plain = allocating.waiting(kind="swap", lease=LeaseFactory())
    frees = allocating.waiting(
        kind="swap", lease=LeaseFactory(dwelling=home(is_accessible=True)), received_on=DAY
    )
    assert [one.application_id for one in waiting(None, DAY)] == [frees.pk, plain.pk]


def test_a_reader_of_one_office_sees_its_own_rows_at_their_place_on_the_whole_list() -> None:
    first = allocating.waiting(present_housing="homeless")
    second = allocating.waiting()
    reader = housing_unit(role__offices=[second.office])
    seen = [(one.application_id, one.place) for one in waiting(reader, DAY) if one.is_seen]
    assert seen == [(second.pk, 2)]
    assert first.office_id != second.office_id


def test_a_protected_row_is_masked_for_who_is_not_cleared_and_unseen_at_one_office() -> None:
    application = allocating.waiting(is_protected=True)
    everywhere, here = housing_unit(), housing_unit(role__offices=[application.office])
    cleared = housing_unit(role__cleared=True)
    assert [(one.is_seen, one.is_masked) for one in waiting(everywhere, DAY)] == [(True, True)]
    assert [one.is_seen for one in waiting(here, DAY)] == [False]
    assert [(one.is_seen, one.is_masked) for one in waiting(cleared, DAY)] == [(True, False)]


def test_the_list_asks_as_often_for_many_as_for_one(django_assert_num_queries: Any) -> None:
    allocating.waiting()
    with django_assert_num_queries(3):
        waiting(None, DAY)
    for _ in range(6):
        allocating.waiting()
    with django_assert_num_queries(3):
        assert len(waiting(None, DAY)) == 7


# --- Matching -------------------------------------------------------------------------------------


def test_homes_that_do_not_suit_are_shown_after_those_that_do_with_why() -> None:
    application = allocating.waiting(needs_accessible=True)
    small, right = home(rooms=1), home(rooms=2, is_accessible=True)
    terms = policies(DAY)
    place = one_of(waiting(None, DAY), application.pk)
    assert place is not None
    fits = homes_for(place, vacancies(None, DAY), terms)
    assert [(fit.vacancy.dwelling_id, fit.suits) for fit in fits] == [
        (right.pk, True),
        (small.pk, False),
    ]


def test_the_rent_of_today_is_no_part_of_what_a_new_home_leaves() -> None:
    application = allocating.waiting()
    EconomyAssessment.objects.create(
        application=application,
        lines=[["benefit", 2_000_000, "month"], ["rent", 700_000, "month"]],
        adults=1,
        children=0,
        income_ore=2_000_000,
        left_ore=300_000,
        affordable_ore=0,
        on=DAY,
        by=application.by,
    )
    (place,) = waiting(None, DAY)
    assert place.household.left_ore == 1_000_000
    (fit,) = applications_for(_only(home(rent_ore=1_000_000)), [place], policies(DAY))
    assert fit.suits
    (fit,) = applications_for(_only(home(rent_ore=1_000_100)), [place], policies(DAY))
    assert not fit.suits


def _only(dwelling: Any) -> Any:
    (found,) = vacancies(None, DAY, dwelling_ids=[dwelling.pk])
    return found


def test_the_first_is_the_first_whom_the_home_suits() -> None:
    allocating.waiting(present_housing="homeless", needs_accessible=True)
    second = allocating.waiting()
    first = first_for(_only(home()), waiting(None, DAY), policies(DAY))
    assert first is not None
    assert first.application_id == second.pk


# --- Empty dwellings ------------------------------------------------------------------------------


def test_a_dwelling_is_empty_from_the_day_after_the_tenant_has_moved() -> None:
    let = LeaseFactory()
    left = LeaseFactory(moved_out_on=dt.date(2026, 10, 31))
    (found,) = vacancies(None, DAY)
    assert found.dwelling_id == left.dwelling_id
    assert (found.free_on, found.days(DAY)) == (dt.date(2026, 11, 1), 19)
    assert let.dwelling_id != left.dwelling_id


def test_a_dwelling_that_somebody_moves_out_of_comes_free() -> None:
    lease = LeaseFactory(moved_out_on=dt.date(2026, 12, 31))
    assert vacancies(None, DAY) == []
    (found,) = vacancies(None, DAY, coming_days=60)
    assert found.dwelling_id == lease.dwelling_id
    assert (found.state(DAY), found.days(DAY)) == ("coming", None)


def test_a_dwelling_that_is_out_of_use_is_not_empty() -> None:
    home(in_use_to=DAY - dt.timedelta(days=1))
    home(in_use_from=DAY + dt.timedelta(days=90))
    assert vacancies(None, DAY, coming_days=60) == []


def test_when_a_protected_tenant_moved_is_told_to_those_who_are_cleared() -> None:
    LeaseFactory(moved_out_on=dt.date(2026, 10, 31), is_protected=True)
    (hidden,) = vacancies(housing_unit(), DAY)
    (shown,) = vacancies(housing_unit(role__cleared=True), DAY)
    assert (hidden.since, hidden.days(DAY)) == (None, None)
    assert shown.days(DAY) == 19


def test_a_hold_says_why_a_dwelling_cannot_be_offered_and_ends() -> None:
    by, dwelling = housing_unit(), home()
    hold = hold_dwelling(dwelling.pk, kind="repair", from_on=dt.date(2026, 11, 1), by=by)
    assert _only(dwelling).state(DAY) == "held"
    broken = refused(lambda: reserve(allocating.waiting().pk, dwelling.pk, by=by, on=DAY))
    assert broken.code == "offer.dwelling_held"
    end_hold(hold.pk, version=hold.version, by=by, on=DAY)
    assert _only(dwelling).state(DAY) == "free"


def test_holds_do_not_overlap_and_no_held_dwelling_is_held_back() -> None:
    by, dwelling = housing_unit(), home()
    hold = hold_dwelling(dwelling.pk, kind="repair", from_on=DAY, to_on=DAY, by=by)
    again = refused(lambda: hold_dwelling(dwelling.pk, kind="other", from_on=DAY, by=by))
    assert again.code == "hold.overlaps"
    old = refused(lambda: change_hold(hold.pk, kind="other", note="", to_on=None, version=9, by=by))
    assert (old.code, old.facts["version"]) == ("hold.changed", 1)
    offer = held(by)
    taken = refused(lambda: hold_dwelling(offer.dwelling_id, kind="other", from_on=DAY, by=by))
    assert taken.code == "hold.reserved"
