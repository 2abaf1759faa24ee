"""Forms of help in a running tenancy."""

from django.utils.translation import gettext_lazy as _

from boligsak.fields import DayField
from boligsak.step import StepForm
from tenants.forms.decisions import text


class ReviewForm(StepForm):
    """The help has been looked at again."""

    found = text(_("What the review found"), 3, required=True, max_length=400)
    next_on = DayField(label=_("Looked at again on"), required=False)


class EndForm(StepForm):
    """The help is over."""

    ended_on = DayField(label=_("Last day"))
    result = text(_("What came of it"), 3, required=True, max_length=400)
