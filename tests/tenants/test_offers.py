"""Holding, offering and answering, and the waiting list they rest on."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from boligsak.letters.models import Dispatch, Document
from boligsak.rule import RuleBroken
from tenants.models import (
    ApplicationAct,
    ApplicationMember,
    EconomyAssessment,
    Offer,
    Person,
)
from tenants.queries.offers import applications_for, deadlines, first_for, homes_for
from tenants.queries.vacancies import vacancies
from tenants.queries.waiting import one_of, policies, waiting
from tenants.rules.ranking import Criterion
from tenants.services.holds import change_hold, end_hold, hold_dwelling
from tenants.services.leases import NewLease, register_leases
from tenants.services.offers import (
    accept_offer,
    decline_offer,
    expire_offers,
    extend_offer,
    reserve,
    withdraw_offer,
)
from tenants.words.contracts import refusal
from tests.factories import (
    ApplicationFactory,
    DecisionFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)
from tests.tenants import allocating
from tests.tenants.allocating import DAY, held, home, housing_unit, offered

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


# --- Holding for somebody -------------------------------------------------------------------------


def test_what_is_held_keeps_its_place_the_reasons_and_what_suits() -> None:
    by, application = housing_unit(), allocating.waiting(present_housing="homeless")
    offer = reserve(application.pk, home().pk, by=by, on=DAY)
    assert offer.state == "reserved"
    assert (offer.rank["place"], offer.rank["points"]) == (1, 42)
    assert offer.rank["reasons"] == [["no_home", 40, 0], ["waited", 2, 2]]
    assert [row[:2] for row in offer.rank["match"]] == [
        ["rooms", True],
        ["accessible", True],
        ["district", True],
        ["burden", None],
    ]


def test_who_is_not_first_gets_the_home_only_with_a_reason() -> None:
    by, dwelling = housing_unit(), home()
    first, second = allocating.waiting(present_housing="homeless"), allocating.waiting()
    broken = refused(lambda: reserve(second.pk, dwelling.pk, by=by, on=DAY))
    assert broken.code == "offer.not_first"
    assert (broken.facts["number"], broken.facts["place"]) == (first.number, 1)
    offer = reserve(second.pk, dwelling.pk, over_because="Nær skolen.", by=by, on=DAY)
    assert offer.over_because == "Nær skolen."


def test_who_comes_first_is_not_named_where_the_address_is_protected() -> None:
    allocating.waiting(present_housing="homeless", is_protected=True)
    second = allocating.waiting()
    broken = refused(lambda: reserve(second.pk, home().pk, by=housing_unit(), on=DAY))
    assert broken.facts["number"] == ""


def test_a_home_that_does_not_suit_needs_a_reason() -> None:
    by, application = housing_unit(), allocating.waiting(needs_accessible=True)
    broken = refused(lambda: reserve(application.pk, home(rooms=4).pk, by=by, on=DAY))
    assert (broken.code, broken.facts["tests"]) == ("offer.not_suited", ["rooms", "accessible"])


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (lambda by: (ApplicationFactory(received_on=DAY), home()), "offer.no_decision"),
        (lambda by: (allocating.waiting(), LeaseFactory().dwelling), "offer.dwelling_let"),
        (lambda by: (held(by).application, home()), "offer.application_has_one"),
        (lambda by: (allocating.waiting(), held(by).dwelling), "offer.dwelling_taken"),
        (
            lambda by: (allocating.waiting(state="withdrawn"), home()),
            "application.ended",
        ),
    ],
)
def test_a_home_is_held_only_where_it_is_free_and_the_application_waits(
    prepare: Any, code: str
) -> None:
    by = housing_unit()
    application, dwelling = prepare(by)
    assert refused(lambda: reserve(application.pk, dwelling.pk, by=by, on=DAY)).code == code


def test_whoever_comes_second_is_told_who_was_first_by_number() -> None:
    by = housing_unit()
    offer = held(by)
    second = allocating.waiting()
    broken = refused(lambda: reserve(second.pk, offer.dwelling_id, by=by, on=DAY))
    assert broken.facts == {"number": offer.application.number}
    assert str(offer.application.applicant) not in refusal(broken)


def test_a_dwelling_of_another_office_is_not_held() -> None:
    application = allocating.waiting()
    by = housing_unit(role__offices=[application.office])
    broken = refused(lambda: reserve(application.pk, home().pk, by=by, on=DAY))
    assert broken.code == "offer.dwelling_not_visible"


def test_the_database_holds_one_home_for_one_application_whoever_writes() -> None:
    offer = held(housing_unit())
    for again in (
        {"application": offer.application, "dwelling": home()},
        {"application": allocating.waiting(), "dwelling": offer.dwelling},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Offer.objects.create(reserved_on=DAY, by=offer.by, **again)


# --- Nobody else's lease --------------------------------------------------------------------------


def lease_in(dwelling: Any, **more: Any) -> Any:
    new = NewLease(
        number="2026-9",
        dwelling_id=dwelling.pk,
        starts_on=dt.date(2026, 12, 1),
        tenants=[PersonFactory().pk],
        **more,
    )
    return register_leases([new], by=None, today=DAY)[0]


def test_no_other_lease_is_registered_in_a_home_that_is_held() -> None:
    offer = held(housing_unit())
    broken = refused(lambda: lease_in(offer.dwelling))
    assert broken.code == "lease.dwelling_held"


def test_a_tenancy_that_was_over_before_may_be_registered_all_the_same() -> None:
    other = held(housing_unit())
    row = NewLease(
        number="2019-9",
        dwelling_id=other.dwelling_id,
        starts_on=dt.date(2019, 1, 1),
        moved_out_on=dt.date(2020, 1, 1),
        tenants=[PersonFactory().pk],
    )
    assert register_leases([row], by=None, today=DAY)


def test_the_database_lets_no_lease_begin_in_a_home_that_is_held_whoever_writes() -> None:
    offer = held(housing_unit())
    LeaseFactory(dwelling=offer.dwelling, starts_on=dt.date(2026, 12, 1))
    with connection.cursor() as cursor, pytest.raises(IntegrityError) as broken:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    connection.set_rollback(True)
    assert "held by an offer" in str(broken.value)


# --- Offering and answering -----------------------------------------------------------------------


def test_an_offer_is_written_lies_on_the_application_and_is_sent() -> None:
    by = housing_unit()
    offer = offered(by)
    assert (offer.state, offer.offered_on) == ("offered", DAY)
    assert offer.expires_on == dt.date(2026, 11, 27)
    document = Document.objects.get(source="offer", source_id=offer.pk)
    assert document.kind == "offer"
    assert Dispatch.objects.filter(document=document).count() == 1
    assert document.facts["fields"]["expires_on"] == "27.11.2026"


def test_the_letter_names_the_conditions_that_must_be_met_first() -> None:
    application = allocating.waiting(conditions=[{"what": "Avtale om gammel gjeld"}])
    offer = offered(housing_unit(), application)
    document = Document.objects.get(source="offer", source_id=offer.pk)
    assert "Avtale om gammel gjeld" in document.facts["fields"]["conditions"]


def test_an_answer_is_a_yes_or_a_no_with_why_and_a_no_frees_the_home() -> None:
    by = housing_unit()
    offer = offered(by)
    empty = refused(
        lambda: decline_offer(offer.pk, " ", answered_on=DAY, version=offer.version, by=by, on=DAY)
    )
    assert empty.code == "offer.no_reason"
    decline_offer(offer.pk, "For langt unna", answered_on=DAY, version=offer.version, by=by, on=DAY)
    assert reserve(allocating.waiting().pk, offer.dwelling_id, over_because="x", by=by, on=DAY)
    assert waiting(None, DAY)[0].application_id == offer.application_id


def test_more_time_is_a_later_day() -> None:
    by = housing_unit()
    offer = offered(by)
    broken = refused(
        lambda: extend_offer(
            offer.pk, expires_on=offer.expires_on, version=offer.version, by=by, on=DAY
        )
    )
    assert broken.code == "offer.expires_too_soon"
    last = dt.date(2026, 12, 4)
    assert (
        extend_offer(offer.pk, expires_on=last, version=offer.version, by=by, on=DAY).expires_on
        == last
    )


def test_an_old_version_is_refused_with_what_has_happened() -> None:
    by = housing_unit()
    offer = offered(by)
    broken = refused(
        lambda: withdraw_offer(offer.pk, "Feil", version=offer.version - 1, by=by, on=DAY)
    )
    assert (broken.code, broken.facts["version"]) == ("offer.changed", offer.version)


def test_a_withdrawn_offer_says_why_and_leaves_the_home_free() -> None:
    by = housing_unit()
    offer = held(by)
    withdraw_offer(offer.pk, "Vannskade", version=offer.version, by=by, on=DAY)
    offer.refresh_from_db()
    assert (offer.state, offer.because, offer.ended_on) == ("withdrawn", "Vannskade", DAY)
    assert _only(offer.dwelling).state(DAY) == "free"


def test_the_night_ends_offers_whose_last_day_is_over_and_twice_changes_nothing() -> None:
    by = housing_unit()
    offer = offered(by)
    assert expire_offers(dt.date(2026, 11, 27)) == {"offers": 0}
    assert expire_offers(dt.date(2026, 11, 28)) == {"offers": 1}
    assert expire_offers(dt.date(2026, 11, 28)) == {"offers": 0}
    offer.refresh_from_db()
    assert offer.state == "expired"


def test_a_yes_in_time_counts_also_when_it_is_found_after_the_day() -> None:
    by = housing_unit()
    offer = offered(by)
    later = dt.date(2026, 12, 1)
    expire_offers(later)
    offer.refresh_from_db()
    late = refused(
        lambda: accept_offer(
            offer.pk, answered_on=dt.date(2026, 11, 28), version=offer.version, by=by, on=later
        )
    )
    assert late.code == "offer.answered_late"
    found = accept_offer(
        offer.pk, answered_on=dt.date(2026, 11, 27), version=offer.version, by=by, on=later
    )
    assert (found.state, found.ended_on) == ("accepted", None)


def test_a_yes_that_is_found_after_the_home_went_to_another_is_refused() -> None:
    by = housing_unit()
    offer = offered(by)
    later = dt.date(2026, 12, 1)
    expire_offers(later)
    reserve(allocating.waiting().pk, offer.dwelling_id, over_because="x", by=by, on=later)
    offer.refresh_from_db()
    broken = refused(
        lambda: accept_offer(offer.pk, answered_on=DAY, version=offer.version, by=by, on=later)
    )
    assert broken.code == "offer.dwelling_taken"


def test_every_step_is_on_the_applications_timeline() -> None:
    by = housing_unit()
    offer = offered(by)
    withdraw_offer(offer.pk, "Feil", version=offer.version, by=by, on=DAY)
    acts = ApplicationAct.objects.filter(application=offer.application_id).order_by("pk")
    assert list(acts.values_list("what", flat=True)) == [
        "offer_reserved",
        "offer_sent",
        "offer_withdrawn",
    ]


def test_an_offer_is_never_deleted() -> None:
    offer = held(housing_unit())
    with pytest.raises(ProgrammingError), transaction.atomic():
        Offer.objects.filter(pk=offer.pk).delete()


def test_offers_to_be_answered_are_on_the_list_of_deadlines() -> None:
    by = housing_unit()
    offer = offered(by)
    other = housing_unit(role__offices=[OfficeFactory()])
    last = DAY + dt.timedelta(days=7)
    (found,) = deadlines(by, DAY, last)
    assert (found.on, found.offer_id) == (offer.expires_on, offer.pk)
    assert deadlines(by, DAY, DAY) == []
    assert deadlines(other, DAY, last) == []


def test_a_guardian_gets_a_copy_of_the_offer() -> None:
    from tenants.models import Guardianship

    application = allocating.waiting()
    Guardianship.objects.create(
        person=application.applicant,
        guardian_name="Verge Vergesen",
        mandate="økonomi",
        from_on=dt.date(2020, 1, 1),
    )
    offer = offered(housing_unit(), application)
    document = Document.objects.get(source="offer", source_id=offer.pk)
    assert sorted(document.parties.values_list("kind", flat=True)) == ["copy", "recipient"]


def test_a_protected_applicants_letter_has_no_address() -> None:
    person = PersonFactory(protection=6, post_address="Hemmelig vei 1, 7010 Trondheim")
    application = allocating.waiting(applicant=person, is_protected=True)
    by = UserFactory(role="housing_unit", role__cleared=True)
    offer = offered(by, application)
    document = Document.objects.get(source="offer", source_id=offer.pk)
    assert document.parties.get().address == ""
    assert Person.objects.get(pk=person.pk).post_address
