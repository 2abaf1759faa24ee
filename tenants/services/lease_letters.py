"""Letters to the tenants of a lease: one letter to all of them, in copy to their guardians."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from boligsak.letters.models import Channel, Document
from boligsak.letters.registry import may_email
from boligsak.letters.services.outbox import send
from boligsak.letters.services.writing import write
from boligsak.rule import RuleBroken
from tenants.models import Guardianship, Lease, LeaseParty, PartyRole
from tenants.queries.addressees import addressees
from tenants.services.letters import guardian_copy, lease_folder, party_of


def send_to_tenants(
    kind: str,
    lease: Lease,
    fields: Callable[[], Mapping[str, str]],
    *,
    source: str,
    source_id: int,
    by: Any,
    on: datetime.date,
) -> Document:
    """Writes a letter to the living tenants on `on` and puts it in the outbox: by e-mail to those
    who have used their address lately, where its kind may go so, and on paper to the others.

    `fields` are asked for in the first tenant's language; the lease's number and where it is are
    added. Raises `RuleBroken` "letter.nobody", and as `write` and `send` do.
    """
    people = tenants_on(lease, on)
    found = addressees(people, on)
    to = [found[person] for person in people if person in found]
    if not to:
        raise RuleBroken("letter.nobody")
    language = to[0].language
    with translation.override(language):
        said = {"lease": lease.number, "dwelling": _where(lease), **fields()}
    guardians = Guardianship.objects.filter(person__in=people, from_on__lte=on)
    document = write(
        kind,
        folder=lease_folder(lease, on),
        fields=said,
        to=party_of(to[0]),
        copies=[
            *(party_of(one) for one in to[1:]),
            *(guardian_copy(one) for one in guardians.exclude(to_on__lt=on).order_by("pk")),
        ],
        office_id=lease.office_id,
        language=language,
        source=source,
        source_id=source_id,
        by=by,
        on=on,
    )
    send(document, channel=Channel.EMAIL if may_email(kind) else Channel.PRINT, by=by, on=on)
    return document


def tenants_on(lease: Lease, on: datetime.date) -> list[int]:
    """The living tenants of a lease on a day (its first one, before it), in the order of lists."""
    day = max(on, lease.starts_on)
    parties = LeaseParty.objects.filter(
        lease=lease, role=PartyRole.TENANT, from_on__lte=day, person__died_on__isnull=True
    ).exclude(to_on__lt=day)
    return list(parties.order_by("position", "pk").values_list("person_id", flat=True))


def _where(lease: Lease) -> str:
    """The dwelling's address; where nobody is to know it, not even the paper says so."""
    return _("your home") if lease.is_protected else lease.dwelling.address
