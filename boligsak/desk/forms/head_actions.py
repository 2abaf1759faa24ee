"""Forms of what comes in from the cooperative or the head landlord."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from arrears.forms.ledger import PastDayField, StepForm
from arrears.words.measures import HEAD_KINDS
from boligsak.fields import DayField, offer

_NOTE = _("It stands on the dwelling's page. Nothing about who lives there.")


def _text() -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 3})


class HeadActionForm(StepForm):
    """What came in."""

    kind = forms.ChoiceField(
        label=_("What has come in?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what has come in.")},
    )
    received_on = PastDayField(label=_("Received on"))
    deadline_on = DayField(
        label=_("Deadline"),
        required=False,
        help_text=_("The last day, as the letter says. An order to sell always has one."),
    )
    note = forms.CharField(
        label=_("What it says"), required=False, max_length=400, widget=_text(), help_text=_NOTE
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", [(kind, capfirst(label)) for kind, label in HEAD_KINDS])


class HeadActionChangeForm(StepForm):
    """Another deadline, or more to say."""

    deadline_on = DayField(
        label=_("Deadline"), required=False, help_text=_("The last day, as agreed or written.")
    )
    note = forms.CharField(
        label=_("What it says"), required=False, max_length=400, widget=_text(), help_text=_NOTE
    )


class HeadActionCloseForm(StepForm):
    """How it ended."""

    closed_on = PastDayField(label=_("Ended on"))
    result = forms.CharField(
        label=_("How it ended"), max_length=400, widget=_text(), help_text=_NOTE
    )
