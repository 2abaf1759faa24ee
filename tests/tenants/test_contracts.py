"""The contract of a lease, who has signed it, and guarantees instead of deposits."""

import datetime as dt
from typing import Any

import pytest

from boligsak.letters.models import Document
from boligsak.rule import RuleBroken
from tenants.models import (
    ApplicationMember,
    Lease,
    LeaseContract,
    LeaseParty,
    Person,
)
from tenants.queries.contracts import signers, since_written
from tenants.rules.contracts import Term, check_anew, check_lease_days
from tenants.services.contracts import (
    drop_contract,
    finish_signing,
    sign,
    write_anew,
    write_contract,
)
from tenants.services.guarantees import end_guarantee, give_guarantee
from tenants.services.renewals import NewTerm, drop_unsigned, may_go, renew
from tenants.words.contracts import refusal
from tests.factories import (
    LeaseFactory,
    PersonFactory,
    UserFactory,
)
from tests.tenants import allocating
from tests.tenants.allocating import DAY, accepted, housing_unit, leased

pytestmark = pytest.mark.django_db


def refused(act: Any) -> RuleBroken:
    with pytest.raises(RuleBroken) as broken:
        act()
    assert refusal(broken.value), "a refusal without words"
    return broken.value


# --- The contract and its signatures --------------------------------------------------------------


def test_the_contract_holds_what_was_agreed() -> None:
    by = housing_unit()
    lease = leased(by, utilities_ore=50_000, guarantor="Nav", guarantee_ore=900_000)
    document = Document.objects.get(source="contract")
    fields = document.facts["fields"]
    assert document.kind == "lease-contract"
    assert fields["lease"] == lease.number
    assert fields["kid"] == lease.kid
    assert fields["ends_on"] == "30.11.2029"
    assert fields["due_day"] == "20"
    assert fields["rent"].startswith("9\u00a0000,00\u00a0kr")
    assert "9\u00a0000,00" in fields["security"]
    assert fields["clause_a"]
    assert fields["clause_b"]


def test_a_clause_that_is_not_agreed_on_does_not_stand_in_the_contract() -> None:
    leased(housing_unit(), has_clause_a=False)
    fields = Document.objects.get(source="contract").facts["fields"]
    assert not fields["clause_a"]


def test_a_service_agreement_is_a_tenancy_with_content_of_its_own() -> None:
    by = housing_unit()
    offer = accepted(by)
    empty = refused(lambda: leased(by, offer, kind="service"))
    assert empty.code == "service.no_services"
    lease = leased(
        by,
        offer,
        kind="service",
        services="Miljøtjeneste hver uke.",
        ends_when="Når hjelpen ikke trengs.",
        review_on=dt.date(2027, 6, 1),
    )
    assert lease.kind == "service"
    assert lease.service_agreement.review_on == dt.date(2027, 6, 1)
    document = Document.objects.get(source="contract")
    assert document.kind == "service-agreement"
    assert document.facts["fields"]["services"] == "Miljøtjeneste hver uke."


def test_the_lease_is_signed_when_everybody_has_signed() -> None:
    by, application = housing_unit(), allocating.waiting()
    partner = PersonFactory()
    ApplicationMember.objects.create(application=application, person=partner, role="adult")
    lease = leased(by, accepted(by, application), tenants=[partner.pk])
    contract = lease.contracts.get()
    later = dt.date(2026, 11, 25)
    for person, on in (
        (application.applicant_id, DAY),
        (None, dt.date(2026, 11, 21)),
        (partner.pk, dt.date(2026, 11, 24)),
    ):
        assert Lease.objects.get(pk=lease.pk).signed_on is None
        sign(contract.pk, person, signed_on=on, by=by, on=later)
    contract.refresh_from_db()
    assert contract.state == "signed"
    assert Lease.objects.get(pk=lease.pk).signed_on == dt.date(2026, 11, 24)


@pytest.mark.parametrize(
    ("who", "on", "code"),
    [
        ("stranger", DAY, "contract.not_a_party"),
        ("landlord", dt.date(2026, 11, 21), "contract.signed_ahead"),
        ("landlord", dt.date(2026, 11, 19), "contract.signed_before"),
        ("tenant", DAY, "contract.signed_already"),
    ],
)
def test_only_parties_sign_once_and_not_before_it_is_written(
    who: str, on: dt.date, code: str
) -> None:
    by = housing_unit()
    lease = leased(by)
    contract, tenant = lease.contracts.get(), LeaseParty.objects.get(lease=lease).person_id
    sign(contract.pk, tenant, signed_on=DAY, by=by, on=DAY)
    person = {"stranger": PersonFactory().pk, "landlord": None, "tenant": tenant}[who]
    broken = refused(lambda: sign(contract.pk, person, signed_on=on, by=by, on=DAY))
    assert broken.code == code


def test_a_new_contract_takes_the_place_of_one_that_nobody_signed() -> None:
    by = housing_unit()
    lease = leased(by)
    first = lease.contracts.get()
    write_contract(
        lease,
        kind="renewal",
        starts_on=dt.date(2029, 12, 1),
        ends_on=dt.date(2032, 11, 30),
        terms={"rent_ore": 950_000},
        by=by,
        on=DAY,
    )
    assert LeaseContract.objects.get(pk=first.pk).state == "dropped"
    assert refused(lambda: sign(first.pk, None, signed_on=DAY, by=by, on=DAY)).code == (
        "contract.not_for_signing"
    )


# --- The parties change before everybody has signed -----------------------------------------------

LATER = dt.date(2026, 12, 10)


def two_tenants(by: Any) -> tuple[LeaseContract, int, int]:
    """A contract for two tenants, of whom the first has signed, and so has the landlord."""
    application, partner = allocating.waiting(), PersonFactory()
    ApplicationMember.objects.create(application=application, person=partner, role="adult")
    lease = leased(by, accepted(by, application), tenants=[partner.pk])
    contract = lease.contracts.get()
    for who in (application.applicant_id, None):
        contract = sign(contract.pk, who, signed_on=DAY, by=by, on=DAY)
    return contract, application.applicant_id, partner.pk


def leaves(person_id: int, on: dt.date) -> None:
    LeaseParty.objects.filter(person=person_id).update(to_on=on)


def dies(person_id: int, on: dt.date) -> None:
    Person.objects.filter(pk=person_id).update(died_on=on)


@pytest.mark.parametrize("goes", [leaves, dies])
def test_who_leaves_or_dies_before_signing_does_not_hold_the_contract(goes: Any) -> None:
    by = housing_unit()
    contract, _stays, partner = two_tenants(by)
    assert refused(lambda: finish_signing(contract.pk, by=by, on=LATER)).code == (
        "contract.not_signed"
    )
    goes(partner, dt.date(2026, 12, 5))
    broken = refused(lambda: sign(contract.pk, partner, signed_on=DAY, by=by, on=LATER))
    assert broken.code == "contract.not_a_party"
    contract = finish_signing(contract.pk, by=by, on=LATER)
    assert contract.state == "signed"
    assert Lease.objects.get(pk=contract.lease_id).signed_on == DAY
    assert [one.pk for one in since_written(contract, LATER)] == [partner]


def test_who_becomes_a_tenant_before_it_is_signed_signs_too() -> None:
    by = housing_unit()
    contract, stays, partner = two_tenants(by)
    leaves(partner, dt.date(2026, 12, 5))
    new = PersonFactory()
    LeaseParty.objects.create(
        lease=contract.lease, person=new, from_on=dt.date(2026, 12, 6), position=3
    )
    assert [party.person_id for party in signers(contract, LATER)] == [stays, new.pk]
    assert sign(contract.pk, new.pk, signed_on=LATER, by=by, on=LATER).state == "signed"


def test_a_contract_is_written_anew_for_the_tenants_of_today() -> None:
    by = housing_unit()
    contract, stays, partner = two_tenants(by)
    leaves(partner, dt.date(2026, 12, 5))
    new = write_anew(contract.pk, version=contract.version, by=by, on=LATER)
    contract.refresh_from_db()
    assert (contract.state, new.state) == ("dropped", "signing")
    assert (new.starts_on, new.ends_on, new.kind) == (
        contract.starts_on,
        contract.ends_on,
        contract.kind,
    )
    assert new.terms["signers"] == [stays]
    assert new.terms["in_place_of"] == contract.pk
    name = Person.objects.get(pk=partner).family_name
    assert name not in new.document.facts["fields"]["tenants"]
    assert since_written(new, LATER) == []
    for who in (stays, None):
        new = sign(new.pk, who, signed_on=LATER, by=by, on=LATER)
    assert new.state == "signed"


def test_a_first_contract_that_was_dropped_can_be_written_anew() -> None:
    by = housing_unit()
    contract = leased(by).contracts.get()
    contract = drop_contract(contract.pk, version=contract.version, by=by, on=DAY)
    assert write_anew(contract.pk, by=by, on=DAY).state == "signing"
    assert refused(lambda: write_anew(contract.pk, by=by, on=DAY)).code == "contract.not_anew"


def test_nobody_is_left_to_sign_when_the_only_tenant_is_dead() -> None:
    by = housing_unit()
    contract = leased(by).contracts.get()
    dies(LeaseParty.objects.get(lease=contract.lease).person_id, DAY)
    assert refused(lambda: write_anew(contract.pk, by=by, on=LATER)).code == "contract.nobody"
    assert refused(lambda: finish_signing(contract.pk, by=by, on=LATER)).code == (
        "contract.not_signed"
    )


@pytest.mark.parametrize(
    ("state", "kind", "moved_out_on", "is_newest", "code"),
    [
        ("signing", "first", None, True, ""),
        ("draft", "renewal", None, True, ""),
        ("dropped", "first", None, True, ""),
        ("dropped", "renewal", None, True, "contract.not_anew"),
        ("signed", "first", None, True, "contract.not_anew"),
        ("signing", "first", None, False, "contract.not_anew"),
        ("signing", "first", dt.date(2026, 12, 9), True, "contract.over"),
        ("signing", "first", dt.date(2026, 12, 31), True, ""),
    ],
)
def test_a_contract_is_written_anew_while_nobody_is_bound_by_it(
    state: str, kind: str, moved_out_on: dt.date | None, is_newest: bool, code: str
) -> None:
    if code:
        broken = refused(lambda: check_anew(state, kind, moved_out_on, LATER, is_newest=is_newest))
        assert broken.code == code
    else:
        check_anew(state, kind, moved_out_on, LATER, is_newest=is_newest)


def test_a_renewal_written_anew_can_still_be_dropped_and_its_letter_goes() -> None:
    by, lease = UserFactory(role="housing_unit"), LeaseFactory(ends_on=dt.date(2026, 12, 20))
    old = renew(lease.pk, NewTerm(), version=None, by=by, on=DAY)
    new = write_anew(old.pk, by=by, on=DAY)
    may_go(old.document, DAY)
    drop_unsigned(new.pk, "Vil flytte", version=new.version, by=by, on=DAY)
    assert Lease.objects.get(pk=lease.pk).ends_on == dt.date(2026, 12, 20)


def test_the_letter_of_a_renewal_stays_when_its_term_is_dropped_after_it_was_written_anew() -> None:
    by, lease = UserFactory(role="housing_unit"), LeaseFactory(ends_on=dt.date(2026, 12, 20))
    old = renew(lease.pk, NewTerm(), version=None, by=by, on=DAY)
    new = write_anew(write_anew(old.pk, by=by, on=DAY).pk, by=by, on=DAY)
    drop_unsigned(new.pk, "Vil flytte", version=new.version, by=by, on=DAY)
    assert refused(lambda: may_go(old.document, DAY)).code == "renewal.dropped"


def test_a_renewal_that_waits_for_signatures_is_not_shown_as_signed(client: Any) -> None:
    by = UserFactory(role="housing_unit")
    lease = LeaseFactory(ends_on=dt.date(2026, 12, 20), signed_on=dt.date(2023, 11, 21))
    row = renew(lease.pk, NewTerm(), version=None, by=by, on=DAY)
    client.force_login(by)
    page = client.get(f"/homes/contracts/{row.pk}/").content.decode()
    assert "21.11.2023" not in page


# --- Guarantees, §§ 3-5 and 3-6 -------------------------------------------------------------------


def guarantee(by: Any, lease: Lease, ore: int, **more: Any) -> Any:
    return give_guarantee(
        lease.pk,
        guarantor="Nav",
        amount_ore=ore,
        from_on=more.pop("from_on", DAY),
        by=by,
        on=DAY,
        **more,
    )


def test_guarantees_that_run_together_are_six_months_rent_at_most_3_6() -> None:
    by, lease = housing_unit(), LeaseFactory()
    first = guarantee(by, lease, 4_500_000)
    broken = refused(lambda: guarantee(by, lease, 900_001))
    assert (broken.code, broken.facts["most_ore"]) == ("guarantee.too_high", 5_400_000)
    end_guarantee(first.pk, to_on=DAY, by=by)
    assert guarantee(by, lease, 5_400_000, from_on=DAY + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"from_on": dt.date(2019, 12, 31)}, "guarantee.days"),
        ({"to_on": dt.date(2026, 11, 1)}, "guarantee.days"),
        ({"to_on": dt.date(2206, 11, 1)}, "guarantee.far"),
        ({"from_on": dt.date(2206, 11, 1)}, "guarantee.far"),
    ],
)
def test_a_guarantee_has_days_within_the_lease(more: dict[str, Any], code: str) -> None:
    by, lease = housing_unit(), LeaseFactory()
    assert refused(lambda: guarantee(by, lease, 100, **more)).code == code


def test_the_last_day_of_a_guarantee_is_not_in_a_mistyped_year() -> None:
    by, lease = housing_unit(), LeaseFactory()
    row = guarantee(by, lease, 100)
    broken = refused(lambda: end_guarantee(row.pk, to_on=dt.date(2206, 1, 1), by=by))
    assert broken.code == "guarantee.far"


# --- The days of a new lease ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ({"starts_on": dt.date(2062, 12, 1)}, "lease.starts_far"),
        ({"term": Term.OTHER, "ends_on": dt.date(2206, 12, 1)}, "contract.ends_far"),
        ({"told_on": dt.date(2026, 11, 21)}, "contract.told_ahead"),
    ],
)
def test_a_lease_is_not_made_with_a_day_in_a_mistyped_year(days: dict[str, Any], code: str) -> None:
    assert refused(lambda: leased(housing_unit(), **days)).code == code


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ({}, ""),
        ({"starts_on": dt.date(2027, 11, 20)}, ""),
        ({"starts_on": dt.date(2027, 11, 21)}, "lease.starts_far"),
        ({"ends_on": dt.date(2056, 12, 1)}, ""),
        ({"ends_on": dt.date(2056, 12, 2)}, "contract.ends_far"),
        ({"told_on": DAY}, ""),
        ({"told_on": dt.date(2026, 11, 21)}, "contract.told_ahead"),
        ({"old_ends_on": dt.date(2027, 12, 1)}, ""),
        ({"old_ends_on": dt.date(2027, 12, 2)}, "contract.old_ends_far"),
    ],
)
def test_the_days_of_a_lease_are_days_that_can_be_meant(days: dict[str, Any], code: str) -> None:
    given = {"starts_on": dt.date(2026, 12, 1), "ends_on": None, "told_on": None}
    given |= {"old_ends_on": None, "today": DAY} | days
    if code:
        assert refused(lambda: check_lease_days(**given)).code == code
    else:
        check_lease_days(**given)
