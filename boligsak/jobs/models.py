"""What ran, for which day, how far it has come and how it ended."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    FAILED = "failed", _("failed")


class JobRun(models.Model):
    """One run of one job.

    `day` is the day it ran *for*; `counts` what it did, by name; `refusal` a rule's code and facts
    when the input was refused; `error` the technical fault otherwise, without personal data.
    """

    job = models.CharField(_("job"), max_length=60)
    day = models.DateField(_("for the day"), null=True, blank=True)
    subject = models.CharField(_("subject"), max_length=120, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("started by"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=RunState.choices, default=RunState.WAITING
    )
    asked_at = models.DateTimeField(_("asked at"), db_default=Now())
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    done = models.BigIntegerField(_("done"), default=0)
    total = models.BigIntegerField(_("of"), null=True, blank=True)
    counts = models.JSONField(_("counts"), default=dict, blank=True)
    refusal = models.JSONField(_("refusal"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        indexes = [
            models.Index(fields=["job", "-day"], name="jobs_jobrun_job_day"),
            models.Index(fields=["-asked_at"], name="jobs_jobrun_asked"),
            # Looked for whenever a job begins, among the runs of years
            models.Index(
                fields=["job"], name="jobs_jobrun_running", condition=models.Q(state="running")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="jobs_jobrun_ended_when_over",
                condition=models.Q(state__in=["waiting", "running"], ended_at__isnull=True)
                | models.Q(state__in=["done", "refused", "failed"], ended_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.day or ''}".strip()
