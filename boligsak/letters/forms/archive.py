"""Ordering a package for the archive."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boligsak.fields import DayField
from boligsak.step import StepForm


class OrderForm(StepForm):
    """Which days, and whether of what is protected or what has been in a package before."""

    from_on = DayField(label=_("Journaled from"))
    to_on = DayField(label=_("to and with"))
    is_protected = forms.BooleanField(
        label=_("Protected folders"),
        required=False,
        help_text=_(
            "What is about people with a protected address is in no other package. Hand it over by "
            "the way agreed with the archive for such papers."
        ),
    )
    is_repeat = forms.BooleanField(
        label=_("Also what has been in a package before"),
        required=False,
        help_text=_("For instance when the archive has lost one."),
    )

    def __init__(self, *args: Any, is_cleared: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_cleared:
            del self.fields["is_protected"]
