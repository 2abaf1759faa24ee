"""Flags as the night keeps them."""

import datetime

import pytest

from arrears.models import Flag, FlagChange, LeaseAccount, LineKind, UnplacedPayment
from arrears.services.flags import assign, bring_flags_up_to_date
from arrears.services.ledger import NewLine, charge_month, dispute, post
from boligsak.rates.models import Policy
from boligsak.rule import RuleBroken
from tenants.models import RentTerm
from tests.arrears.nights import _one_transaction, look  # noqa: F401
from tests.factories import LeaseFactory, OfficeFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_one_transaction")]

D = datetime.date
KID = "12345674"
DUE = D(2026, 10, 20)


def a_lease(**facts):
    return LeaseFactory(**{"kid": KID, "starts_on": D(2024, 1, 1)} | facts)


def charge(month: datetime.date, due_on: datetime.date | None = None) -> None:
    charge_month(month, due_on or month.replace(day=20), None)


def pay(lease, ore: int, on: datetime.date, reference: str = "p:1") -> None:
    post([NewLine(lease.pk, LineKind.PAYMENT, -ore, on, reference)])


def open_flags(lease) -> dict[str, int]:
    return dict(lease.flags.open().values_list("kind", "level"))


def test_nothing_is_raised_while_the_payment_may_be_on_its_way():
    lease = a_lease()
    charge(DUE)
    look(D(2026, 10, 23))
    assert open_flags(lease) == {}


def test_arrears_are_raised_when_the_grace_has_run_out():
    lease = a_lease()
    charge(DUE)
    look(D(2026, 10, 23))
    look(D(2026, 10, 24))
    flag = lease.flags.get(kind="arrears")
    assert (flag.level, flag.anchor_on, flag.raised_on) == (1, DUE, D(2026, 10, 24))
    assert flag.facts["owed_ore"] == 900_000


def test_first_arrears_are_the_first_only():
    lease = a_lease()
    charge(DUE)
    look(D(2026, 10, 24))
    assert open_flags(lease) == {"arrears": 1, "first_arrears": 1}
    pay(lease, 900_000, D(2026, 10, 26))
    look(D(2026, 10, 27))
    assert open_flags(lease) == {}
    charge(D(2026, 11, 20))
    look(D(2026, 11, 24))
    assert open_flags(lease) == {"arrears": 1}


def test_arrears_in_a_ledger_from_before_the_first_night_are_not_the_first():
    lease = a_lease()
    charge(D(2026, 6, 20))
    pay(lease, 900_000, D(2026, 8, 1))
    charge(DUE)
    look(D(2026, 10, 24))
    assert open_flags(lease) == {"arrears": 1}


def test_first_arrears_stay_the_first_as_long_as_they_last():
    lease = a_lease()
    charge(DUE)
    look(D(2026, 10, 24))
    charge(D(2026, 11, 20))
    pay(lease, 900_000, D(2026, 11, 21))
    look(D(2026, 11, 24))
    flags = {flag.kind: flag for flag in lease.flags.open()}
    assert set(flags) == {"arrears", "first_arrears"}
    assert flags["arrears"].anchor_on == D(2026, 11, 20)


def test_a_flag_rises_by_age_on_the_day_the_rule_said():
    lease = a_lease()
    charge(DUE)
    for day in (24, 25, 26):
        look(D(2026, 10, day))
    assert lease.account.arrears_look_on == D(2026, 10, 31)  # the payment pattern can change first
    look(D(2026, 11, 3))
    assert open_flags(lease)["arrears"] == 2
    changes = FlagChange.objects.filter(flag__kind="arrears").order_by("id")
    assert [(c.what, c.from_level, c.to_level, c.on) for c in changes] == [
        ("raised", None, 1, D(2026, 10, 24)),
        ("level", 1, 2, D(2026, 11, 3)),
    ]


def test_a_payment_resolves_the_flag_and_the_flag_stays_in_the_history():
    lease = a_lease()
    charge(DUE)
    look(D(2026, 10, 24))
    pay(lease, 900_000, D(2026, 10, 24))
    look(D(2026, 10, 25))
    assert open_flags(lease) == {}
    assert lease.flags.get(kind="arrears").resolved_on == D(2026, 10, 25)
    assert not LeaseAccount.objects.get(lease=lease).has_flag


def test_a_disputed_and_deposited_charge_raises_none():
    lease = a_lease()
    charge(DUE)
    line = lease.ledger_lines.get()
    dispute(line.pk, 900_000, on=D(2026, 10, 20), note="mugg", by=UserFactory())
    look(D(2026, 11, 20))
    assert open_flags(lease) == {}


def test_a_tenant_who_pays_later_than_usual_gets_a_pattern_flag():
    lease = a_lease()
    for month in range(3, 9):
        charge(D(2026, month, 20))
        pay(lease, 900_000, D(2026, month, 20), f"p:{month}")
    charge(DUE)
    look(D(2026, 10, 24))
    assert "pattern" not in open_flags(lease)
    look(D(2026, 10, 31))
    assert "pattern" in open_flags(lease)


def test_a_former_tenant_in_debt_gets_the_flag_of_a_former_tenant():
    lease = a_lease(moved_out_on=D(2026, 10, 31))
    charge(DUE)
    look(D(2026, 10, 24))
    assert set(open_flags(lease)) == {"arrears", "first_arrears"}
    look(D(2026, 11, 1))
    assert open_flags(lease) == {"former_tenant": 1}


def test_a_contract_without_a_ledger_line_is_flagged_when_it_expires():
    lease = a_lease(starts_on=D(2026, 11, 1), ends_on=D(2026, 12, 31))
    look(D(2026, 11, 20))
    assert open_flags(lease) == {"expiring": 3}


def test_an_expired_contract_counts_down_the_three_months():
    lease = a_lease(ends_on=D(2026, 5, 31))
    levels = {}
    for day in (D(2026, 6, 1), D(2026, 7, 2), D(2026, 8, 1), D(2026, 8, 17)):
        charge(day)
        look(day)
        levels[day.month, day.day] = open_flags(lease)["expired"]
    assert list(levels.values()) == [1, 2, 3, 4]
    look(D(2026, 9, 1))
    assert "open_ended" in open_flags(lease)
    assert "expired" not in open_flags(lease)


def test_a_request_to_move_stops_the_countdown_without_a_new_level():
    lease = a_lease(ends_on=D(2026, 5, 31))
    look(D(2026, 6, 1))
    lease.move_requested_on = D(2026, 6, 2)
    lease.save(update_fields=["move_requested_on"])
    look(D(2026, 6, 3))
    flag = lease.flags.get(kind="expired")
    assert (flag.level, flag.facts["move_requested_on"]) == (1, "2026-06-02")


def test_an_edited_lease_is_looked_at_the_same_night():
    lease = a_lease(ends_on=D(2026, 12, 31))
    charge(DUE)
    pay(lease, 900_000, DUE)
    look(D(2026, 11, 1))
    lease.ends_on = D(2029, 12, 31)
    lease.save()
    look(D(2026, 11, 2))
    assert open_flags(lease) == {}


def test_a_lease_without_a_charge_this_month_is_flagged_until_it_is_charged():
    lease = a_lease()
    free = LeaseFactory(starts_on=D(2024, 1, 1), rent_ore=0, kid="12345682")
    charge(DUE)
    pay(lease, 900_000, DUE)
    look(D(2026, 10, 25))
    look(D(2026, 11, 24))
    assert open_flags(lease) == {"no_charge": 1}
    assert open_flags(free) == {"no_charge": 1}  # no rent is registered: that is a fault too
    charge(D(2026, 11, 20))
    pay(lease, 900_000, D(2026, 11, 20), "p:2")
    look(D(2026, 11, 24))
    assert open_flags(lease) == {}


def test_a_lease_let_for_nothing_on_purpose_lacks_no_charge():
    lease = a_lease(rent_ore=0)
    RentTerm.objects.create(lease=lease, valid_from=D(2024, 1, 1), amount_ore=0)
    look(D(2026, 11, 24))
    assert open_flags(lease) == {}


def test_a_fee_is_not_the_rent_of_the_month():
    lease = a_lease()
    charge(DUE)
    pay(lease, 900_000, DUE)
    look(D(2026, 10, 25))
    post([NewLine(lease.pk, LineKind.FEE, 3_500, DUE, "fee:1", due_on=D(2026, 11, 18))])
    pay(lease, 3_500, D(2026, 11, 18), "p:2")
    look(D(2026, 11, 24))
    assert open_flags(lease) == {"no_charge": 1}


def test_a_lease_without_kid_is_flagged():
    lease = LeaseFactory(starts_on=D(2026, 11, 1))
    look(D(2026, 11, 20))
    assert open_flags(lease) == {"no_kid": 1}


def test_an_unplaced_payment_that_looks_like_this_tenants_is_flagged_until_it_is_placed():
    lease = a_lease(starts_on=D(2026, 11, 1))
    look(D(2026, 11, 9))
    payment = UnplacedPayment.objects.create(
        kid="1", amount_ore=900_000, effective_on=D(2026, 11, 9), likely_lease=lease
    )
    look(D(2026, 11, 10))
    assert open_flags(lease) == {"lookalike": 1}
    payment.state, payment.decided_by = "returned", UserFactory()
    payment.save()
    look(D(2026, 11, 11))
    assert open_flags(lease) == {}


def test_an_offices_own_policy_holds_for_its_leases_from_its_day():
    lease, other = a_lease(), a_lease(kid="12345682")
    general = Policy.objects.get(kind="arrears", office=None)
    Policy.objects.create(
        kind="arrears",
        office=lease.office,
        valid_from=D(2026, 10, 22),
        values=general.values | {"grace_days": 1},
    )
    charge(DUE)
    look(D(2026, 10, 22))
    assert (set(open_flags(lease)), open_flags(other)) == ({"arrears", "first_arrears"}, {})


def test_a_policy_that_flags_rest_on_is_cited():
    a_lease()
    charge(DUE)
    look(D(2026, 10, 24))
    assert Policy.objects.get(kind="arrears").cited_at is not None


def test_nothing_is_written_when_only_the_day_has_changed():
    lease = a_lease(ends_on=D(2026, 12, 31))
    charge(DUE)
    look(D(2026, 10, 25))
    before = list(Flag.objects.values()), list(LeaseAccount.objects.values())
    counts = bring_flags_up_to_date(D(2026, 10, 26))
    assert (list(Flag.objects.values()), list(LeaseAccount.objects.values())) == before
    assert counts["raised"] == counts["changed"] == counts["resolved"] == counts["accounts"] == 0
    assert lease.flags.open().count() == 3


def test_flags_are_not_rewritten_for_a_day_before_the_last():
    lease = a_lease()
    charge(DUE)
    look(D(2026, 11, 20))
    assert bring_flags_up_to_date(D(2026, 10, 22)) == {"looked": 0}
    assert open_flags(lease)["arrears"] == 2


# --- Assignment -------------------------------------------------------------------------------


@pytest.fixture
def flag():
    lease = a_lease()
    charge(DUE)
    look(D(2026, 10, 24))
    return lease.flags.get(kind="arrears")


def test_a_flag_is_given_to_a_caseworker_and_that_is_written_down(flag):
    boss = UserFactory()
    worker = UserFactory(role="caseworker", role__offices=[flag.lease.office])
    given = assign([flag.pk], worker, by=boss, on=D(2026, 10, 24), versions={flag.pk: flag.version})
    assert given == 1
    flag.refresh_from_db()
    assert (flag.owner, flag.version) == (worker, 2)
    change = flag.changes.get(what="assigned")
    assert (change.owner, change.by, change.on) == (worker, boss, D(2026, 10, 24))


def test_giving_a_flag_to_its_owner_changes_nothing(flag):
    boss = UserFactory()
    assert assign([flag.pk], boss, by=boss, on=D(2026, 10, 24)) == 1
    assert assign([flag.pk], boss, by=boss, on=D(2026, 10, 24)) == 0


def test_a_flag_can_be_taken_from_everybody(flag):
    boss = UserFactory()
    assign([flag.pk], boss, by=boss, on=D(2026, 10, 24))
    assert assign([flag.pk], None, by=boss, on=D(2026, 10, 24)) == 1


def refusals(*args, **kwargs):
    with pytest.raises(RuleBroken) as refused:
        assign(*args, **kwargs)
    assert refused.value.code == "assign.refused"
    return [code for *_, code in refused.value.facts["rows"]]


def test_nobody_without_the_role_at_the_office_is_given_a_flag(flag):
    boss, day = UserFactory(), D(2026, 10, 24)
    elsewhere = UserFactory(role="caseworker", role__offices=[OfficeFactory()])
    landlord = UserFactory(role="landlord")
    assert refusals([flag.pk], elsewhere, by=boss, on=day) == ["no_role"]
    assert refusals([flag.pk], landlord, by=boss, on=day) == ["no_role"]


def test_a_flag_changed_since_the_form_was_opened_is_not_given(flag):
    boss = UserFactory()
    codes = refusals([flag.pk], boss, by=boss, on=D(2026, 10, 24), versions={flag.pk: 7})
    assert codes == ["changed"]


def test_a_resolved_flag_is_not_given(flag):
    boss = UserFactory()
    pay(flag.lease, 900_000, D(2026, 10, 24))
    look(D(2026, 10, 25))
    assert refusals([flag.pk], boss, by=boss, on=D(2026, 10, 25)) == ["resolved"]


def test_a_flag_one_may_not_see_is_not_given(flag):
    boss = UserFactory(role="coordinator", role__offices=[OfficeFactory()])
    assert refusals([flag.pk], boss, by=boss, on=D(2026, 10, 24)) == ["not_visible"]


def test_a_protected_lease_goes_to_nobody_who_would_not_see_it(flag):
    flag.lease.is_protected = True
    flag.lease.save()
    worker = UserFactory(role="caseworker", role__offices=[flag.lease.office])
    assert refusals([flag.pk], worker, by=UserFactory(), on=D(2026, 10, 24)) == [
        "owner_not_cleared"
    ]


def test_one_refused_row_refuses_them_all(flag):
    boss = UserFactory()
    other = flag.lease.flags.get(kind="first_arrears")
    assign([other.pk], boss, by=boss, on=D(2026, 10, 24))
    refusals([flag.pk, -1], boss, by=boss, on=D(2026, 10, 24))
    flag.refresh_from_db()
    assert flag.owner is None
