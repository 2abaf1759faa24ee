"""Renewing contracts through the service: what changes, what stays, and who is told."""

import datetime as dt
from typing import Any

import pytest

from boligsak.dates import add_months, today
from boligsak.letters.models import Dispatch, Document
from boligsak.rates.models import Policy
from boligsak.rule import RuleBroken
from tenants.models import (
    HeadLandlordAction,
    HouseholdMember,
    Lease,
    LeaseContract,
    LeaseParty,
    MoveOut,
    Person,
)
from tenants.queries.renewals import renewal_rows
from tenants.rules.leases import Expiry, LeaseFacts, expiry_state
from tenants.rules.renewal import Term, Wish
from tenants.services.leases import note_move_request
from tenants.services.move_outs import begin_move_out, withdraw_move_out
from tenants.services.renewals import NewTerm, convert, drop_unsigned, renew
from tests.factories import (
    DwellingFactory,
    HouseholdFactory,
    HouseholdMemberFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
NEW = NewTerm()


def ending(left: int = 40, months: int = 36, **more: Any) -> Lease:
    """A fixed term of so many months that ends in `left` days."""
    ends_on = today() + left * DAY
    return LeaseFactory(starts_on=add_months(ends_on + DAY, -months), ends_on=ends_on, **more)


def kari(**more: Any) -> Any:
    return UserFactory(role="caseworker", **more)


def refused(code: str, act: Any) -> RuleBroken:
    with pytest.raises(RuleBroken) as broken:
        act()
    assert broken.value.code == code
    return broken.value


def test_a_contract_is_renewed_for_three_years_from_the_day_after() -> None:
    lease, by = ending(), kari()
    contract = renew(lease.pk, NewTerm(minutes=4), version=lease.version, by=by, on=today())
    lease.refresh_from_db()
    assert contract.starts_on == today() + 41 * DAY
    assert contract.ends_on == lease.ends_on == add_months(contract.starts_on, 36) - DAY
    assert (contract.kind, contract.state, contract.minutes) == ("renewal", "signing", 4)


def test_the_tenants_get_one_letter_that_is_put_in_the_outbox() -> None:
    lease = ending()
    other = PersonFactory(given_name="Áile")
    LeaseParty.objects.create(lease=lease, person=other, from_on=lease.starts_on, position=2)
    contract = renew(lease.pk, NEW, version=None, by=kari(), on=today())
    document = contract.document
    assert document is not None
    assert (document.kind, document.source_id) == ("lease-renewal", contract.pk)
    assert {row.party.person_id for row in Dispatch.objects.filter(document=document)} == set(
        lease.parties.values_list("person_id", flat=True)
    )
    assert lease.number in document.body


def test_a_contract_is_not_renewed_twice() -> None:
    lease, by = ending(), kari()
    renew(lease.pk, NEW, version=None, by=by, on=today())
    refused("renewal.too_early", lambda: renew(lease.pk, NEW, version=None, by=by, on=today()))
    assert LeaseContract.objects.count() == Document.objects.count() == 1


def test_who_stays_after_all_is_renewed() -> None:
    lease, by = ending(), kari()
    row = begin_move_out(lease.pk, moves_on=today() + 30 * DAY, reason="", by=by, on=today())
    refused("renewal.moving", lambda: renew(lease.pk, NEW, version=None, by=by, on=today()))
    withdraw_move_out(row.pk, reason="Fikk ikke boligen", by=by, on=today())
    assert renew(lease.pk, NEW, version=None, by=by, on=today()).kind == "renewal"


def test_whoever_opened_the_page_before_a_change_looks_once_more() -> None:
    lease, by = ending(), kari()
    note_move_request(lease.pk, sent_on=today(), by=by, today=today())
    act = lambda: renew(lease.pk, NEW, version=lease.version, by=by, on=today())  # noqa: E731
    assert refused("renewal.changed", act).facts == {"version": lease.version + 1}


def test_a_request_to_move_that_is_taken_back_does_not_stop_the_new_terms_clock_9_2() -> None:
    lease, by = ending(left=-20), kari()
    note_move_request(lease.pk, sent_on=today() - DAY, by=by, today=today())
    refused("renewal.asked_to_move", lambda: renew(lease.pk, NEW, version=None, by=by, on=today()))
    wish = NewTerm(wish=Wish(despite_request=True))
    contract = renew(lease.pk, wish, version=None, by=by, on=today())
    lease.refresh_from_db()
    assert contract.terms["request_taken_back"] == (today() - DAY).isoformat()
    assert lease.ends_on is not None
    facts = LeaseFacts(lease.starts_on, lease.ends_on, None, lease.move_requested_on)
    assert expiry_state(facts, lease.ends_on + DAY).expiry is Expiry.EXPIRED


def test_a_short_term_needs_its_reason_and_is_kept_with_it_11_1() -> None:
    lease, by = ending(purpose_told_on=dt.date(2020, 1, 1)), kari()
    until = today() + 400 * DAY
    wish = Wish(Term.UNTIL, until, "special")
    refused(
        "renewal.no_reason",
        lambda: renew(lease.pk, NewTerm(wish=wish), version=None, by=by, on=today()),
    )
    new = NewTerm(wish=wish, reason="Boligen skal rehabiliteres")
    contract = renew(lease.pk, new, version=None, by=by, on=today())
    assert (contract.is_short, contract.ground, contract.ends_on) == (True, "special", until)
    assert contract.document is not None
    assert "rehabiliteres" in contract.document.body


def test_the_leases_own_first_term_counts_as_a_short_one_11_1() -> None:
    lease, by = ending(months=12, purpose_told_on=dt.date(2020, 1, 1)), kari()
    new = NewTerm(wish=Wish(Term.UNTIL, today() + 400 * DAY, "special"), reason="Rehabilitering")
    refused(
        "term.no_weighty_grounds", lambda: renew(lease.pk, new, version=None, by=by, on=today())
    )


def test_a_short_term_by_an_earlier_lease_of_the_same_tenant_in_the_dwelling_counts_11_1() -> None:
    lease = ending(left=20, months=40)
    tenant = lease.parties.get().person
    for person in (tenant, PersonFactory()):
        LeaseFactory(
            dwelling=lease.dwelling,
            tenant=person,
            starts_on=lease.starts_on - 400 * DAY if person == tenant else dt.date(2016, 1, 1),
            ends_on=lease.starts_on - 100 * DAY if person == tenant else dt.date(2016, 6, 1),
            moved_out_on=lease.starts_on - 1 * DAY if person == tenant else dt.date(2016, 6, 1),
        )
    assert renewal_rows([lease.pk], today())[lease.pk].facts.short_terms_before == 1


def test_a_first_term_is_short_also_after_it_has_been_renewed_11_1() -> None:
    lease, by = ending(months=12), kari()
    renew(lease.pk, NEW, version=None, by=by, on=today())
    assert renewal_rows([lease.pk], today())[lease.pk].facts.short_terms_before == 1


def changed_household() -> Lease:
    household = HouseholdFactory()
    lease = ending(household=household)
    HouseholdMemberFactory(household=household, from_on=lease.starts_on)
    HouseholdMemberFactory(household=household, from_on=today() - 100 * DAY)
    return lease


def test_what_has_changed_since_the_contract_is_looked_at_before_it_is_renewed() -> None:
    lease, by = changed_household(), kari()
    broken = refused(
        "renewal.has_changed", lambda: renew(lease.pk, NEW, version=None, by=by, on=today())
    )
    assert broken.facts["what"] == ["joined"]
    new = NewTerm(wish=Wish(has_looked=True))
    assert renew(lease.pk, new, version=None, by=by, on=today()).terms["changed"] == ["joined"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("left", "left"),
        ("parties", "parties"),
        ("protected", "protected"),
        ("head_landlord", "head_landlord"),
    ],
)
def test_each_change_since_the_contract_is_found(change: str, code: str) -> None:
    household = HouseholdFactory()
    lease = ending(household=household)
    by = kari(role__cleared=True)
    if change == "left":
        HouseholdMember.objects.create(
            household=household,
            person=PersonFactory(),
            from_on=lease.starts_on,
            to_on=today() - 9 * DAY,
        )
    elif change == "parties":
        LeaseParty.objects.create(lease=lease, person=PersonFactory(), from_on=today() - DAY)
    elif change == "protected":
        lease.is_protected = True
        lease.save(update_fields=["is_protected"])
    else:
        HeadLandlordAction.objects.create(
            dwelling=lease.dwelling, kind="warning", received_on=today(), by=by
        )
    assert renewal_rows([lease.pk], today())[lease.pk].facts.changed == (code,)


def test_who_moves_in_as_the_lease_begins_is_no_change_though_it_was_signed_before() -> None:
    household = HouseholdFactory()
    lease = ending(household=household)
    Lease.objects.filter(pk=lease.pk).update(signed_on=lease.starts_on - 9 * DAY)
    HouseholdMemberFactory(household=household, from_on=lease.starts_on)
    assert renewal_rows([lease.pk], today())[lease.pk].facts.changed == ()


def test_nothing_has_changed_once_the_contract_is_newer_than_the_change() -> None:
    lease, by = changed_household(), kari()
    renew(lease.pk, NewTerm(wish=Wish(has_looked=True)), version=None, by=by, on=today())
    assert renewal_rows([lease.pk], today())[lease.pk].facts.changed == ()


def test_the_dead_and_those_who_move_out_get_no_new_term() -> None:
    dead, moving, by = ending(), ending(), kari()
    Person.objects.filter(lease_parties__lease=dead).update(died_on=today())
    MoveOut.objects.create(lease=moving, told_on=today(), moves_on=today() + 30 * DAY, by=by)
    refused("renewal.tenant_dead", lambda: renew(dead.pk, NEW, version=None, by=by, on=today()))
    refused("renewal.moving", lambda: renew(moving.pk, NEW, version=None, by=by, on=today()))


def test_ten_years_may_be_chosen_where_children_live() -> None:
    household = HouseholdFactory()
    lease = ending(household=household)
    child = PersonFactory(born_on=today() - 2000 * DAY)
    HouseholdMemberFactory(household=household, person=child, role="child")
    new = NewTerm(wish=Wish(Term.CHILDREN))
    contract = renew(lease.pk, new, version=None, by=kari(), on=today())
    assert contract.ends_on == add_months(contract.starts_on, 120) - DAY


def test_an_offices_own_terms_go_before_the_general_ones_and_stay_once_used() -> None:
    office = OfficeFactory()
    values = {"months": 60, "months_children": 60, "days_before": 30}
    own = Policy.objects.create(
        kind="renewals", office=office, valid_from=dt.date(2021, 1, 1), values=values
    )
    lease, by = ending(left=31, dwelling=DwellingFactory(office=office)), kari()
    refused("renewal.too_early", lambda: renew(lease.pk, NEW, version=None, by=by, on=today()))
    contract = renew(lease.pk, NEW, version=None, by=by, on=today() + DAY)
    own.refresh_from_db()
    assert contract.ends_on == add_months(contract.starts_on, 60) - DAY
    assert own.cited_at is not None
    assert contract.terms["policy_id"] == own.pk


def test_a_contract_is_made_open_ended() -> None:
    lease = ending()
    contract = convert(lease.pk, NEW, version=lease.version, by=kari(), on=today())
    lease.refresh_from_db()
    assert (lease.ends_on, contract.kind, contract.ends_on) == (None, "conversion", None)
    assert contract.state == "signing"


def test_what_9_2_has_made_open_ended_is_noted_so_and_needs_no_signature() -> None:
    lease, by = ending(left=-100), kari()
    refused("renewal.open_ended", lambda: renew(lease.pk, NEW, version=None, by=by, on=today()))
    contract = convert(lease.pk, NEW, version=None, by=by, on=today())
    lease.refresh_from_db()
    assert lease.ends_on is None
    assert (contract.state, contract.terms["why"]) == ("signed", "law")


def test_a_new_term_the_tenant_does_not_want_is_dropped_and_the_old_one_stands() -> None:
    lease, by = ending(), kari()
    old = lease.ends_on
    contract = renew(lease.pk, NEW, version=None, by=by, on=today())
    refused(
        "renewal.no_reason_to_drop",
        lambda: drop_unsigned(contract.pk, " ", version=1, by=by, on=today()),
    )
    drop_unsigned(contract.pk, "Vil flytte", version=contract.version, by=by, on=today())
    lease.refresh_from_db()
    contract.refresh_from_db()
    assert (lease.ends_on, contract.state) == (old, "dropped")


def test_9_2_a_term_is_dropped_after_the_last_safe_day_only_when_that_is_meant() -> None:
    lease, by = ending(left=-80), kari()
    old, later = lease.ends_on, today() + 30 * DAY
    contract = renew(lease.pk, NEW, version=None, by=by, on=today())
    facts: dict[str, Any] = {"version": contract.version, "by": by, "on": later}
    broken = refused("renewal.drop_opens", lambda: drop_unsigned(contract.pk, "Nei", **facts))
    assert broken.facts["from_on"] == add_months(old, 3) + DAY
    assert Lease.objects.get(pk=lease.pk).ends_on == contract.ends_on
    dropped = drop_unsigned(contract.pk, "Nei", accepts_open=True, **facts)
    assert Lease.objects.get(pk=lease.pk).ends_on == old
    assert dropped.terms["opened_on"] == (add_months(old, 3) + DAY).isoformat()


def test_a_lease_of_another_office_or_with_a_protected_address_is_not_renewed_by_who_cannot_see_it():  # noqa: E501
    mine = OfficeFactory()
    by = kari(role__offices=[mine])
    hidden = ending(is_protected=True, dwelling=DwellingFactory(office=mine))
    for lease in (ending(), hidden):
        refused("lease.gone", lambda at=lease: renew(at.pk, NEW, version=None, by=by, on=today()))
