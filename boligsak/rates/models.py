"""Dated rates and policies. A row that something has rested on is never changed again."""

import pgtrigger
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Rate(models.Model):
    """One number that the law or the municipality sets, from a day on.

    `value` is in the unit named by `unit` (øre, percent a year, ratio); `valid_to` is the last day
    when a rate has ended without a successor. `source` names the law or regulation.
    """

    kind = models.SlugField(_("kind"), max_length=40)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    value = models.DecimalField(_("value"), max_digits=16, decimal_places=4)
    unit = models.CharField(_("unit"), max_length=20)
    source = models.CharField(_("source"), max_length=200)
    cited_at = models.DateTimeField(_("first used"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("rate")
        verbose_name_plural = _("rates")
        ordering = ["kind", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "valid_from"], name="rates_rate_one_a_day"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="cited_rate_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__cited_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.valid_from}"


class Policy(models.Model):
    """Thresholds the municipality sets itself, from a day on, for one office or for all.

    `values` follow the shape that the app owning `kind` has registered.
    """

    kind = models.SlugField(_("kind"), max_length=40)
    office = models.ForeignKey(
        "accounts.Office",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("office"),
        help_text=_("Empty means every office without a policy of its own."),
    )
    valid_from = models.DateField(_("valid from"))
    values = models.JSONField(_("values"))
    source = models.CharField(_("source"), max_length=200, blank=True)
    entered_at = models.DateTimeField(_("entered at"), db_default=Now(), editable=False)
    cited_at = models.DateTimeField(_("first used"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ["kind", "office", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "office", "valid_from"],
                name="rates_policy_one_a_day",
                nulls_distinct=False,
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="cited_policy_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__cited_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.valid_from}"
