"""The demo municipality holds what it promises: right days, valid numbers, true books."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.test import override_settings

from arrears.models import (
    ChargeDispute,
    Flag,
    FlagChange,
    LeaseAccount,
    LedgerLine,
    OpenCharge,
    PaymentImport,
    UnplacedPayment,
)
from arrears.policy_kinds import REPAYMENT
from arrears.rules.kid import is_valid_kid
from arrears.services.settle import resettle
from boligsak import sealed
from boligsak.accounts.models import Office, Role, RoleAssignment, User
from boligsak.dates import add_months, is_working_day, rent_due_day
from boligsak.desk.demo import build as building
from boligsak.desk.demo.bank import Bank
from boligsak.desk.demo.build import build
from boligsak.desk.demo.dwellings import make_dwellings
from boligsak.desk.demo.files import write_files
from boligsak.desk.demo.leases import make_leases
from boligsak.desk.demo.payers import bills, payments
from boligsak.desk.demo.people import Registry
from boligsak.desk.demo.users import PASSWORD, ROLES
from boligsak.letters.models import Dispatch
from boligsak.rates.models import Policy
from boligsak.rates.queries import policies_on
from boligsak.rule import RuleBroken
from tenants.models import (
    Application,
    Complaint,
    EconomyAssessment,
    HouseholdMember,
    Lease,
    LeaseParty,
    Person,
    PersonIdentity,
    ServiceAgreement,
)
from tenants.rules.identity import is_synthetic, is_valid
from tenants.rules.occupancy import Span, check_days, overlaps
from tenants.services.people import IDENTITY

TODAY = dt.date(2026, 12, 10)
LEASES, MONTHS = 160, 9
FIRST = add_months(TODAY.replace(day=1), 1 - MONTHS)


@pytest.fixture(scope="module")
def town(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """One small municipality for all of these tests, taken back afterwards."""
    folder = tmp_path_factory.mktemp("town")
    own = connections["progress"]
    places = override_settings(
        DATA_DIR=folder, INBOX_DIR=folder / "inbox", FILES_DIR=folder / "files"
    )
    with django_db_blocker.unblock(), places, pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "DAILY_NIGHTS", 20)
        connections["progress"] = connections["default"]
        try:
            with transaction.atomic():
                said: list[str] = []
                build(leases=LEASES, seed=1, today=TODAY, say=said.append, months=MONTHS)
                assert said
                yield folder
                transaction.set_rollback(True)
        finally:
            connections["progress"] = own


def _world(seed: int) -> tuple[Any, ...]:
    dwellings = make_dwellings(seed, TODAY, LEASES)
    registry = Registry(seed, TODAY)
    return dwellings, registry, make_leases(seed, TODAY, FIRST, dwellings, registry)


def _months() -> list[dt.date]:
    return [add_months(FIRST, number) for number in range(MONTHS)]


# --- The register -----------------------------------------------------------------------------


def test_there_are_four_offices_and_dwellings_at_each(town: Path) -> None:
    assert set(Office.objects.values_list("name", flat=True)) == {
        "Heimdal",
        "Lerkendal",
        "Midtbyen",
        "Østbyen",
    }
    assert Counter(Lease.objects.values_list("office__code", flat=True)).keys() == {
        "heimdal",
        "lerkendal",
        "midtbyen",
        "ostbyen",
    }


def test_everybody_has_a_synthetic_identity_number_with_right_check_digits(town: Path) -> None:
    rows = PersonIdentity.objects.values_list("number_sealed", flat=True)
    numbers = [sealed.unseal(row, IDENTITY) for row in rows]
    assert len(numbers) > LEASES
    assert all(is_synthetic(number) and is_valid(number, TODAY) for number in numbers)


def test_kids_have_right_check_digits_and_are_of_one_length(town: Path) -> None:
    kids = list(Lease.objects.exclude(kid=None).values_list("kid", flat=True))
    assert all(is_valid_kid(kid, "mod10") for kid in kids)
    assert {len(kid) for kid in kids} == {9}


def test_there_are_couples_children_open_ended_and_expired_leases(town: Path) -> None:
    running = Lease.objects.running(TODAY)
    assert running.filter(ends_on__isnull=True).count() > LEASES / 3
    assert running.filter(ends_on__gt=TODAY).count() > LEASES / 5
    assert running.filter(ends_on__lt=TODAY).exists()
    assert HouseholdMember.objects.filter(role="child").count() > LEASES / 5
    assert LeaseParty.objects.filter(position=2).exists()


def test_some_dwellings_are_vacant(town: Path) -> None:
    share = Lease.objects.running(TODAY).count() / LEASES
    assert 0.9 <= share < 1


# --- The money --------------------------------------------------------------------------------


def test_rent_falls_due_on_the_20th_or_the_next_working_day(town: Path) -> None:
    days = set(LedgerLine.objects.filter(kind="rent").values_list("due_on", flat=True))
    assert days == {
        day for month in _months() if (day := rent_due_day(month.replace(day=20))) <= TODAY
    }


def test_what_tenants_are_billed_is_what_the_night_charges(town: Path) -> None:
    _, _, leases = _world(1)
    billed = Counter(
        {
            (lease.number, bill.due_on): bill.ore
            for lease in leases
            for bill in bills(lease, _months())
            if bill.due_on <= TODAY
        }
    )
    charged: Counter[tuple[str, dt.date]] = Counter()
    lines = LedgerLine.objects.filter(kind__in=["rent", "utilities"])
    for number, due_on, ore in lines.values_list("lease__number", "due_on", "amount_ore"):
        charged[number, due_on] += ore
    assert charged == billed


def test_every_payment_came_by_a_file_from_the_bank_or_by_the_first_load(town: Path) -> None:
    by_hand = LedgerLine.objects.filter(kind="payment", payment_import__isnull=True)
    assert all(ref.startswith("load:") for ref in by_hand.values_list("reference", flat=True))
    assert set(PaymentImport.objects.values_list("state", flat=True)) == {"done"}
    assert PaymentImport.objects.filter(payments__gt=0).count() > MONTHS


def test_what_is_kept_equals_a_rebuild_from_the_ledger(town: Path) -> None:
    def kept() -> list[Any]:
        accounts = LeaseAccount.objects.order_by("pk").values(
            "lease", "balance_ore", "open_ore", "disputed_ore", "unallocated_ore", "oldest_due_on"
        )
        charges = OpenCharge.objects.order_by("line").values("line", "amount_ore", "open_ore")
        return [*accounts, *charges]

    before = kept()
    with transaction.atomic():
        resettle()
        after = kept()
        transaction.set_rollback(True)
    assert before == after


def test_most_pay_in_time_and_some_do_not(town: Path) -> None:
    running = Lease.objects.running(TODAY).count()
    in_arrears = Flag.objects.open().filter(kind="arrears").count()
    assert 0.02 <= in_arrears / running <= 0.15


def test_flags_have_a_history(town: Path) -> None:
    what = Counter(FlagChange.objects.values_list("what", flat=True))
    assert min(what["raised"], what["resolved"], what["assigned"]) > 0
    assert FlagChange.objects.values("on").distinct().count() > 6


def test_a_disputed_and_deposited_rent_raises_no_arrears(town: Path) -> None:
    for disputed in ChargeDispute.objects.filter(closed_on__isnull=True):
        account = LeaseAccount.objects.get(lease=disputed.line.lease_id)
        assert account.disputed_ore == disputed.deposited_ore


def test_some_payments_match_no_lease_however_small_the_town(town: Path) -> None:
    waiting = UnplacedPayment.objects.filter(state="open").exclude(kid="")
    assert waiting.count() >= 2
    assert not any(is_valid_kid(kid, "mod10") for kid in waiting.values_list("kid", flat=True))


# --- The same every time ----------------------------------------------------------------------


def _digest(folder: Path, seed: int) -> str:
    dwellings, registry, leases = _world(seed)
    folder.mkdir()
    write_files(folder, FIRST, dwellings, registry.households, leases)
    paid = [row for lease in leases for row in payments(seed, TODAY, lease, _months())]
    bank = Bank(seed, TODAY, paid)
    for month in _months():
        bank.write_file(folder, add_months(month, 1))
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def test_the_same_seed_and_day_give_the_same_files_to_the_byte(tmp_path: Path) -> None:
    assert _digest(tmp_path / "a", 1) == _digest(tmp_path / "b", 1)
    assert _digest(tmp_path / "c", 2) != _digest(tmp_path / "d", 1)


def test_the_bank_books_on_working_days_only() -> None:
    _, _, leases = _world(1)
    days = {row.paid_on for lease in leases for row in payments(1, TODAY, lease, _months())}
    assert all(is_working_day(day) and day <= TODAY for day in days)


@pytest.mark.parametrize(
    "today",
    [
        dt.date(2026, 1, 1),
        dt.date(2028, 2, 29),
        dt.date(2026, 3, 31),
        dt.date(2026, 5, 17),
        dt.date(2026, 12, 20),
        dt.date(2027, 12, 31),
    ],
)
def test_a_register_for_any_day_holds_together(today: dt.date) -> None:
    first = add_months(today.replace(day=1), 1 - MONTHS)
    dwellings = make_dwellings(3, today, LEASES)
    leases = make_leases(3, today, first, dwellings, Registry(3, today))
    spans: dict[str, list[Span]] = {}
    for lease in leases:
        check_days(lease.starts_on, lease.ends_on, lease.moved_out_on, lease.move_requested_on)
        span = Span(lease.number, lease.starts_on, lease.moved_out_on)
        spans.setdefault(lease.dwelling.number, []).append(span)
    assert not [pair for found in spans.values() for pair in overlaps(found)]
    kids = [lease.kid for lease in leases if lease.kid]
    assert len(set(kids)) == len(kids)


# --- Who can log in ---------------------------------------------------------------------------


def test_there_is_one_user_for_each_role(town: Path) -> None:
    assert [row.role for row in ROLES] == [
        Role.COORDINATOR,
        Role.CASEWORKER,
        Role.HOUSING_UNIT,
        Role.LANDLORD,
        Role.MANAGER,
        Role.PRIVACY_OFFICER,
        Role.ADMINISTRATOR,
    ]
    for row in ROLES:
        user = User.objects.get(username=row.username)
        assert user.check_password(PASSWORD)
        assert user.access_on(TODAY).roles == {row.role}


def test_each_office_has_caseworkers_and_one_of_them_is_cleared(town: Path) -> None:
    for office in Office.objects.all():
        rows = RoleAssignment.objects.filter(office=office, role=Role.CASEWORKER)
        assert rows.count() >= 3
        assert rows.filter(is_cleared=True).count() == 1


def test_the_caseworker_who_is_invited_to_log_in_has_been_given_work(town: Path) -> None:
    given = Flag.objects.filter(owner__isnull=False, lease__office__name="Heimdal")
    assert given.filter(owner__username="saksbehandler").count() * 4 >= given.count() > 0


def test_the_command_prints_who_can_log_in(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("build_demo", users=True)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(ROLES)
    assert lines[0].split() == ["coordinator", "koordinator", PASSWORD]


# --- Where it may not be built ----------------------------------------------------------------


@pytest.mark.django_db
def test_a_demo_is_never_built_in_production() -> None:
    with override_settings(MODE="production"), pytest.raises(RuleBroken) as broken:
        build(leases=1, seed=1, today=TODAY, say=print)
    assert broken.value.code == "demo.mode"
    assert not Office.objects.exists()


def test_a_demo_is_never_built_on_top_of_a_municipality(town: Path) -> None:
    with pytest.raises(CommandError):
        call_command("build_demo", leases=1, today=TODAY)


# --- From application to lease -----------------------------------------------------------------


def test_applications_stand_at_every_step_and_no_lease_was_made_past_a_condition(
    town: Path,
) -> None:
    states = set(Application.objects.values_list("state", flat=True))
    assert {"received", "waiting"} <= states
    housed = Application.objects.filter(state="housed")
    assert not housed.filter(decisions__conditions__state="open").exists()
    assert housed.count() == housed.filter(offers__lease__isnull=False).count()


def test_the_newest_letters_wait_to_be_printed_and_the_others_were_posted(town: Path) -> None:
    sent = Dispatch.objects.filter(state="sent")
    assert sent.exists()
    assert not sent.exclude(batch__posted_on__isnull=False).exists()
    assert not Dispatch.objects.filter(state__in=["failed", "uncertain"]).exists()


def test_people_complain_of_tenancies_and_of_dwellings(town: Path) -> None:
    assert set(Complaint.objects.values_list("about", flat=True)) == {"tenancy", "dwelling"}


def test_what_people_live_on_is_compared_with_rates_that_call_themselves_examples(
    town: Path,
) -> None:
    terms = policies_on(REPAYMENT, TODAY)[None]
    assert terms.values.living_rates.single_ore
    assert "Eksempelsatser" in Policy.objects.get(pk=terms.id).source
    assert EconomyAssessment.objects.filter(policy=terms.id).exists()


def test_agreements_on_services_are_written_in_supported_homes_only(town: Path) -> None:
    rows = ServiceAgreement.objects.select_related("lease__dwelling__building")
    assert rows
    assert {row.lease.dwelling.building.kind for row in rows} == {"supported"}


def test_some_have_confirmed_their_address_and_an_application_stands_before_the_gate(
    town: Path,
) -> None:
    assert Person.objects.filter(email_used_on__lt=TODAY).exists()
    before = Application.objects.filter(state="received", kind="swap", lease__cases__status="open")
    assert before.exists()
