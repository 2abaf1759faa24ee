"""Forms of appeals against decisions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boligsak.fields import DayField
from boligsak.letters.models import Channel
from boligsak.step import StepForm
from tenants.forms.decisions import text
from tenants.models import AppealState

_CHANNELS = [
    (Channel.PRINT, _("By post, through the outbox")),
    (Channel.DIGITAL, _("Digital post; on paper to who is reserved")),
    (Channel.HAND, _("I print it and hand it over today")),
    ("", _("No letter now")),
]


class LetterForm(StepForm):
    """Whether a letter tells the appellant, and how it goes."""

    channel = forms.ChoiceField(
        label=_("Letter to the appellant"),
        choices=_CHANNELS,
        required=False,
        initial=Channel.PRINT,
        widget=forms.RadioSelect,
    )


class AppealForm(LetterForm):
    """An appeal that has come."""

    received_on = DayField(
        label=_("Received on"),
        help_text=_("Posted in time is in time: then write the day it was posted (fvl. § 30)."),
    )
    grounds = text(_("What is appealed, and why"), 5, required=True)
    late_because = forms.CharField(
        label=_("Why it is heard although it is late"),
        required=False,
        max_length=400,
        help_text=_("Only when it came after the last day. Can be written later too."),
    )
    field_order = ("received_on", "grounds", "late_because", "channel")


class AssessForm(LetterForm):
    """The new assessment, and what comes of it."""

    CHANGE, SEND_ON = "change", "send_on"

    what = forms.ChoiceField(
        label=_("What comes of it?"),
        choices=[
            (CHANGE, _("The decision is changed: a new draft is begun")),
            (SEND_ON, _("It stands: the appeal goes to the appeal body")),
        ],
        widget=forms.RadioSelect,
    )
    assessment = text(
        _("The new assessment"),
        6,
        required=True,
        help_text=_("What the appeal says, what is new, and why. The appeal body reads it too."),
    )
    late_because = forms.CharField(
        label=_("Why it is heard although it is late"), required=False, max_length=400
    )
    field_order = ("what", "assessment", "late_because", "channel")

    def __init__(self, *args: Any, is_late: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_late:
            del self.fields["late_because"]
        self.fields["channel"].help_text = _("Only when the appeal is sent on.")


class ReasonForm(LetterForm):
    """Why an appeal is rejected."""

    because = text(_("Reasons"), 4, required=True)
    field_order = ("because", "channel")


class ResultForm(LetterForm):
    """What the appeal body said."""

    result = forms.ChoiceField(
        label=_("What did the appeal body say?"),
        choices=[
            (AppealState.UPHELD, _("The decision stands")),
            (AppealState.CHANGED, _("The decision is changed: a new draft is begun")),
            (AppealState.REJECTED, _("The appeal is rejected")),
        ],
        widget=forms.RadioSelect,
    )
    ended_on = DayField(label=_("Day of the answer"))
    text = text(_("Its reasons, shortly"), 4, required=True)
    field_order = ("result", "ended_on", "text", "channel")


class WithdrawForm(StepForm):
    """The appellant has taken it back."""

    because = text(_("How it was taken back, and why"), 2, required=True)
