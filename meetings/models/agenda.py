"""What a meeting takes up, what is said and decided, and what is written down of it."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from arrears.models import Case, CaseDecision, DecisionKind, Party
from meetings.models.series import Meeting
from tenants.models.history import tracked


class IssueState(models.TextChoices):
    OPEN = "open", _("open")
    WORKING = "working", _("being worked on")
    SOLVED = "solved", _("solved")
    DROPPED = "dropped", _("dropped")


class SystemIssueQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user) -> SystemIssueQuerySet:
        """Those of the user's offices and those of all offices."""
        access = user.access
        if access.office_ids is None:
            return self
        return self.filter(Q(office__isnull=True) | Q(office_id__in=access.office_ids))


@tracked()
class SystemIssue(models.Model):
    """A routine that fails between the parties. About routines, never about a person."""

    office = models.ForeignKey(
        "accounts.Office",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("office"),
        help_text=_("Empty means every office."),
    )
    title = models.CharField(_("what fails"), max_length=120)
    text = models.TextField(_("description"))
    state = models.CharField(
        _("state"), max_length=8, choices=IssueState.choices, default=IssueState.OPEN
    )
    party = models.CharField(
        _("responsible"), max_length=12, choices=Party.choices, default=Party.WELFARE
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    raised_on = models.DateField()
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True, blank=True)
    result = models.CharField(_("result"), max_length=400, blank=True, default="")
    version = models.IntegerField(default=1)
    entered_at = models.DateTimeField(db_default=Now())

    objects = SystemIssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("system issue")
        verbose_name_plural = _("system issues")
        constraints = [
            models.CheckConstraint(
                name="meetings_issue_ended_with_result",
                condition=Q(state__in=["open", "working"], ended_on__isnull=True)
                | (Q(state__in=["solved", "dropped"], ended_on__isnull=False) & ~Q(result="")),
            )
        ]
        triggers = [pgtrigger.Protect(name="issue_is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.title


class IssueNote(models.Model):
    """What was done about a system issue. Append-only."""

    issue = models.ForeignKey(SystemIssue, models.PROTECT, related_name="notes")
    text = models.TextField()
    to_state = models.CharField(max_length=8, blank=True, default="")
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = [
            pgtrigger.Protect(
                name="issue_note_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]


class ItemState(models.TextChoices):
    WAITING = "waiting", _("not taken up yet")
    DISCUSSED = "discussed", _("discussed")
    CARRIED = "carried", _("carried over")
    DROPPED = "dropped", _("taken off")


@tracked()
class AgendaItem(models.Model):
    """A case or a system issue on the agenda of one meeting.

    `reasons` are codes of `meetings.rules.agenda` that put it there, `facts` what they rest on
    (days and counts, no names). `note` is what was said, and read by all three parties;
    `social_note` is for the welfare side. The decision is a draft until the meeting is closed:
    then it stands on the case as `recorded`.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items")
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="agenda_items"
    )
    issue = models.ForeignKey(
        SystemIssue, models.PROTECT, null=True, blank=True, related_name="agenda_items"
    )
    reasons = ArrayField(models.CharField(max_length=20), default=list)
    facts = models.JSONField(default=dict)
    position = models.IntegerField()
    state = models.CharField(max_length=10, choices=ItemState.choices, default=ItemState.WAITING)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    dropped_because = models.CharField(_("reason"), max_length=200, blank=True, default="")
    note = models.TextField(_("what was said"), blank=True, default="")
    social_note = models.TextField(_("for the welfare side only"), blank=True, default="")
    decision = models.CharField(
        _("decision"), max_length=20, choices=DecisionKind.choices, blank=True, default=""
    )
    reason = models.TextField(_("reasons for the decision"), blank=True, default="")
    party = models.CharField(
        _("responsible"), max_length=12, choices=Party.choices, blank=True, default=""
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    again_on = models.DateField(_("take up again on"), null=True, blank=True)
    recorded = models.OneToOneField(
        CaseDecision, models.PROTECT, null=True, blank=True, related_name="agenda_item"
    )
    carried_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="carried_to"
    )
    version = models.IntegerField(default=1)
    saved_at = models.DateTimeField(null=True, blank=True)
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        indexes = [models.Index(fields=["meeting", "position"], name="meetings_item_order")]
        constraints = [
            models.CheckConstraint(
                name="meetings_item_is_a_case_or_an_issue",
                condition=Q(case__isnull=False, issue__isnull=True)
                | Q(case__isnull=True, issue__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["meeting", "case"],
                condition=Q(case__isnull=False),
                name="meetings_item_case_once",
            ),
            models.UniqueConstraint(
                fields=["meeting", "issue"],
                condition=Q(issue__isnull=False),
                name="meetings_item_issue_once",
            ),
            models.CheckConstraint(
                name="meetings_item_dropped_with_reason",
                condition=~Q(state="dropped") | ~Q(dropped_because=""),
            ),
            models.CheckConstraint(
                name="meetings_item_recorded_when_decided",
                condition=Q(recorded__isnull=True) | ~Q(decision=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="item_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="item_of_closed_meeting_stays",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=(
                    "IF EXISTS (SELECT FROM meetings_meeting AS meeting"
                    " WHERE meeting.id = NEW.meeting_id AND meeting.state = 'closed') THEN"
                    " RAISE EXCEPTION 'the minutes of this meeting are locked'; END IF;"
                    " RETURN NEW;"
                ),
            ),
        ]
        ordering = ["position", "id"]


class Minutes(models.Model):
    """The locked minutes of a closed meeting, as they were made. Append-only.

    `content` is everything they hold (names replaced by case numbers in the version without them);
    the two files lie sealed under `stored_with` and `stored_without`.
    """

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="minutes_made")
    content = models.JSONField()
    stored_with = models.CharField(max_length=80)
    stored_without = models.CharField(max_length=80)
    sha256_with = models.CharField(max_length=64)
    sha256_without = models.CharField(max_length=64)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = [
            pgtrigger.Protect(
                name="minutes_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]


class Addition(models.Model):
    """A correction of locked minutes, with who and why. Append-only."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="additions")
    item = models.ForeignKey(
        AgendaItem, models.PROTECT, null=True, blank=True, related_name="additions"
    )
    text = models.TextField(_("addition"))
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    on = models.DateField()
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = [
            pgtrigger.Protect(
                name="addition_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]
