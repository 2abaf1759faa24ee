"""A small municipality with something behind every address, and what stands there."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from arrears.models import ChargeDispute, ImportState, LedgerLine, PaymentImport, UnplacedPayment
from arrears.services.ledger import NewLine, dispute, post
from boligsak.accounts.models import LookUp, Office, User
from boligsak.jobs.services import ask
from boligsak.rates.models import Policy, Rate
from tenants.models import Dwelling, Lease, Person
from tests.factories import (
    CaseFactory,
    DwellingFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)
from tests.house import behind

# Pages of packages, and the few of ours that nobody needs a permission for.
OPEN = {"healthz", "set_language", "jsi18n"}
PACKAGES = ("account_", "mfa_", "socialaccount_", "openid_connect_")

SECRET_STREET = "Skjultefaret"
SECRET_NAME = "Ukjentsen"
SECRET_NUMBER = "2020-HEMMELIG"


@dataclass(frozen=True)
class Address:
    """One pattern of the URL configuration."""

    name: str
    view: Any
    arguments: tuple[str, ...]

    @property
    def is_ours(self) -> bool:
        return self.name not in OPEN and not self.name.startswith(PACKAGES)

    @property
    def permissions(self) -> set[str]:
        """What one must hold to open it: below the administration, its own permission too."""
        own = {getattr(self.view, "permission", "")}
        return own | {"accounts.use_admin"} if self.name.startswith("admin:") else own


def addresses() -> list[Address]:
    found: list[Address] = []

    def walk(patterns: list[Any], space: str) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                walk(pattern.url_patterns, inner)
            elif isinstance(pattern, URLPattern):
                arguments = tuple(pattern.pattern.converters)
                found.append(Address(f"{space}{pattern.name}", pattern.callback, arguments))

    walk(get_resolver().url_patterns, "")
    return found


def ours() -> list[Address]:
    return [address for address in addresses() if address.is_ours]


@dataclass
class World:
    office: Office
    elsewhere: Office
    lease: Lease
    other: Lease
    secret: Lease
    dwelling: Dwelling
    person: Person
    secret_person: Person
    line: LedgerLine
    payment_line: LedgerLine
    unplaced: UnplacedPayment
    payment_import: PaymentImport
    administrator: User

    def _ids(self, lease: Lease) -> dict[str, dict[str, Any]]:
        """What stands in for the arguments of each address, about one lease. Makes the case."""
        dwelling, person = lease.dwelling_id, lease.parties.get().person_id
        charge = lease.ledger_lines.filter(due_on__isnull=False).first()
        paid = lease.ledger_lines.filter(kind="payment").first()
        pks: dict[str, Any] = {
            "desk:lease": lease.pk,
            "desk:ledger_export": lease.pk,
            "desk:dwelling": dwelling,
            "desk:person": person,
            "desk:person_change": person,
            "desk:identity": person,
            "arrears:import": self.payment_import.pk,
            "arrears:import_progress": self.payment_import.pk,
            "arrears:unplaced_payment": self.unplaced.pk,
            "arrears:unplaced_search": self.unplaced.pk,
            "arrears:unplaced_return": self.unplaced.pk,
            "arrears:unplaced_place": self.unplaced.pk,
            "arrears:correct_line": charge.pk if charge else None,
            "arrears:dispute_charge": charge.pk if charge else None,
            "arrears:settle_dispute": self._dispute(lease),
            "arrears:new_charge": lease.pk,
            "arrears:move_payment": paid.pk if paid else None,
            "arrears:move_search": paid.pk if paid else None,
            "arrears:move_to": paid.pk if paid else None,
            "accounts:lookup": LookUp.objects.first().pk,  # type: ignore[union-attr]
            "accounts:person_log": person,
            "accounts:person_log_export": person,
            "admin:tenants_lease_change": lease.pk,
            "admin:tenants_dwelling_change": dwelling,
            "admin:tenants_building_change": lease.dwelling.building_id,
            "admin:tenants_person_change": person,
            "admin:arrears_ledgerline_change": charge.pk if charge else None,
            "admin:accounts_user_change": self.administrator.pk,
            "admin:accounts_office_change": self.office.pk,
            "admin:rates_policy_change": Policy.objects.first().pk,  # type: ignore[union-attr]
            "admin:rates_rate_change": Rate.objects.first().pk,  # type: ignore[union-attr]
            "admin:jobs_jobrun_change": self.payment_import.run_id,
            "admin:portfolio_run": self.load.pk,
            "admin:portfolio_progress": self.load.pk,
        }
        found = {
            name: {"pk": pk, "lease_id": self.other.pk}
            for name, pk in pks.items()
            if pk is not None
        }
        case = CaseFactory(lease=lease, first_due_on=datetime.date(2026, 1, 20))
        return found | {"desk:case": {"pk": case.pk}} | behind.addresses(self, case)

    def _dispute(self, lease: Lease) -> int | None:
        found = ChargeDispute.objects.filter(line__lease=lease)
        return found.values_list("pk", flat=True).first()

    def arguments(self, address: Address, lease: Lease) -> dict[str, Any]:
        """Raises KeyError for an address nobody has put anything behind: add it above."""
        if not address.arguments:
            return {}
        known = self.known[lease.pk][address.name]
        return {name: known[name] for name in address.arguments}

    def __post_init__(self) -> None:
        self.load = ask("import_portfolio", subject="leases.csv", by=self.administrator)
        leases = (self.lease, self.other, self.secret)
        self.known = {lease.pk: self._ids(lease) for lease in leases}


def build() -> World:
    here, elsewhere = OfficeFactory(name="Her"), OfficeFactory(name="Der")
    leases = [
        LeaseFactory(dwelling=DwellingFactory(office=office), number=number)
        for office, number in ((here, "2020-00001"), (elsewhere, "2020-00002"))
    ]
    hidden = PersonFactory(
        given_name="Vilde", family_name=SECRET_NAME, protection=6, phone="99988777"
    )
    secret = LeaseFactory(
        dwelling=DwellingFactory(office=here, street=SECRET_STREET, number="B-HEMMELIG"),
        number=SECRET_NUMBER,
        tenant=hidden,
        is_protected=True,
    )
    lines: list[LedgerLine] = []
    for lease in (*leases, secret):
        lines += post(
            [
                NewLine(
                    lease.pk,
                    "rent",
                    900_000,
                    datetime.date(2026, 1, 20),
                    "rent:2026-01",
                    due_on=datetime.date(2026, 1, 20),
                ),
                NewLine(lease.pk, "payment", -400_000, datetime.date(2026, 1, 25), "p1"),
            ]
        )
    administrator = UserFactory(role="administrator")
    for line in lines[::2]:
        dispute(
            line.pk,
            100_000,
            on=datetime.date(2026, 2, 1),
            note=f"{SECRET_NAME} i {SECRET_STREET}",
            by=administrator,
        )
    payment_import = PaymentImport.objects.create(
        filename="bank.ocr",
        state=ImportState.WAITING,
        run=ask("import_payments", subject="bank.ocr"),
    )
    unplaced = UnplacedPayment.objects.create(
        amount_ore=-100_000, effective_on=datetime.date(2026, 2, 1), kid="123455"
    )
    LookUp.objects.create(user=administrator, page="desk:lease", person_ids=[hidden.pk])
    return World(
        office=here,
        elsewhere=elsewhere,
        lease=leases[0],
        other=leases[1],
        secret=secret,
        dwelling=leases[0].dwelling,
        person=leases[0].parties.get().person,
        secret_person=hidden,
        line=lines[0],
        payment_line=lines[1],
        unplaced=unplaced,
        payment_import=payment_import,
        administrator=administrator,
    )
