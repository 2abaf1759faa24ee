"""Forms of imports, unplaced and moved payments, and of what is done to a ledger."""

import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from arrears.models import ImportState, UnplacedState
from arrears.queries.imports import ImportChoice, UnplacedChoice
from arrears.services.ledger import BY_HAND
from boligsak import dates
from boligsak.administration.fields import AmountField
from boligsak.fields import DayField, PastDayField, PlainSelect, offer
from boligsak.step import StepForm

# A million payments are 164 MB; what is larger is no payment file of a municipality's.
LARGEST_UPLOAD = 250 * 1024 * 1024

_EVERY = "all"


class UploadForm(forms.Form):
    """One payment file."""

    file = forms.FileField(
        label=_("Payment file from the bank"),
        help_text=_("OCR giro, just as you got it from the bank."),
        widget=forms.FileInput,
    )
    submission_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_UPLOAD:
            raise forms.ValidationError(
                _("The file is %(size)s. A payment file is at most %(most)s."),
                params={
                    "size": filesizeformat(file.size),
                    "most": filesizeformat(LARGEST_UPLOAD),
                },
            )
        return file


class ImportFilter(forms.Form):
    """Which imports to show."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All states")), *ImportState.choices],
        widget=PlainSelect,
    )
    from_on = DayField(label=_("Received from"), required=False)
    to_on = DayField(label=_("Received to"), required=False)

    def __init__(self, data: Any, **kwargs: Any) -> None:
        super().__init__(data, auto_id="filter-%s", use_required_attribute=False, **kwargs)

    def choice(self) -> ImportChoice:
        """What is chosen. A value that makes no sense chooses nothing; the form says so."""
        self.is_valid()
        return ImportChoice(**{name: value for name, value in self.cleaned_data.items() if value})


class UnplacedFilter(forms.Form):
    """Which unplaced payments to show; those that wait, when nothing is said."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", UnplacedState.OPEN.label),
            *((state.value, state.label) for state in UnplacedState if state != UnplacedState.OPEN),
            (_EVERY, _("All states")),
        ],
        widget=PlainSelect,
    )
    likely = forms.ChoiceField(
        label=_("Likely lease"),
        required=False,
        choices=[
            ("", _("With and without")),
            ("yes", _("With a likely lease")),
            ("no", _("Without")),
        ],
        widget=PlainSelect,
    )
    file = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: Any, **kwargs: Any) -> None:
        super().__init__(data, auto_id="filter-%s", use_required_attribute=False, **kwargs)

    def choice(self) -> UnplacedChoice:
        """What is chosen. A value that makes no sense chooses nothing; the form says so."""
        self.is_valid()
        asked = self.cleaned_data
        state = asked.get("state") or UnplacedState.OPEN
        return UnplacedChoice(
            state="" if state == _EVERY else state,
            is_likely={"yes": True, "no": False}.get(asked.get("likely") or ""),
            import_id=asked.get("file"),
        )


class ReasonForm(StepForm):
    """A step that needs a reason."""

    reason = forms.CharField(
        label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


class LeaseSearchForm(forms.Form):
    """What is known of a lease. Sent by POST: it may be a name."""

    q = forms.CharField(
        label=_("Lease number, KID, name or address"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "type": "search"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)


class CorrectionForm(forms.Form):
    """A line that mends another one. The amount is typed without a sign: `way` gives it one."""

    TAKE_OFF, ADD = "off", "add"

    way = forms.ChoiceField(
        label=_("What shall be done?"),
        choices=[
            (TAKE_OFF, _("Take the amount off what is owed")),
            (ADD, _("Add the amount to what is owed")),
        ],
        widget=forms.RadioSelect,
        initial=TAKE_OFF,
    )
    amount = AmountField(label=_("Amount, kr"), lowest=1)
    on = DayField(
        label=_("Effective on"),
        help_text=_("The day the correction counts from, for instance the day of the line itself."),
    )
    reason = forms.CharField(
        label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )
    submission_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, latest_on: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.latest_on = latest_on

    def clean_on(self) -> datetime.date:
        """A day that is yet to come is a slip: the line could only be mended by another one."""
        on: datetime.date = self.cleaned_data["on"]
        if on > self.latest_on:
            raise forms.ValidationError(
                _("It can count from %(day)s at the latest."),
                params={"day": dates.format_day(self.latest_on)},
            )
        return on

    @property
    def signed_ore(self) -> int:
        """With the ledger's sign: positive adds to what is owed."""
        ore: int = self.cleaned_data["amount"]
        return -ore if self.cleaned_data["way"] == self.TAKE_OFF else ore


class DisputeForm(StepForm):
    """What the tenant has deposited of a charge (§ 3-8)."""

    deposited = AmountField(
        label=_("Deposited amount, kr"),
        lowest=1,
        help_text=_("The whole charge, or the part of it the tenant does not accept."),
    )
    on = PastDayField(
        label=_("Deposited on"), help_text=_("As the bank's confirmation of the deposit says.")
    )
    note = forms.CharField(
        label=_("What is disputed"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is wrong with the dwelling or the charge. Nothing about health."),
    )


class SettleForm(StepForm):
    """How a dispute ended."""

    on = PastDayField(label=_("Settled on"))
    outcome = forms.CharField(
        label=_("Outcome"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who got what, and by whom it was decided."),
    )


class ChargeForm(StepForm):
    """A charge besides the rent."""

    kind = forms.ChoiceField(
        label=_("What is charged?"),
        widget=forms.RadioSelect,
    )
    amount = AmountField(label=_("Amount, kr"), lowest=1)
    due_on = DayField(
        label=_("Due on"), help_text=_("The last day to pay, for instance 20.12.2026.")
    )
    note = forms.CharField(
        label=_("What it is for"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands beside the charge in the ledger. Nothing about health."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", [(kind.value, capfirst(kind.label)) for kind in BY_HAND])
