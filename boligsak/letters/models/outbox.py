"""The outbox: what is to go to whom and how, once, and the proof that it went."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from boligsak.letters.models.documents import Document, DocumentParty


class Channel(models.TextChoices):
    PRINT = "print", _("printed and posted")
    EMAIL = "email", _("e-mail")
    DIGITAL = "digital", _("digital post")
    HAND = "hand", _("handed over")


class PrintBatch(models.Model):
    """Letters printed together: one PDF with separators, and a manifest that names each."""

    number = models.CharField(max_length=20, unique=True)
    office = models.ForeignKey(
        "accounts.Office", models.PROTECT, null=True, blank=True, related_name="+"
    )
    letters = models.IntegerField()
    sheets = models.IntegerField(default=0)
    stored = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    manifest = models.JSONField(default=list)
    made_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    posted_on = models.DateField(null=True, blank=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    dropped_because = models.CharField(max_length=200, blank=True, default="")
    dropped_on = models.DateField(null=True, blank=True)
    dropped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.IntegerField(default=1)
    entered_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.number


class DispatchState(models.TextChoices):
    WAITING = "waiting", _("waits")
    TAKEN = "taken", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    UNCERTAIN = "uncertain", _("uncertain")
    CANCELLED = "cancelled", _("cancelled")


class Dispatch(models.Model):
    """One document to one party by one channel.

    `key` makes it one: the same letter is never asked for twice. A worker takes a row (`taken_at`,
    `token`), commits, and then sends; one that was cut off in between is sent again only by a
    channel that can tell the same message twice from two, and is uncertain in every other.
    `code` and `facts` say why it failed. `instead_of`: paper for what could not go digitally.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="dispatches")
    party = models.ForeignKey(DocumentParty, models.PROTECT, related_name="dispatches")
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=DispatchState.choices, default=DispatchState.WAITING
    )
    key = models.CharField(max_length=80, unique=True)
    to = models.CharField(max_length=254, blank=True, default="")
    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+")
    batch = models.ForeignKey(
        PrintBatch, models.PROTECT, null=True, blank=True, related_name="dispatches"
    )
    instead_of = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    attempts = models.SmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    token = models.UUIDField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_on = models.DateField(null=True, blank=True)
    proof = models.CharField(_("proof of sending"), max_length=200, blank=True, default="")
    code = models.CharField(max_length=60, blank=True, default="")
    facts = models.JSONField(default=dict)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    version = models.IntegerField(default=1)
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("letter to be sent")
        verbose_name_plural = _("letters to be sent")
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                name="letters_dispatch_waiting",
                condition=Q(state__in=["waiting", "taken"]),
            ),
            models.Index(
                fields=["office", "id"],
                name="letters_dispatch_work",
                condition=Q(state__in=["failed", "uncertain"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="letters_dispatch_sent_whole",
                condition=~Q(state="sent") | Q(sent_at__isnull=False, sent_on__isnull=False),
            )
        ]
        triggers = [
            pgtrigger.Protect(name="dispatch_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="sent_dispatch_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="sent") & ~pgtrigger.Q(new__state="sent"),
            ),
        ]

    @property
    def is_refused(self) -> bool:
        """Its owner said no, and nobody has looked at that yet."""
        is_over = self.state in (DispatchState.CANCELLED, DispatchState.SENT) and self.code
        return bool(is_over) and self.settled_by_id is None and not hasattr(self, "replaced_by")


class DispatchAct(models.Model):
    """What happened to a dispatch after it was asked for: every attempt and every step of a person.

    `what` is a code of `words/outbox.py`; `facts` say more of it and hold no personal data.
    """

    dispatch = models.ForeignKey(Dispatch, models.PROTECT, related_name="acts")
    what = models.SlugField(max_length=30)
    facts = models.JSONField(default=dict)
    note = models.CharField(max_length=200, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = [
            pgtrigger.Protect(
                name="dispatch_act_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]


class BulkLetterState(models.TextChoices):
    PREVIEW = "preview", _("preview")
    FOR_APPROVAL = "approval", _("waits for a second person")
    ASKED = "asked", _("waits")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


class BulkLetter(models.Model):
    """The same kind of letter to many: looked through, approved above a cap, then made.

    `wanted` is what was asked for (the choice of rows, the channel). `run` follows the work.
    """

    kind = models.SlugField(max_length=40)
    label = models.CharField(_("what for"), max_length=120)
    state = models.CharField(
        max_length=10, choices=BulkLetterState.choices, default=BulkLetterState.PREVIEW
    )
    wanted = models.JSONField(default=dict)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.PRINT)
    dated_on = models.DateField()
    run = models.ForeignKey("jobs.JobRun", models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_on = models.DateField(null=True, blank=True)
    dropped_because = models.CharField(max_length=200, blank=True, default="")
    dropped_on = models.DateField(null=True, blank=True)
    dropped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.IntegerField(default=1)
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="letters_bulk_four_eyes",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=models.F("by")),
            )
        ]


class BulkLetterRow(models.Model):
    """One letter of it: the row it is about (`ref_id` of the kind's own table) and its fate."""

    bulk = models.ForeignKey(BulkLetter, models.PROTECT, related_name="rows")
    ref_id = models.BigIntegerField()
    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+")
    is_chosen = models.BooleanField(default=True)
    state = models.CharField(max_length=8, default="planned")  # planned, done, refused
    code = models.CharField(max_length=60, blank=True, default="")
    facts = models.JSONField(default=dict)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bulk", "ref_id"], name="letters_bulkrow_once")
        ]
