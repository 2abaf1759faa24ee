"""Flags on leases: what somebody should look at, why, and everything that happened to them."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from boligsak.rates.models import Policy
from tenants.models import Lease


class FlagKind(models.TextChoices):
    ARREARS = "arrears", _("early arrears")
    FIRST_ARREARS = "first_arrears", _("first arrears ever")
    PATTERN = "pattern", _("pays differently from before")
    FORMER_TENANT = "former_tenant", _("former tenant's arrears")
    EXPIRING = "expiring", _("contract expires")
    EXPIRED = "expired", _("contract has expired")
    OPEN_ENDED = "open_ended", _("contract has become open-ended")
    PLAN_BROKEN = "plan_broken", _("repayment plan broken")
    COMPLAINTS = "complaints", _("several complaints")
    NO_CHARGE = "no_charge", _("check data: no charge this month")
    NO_KID = "no_kid", _("check data: no KID")
    LOOKALIKE = "lookalike", _("check data: unplaced payment")


class FlagQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def open(self) -> FlagQuerySet:
        return self.filter(resolved_on__isnull=True)

    def visible_to(self, user) -> FlagQuerySet:
        """Flags on leases whose row this user may see (masked where the address is protected)."""
        access = user.access
        if access.office_ids is None:
            return self
        seen = self.filter(lease__office_id__in=access.office_ids)
        return seen if access.is_cleared else seen.filter(lease__is_protected=False)

    def unmasked(self, user) -> FlagQuerySet:
        seen = self.visible_to(user)
        return seen if user.access.is_cleared else seen.filter(lease__is_protected=False)


class Flag(models.Model):
    """One flag. Never deleted; at most one open of each kind on a lease.

    `level` 1–4 and `anchor_on` (the day it counts from) are kept, never a count of days. `facts`
    are those the last change rested on, `policy` the rule version that said so.
    """

    lease = models.ForeignKey(Lease, models.PROTECT, related_name="flags")
    kind = models.CharField(_("kind"), max_length=14, choices=FlagKind.choices)
    level = models.SmallIntegerField(_("level"))
    anchor_on = models.DateField(_("counts from"))
    facts = models.JSONField(default=dict)
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, related_name="+", db_index=False)
    raised_on = models.DateField(_("raised on"))
    changed_on = models.DateField(_("changed on"))
    resolved_on = models.DateField(_("resolved on"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("caseworker"),
    )
    version = models.IntegerField(default=1)

    objects = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        indexes = [
            models.Index(
                F("level").desc(),
                "anchor_on",
                "id",
                name="arrears_flag_worklist",
                condition=Q(resolved_on__isnull=True),
            ),
            models.Index(
                "owner",
                F("level").desc(),
                "anchor_on",
                name="arrears_flag_owner",
                condition=Q(resolved_on__isnull=True, owner__isnull=False),
            ),
            models.Index(fields=["-changed_on"], name="arrears_flag_changed"),
            models.Index(
                fields=["kind", "anchor_on", "id"],
                name="arrears_flag_term",
                condition=Q(resolved_on__isnull=True, kind__in=["expired", "expiring"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["lease", "kind"],
                condition=Q(resolved_on__isnull=True),
                name="arrears_flag_one_open",
            ),
            models.CheckConstraint(
                name="arrears_flag_level", condition=Q(level__gte=1, level__lte=4)
            ),
            models.CheckConstraint(
                name="arrears_flag_resolved_after_raised",
                condition=Q(resolved_on__isnull=True) | Q(resolved_on__gte=F("raised_on")),
            ),
        ]
        triggers = [pgtrigger.Protect(name="flag_is_never_deleted", operation=pgtrigger.Delete)]


class FlagChangeWhat(models.TextChoices):
    RAISED = "raised", _("raised")
    LEVEL = "level", _("changed level")
    RESOLVED = "resolved", _("resolved")
    ASSIGNED = "assigned", _("assigned")


class FlagChange(models.Model):
    """What happened to a flag, on which day (`on`), by which hand. Append-only.

    Written with the flag in one statement. Flags are never deleted, and the flag's own foreign key
    holds for the policy: checking both again for each line is a tenth of what flags cost a night.
    """

    flag = models.ForeignKey(Flag, models.PROTECT, related_name="changes", db_constraint=False)
    what = models.CharField(max_length=10, choices=FlagChangeWhat.choices)
    on = models.DateField()
    from_level = models.SmallIntegerField(null=True)
    to_level = models.SmallIntegerField(null=True)
    anchor_on = models.DateField(null=True)
    facts = models.JSONField(default=dict)
    policy = models.ForeignKey(
        Policy, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = [
            pgtrigger.Protect(
                name="flag_change_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]


class Figure(models.Model):
    """A kept counter of the dashboard: one value per office, masked part and name.

    `is_protected` keeps the leases with a protected address apart, so that a reader who is not
    cleared gets a figure that does not tell where they live.
    """

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+")
    is_protected = models.BooleanField()
    name = models.CharField(max_length=60)
    value = models.BigIntegerField()
    counted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "is_protected", "name"], name="arrears_figure_once"
            )
        ]
