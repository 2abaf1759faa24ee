"""The one box of the search, the day of a ledger and the reason for seeing an identity number."""

from django import forms
from django.utils.translation import gettext_lazy as _

from boligsak.fields import DayField


class SearchForm(forms.Form):
    """Sent by POST only: what is written here is personal."""

    q = forms.CharField(label=_("Search for"), max_length=100, required=False)


class AsOfForm(forms.Form):
    """A day for which the ledger is reckoned. A day may stand in an address."""

    on = DayField(label=_("Balance on the day"), required=False)


class IdentityForm(forms.Form):
    """Why somebody needs to see an identity number. It is kept in the person's look-up log."""

    why = forms.CharField(
        label=_("Why do you need the number?"),
        max_length=120,
        help_text=_("The reason is kept in the look-up log, which the person may ask to see."),
    )
