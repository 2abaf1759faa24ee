"""What happens to a lease while it lasts: bulk steps, rent changes, changed parties, moving out."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tenants.models.history import tracked
from tenants.models.leases import Lease
from tenants.models.people import Person


class BulkKind(models.TextChoices):
    RENEWAL = "renewal", _("renewal of leases")
    INDEXATION = "indexation", _("indexation of rents")


class BulkState(models.TextChoices):
    PREVIEW = "preview", _("preview")
    ASKED = "asked", _("waits")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


class BulkStep(models.Model):
    """The same step on many leases, looked through before it is taken.

    `wanted` is what was asked for; `run` follows it while it is at work.
    """

    kind = models.CharField(max_length=12, choices=BulkKind.choices)
    state = models.CharField(max_length=8, choices=BulkState.choices, default=BulkState.PREVIEW)
    wanted = models.JSONField(default=dict)
    run = models.ForeignKey("jobs.JobRun", models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True, blank=True)
    version = models.IntegerField(default=1)
    entered_at = models.DateTimeField(db_default=Now())


class BulkRow(models.Model):
    """One lease of it. `code` and `facts` say why it was refused; `is_chosen` False: left out."""

    bulk = models.ForeignKey(BulkStep, models.PROTECT, related_name="rows")
    lease = models.ForeignKey(Lease, models.PROTECT, related_name="+")
    is_chosen = models.BooleanField(default=True)
    state = models.CharField(max_length=8, default="planned")  # planned, done, refused
    code = models.CharField(max_length=60, blank=True, default="")
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bulk", "lease"], name="tenants_bulkrow_once")
        ]


class RentChangeKind(models.TextChoices):
    INDEX = "index", _("indexation, § 4-2")
    CURRENT = "current", _("current rent, § 4-3")
    AGREED = "agreed", _("agreed")
    CORRECTION = "correction", _("correction")


class RentChange(models.Model):
    """A change of the rent and why; what a month costs stands in the rent terms. Øre a month.

    `from_index` and `to_index` are the index figures of an indexation, `rate_ids` their rows.
    """

    lease = models.ForeignKey(Lease, models.PROTECT, related_name="rent_changes")
    kind = models.CharField(max_length=10, choices=RentChangeKind.choices)
    valid_from = models.DateField()
    from_ore = models.BigIntegerField()
    to_ore = models.BigIntegerField()
    notice_sent_on = models.DateField(null=True, blank=True)
    from_index = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    to_index = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    rate_ids = ArrayField(models.BigIntegerField(), default=list)
    bulk = models.ForeignKey(BulkStep, models.PROTECT, null=True, blank=True, related_name="+")
    document = models.ForeignKey(
        "letters.Document", models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=400, blank=True, default="")
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("rent change")
        verbose_name_plural = _("rent changes")
        constraints = [
            models.UniqueConstraint(
                fields=["lease", "valid_from"], name="tenants_rentchange_one_a_day"
            )
        ]
        triggers = [pgtrigger.Protect(name="rent_change_never_deleted", operation=pgtrigger.Delete)]


class PartyChangeKind(models.TextChoices):
    SEPARATION = "separation", _("separation")
    DEATH = "death", _("death")
    NEW_MEMBER = "new_member", _("new member of the household")
    MOVES_OUT = "moves_out", _("a tenant moves out")
    TAKES_OVER = "takes_over", _("takes the lease over")


class PartyChange(models.Model):
    """A dated change of who is party to a lease, and the § it rests on.

    `asked_on` is the day permission was asked for and `answer_by` the last day to answer (§ 7-6);
    `answer` is "", "yes", "no", "silence", or why nothing came of it: "over" (the tenancy), "dead".
    """

    lease = models.ForeignKey(Lease, models.PROTECT, related_name="party_changes")
    kind = models.CharField(max_length=12, choices=PartyChangeKind.choices)
    person_out = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    person_in = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    from_on = models.DateField(_("from"), null=True, blank=True)
    asked_on = models.DateField(_("asked on"), null=True, blank=True)
    answer_by = models.DateField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answer = models.CharField(max_length=8, blank=True, default="")
    reason = models.CharField(_("why"), max_length=400, blank=True, default="")
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.IntegerField(default=1)
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["lease", "-id"], name="tenants_partychange_lease")]
        triggers = [
            pgtrigger.Protect(name="party_change_never_deleted", operation=pgtrigger.Delete)
        ]


@tracked()
class MoveOut(models.Model):
    """A tenant's moving out, from the word of it to the settlement. Amounts in øre.

    `damages` are lines of (what, øre) that the inspection found; `settlement` what was owed, held
    and paid back when it was settled. One that came to nothing is withdrawn, and the same row is
    taken up again when the tenant moves after all.
    """

    lease = models.OneToOneField(Lease, models.PROTECT, related_name="move_out")
    told_on = models.DateField(_("told on"))
    moves_on = models.DateField(_("moves out on"))
    reason = models.CharField(_("why"), max_length=400, blank=True, default="")
    inspected_on = models.DateField(_("inspected on"), null=True, blank=True)
    keys_on = models.DateField(_("keys given back on"), null=True, blank=True)
    damages = models.JSONField(default=list)
    note = models.TextField(_("note"), blank=True, default="")
    new_address = models.CharField(_("new address"), max_length=200, blank=True, default="")
    settled_on = models.DateField(_("settled on"), null=True, blank=True)
    settlement = models.JSONField(default=dict)
    document = models.ForeignKey(
        "letters.Document", models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=200, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.IntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("moving out")
        verbose_name_plural = _("movings out")
        constraints = [
            models.CheckConstraint(
                name="tenants_moveout_settled_whole",
                condition=Q(settled_on__isnull=True) | Q(keys_on__isnull=False),
            ),
        ]
