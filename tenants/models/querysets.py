"""Named subsets of people, dwellings and leases, first of all: what this user may see.

Who sees what
- Access follows offices: a user holding a role at some offices sees the leases of these.
- A lease with a protected address is *masked* for everybody who is not cleared: the row shows
  its number only. Because membership of an office already tells the district, somebody who is
  bound to single offices and not cleared does not see the row at all, and a filter on office,
  address or name leaves it out (`unmasked`).
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

if TYPE_CHECKING:
    from boligsak.accounts.grants import Access


class LeaseQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def select_for_update(  # type: ignore[no-untyped-def]
        self, nowait=False, skip_locked=False, of=(), no_key=True
    ) -> Self:
        """One at a time changes a lease; meanwhile rows that point at it can be made.

        A ledger line points at its lease, which is checked when its transaction ends, with the
        account locked. A lock on the lease's key too would let it wait for whoever has the lease
        and waits for the account: both for ever. No lease changes its key.
        """
        return super().select_for_update(
            nowait=nowait, skip_locked=skip_locked, of=of, no_key=no_key
        )

    def visible_to(self, user) -> Self:
        """Leases whose row this user may see, masked or not."""
        access: Access = user.access
        if access.office_ids is None:
            return self
        seen = self.filter(office_id__in=access.office_ids)
        return seen if access.is_cleared else seen.filter(is_protected=False)

    def unmasked(self, user) -> Self:
        """Those of them whose address, names and office this user may see and search by."""
        seen = self.visible_to(user)
        return seen if user.access.is_cleared else seen.filter(is_protected=False)

    def running(self, day: datetime.date) -> Self:
        """Tenancies that occupy their dwelling on `day`."""
        return self.filter(starts_on__lte=day).filter(
            Q(moved_out_on__isnull=True) | Q(moved_out_on__gte=day)
        )


class DwellingQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user) -> Self:
        """Dwellings of the user's offices. Who lives there is asked of the leases, masked."""
        access: Access = user.access
        if access.office_ids is None:
            return self
        return self.filter(office_id__in=access.office_ids)


class PersonQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user) -> Self:
        """People with a tenancy or household at the user's offices; everyone for "every office"."""
        from tenants.models.leases import Lease, LeaseParty
        from tenants.models.people import HouseholdMember

        if user.access.office_ids is None:
            return self
        leases = Lease.objects.visible_to(user)
        as_party = LeaseParty.objects.filter(person=OuterRef("pk"), lease__in=leases)
        as_member = HouseholdMember.objects.filter(
            person=OuterRef("pk"), household__leases__in=leases
        )
        seen = Q(Exists(as_party)) | Q(Exists(as_member))
        if user.has_perm("tenants.view_application"):
            from tenants.models.applications import Application, ApplicationMember

            applications = Application.objects.visible_to(user)
            seen |= Q(Exists(applications.filter(applicant=OuterRef("pk"))))
            members = ApplicationMember.objects.filter(
                person=OuterRef("pk"), application__in=applications
            )
            seen |= Q(Exists(members))
        return self.filter(seen)


class ApplicationQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user) -> Self:
        """Applications whose row this user may see, masked or not: as for leases."""
        access: Access = user.access
        if access.office_ids is None:
            return self
        seen = self.filter(office_id__in=access.office_ids)
        return seen if access.is_cleared else seen.filter(is_protected=False)

    def unmasked(self, user) -> Self:
        """Those of them whose names, wishes and office this user may see and search by."""
        seen = self.visible_to(user)
        return seen if user.access.is_cleared else seen.filter(is_protected=False)


class ComplaintQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user) -> Self:
        """Complaints about tenancies and dwellings this user may see. One about a protected home
        tells who lives there: only who is cleared sees it."""
        access: Access = user.access
        seen = self if access.is_cleared else self.exclude(lease__is_protected=True)
        if access.office_ids is None:
            return seen
        return seen.filter(dwelling__office_id__in=access.office_ids)
