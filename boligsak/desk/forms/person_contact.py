"""How somebody is reached: that their e-mail address is in use, and who their guardian is."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from boligsak.fields import DayField, PastDayField
from boligsak.step import StepForm


class EmailUsedForm(StepForm):
    """The day somebody used or confirmed their address."""

    used_on = PastDayField(
        label=_("Used or confirmed on"),
        help_text=_("The day they wrote from the address, or told you that it is right."),
    )


class GuardianForm(StepForm):
    """A guardian (verge), the mandate and its days."""

    guardian_name = forms.CharField(label=_("Name"), max_length=160)
    mandate = forms.CharField(
        label=_("Mandate"),
        max_length=200,
        help_text=_("What the guardian may act in, as the county governor has written it."),
    )
    from_on = DayField(label=_("From"))
    to_on = DayField(label=_("To"), required=False, help_text=_("Empty while it lasts."))
    post_address = forms.CharField(
        label=_("The guardian's postal address"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=_(
            "Copies of letters go there on paper: street, postcode and place. The guardian's own "
            "address, not the tenant's."
        ),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("from_on"), given.get("to_on")
        if first and last and last < first:
            self.add_error("to_on", gettext("The last day must be after the first."))
        return given

    def told(self) -> dict[str, Any]:
        """What is kept of a guardian."""
        names = ("guardian_name", "mandate", "from_on", "to_on", "post_address", "phone", "email")
        return {name: self.cleaned_data[name] for name in names}
