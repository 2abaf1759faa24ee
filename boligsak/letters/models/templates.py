"""Templates of letters: versioned, dated, per language and, where wanted, per office."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    BOKMAL = "nb", "bokmål"
    NYNORSK = "nn", "nynorsk"
    ENGLISH = "en", "English"


class TemplateState(models.TextChoices):
    DRAFT = "draft", _("draft")
    APPROVED = "approved", _("in use")
    RETIRED = "retired", _("retired")


class Template(models.Model):
    """One version of what a kind of letter says in one language.

    `kind` is a registered kind of letter. The newest approved version whose `valid_from` has come
    is the one in use; an office's own goes before the general one. `body` holds the marks of
    `boligsak.letters.markup` and fields in braces. An approved version is never changed.
    """

    kind = models.SlugField(_("kind of letter"), max_length=40)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    office = models.ForeignKey(
        "accounts.Office",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("office"),
        help_text=_("Empty means every office without a template of its own."),
    )
    number = models.IntegerField(_("version"))
    valid_from = models.DateField(_("valid from"))
    state = models.CharField(
        _("state"), max_length=8, choices=TemplateState.choices, default=TemplateState.DRAFT
    )
    title = models.CharField(_("title"), max_length=160)
    body = models.TextField(_("text"))
    note = models.CharField(_("what is new"), max_length=200, blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_on = models.DateField(null=True, blank=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    retired_on = models.DateField(null=True, blank=True)
    entered_at = models.DateTimeField(db_default=Now())
    edits = models.IntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering = ["kind", "language", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language", "office", "number"],
                name="letters_template_version",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["kind", "language", "office", "valid_from"],
                condition=Q(state="approved"),
                name="letters_template_one_a_day",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="letters_template_approved_whole",
                condition=Q(state="draft") | Q(approved_on__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="approved_template_stays",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__state="draft")
                & (
                    pgtrigger.Q(old__title__df=pgtrigger.F("new__title"))
                    | pgtrigger.Q(old__body__df=pgtrigger.F("new__body"))
                    | pgtrigger.Q(old__kind__df=pgtrigger.F("new__kind"))
                    | pgtrigger.Q(old__language__df=pgtrigger.F("new__language"))
                    | pgtrigger.Q(old__number__df=pgtrigger.F("new__number"))
                    | pgtrigger.Q(old__valid_from__df=pgtrigger.F("new__valid_from"))
                    | pgtrigger.Q(new__state="draft")
                ),
            ),
            pgtrigger.Protect(
                name="approved_template_is_never_deleted",
                operation=pgtrigger.Delete,
                condition=~pgtrigger.Q(old__state="draft"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language} {self.number}"
