"""Documents in and out, the folder each belongs to, and their journal."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from boligsak.letters.models.templates import Language, Template

PEOPLE = "people"
"""Among a document's facts: the ids of those it tells of who are no party to it."""


class FolderKind(models.TextChoices):
    CASE = "case", _("case")
    APPLICATION = "application", _("application")
    LEASE = "lease", _("lease")
    MEETING = "meeting", _("meeting")


class Folder(models.Model):
    """What documents are journaled on: a case, an application, a lease or a meeting, by its id.

    The row itself stands on an upper floor; who may see a document is asked there. `title` holds
    no personal data.
    """

    kind = models.CharField(max_length=12, choices=FolderKind.choices)
    ref_id = models.BigIntegerField()
    number = models.CharField(max_length=30)
    title = models.CharField(max_length=160)
    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+")
    is_protected = models.BooleanField(default=False)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("folder")
        verbose_name_plural = _("folders")
        constraints = [
            models.UniqueConstraint(fields=["kind", "ref_id"], name="letters_folder_once")
        ]

    def __str__(self) -> str:
        return self.number


class Direction(models.TextChoices):
    IN = "in", _("in")
    OUT = "out", _("out")
    INTERNAL = "internal", _("internal")


class Document(models.Model):
    """One document, journaled. What it is never changes; a mistake is withdrawn with a reason.

    `title` is what the journal says: no names, no numbers. `facts` are the values a letter was made
    from and `body` its text; the file is sealed under `stored`. `source` and `source_id` name what
    it was made for ("notice", 12). `is_social`: for the welfare side alone. `year` and `serial`
    are its place in the journal.
    """

    folder = models.ForeignKey(Folder, models.PROTECT, related_name="documents")
    direction = models.CharField(_("direction"), max_length=8, choices=Direction.choices)
    kind = models.SlugField(_("kind"), max_length=40)
    title = models.CharField(_("title"), max_length=160)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.BOKMAL)
    dated_on = models.DateField(_("dated"))
    template = models.ForeignKey(Template, models.PROTECT, null=True, blank=True, related_name="+")
    facts = models.JSONField(default=dict)
    body = models.TextField(blank=True, default="")
    source = models.SlugField(max_length=30, blank=True, default="")
    source_id = models.BigIntegerField(null=True, blank=True)
    stored = models.CharField(max_length=60, unique=True)
    sha256 = models.CharField(max_length=64)
    size = models.IntegerField()
    media_type = models.CharField(max_length=100)
    file_name = models.CharField(max_length=120, blank=True, default="")
    access_code = models.CharField(_("access code"), max_length=10)
    access_section = models.CharField(_("legal source"), max_length=80)
    is_social = models.BooleanField(_("for the welfare side alone"), default=False)
    year = models.SmallIntegerField()
    serial = models.IntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    entered_at = models.DateTimeField(db_default=Now())
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_because = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = [
            models.Index(fields=["folder", "-id"], name="letters_document_folder"),
            models.Index(fields=["source", "source_id"], name="letters_document_source"),
            models.Index(fields=["on"], name="letters_document_on"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="letters_document_journal"),
            models.CheckConstraint(
                name="letters_document_withdrawn_whole",
                condition=Q(withdrawn_on__isnull=True)
                | (Q(withdrawn_by__isnull=False) & ~Q(withdrawn_because="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="document_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="document_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "folder",
                    "direction",
                    "kind",
                    "dated_on",
                    "template",
                    "facts",
                    "body",
                    "stored",
                    "sha256",
                    "year",
                    "serial",
                    "on",
                    "by",
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}/{self.serial}"


class PartyKind(models.TextChoices):
    SENDER = "sender", _("sender")
    RECIPIENT = "recipient", _("recipient")
    COPY = "copy", _("copy")


class DocumentParty(models.Model):
    """Who a document came from or goes to, as they were that day.

    `person_id` is the register's id when it is somebody there. `is_third`: somebody outside, to
    whom nothing of a protected person's address may go. `address` lines are empty when the person
    is protected: then the address is looked up by those who are cleared when it is sent.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="parties")
    kind = models.CharField(max_length=10, choices=PartyKind.choices)
    name = models.CharField(max_length=160)
    address = models.TextField(blank=True, default="")
    email = models.EmailField(blank=True, default="")
    person_id = models.BigIntegerField(null=True, blank=True)
    is_protected = models.BooleanField(default=False)
    is_third = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["person_id"], name="letters_party_person")]
        triggers = [
            pgtrigger.Protect(
                name="document_party_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]


class ArchiveExport(models.Model):
    """A package for the archive: the journal of some days as arkivmelding, with its files.

    `is_protected`: of protected folders, which are in no other package. `is_repeat`: with what was
    in an earlier package too; what is new in it counts as archived by it.
    """

    from_on = models.DateField()
    to_on = models.DateField()
    is_protected = models.BooleanField(default=False)
    is_repeat = models.BooleanField(default=False)
    documents = models.IntegerField(default=0)
    stored = models.CharField(max_length=60, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    run = models.ForeignKey("jobs.JobRun", models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="letters_archive_days", condition=Q(to_on__gte=F("from_on"))
            )
        ]


class ArchivedDocument(models.Model):
    """A document that is in a package: it is in no second one."""

    export = models.ForeignKey(ArchiveExport, models.PROTECT, related_name="rows")
    document = models.OneToOneField(Document, models.PROTECT, related_name="archived")
