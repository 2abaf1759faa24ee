"""Agreements on a home and services in the supported homes: written, and looked at again."""

import datetime as dt

from boligsak.accounts.models import User
from boligsak.dates import is_working_day, next_working_day
from boligsak.desk.demo.chance import Chance
from tenants.models import Lease, LeaseKind, ServiceAgreement
from tenants.services.service_agreements import note_review, record_assessment, write_agreement

_DAY = dt.timedelta(days=1)
_SERVICES = (
    "Samtale med primærkontakten hver uke. Hjelp til å åpne post og betale regninger.",
    "Personalbase hele døgnet. Middag sammen to dager i uka.",
    "Hjelp i hjemmet to ganger i uka. Følge til lege og tannlege.",
)
_ENDS = (
    "Når beboeren ikke lenger trenger tjenestene, og en annen bolig er tildelt.",
    "Når vedtaket om tjenester opphører.",
)
_FOUND = (
    "Beboeren er fornøyd og vil fortsette. Tjenestene er som før.",
    "Trenger mindre hjelp enn før. Vi prøver samtale annenhver uke.",
)
_LAWYER = "Advokat Ada Eksempel, kommuneadvokaten"
_REASONS = "Døgnbemannet tilbud; boligen følger tjenestene og kan ikke leies uten dem."


class Agreements:
    """Acts on the evening after each night."""

    def __init__(self, seed: int, users: dict[str, User]) -> None:
        self._seed, self._unit = seed, users["boligenhet"]

    def day(self, day: dt.date) -> None:
        if is_working_day(day):
            self._look_again(day)
            self._write(day)

    def _write(self, day: dt.date) -> None:
        leases = Lease.objects.running(day).filter(
            kind=LeaseKind.SERVICE_AGREEMENT, is_protected=False, service_agreement=None
        )
        for lease in leases.order_by("pk"):
            chance = Chance(self._seed, "agrees", lease.number, day)
            if not chance.happens(0.15):
                continue
            row = write_agreement(
                lease.pk,
                services=chance.choice(_SERVICES),
                ends_when=chance.choice(_ENDS),
                review_on=next_working_day(day + chance.randint(10, 90) * _DAY),
                version=None,
                by=self._unit,
                on=day,
            )
            if chance.happens(0.2):
                record_assessment(
                    lease.pk,
                    lawyer=_LAWYER,
                    reasons=_REASONS,
                    assessed_on=day,
                    version=row.version,
                    by=self._unit,
                    on=day,
                )

    def _look_again(self, day: dt.date) -> None:
        rows = ServiceAgreement.objects.filter(
            review_on__lte=day, lease__in=Lease.objects.running(day).filter(is_protected=False)
        )
        for row in rows.select_related("lease").order_by("pk"):
            chance = Chance(self._seed, "looks again", row.pk, day)
            if chance.happens(0.7):
                note_review(
                    row.lease_id,
                    reviewed_on=day,
                    note=chance.choice(_FOUND),
                    next_on=next_working_day(day + 182 * _DAY),
                    version=row.version,
                    by=self._unit,
                    on=day,
                )
