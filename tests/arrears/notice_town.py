"""A tenancy in arrears with an open case, and the hands that write to its tenant."""

import datetime
from dataclasses import dataclass
from typing import Any

from arrears.models import Case, LedgerLine, Notice, PlanCharge, RepaymentPlan
from arrears.queries.notices import notice_facts
from arrears.rules.notices import NoticeFacts
from arrears.services.cases.opening import NewTrigger, open_case
from arrears.services.ledger import NewLine, post
from arrears.services.notices.drafting import draft_notice
from arrears.services.notices.making import Wanted
from arrears.services.notices.sending import Serving, send_notice
from arrears.services.notices.serving import note_answer
from tenants.models import Lease
from tests.factories import LeaseFactory, UserFactory

D = datetime.date
DAY = D(2026, 6, 1)
RENT_ORE = 900_000


def charge(
    lease: Lease, due_on: datetime.date, kind: str = "rent", ore: int = RENT_ORE
) -> LedgerLine:
    line = NewLine(lease.pk, kind, ore, due_on, f"{kind}:{due_on:%Y-%m}", due_on=due_on)
    return post([line])[0]


def pay(lease: Lease, ore: int, on: datetime.date, **facts: Any) -> LedgerLine:
    return post([NewLine(lease.pk, "payment", -ore, on, f"pay:{on}:{ore}", **facts)])[0]


@dataclass
class Town:
    """One case. `coordinator` and `landlord` may both write; all is shared between them."""

    lease: Lease
    case: Case
    coordinator: Any
    landlord: Any

    def wanted(self, kind: str, on: datetime.date, **more: Any) -> Wanted:
        """A notice naming every open charge, unless `line_ids` says which."""
        if "line_ids" not in more and kind in NAMING:
            rows = self.lease.open_charges.filter(due_on__lt=on, kind__in=NAMING[kind])
            more["line_ids"] = tuple(rows.values_list("line_id", flat=True))
        return Wanted(kind=kind, dated_on=on, **more)

    def draft(self, kind: str, on: datetime.date, **more: Any) -> Notice:
        wanted = self.wanted(kind, on, **more)
        return draft_notice(self.case.pk, wanted, by=self.landlord, on=on)

    def servings(self, on: datetime.date, **more: Any) -> list[Serving]:
        facts = {"channel": "letter", "proof": "Postlagt", **more}
        parties = self.lease.parties.filter(role="tenant", to_on__isnull=True)
        found = []
        for party in parties.order_by("position", "id"):
            found.append(Serving(person_id=party.person_id, **facts))
            found += [
                Serving(
                    person_id=party.person_id,
                    guardianship_id=guardian.pk,
                    channel="letter",
                    proof="Kopi postlagt",
                )
                for guardian in party.person.guardianships.filter(from_on__lte=on)
            ]
        return found

    def send(self, kind: str, on: datetime.date, **more: Any) -> Notice:
        """Drafted and sent on one day."""
        served = more.pop("served", {})
        notice = self.draft(kind, on, **more)
        return send_notice(
            notice.pk, self.servings(on, **served), sent_on=on, by=self.landlord, on=on
        )


RENT_KINDS = ("rent", "utilities")
MONEY_KINDS = (*RENT_KINDS, "damage", "loan", "opening")
NAMING = {
    "reminder": MONEY_KINDS,
    "collection_notice": MONEY_KINDS,
    "payment_demand": MONEY_KINDS,
    "warning_a": RENT_KINDS,
}


def build(due_on: datetime.date | None = D(2026, 4, 20), **lease: Any) -> Town:  # noqa: B008
    facts = {"kid": "123456782", **lease}
    home = LeaseFactory(**facts)
    landlord = UserFactory(role="landlord")
    if due_on is not None:
        charge(home, due_on)
    opened = open_case(home.pk, [NewTrigger("arrears")], by=landlord, on=due_on or D(2026, 4, 21))
    return Town(home, opened.case, UserFactory(role="coordinator"), landlord)


def facts(town: Town, day: datetime.date = DAY) -> NoticeFacts:
    """What the case's notices are worth on `day`."""
    return notice_facts([town.case.pk], day)[town.case.pk]


def plan_from(town: Town, signed_on: datetime.date, **more: Any) -> RepaymentPlan:
    """A plan of the first rent, running unless `state` says otherwise."""
    plan = RepaymentPlan.objects.create(
        case=town.case,
        lease=town.lease,
        state=more.pop("state", "running"),
        total_ore=RENT_ORE,
        instalment_ore=100_000,
        rhythm="monthly",
        first_due_on=D(2026, 7, 20),
        made_on=signed_on,
        signed_on=signed_on,
        by=town.coordinator,
        **more,
    )
    line = town.lease.ledger_lines.filter(kind="rent").first()
    PlanCharge.objects.create(plan=plan, line=line, open_ore=RENT_ORE)
    return plan


def answer(town: Town, notice: Notice, on: datetime.date | None = None, **more: Any) -> Any:
    """What the tenant answered to the one who was served, noted by the landlord."""
    serving = notice.servings.get()
    values = {"received_on": None, "protest_on": None, "reserved_on": None, "note": "", **more}
    return note_answer(serving.pk, by=town.landlord, on=on or D(2026, 12, 1), **values)
