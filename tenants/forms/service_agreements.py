"""Forms of service agreements."""

from django import forms
from django.utils.translation import gettext_lazy as _

from boligsak.fields import DayField
from boligsak.step import StepForm
from tenants.forms.decisions import text


class AgreementForm(StepForm):
    """What the agreement holds besides the use of the dwelling."""

    services = text(
        _("Help the agreement holds"),
        5,
        required=True,
        help_text=_("What is done, how often, and by whom. Nothing of diagnoses."),
    )
    ends_when = text(_("What ends the agreement"), 3, required=True)
    review_on = DayField(label=_("Looked at again on"))


class ReviewForm(StepForm):
    """The agreement has been looked at again."""

    reviewed_on = DayField(label=_("Looked at on"))
    note = text(_("What the review found"), 4, required=True)
    next_on = DayField(label=_("Looked at again on"))


class AssessmentForm(StepForm):
    """A lawyer's assessment of what the agreement's essence is."""

    lawyer = forms.CharField(label=_("Who made the assessment"), max_length=120)
    assessed_on = DayField(label=_("Day of the assessment"))
    reasons = text(
        _("The assessment"),
        6,
        required=True,
        help_text=_("Why something other than the use of the dwelling is the essence."),
    )


class WithdrawAssessmentForm(StepForm):
    """Why the assessment no longer holds."""

    because = text(_("Why the assessment no longer holds"), 3, required=True)
