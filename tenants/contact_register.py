"""How people may be reached, for the outbox: as it is noted on them here.

An installation with access to Kontakt- og reservasjonsregisteret registers one that asks there.
"""

import datetime
from collections.abc import Collection, Mapping

from django.db.models import Q

from boligsak import sealed
from boligsak.letters.recipients import Standing
from tenants.models import Lease, LeaseParty, PartyRole, Person, PersonIdentity
from tenants.queries.addressees import addressees, lines_of
from tenants.services.people import IDENTITY


class OwnRegister:
    """Reservations, protection, addresses and identity numbers of the people here."""

    def standing(self, person_ids: Collection[int]) -> Mapping[int, Standing]:
        rows = Person.objects.filter(pk__in=person_ids)
        hidden = set(
            LeaseParty.objects.filter(
                person__in=person_ids, to_on__isnull=True, lease__is_protected=True
            ).values_list("person_id", flat=True)
        )
        found = {}
        for pk, is_reserved, protection, email, used_on in rows.values_list(
            "pk", "is_reserved", "protection", "email", "email_used_on"
        ):
            is_protected = protection != 0 or pk in hidden
            # Nothing leaves by wire for somebody protected: the address is not even told.
            address = ("", None) if is_protected else (email, used_on)
            found[pk] = Standing(is_reserved, is_protected, *address)
        return found

    def address_of(self, person_id: int, on: datetime.date) -> tuple[str, ...]:
        """The address of a protected person too: the home they are tenant of, else where letters
        go."""
        open_address = addressees([person_id], on).get(person_id)
        if open_address is None or open_address.address:
            return open_address.address if open_address else ()
        home = (
            Lease.objects.filter(
                Q(moved_out_on__isnull=True) | Q(moved_out_on__gte=on),
                Q(parties__to_on__isnull=True) | Q(parties__to_on__gte=on),
                parties__person=person_id,
                parties__role=PartyRole.TENANT,
                parties__from_on__lte=on,
                starts_on__lte=on,
            )
            .order_by("-starts_on", "-pk")
            .select_related("dwelling")
            .first()
        )
        if home is not None:
            at = home.dwelling
            street = f"{at.street} {at.house_no}"
            return (f"{street}, {at.unit}" if at.unit else street, f"{at.postcode} {at.place}")
        kept = Person.objects.values_list("post_address", flat=True).get(pk=person_id)
        return lines_of(kept)

    def identity_of(self, person_id: int) -> str:
        row = PersonIdentity.objects.filter(person=person_id).first()
        return sealed.unseal(bytes(row.number_sealed), IDENTITY) if row else ""


REGISTER = OwnRegister()
