"""Forms of moving out: the word of it, the inspection, the keys."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boligsak.fields import AmountField, DayField, PastDayField
from boligsak.step import StepForm
from tenants.rules.move_out import Damage

LINES = 6
"""Lines of damage on the page. Small things are put together."""


def _text(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class MoveOutForm(StepForm):
    """The tenant is to move."""

    told_on = PastDayField(label=_("Told on"), help_text=_("The day the tenant said it, or wrote."))
    moves_on = DayField(
        label=_("Last day of the tenancy"),
        help_text=_("Rent is charged to and with this day. The dwelling is vacant from the next."),
    )
    reason = forms.CharField(label=_("Why"), required=False, max_length=400, widget=_text(2))
    new_address = forms.CharField(
        label=_("New address"),
        required=False,
        max_length=200,
        help_text=_("Street, postcode and place. Letters go there."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class DayForm(StepForm):
    """Another day, agreed on."""

    moves_on = DayField(label=_("Last day of the tenancy"))
    reason = forms.CharField(label=_("Why"), required=False, max_length=400, widget=_text(2))


class StayForm(StepForm):
    """Why the tenant stays after all."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        widget=_text(2),
        error_messages={"required": _("Say why.")},
    )


class InspectionForm(StepForm):
    """The day of it, and what was found, line by line."""

    inspected_on = PastDayField(label=_("Inspected on"))
    note = forms.CharField(
        label=_("What was seen"),
        required=False,
        max_length=4000,
        widget=_text(3),
        help_text=_("Meters, cleaning, what was agreed with the tenant on the spot."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(1, LINES + 1):
            self.fields[f"what_{place}"] = forms.CharField(
                label=_("Damage %(place)s") % {"place": place}, required=False, max_length=120
            )
            self.fields[f"ore_{place}"] = AmountField(
                label=_("What damage %(place)s costs, kr") % {"place": place}, required=False
            )

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The lines, as (what, amount)."""
        places = range(1, LINES + 1)
        return [(self[f"what_{place}"], self[f"ore_{place}"]) for place in places]

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        for place in range(1, LINES + 1):
            what, ore = asked.get(f"what_{place}"), asked.get(f"ore_{place}")
            if what and not ore and f"ore_{place}" not in self.errors:
                self.add_error(f"ore_{place}", _("Write what it costs, or leave the line empty."))
            if ore and not what:
                self.add_error(f"what_{place}", _("Say what the amount is for."))
        return asked

    def damages(self) -> list[Damage]:
        asked = self.cleaned_data
        found = []
        for place in range(1, LINES + 1):
            if asked.get(f"what_{place}"):
                found.append(Damage(asked[f"what_{place}"], asked[f"ore_{place}"]))
        return found


def damage_values(damages: list[Damage]) -> dict[str, Any]:
    """The initial values of the lines."""
    values: dict[str, Any] = {}
    for place, one in enumerate(damages[:LINES], start=1):
        values |= {f"what_{place}": one.what, f"ore_{place}": one.ore}
    return values


class KeysForm(StepForm):
    """The keys are back."""

    keys_on = PastDayField(label=_("Keys given back on"))
    last_on = DayField(
        label=_("Last day of the tenancy"),
        help_text=_("The day agreed, or the day the keys came where that was later."),
    )
    new_address = forms.CharField(
        label=_("New address"),
        required=False,
        max_length=200,
        help_text=_("Street, postcode and place. Letters go there."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
