"""Forms of letters to many: what every kind asks, and the steps on them."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from boligsak import dates
from boligsak.fields import DayField
from boligsak.letters.models import Channel
from boligsak.step import StepForm

_MOST_DAYS_AHEAD = 31


class BulkForm(StepForm):
    """What every kind of letter to many asks. A kind adds fields of its own, and says in `wanted`
    what is kept of them."""

    label = forms.CharField(
        label=_("What the letters are for"),
        max_length=120,
        help_text=_("Only you and your colleagues see this. No names of tenants."),
    )
    channel = forms.ChoiceField(
        label=_("Way"),
        choices=[
            (Channel.PRINT, _("On paper")),
            (Channel.DIGITAL, _("Digital post, and paper to those who have reserved themselves")),
            (Channel.EMAIL, _("E-mail to those who have used it lately, and paper to the others")),
        ],
        initial=Channel.PRINT,
        widget=forms.RadioSelect,
    )
    dated_on = DayField(label=_("Date on the letter"))

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        # What a kind asks comes first: it is what the letter says.
        last = ("channel", "dated_on", "label")
        self.order_fields([name for name in self.fields if name not in last])

    def clean_dated_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["dated_on"]
        today = dates.today()
        if not today <= day <= today + datetime.timedelta(days=_MOST_DAYS_AHEAD):
            raise ValidationError(_("Give today or a day within a month from now."))
        return day

    def wanted(self) -> dict[str, Any]:
        """What is kept of the kind's own fields, as JSON."""
        return {}


class ChooseForm(forms.Form):
    """Which letters on a page are to be written: the ticked of those that were there."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def rows(self, name: str) -> set[int]:
        """The row ids sent under a name; what is no id is left out."""
        data: Any = self.data
        values = data.getlist(name)
        return {int(one) for one in values if one.isascii() and one.isdigit() and len(one) < 19}


class OfficeForm(ChooseForm):
    """All the letters of one office, or none of them."""

    office = forms.IntegerField(widget=forms.HiddenInput)
    is_chosen = forms.BooleanField(required=False, widget=forms.HiddenInput)
