"""Tenancies: the lease, its parties and its rent, each with dates."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tenants.models.dwellings import Dwelling
from tenants.models.history import tracked
from tenants.models.people import Household, Person
from tenants.models.querysets import LeaseQuerySet


class LeaseKind(models.TextChoices):
    LEASE = "lease", _("lease")
    SERVICE_AGREEMENT = "service", _("service agreement")


# A home that is held for somebody is let to nobody else: not from a page, not from the
# administration, not from a register that is loaded, and not from a prompt. Asked when the
# transaction ends, for the lease that an offer becomes is there before the offer says so.
_NOT_HELD = """
IF EXISTS (
    SELECT FROM tenants_offer AS offer
    WHERE offer.dwelling_id = NEW.dwelling_id
        AND offer.state IN ('reserved', 'offered', 'accepted')
        AND (NEW.moved_out_on IS NULL OR NEW.moved_out_on >= offer.reserved_on)
) THEN
    RAISE EXCEPTION 'the dwelling of lease % is held by an offer', NEW.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'tenants_lease_not_in_a_held_dwelling';
END IF;
RETURN NULL;
"""


class _DateRange(Func):
    function = "daterange"
    output_field = DateRangeField()


@tracked(exclude=["changed_at"])
class Lease(models.Model):
    """A tenancy in one dwelling.

    `ends_on` is the last day of a fixed term (empty: open-ended). `moved_out_on` is the last day
    the tenant had the dwelling; while it is empty the tenancy occupies the dwelling, also after
    `ends_on`. `move_requested_on` is the day a written request to move was sent (§ 9-2).
    `is_protected` is kept by the services: somebody in it has a protected address.
    `changed_at` is written by the database, so the night can find what changed by any hand.
    """

    number = models.CharField(_("lease number"), max_length=20, unique=True)
    kind = models.CharField(
        _("kind"), max_length=10, choices=LeaseKind.choices, default=LeaseKind.LEASE
    )
    dwelling = models.ForeignKey(
        Dwelling, models.PROTECT, related_name="leases", verbose_name=_("dwelling")
    )
    office = models.ForeignKey(
        "accounts.Office", models.PROTECT, related_name="+", verbose_name=_("office")
    )
    household = models.ForeignKey(
        Household,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="leases",
        verbose_name=_("household"),
    )
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    moved_out_on = models.DateField(_("moved out on"), null=True, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    has_clause_a = models.BooleanField(
        _("eviction clause, unpaid rent"), default=False, help_text="tvfbl. § 13-2(3) a"
    )
    has_clause_b = models.BooleanField(
        _("eviction clause, expired lease"), default=False, help_text="tvfbl. § 13-2(3) b"
    )
    purpose_told_on = models.DateField(
        _("told of the dwelling's purpose"), null=True, blank=True, help_text="husll. § 11-1"
    )
    move_requested_on = models.DateField(
        _("written request to move sent"), null=True, blank=True, help_text="husll. § 9-2(3)"
    )
    kid = models.CharField(_("KID"), max_length=25, null=True, blank=True, unique=True)
    is_protected = models.BooleanField(_("protected address"), default=False)
    version = models.IntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = LeaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("lease")
        verbose_name_plural = _("leases")
        indexes = [
            models.Index(fields=["changed_at"], name="tenants_lease_changed"),
            models.Index(fields=["office", "number"], name="tenants_lease_office"),
            models.Index(
                fields=["id"], name="tenants_lease_protected", condition=Q(is_protected=True)
            ),
            models.Index(fields=["starts_on"], name="tenants_lease_starts"),
            models.Index(
                fields=["ends_on"],
                name="tenants_lease_running_ends",
                condition=Q(moved_out_on__isnull=True, ends_on__isnull=False),
            ),
        ]
        constraints = [
            ExclusionConstraint(
                name="tenants_lease_one_at_a_time",
                expressions=[
                    ("dwelling", RangeOperators.EQUAL),
                    (
                        _DateRange(
                            F("starts_on"),
                            F("moved_out_on"),
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(
                name="tenants_lease_dates_in_order",
                condition=(Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")))
                & (Q(moved_out_on__isnull=True) | Q(moved_out_on__gte=F("starts_on"))),
            ),
            models.CheckConstraint(
                name="tenants_lease_kid_checks",
                condition=Q(kid__isnull=True)
                | Q(
                    Func(
                        F("kid"),
                        function="boligsak_kid_is_valid",
                        output_field=models.BooleanField(),
                    )
                ),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="lease_notes_its_change",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="NEW.changed_at = clock_timestamp(); RETURN NEW;",
            ),
            pgtrigger.Trigger(
                name="lease_not_in_a_held_dwelling",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func=_NOT_HELD,
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PartyRole(models.TextChoices):
    TENANT = "tenant", _("tenant")
    GUARANTOR = "guarantor", _("guarantor")


@tracked()
class LeaseParty(models.Model):
    """Who answers for the lease, from one day to another, inclusive. Joint tenants are two rows."""

    lease = models.ForeignKey(Lease, models.PROTECT, related_name="parties")
    person = models.ForeignKey(Person, models.PROTECT, related_name="lease_parties")
    role = models.CharField(
        _("role"), max_length=10, choices=PartyRole.choices, default=PartyRole.TENANT
    )
    position = models.SmallIntegerField(default=1, help_text="1 is shown in lists.")
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("party to the lease")
        verbose_name_plural = _("parties to the lease")
        constraints = [
            models.UniqueConstraint(
                fields=["lease", "person", "from_on"], name="tenants_party_once"
            ),
            models.CheckConstraint(
                name="tenants_party_dates_in_order",
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
            ),
        ]


class ChargeKind(models.TextChoices):
    """What is charged every month. Both can carry eviction on ground (a) (§ 3-4)."""

    RENT = "rent", _("rent")
    UTILITIES = "utilities", _("electricity, fuel, water and sewage")


@tracked()
class RentTerm(models.Model):
    """What one month costs from a day on: full calendar months in øre, until the next row."""

    lease = models.ForeignKey(Lease, models.PROTECT, related_name="rent_terms")
    kind = models.CharField(
        _("kind"), max_length=10, choices=ChargeKind.choices, default=ChargeKind.RENT
    )
    valid_from = models.DateField(_("valid from"))
    amount_ore = models.BigIntegerField(_("a month"))

    class Meta:
        verbose_name = _("rent")
        verbose_name_plural = _("rents")
        constraints = [
            models.UniqueConstraint(
                fields=["lease", "kind", "valid_from"], name="tenants_rentterm_one_a_day"
            ),
            models.CheckConstraint(
                name="tenants_rentterm_not_negative", condition=Q(amount_ore__gte=0)
            ),
        ]
