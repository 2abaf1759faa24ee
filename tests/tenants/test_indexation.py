"""Indexing rents through the services: told first, changed when the notice is out (§ 4-2)."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from boligsak.dates import add_months
from boligsak.letters.models import Dispatch, Document
from boligsak.letters.services.outbox import note_sent
from boligsak.rates.models import Rate
from boligsak.rule import RuleBroken
from tenants.models import Lease, LeaseAct, LeaseParty, RentChange, RentTerm
from tenants.queries.rents import current_rent_facts, deadlines, rent_history
from tenants.services.indexation import index_rent, notice_sent
from tenants.services.leases import NewRent, end_lease, set_rents
from tenants.services.rent_changes import NewRentChange, change_rent
from tests.factories import LeaseFactory, PersonFactory, RentTermFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = dt.date
FROM, ON = DAY(2026, 3, 1), DAY(2026, 1, 20)


@pytest.fixture(autouse=True)
def _figures() -> None:
    """135 a month, one tenth more each month, from 2019 on."""
    for number in range(120):
        month = add_months(DAY(2019, 1, 1), number)
        Rate.objects.create(
            kind="cpi",
            valid_from=month,
            value=Decimal(1200 + 2 * number) / 10,
            unit="index",
            source="Eksempeltall",
        )


def landlord(**more: Any) -> Any:
    return UserFactory(role="landlord", **more)


A_YEAR_AGO = DAY(2025, 3, 1)


def let(set_on: DAY = A_YEAR_AGO, **more: Any) -> Lease:
    """9 000 kr a month since a day."""
    lease = LeaseFactory(starts_on=DAY(2020, 1, 1), **more)
    RentTermFactory(lease=lease, valid_from=set_on, amount_ore=900_000)
    return lease


def post(change: RentChange, on: DAY, by: Any) -> None:
    for row in Dispatch.objects.filter(document=change.document).order_by("pk"):
        note_sent(row.pk, on, "Sendt i posten", version=row.version, by=by, on=on)


def rents(lease: Lease) -> list[tuple[DAY, int]]:
    terms = RentTerm.objects.filter(lease=lease, valid_from__gte=FROM).order_by("valid_from")
    return list(terms.values_list("valid_from", "amount_ore"))


def refused(code: str, act: Any) -> RuleBroken:
    with pytest.raises(RuleBroken) as broken:
        act()
    assert broken.value.code == code
    return broken.value


def test_the_rent_is_what_it_was_until_the_notice_has_been_sent() -> None:
    lease, by = let(), landlord()
    change = index_rent(lease.pk, FROM, version=lease.version, by=by, on=ON)
    assert rents(lease) == []
    post(change, ON, by)
    change.refresh_from_db()
    assert change.notice_sent_on == ON
    # January 2025 (134.4) to December 2025 (136.6): 9147.32, down to whole kroner.
    assert rents(lease) == [(FROM, 914_700)]


def test_the_letter_says_what_the_law_asks_for() -> None:
    lease = let()
    change = index_rent(lease.pk, FROM, version=None, by=landlord(), on=ON)
    assert change.document is not None
    body = change.document.body.replace("\xa0", " ")
    for said in ("9 147,00 kr", "9 000,00 kr", "01.03.2026", "134,4", "136,6", "1,6 %"):
        assert said in body, said


def test_joint_tenants_are_all_told_before_the_rent_changes() -> None:
    lease, by = let(), landlord()
    LeaseParty.objects.create(
        lease=lease, person=PersonFactory(), from_on=lease.starts_on, position=2
    )
    change = index_rent(lease.pk, FROM, version=None, by=by, on=ON)
    first, second = Dispatch.objects.filter(document=change.document).order_by("pk")
    note_sent(first.pk, ON, "Post", version=first.version, by=by, on=ON)
    assert rents(lease) == []
    note_sent(second.pk, DAY(2026, 1, 23), "Post", version=1, by=by, on=DAY(2026, 1, 23))
    change.refresh_from_db()
    assert (rents(lease), change.notice_sent_on) == ([(FROM, 914_700)], DAY(2026, 1, 23))


@pytest.mark.parametrize(
    ("sent_on", "is_in_time"), [(DAY(2026, 2, 1), True), (DAY(2026, 2, 2), False)]
)
def test_a_notice_that_goes_too_late_raises_no_rent_4_2(sent_on: DAY, is_in_time: bool) -> None:
    lease, by = let(), landlord()
    change = index_rent(lease.pk, FROM, version=None, by=by, on=ON)
    if is_in_time:
        post(change, sent_on, by)
        assert rents(lease)
    else:
        refused("indexation.notice_too_late", lambda: post(change, sent_on, by))
        assert rents(lease) == []


def test_a_notice_does_not_go_once_the_rent_is_another() -> None:
    lease, by = let(), landlord()
    change = index_rent(lease.pk, FROM, version=None, by=by, on=ON)
    set_rents([NewRent(lease_id=lease.pk, valid_from=DAY(2026, 2, 1), amount_ore=1)], by=by)
    refused("rent.changed_since", lambda: post(change, ON, by))


def test_a_notice_does_not_go_to_who_has_moved_out() -> None:
    lease, by = let(), landlord()
    change = index_rent(lease.pk, FROM, version=None, by=by, on=ON)
    end_lease(lease.pk, moved_out_on=DAY(2026, 2, 20), by=by, today=ON)
    refused("indexation.moved_out", lambda: post(change, ON, by))


def test_a_rent_is_indexed_once_and_a_year_later_from_the_same_figure_on() -> None:
    lease, by = let(), landlord()
    change = index_rent(lease.pk, FROM, version=None, by=by, on=ON)
    again = lambda day: index_rent(lease.pk, day, version=None, by=by, on=ON)  # noqa: E731
    refused("indexation.coming", lambda: again(FROM))
    post(change, ON, by)
    refused("indexation.coming", lambda: again(FROM))
    refused("indexation.too_early", lambda: again(DAY(2026, 4, 1)))
    later = index_rent(lease.pk, DAY(2027, 3, 1), version=None, by=by, on=DAY(2027, 1, 20))
    assert later.from_index == change.to_index
    assert later.to_ore * change.to_index <= later.from_ore * later.to_index


def test_a_figure_that_is_missing_is_not_guessed() -> None:
    lease = let()
    Rate.objects.filter(kind="cpi", valid_from=DAY(2025, 12, 1)).delete()
    broken = refused(
        "rate.missing", lambda: index_rent(lease.pk, FROM, version=None, by=landlord(), on=ON)
    )
    assert broken.facts == {"kind": "cpi", "day": DAY(2025, 12, 1)}


def test_the_figures_that_were_used_can_no_longer_be_changed() -> None:
    lease = let()
    change = index_rent(lease.pk, FROM, version=None, by=landlord(), on=ON)
    assert len(change.rate_ids) == 2
    assert not Rate.objects.filter(pk__in=change.rate_ids, cited_at=None).exists()


def test_a_second_telling_of_the_same_letter_changes_nothing() -> None:
    lease, by = let(), landlord()
    change = index_rent(lease.pk, FROM, version=None, by=by, on=ON)
    post(change, ON, by)
    assert change.document is not None
    notice_sent(change.document, DAY(2026, 1, 30), "En gang til", by)
    change.refresh_from_db()
    assert change.notice_sent_on == ON
    assert LeaseAct.objects.count() == 1


def test_the_letter_of_a_protected_tenant_holds_no_address() -> None:
    lease = let(is_protected=True, tenant__protection=7)
    index_rent(lease.pk, FROM, version=None, by=landlord(), on=ON)
    document = Document.objects.get()
    assert lease.dwelling.street not in document.body
    assert not document.parties.get().address


def test_what_waits_for_its_letter_is_among_the_deadlines() -> None:
    lease, by = let(), landlord()
    change = index_rent(lease.pk, FROM, version=None, by=by, on=ON)
    found = deadlines(by, ON, DAY(2026, 2, 28))
    assert [(one.on, one.lease_id) for one in found] == [(DAY(2026, 2, 1), lease.pk)]
    post(change, ON, by)
    assert deadlines(by, ON, DAY(2026, 2, 28)) == []


# --- Other changes ----------------------------------------------------------------------------


def changed(lease: Lease, **more: Any) -> RentChange:
    values: dict[str, Any] = {
        "kind": "agreed",
        "valid_from": FROM,
        "to_ore": 1_000_000,
        "reason": "Avtalt etter oppussing",
    } | more
    new = NewRentChange(**values)
    return change_rent(lease.pk, new, version=lease.version, by=landlord(), on=ON)


def test_an_agreed_rent_is_set_from_the_first_of_a_coming_month() -> None:
    lease = let()
    changed(lease)
    assert rents(lease) == [(FROM, 1_000_000)]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"valid_from": DAY(2026, 3, 2)}, "rent.not_the_first"),
        ({"valid_from": DAY(2026, 1, 1)}, "rent.too_soon"),
        ({"to_ore": 900_000}, "rent.same_amount"),
        ({"to_ore": 0}, "rent.no_amount"),
        ({"reason": " "}, "rent.no_reason"),
        ({"kind": "current"}, "rent.no_demand"),
        ({"kind": "current", "demanded_on": DAY(2026, 1, 21)}, "rent.demanded_later"),
        ({"kind": "current", "demanded_on": DAY(2025, 8, 1)}, "current_rent.too_early"),
    ],
)
def test_a_change_that_may_not_be_made_is_told_why(more: dict[str, Any], code: str) -> None:
    refused(code, lambda: changed(let(), **more))


def test_current_rent_follows_a_demand_that_was_made_six_months_before_4_3() -> None:
    lease = let(set_on=DAY(2022, 3, 1))
    demanded = {"kind": "current", "demanded_on": DAY(2025, 9, 2)}
    refused("current_rent.too_soon", lambda: changed(lease, **demanded))
    assert changed(lease, **demanded, valid_from=DAY(2026, 4, 1)).notice_sent_on == DAY(2025, 9, 2)


def test_an_indexation_does_not_begin_the_two_and_a_half_years_anew_4_3() -> None:
    lease, by = let(set_on=DAY(2023, 3, 1)), landlord()
    change = index_rent(lease.pk, FROM, version=None, by=by, on=ON)
    post(change, ON, by)
    assert current_rent_facts(lease).changed_on == DAY(2023, 3, 1)


def test_the_history_shows_every_rent_and_what_waits_for_its_letter() -> None:
    lease, by = let(), landlord()
    index_rent(lease.pk, FROM, version=None, by=by, on=ON)
    lines = [
        (line.valid_from, line.amount_ore, line.is_in_force) for line in rent_history(lease.pk)
    ]
    assert lines == [
        (FROM, 914_700, False),
        (DAY(2025, 3, 1), 900_000, True),
        (DAY(2020, 1, 1), 900_000, True),
    ]
