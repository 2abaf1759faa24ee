"""Forms of complaints: what came in, the talk with the household, the assessment, the end."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from boligsak.fields import AmountField, DayField, PastDayField, PlainSelect, offer
from boligsak.step import StepForm
from tenants.rules.complaints import DWELLING, KINDS, SOURCES, Reduction
from tenants.words.complaints import kind_name, source_name

_YES, _NO = "yes", "no"


def _text(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ComplaintForm(StepForm):
    """What came in, about the tenancy or about the dwelling."""

    kind = forms.ChoiceField(
        label=_("What kind"),
        widget=PlainSelect,
        error_messages={"required": _("Choose what kind of complaint it is.")},
    )
    text = forms.CharField(
        label=_("What is complained of"),
        max_length=8000,
        widget=_text(),
        help_text=_("As it was told: what, when and how often. Not who told it."),
        error_messages={"required": _("Write what is complained of.")},
    )
    happened_on = PastDayField(
        label=_("Happened on"), required=False, help_text=_("Empty when it is not one day.")
    )
    received_on = PastDayField(label=_("Received on"))
    person = forms.TypedChoiceField(
        label=_("Who of the tenants"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=PlainSelect,
    )
    source = forms.ChoiceField(
        label=_("Who complains"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who complains.")},
    )
    from_name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=120,
        help_text=_("Never shown to the tenant, and in no letter and no file."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    from_contact = forms.CharField(
        label=_("Reached at"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self, *args: Any, about: str, tenants: Sequence[tuple[int, str]] = (), **kwargs: Any
    ) -> None:
        """`tenants` to choose from, of a complaint about the dwelling."""
        super().__init__(*args, **kwargs)
        kinds = [(kind, kind_name(kind)) for kind in KINDS[about]]
        offer(self, "kind", [("", _("Choose")), *kinds])
        offer(self, "source", [(one, capfirst(source_name(one))) for one in SOURCES[about]])
        if about == DWELLING and tenants:
            people = [(str(pk), name) for pk, name in tenants]
            offer(self, "person", [("", _("Not said")), *people])
        else:
            del self.fields["person"]


class ContactForm(StepForm):
    """The talk with the household."""

    contacted_on = PastDayField(label=_("Talked on"))
    says = forms.CharField(
        label=_("What the household says"),
        max_length=8000,
        widget=_text(),
        help_text=_("In their own words. Do not tell them who complained."),
        error_messages={
            "required": _(
                "Write what the household says about it, or that they did not want to say anything."
            )
        },
    )


class AssessForm(StepForm):
    """Whether it was so, and why; of a complaint about the dwelling also the reduction."""

    is_upheld = forms.ChoiceField(
        label=_("Was it so?"),
        choices=[(_YES, _("Yes, it was found to be so")), (_NO, _("No, it was not"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it was so.")},
    )
    assessed = forms.CharField(
        label=_("What the assessment rests on"),
        max_length=8000,
        widget=_text(),
        error_messages={"required": _("Write what the assessment rests on.")},
    )
    reduction = AmountField(
        label=_("Reduction of the rent a month, kr"),
        required=False,
        help_text=_(
            "§ 2-11: in proportion to what the defect takes from the dwelling. Empty: no reduction."
        ),
    )
    reduction_from = DayField(label=_("Reduced from"), required=False)
    reduction_to = DayField(
        label=_("Reduced to"),
        required=False,
        help_text=_("The last day. Empty: until the defect is mended."),
    )

    def __init__(self, *args: Any, may_reduce: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_reduce:
            for name in ("reduction", "reduction_from", "reduction_to"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        if asked.get("reduction") and not asked.get("reduction_from"):
            self.add_error("reduction_from", _("Write the first day of the reduction."))
        days = asked.get("reduction_from") or asked.get("reduction_to")
        if days and not asked.get("reduction"):
            self.add_error("reduction", _("Write how much the rent is reduced a month."))
        return asked

    def was_so(self) -> bool:
        return bool(self.cleaned_data["is_upheld"] == _YES)

    def asked_reduction(self) -> Reduction | None:
        asked = self.cleaned_data
        if not asked.get("reduction"):
            return None
        return Reduction(asked["reduction"], asked["reduction_from"], asked["reduction_to"])


class CloseForm(StepForm):
    """How it ended, and what becomes of a reduction without a last day."""

    ENDS, GOES_ON = "ends", "goes_on"

    outcome = forms.CharField(
        label=_("How it ended"),
        max_length=400,
        widget=_text(3),
        help_text=_("What was agreed, and what is done if it happens again."),
        error_messages={"required": _("Say how it ended.")},
    )
    reduction = forms.ChoiceField(
        label=_("The reduction of the rent"),
        choices=[
            (ENDS, _("It ends, because the defect is mended")),
            (GOES_ON, _("It goes on until somebody ends it")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether the reduction ends or goes on.")},
    )
    reduced_to = DayField(
        label=_("Last day of the reduction"),
        required=False,
        help_text=_("Only when it ends. The day the defect was mended."),
    )

    def __init__(self, *args: Any, reduces: bool, **kwargs: Any) -> None:
        """`reduces`: a reduction of the rent runs without a last day."""
        super().__init__(*args, **kwargs)
        if not reduces:
            del self.fields["reduction"], self.fields["reduced_to"]

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        is_lacking = not asked.get("reduced_to") and "reduced_to" not in self.errors
        if asked.get("reduction") == self.ENDS and is_lacking:
            self.add_error("reduced_to", _("Write the last day of the reduction."))
        return asked

    def ends_on(self) -> datetime.date | None:
        asked = self.cleaned_data
        found: datetime.date | None = asked.get("reduced_to")
        return found if asked.get("reduction") == self.ENDS else None

    def goes_on(self) -> bool:
        return bool(self.cleaned_data.get("reduction") == self.GOES_ON)


class EndReductionForm(StepForm):
    """The last day of a reduction that had none."""

    reduced_to = DayField(
        label=_("Last day of the reduction"), help_text=_("The day the defect was mended.")
    )


class WithdrawForm(StepForm):
    """Why it counts no more."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=400,
        widget=_text(3),
        error_messages={"required": _("Say why.")},
    )
