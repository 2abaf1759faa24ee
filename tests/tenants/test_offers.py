"""Holding a home for somebody, offering it, and the answer."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from boligsak.letters.models import Dispatch, Document
from boligsak.rule import RuleBroken
from tenants.models import (
    ApplicationAct,
    Offer,
    Person,
)
from tenants.queries.offers import deadlines
from tenants.queries.vacancies import vacancies
from tenants.queries.waiting import waiting
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


def _only(dwelling: Any) -> Any:
    (found,) = vacancies(None, DAY, dwelling_ids=[dwelling.pk])
    return found


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
