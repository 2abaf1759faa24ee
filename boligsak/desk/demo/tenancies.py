"""What happens in a tenancy: neighbours and tenants complain, and contracts are renewed."""

import datetime as dt

from boligsak.accounts.models import RoleAssignment, User
from boligsak.dates import is_working_day
from boligsak.desk.demo.chance import Chance
from boligsak.rule import RuleBroken
from tenants.models import Complaint, ComplaintState, Lease, LeaseParty
from tenants.rules.renewal import Wish
from tenants.services.complaints import (
    NewComplaint,
    assess,
    note_contact,
)
from tenants.services.complaints import (
    close as close_complaint,
)
from tenants.services.complaints import (
    register as register_complaint,
)
from tenants.services.renewals import NewTerm, renew

_DAY = dt.timedelta(days=1)
_A_DAY_FOR_4500 = 1.5
_AT_LEAST_A_DAY = 0.3
_LOUD = 0.45
"""How many complaints are about one of the few tenancies that keep coming back."""
_FEW = 6

_TENANCY = {
    "noise": ("Høy musikk og roping hele natten til lørdag.", 6.0),
    "visitors": ("Mange på besøk, og døren til oppgangen står åpen.", 2.0),
    "rubbish": ("Søppelposer blir stående i trappegangen.", 1.5),
    "threats": ("Ropte truende til en nabo på svalgangen.", 0.5),
}
_DWELLING = {
    "moisture": ("Det er fukt og svarte prikker i taket på badet.", 3.0),
    "cold": ("Varmen virker ikke på stua. Det er 16 grader om morgenen.", 2.0),
    "defect": ("Komfyren slår ut sikringen.", 2.0),
    "pests": ("Skjeggkre på badet.", 1.0),
}
_SAYS = (
    "Vi hadde besøk den kvelden. Det skal ikke skje igjen.",
    "Det er ikke fra oss. Det kommer fra etasjen over.",
    "Vet at det var for mye. Vil gjerne ha hjelp til å si nei til folk som kommer.",
)


class Tenancies:
    """Acts on the evening after each night."""

    def __init__(self, seed: int, leases: int, users: dict[str, User]) -> None:
        self._seed = seed
        self._a_day = _AT_LEAST_A_DAY + _A_DAY_FOR_4500 * leases / 4500
        self._unit, self._landlord = users["boligenhet"], users["utleier"]
        self._coordinator = users["koordinator"]
        workers = RoleAssignment.objects.filter(role="caseworker", office__isnull=False)
        self._worker: dict[int, User] = {}
        for row in workers.select_related("user").order_by("-pk"):
            self._worker[row.office_id or 0] = row.user

    def day(self, day: dt.date) -> None:
        if not is_working_day(day):
            return
        self._follow_up(day)
        self._complain(day)
        self._renew(day)

    # --- Complaints ---------------------------------------------------------------------------

    def _complain(self, day: dt.date) -> None:
        chance = Chance(self._seed, "complains", day)
        for _number in range(int(self._a_day + chance.random())):
            ids = list(
                Lease.objects.running(day)
                .filter(is_protected=False, starts_on__lt=day - 60 * _DAY)
                .order_by("pk")
                .values_list("pk", flat=True)
            )
            if not ids:
                return
            loud = Chance(self._seed, "loud").sample(ids[:400], min(_FEW, len(ids[:400])))
            if chance.happens(0.3):
                self._about_the_dwelling(Lease.objects.get(pk=chance.choice(ids)), chance, day)
            else:
                lease_id = chance.choice(loud if chance.happens(_LOUD) else ids)
                self._about_the_tenancy(Lease.objects.get(pk=lease_id), chance, day)

    def _about_the_tenancy(self, lease: Lease, chance: Chance, day: dt.date) -> None:
        kind = chance.one_of({name: weight for name, (_text, weight) in _TENANCY.items()})
        is_cooperative = lease.dwelling.building.kind == "cooperative" and chance.happens(0.5)
        register_complaint(
            NewComplaint(
                about="tenancy",
                kind=kind,
                source="cooperative" if is_cooperative else "neighbour",
                received_on=day,
                happened_on=day - chance.randint(0, 3) * _DAY,
                text=_TENANCY[kind][0],
                lease_id=lease.pk,
                from_name="Styret" if is_cooperative else "Nabo i samme oppgang",
            ),
            by=self._landlord,
            on=day,
        )

    def _about_the_dwelling(self, lease: Lease, chance: Chance, day: dt.date) -> None:
        kind = chance.one_of({name: weight for name, (_text, weight) in _DWELLING.items()})
        first = LeaseParty.objects.filter(lease=lease, role="tenant", to_on__isnull=True)
        person_id = first.order_by("position").values_list("person_id", flat=True).first()
        register_complaint(
            NewComplaint(
                about="dwelling",
                kind=kind,
                source="tenant",
                received_on=day,
                text=_DWELLING[kind][0],
                lease_id=lease.pk,
                person_id=person_id,
            ),
            by=self._landlord,
            on=day,
        )

    def _follow_up(self, day: dt.date) -> None:
        rows = Complaint.objects.filter(state=ComplaintState.OPEN, received_on__lt=day - 2 * _DAY)
        for row in rows.select_related("dwelling").order_by("pk"):
            chance = Chance(self._seed, "follows", row.number, day)
            worker = self._worker[row.dwelling.office_id]
            if row.contacted_on is None and chance.happens(0.35):
                says = chance.choice(_SAYS) if row.about == "tenancy" else "Har meldt fra før."
                note_contact(row.pk, contacted_on=day, says=says, by=worker, on=day)
            elif row.contacted_on is not None and row.is_upheld is None and chance.happens(0.3):
                is_upheld = chance.happens(0.75)
                said = "Bekreftet av vaktmesteren." if is_upheld else "Fant ingen feil."
                assess(row.pk, is_upheld=is_upheld, assessed=said, by=worker, on=day)
            elif row.is_upheld is False:
                outcome = "Ingen grunn til å gå videre."
                close_complaint(row.pk, outcome=outcome, by=worker, on=day)

    # --- Renewals -----------------------------------------------------------------------------

    def _renew(self, day: dt.date) -> None:
        """Some of the contracts that run out within two months are renewed in time."""
        due = Lease.objects.running(day).filter(
            is_protected=False,
            kind="lease",
            cases=None,
            contracts=None,
            move_requested_on=None,
            ends_on__gt=day,
            ends_on__lt=day + 60 * _DAY,
        )
        for lease in due.order_by("pk"):
            chance = Chance(self._seed, "renews", lease.number, day)
            if not chance.happens(0.03):
                continue
            try:
                term = NewTerm(wish=Wish(), minutes=chance.choice((5, 10, 15)))
                renew(lease.pk, term, version=lease.version, by=self._unit, on=day)
            except RuleBroken:
                continue  # something has changed since; somebody looks at it
