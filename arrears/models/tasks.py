"""What is to be done: tasks of people, and the next step that a policy proposes on a case."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from arrears.models.cases import Case, Party
from arrears.rules.cases import parties_of
from tenants.models import Lease


class TaskState(models.TextChoices):
    OPEN = "open", _("to be done")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


class TaskQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def open(self) -> TaskQuerySet:
        return self.filter(state=TaskState.OPEN)

    def visible_to(self, user) -> TaskQuerySet:
        """Tasks of this user's party at their offices, those that are anybody's, and their own;
        the welfare side sees what the others are to do. Never of a case or a lease whose row the
        user may not see."""
        cases = Case.objects.visible_to(user).filter(pk=OuterRef("case_id"))
        leases = Lease.objects.visible_to(user).filter(pk=OuterRef("lease_id"))
        seen = self.filter(Q(case__isnull=True) | Exists(cases))
        seen = seen.filter(Q(case__isnull=False) | Q(lease__isnull=True) | Exists(leases))
        parties = parties_of(user.access.roles)
        all_parties = Party.WELFARE in parties
        mine = Q(party__in=Party.values if all_parties else (*parties, Party.OTHER))
        if user.access.office_ids is not None:
            mine &= Q(office_id__in=user.access.office_ids)
        return seen.filter(mine | Q(owner_id=user.pk))


class Task(models.Model):
    """Something somebody is to do by a day. `kind` and `facts` say what, `title` in free words.

    `about` names the row it came from ("plan:12"), so that the same thing makes one task only.
    """

    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="tasks")
    lease = models.ForeignKey(Lease, models.PROTECT, null=True, blank=True, related_name="+")
    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    title = models.CharField(_("what is to be done"), max_length=200, blank=True, default="")
    facts = models.JSONField(default=dict)
    about = models.CharField(max_length=60, blank=True, default="")
    party = models.CharField(max_length=12, choices=Party.choices, default=Party.WELFARE)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(_("due"))
    state = models.CharField(max_length=8, choices=TaskState.choices, default=TaskState.OPEN)
    made_on = models.DateField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    result = models.CharField(max_length=400, blank=True, default="")
    version = models.IntegerField(default=1)
    entered_at = models.DateTimeField(db_default=Now())

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = [
            models.Index(
                fields=["owner", "due_on"], name="arrears_task_owner", condition=Q(state="open")
            ),
            models.Index(
                fields=["office", "due_on"], name="arrears_task_office", condition=Q(state="open")
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "about"],
                condition=Q(state="open") & ~Q(about=""),
                name="arrears_task_once",
            ),
            models.CheckConstraint(
                name="arrears_task_ended_with_a_day",
                condition=Q(state="open", ended_on__isnull=True)
                | (~Q(state="open") & Q(ended_on__isnull=False)),
            ),
        ]
        triggers = [pgtrigger.Protect(name="task_is_never_deleted", operation=pgtrigger.Delete)]


class StepState(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    CONFIRMED = "confirmed", _("confirmed")
    POSTPONED = "postponed", _("postponed")
    DONE = "done", _("done")
    OVERRIDDEN = "overridden", _("replaced by another")
    LAPSED = "lapsed", _("no longer proposed")


class NextStep(models.Model):
    """What the policy, or a caseworker instead of it, says is to be done next and by when.

    `action` is one of the actions of `arrears.rules.next_steps`, `step` the policy's own name for
    the step, `facts` why, `policy` the version that said so (None: a caseworker's own). At most one
    stands at a time; the others are its history.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="next_steps")
    action = models.CharField(max_length=30)
    step = models.CharField(max_length=60, blank=True, default="")
    due_on = models.DateField(null=True)
    facts = models.JSONField(default=dict)
    policy = models.ForeignKey(
        "rates.Policy", models.PROTECT, null=True, related_name="+", db_index=False
    )
    state = models.CharField(max_length=10, choices=StepState.choices, default=StepState.PROPOSED)
    proposed_on = models.DateField()
    decided_on = models.DateField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    reason = models.CharField(_("reason"), max_length=400, blank=True, default="")
    until_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    look_on = models.DateField(null=True)
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(
                fields=["due_on"], name="arrears_nextstep_due", condition=Q(ended_on__isnull=True)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_on__isnull=True), name="arrears_nextstep_one"
            )
        ]
        triggers = [pgtrigger.Protect(name="step_is_never_deleted", operation=pgtrigger.Delete)]
