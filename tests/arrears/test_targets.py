"""Petitions and evictions of the year so far, against the targets."""

import datetime as dt

import pytest

from arrears.models import Case, CaseDecision, Disqualification, Referral
from arrears.queries.cases import EVERY, CaseChoice, chosen
from arrears.queries.targets import TARGETS, year_so_far
from arrears.rules.targets import Most, default_values
from boligsak.rates.services import enter_policy
from tests.factories import CaseFactory, OfficeFactory, UserFactory, held_meeting

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 23)
_OPEN = [{"code": "decision.made", "is_met": True, "facts": {}}]


def referral(
    case: Case, filed_on: dt.date, evicted_on: dt.date | None = None, kind="bailiff"
) -> None:
    by = UserFactory(role="coordinator")
    decision = CaseDecision.objects.create(
        case=case,
        kind=kind,
        meeting="Samarbeidsmøte",
        held_on=filed_on,
        welfare_present=True,
        landlord_present=True,
        housing_unit_invited=True,
        reason="Alt er prøvd.",
        by=by,
    )
    held_meeting(decision)
    row = Referral.objects.create(
        case=case,
        lease=case.lease,
        decision=decision,
        kind=kind,
        ground="a" if kind == "bailiff" else "none",
        reason="arrears",
        gate=_OPEN,
        made_on=filed_on,
        by=by,
    )
    kept = Referral.objects.filter(pk=row.pk)
    kept.update(state="filed", filed_on=filed_on, gate_at_filing=_OPEN)
    if evicted_on:
        kept.update(state="carried_out", lock_changed_on=evicted_on, ended_on=evicted_on)


@pytest.fixture
def register():
    """Three cases with petitions this year, one of them with two, two of them evicted."""
    office = OfficeFactory(name="Heimdal")
    at_office = {"lease__dwelling__office": office}
    twice = CaseFactory(**at_office)
    referral(twice, dt.date(2026, 1, 1))
    referral(twice, dt.date(2026, 11, 23))
    referral(CaseFactory(**at_office), dt.date(2025, 12, 31), evicted_on=dt.date(2026, 1, 2))
    referral(CaseFactory(lease__is_protected=True, **at_office), DAY, evicted_on=DAY)
    referral(CaseFactory(), dt.date(2026, 5, 4))
    referral(CaseFactory(), dt.date(2026, 5, 4), kind="collection")
    referral(CaseFactory(), dt.date(2024, 5, 4), evicted_on=dt.date(2025, 12, 31))
    return office


def test_the_year_begins_on_its_first_day_and_a_case_is_counted_once(register) -> None:
    counted, _most = year_so_far(UserFactory(role="coordinator"), DAY)
    assert counted == (3, 2)


@pytest.mark.parametrize("of_office", [True, False])
@pytest.mark.parametrize("is_cleared", [True, False])
@pytest.mark.parametrize("bound", [True, False])
def test_the_figures_count_the_rows_of_the_list_they_lead_to(
    register, bound, is_cleared, of_office
) -> None:
    offices = {"role__offices": [register]} if bound else {}
    user = UserFactory(role="coordinator", role__cleared=is_cleared, **offices)
    office_id = register.pk if of_office else None
    counted, _most = year_so_far(user, DAY, office_id)
    choices = [
        CaseChoice(office_id=office_id, status=EVERY, petition="yes"),
        CaseChoice(office_id=office_id, status=EVERY, eviction="yes"),
    ]
    assert list(counted) == [chosen(user, choice, DAY).count() for choice in choices]
    assert counted.evictions == (2 if is_cleared or not (bound or of_office) else 1)


def test_who_is_disqualified_counts_the_case_as_little_as_they_see_it(register) -> None:
    user, other = UserFactory(role="coordinator"), UserFactory(role="coordinator")
    case = Referral.objects.get(filed_on=DAY, lock_changed_on=None).case
    Disqualification.objects.create(case=case, user=user, reason="Nabo", from_on=DAY, by=other)
    assert year_so_far(user, DAY)[0] == (2, 2)
    assert year_so_far(other, DAY)[0] == (3, 2)


def test_a_new_installation_has_the_shares_and_waits_for_the_numbers() -> None:
    assert year_so_far(UserFactory(role="coordinator"), DAY)[1] == Most()


def test_the_newest_targets_of_the_office_or_the_municipality_hold() -> None:
    office = OfficeFactory()
    values = default_values()
    for office_id, before, year in ((None, 40, 2025), (None, 20, 2026), (office.pk, 8, 2026)):
        numbers = {"petitions_before": before, "evictions_before": before}
        enter_policy(
            TARGETS,
            office_id=office_id,
            valid_from=dt.date(year, 1, 1),
            values=values | numbers,
            source="Bystyret",
        )
    everybody = UserFactory(role="coordinator")
    bound = UserFactory(role="coordinator", role__offices=[office])
    assert year_so_far(everybody, dt.date(2025, 6, 1))[1] == Most(20, 28)
    assert year_so_far(everybody, DAY)[1] == Most(10, 14)
    assert year_so_far(everybody, DAY, office.pk)[1] == Most(4, 5)
    assert year_so_far(bound, DAY)[1] == Most(4, 5)


def test_the_figures_are_one_query(register, django_assert_num_queries) -> None:
    user = UserFactory(role="coordinator")
    assert user.access.office_ids is None
    with django_assert_num_queries(1):
        year_so_far(user, DAY)
