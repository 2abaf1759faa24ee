"""Forms for rates and for policies: one field for each value a policy has, and no JSON.

The shape comes from the kind's example. A value's name says its unit: `…_ore` is typed in kroner,
`…_permille` as a share ("1,5"), a text as it is, everything else as a whole number. A list of
numbers is typed with commas, a list of levels as one line of fields each.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from boligsak.administration.fields import AmountField
from boligsak.administration.steps import StepForm
from boligsak.fields import DayField, PlainSelect
from boligsak.rates import registry, words
from boligsak.rates.models import Rate
from boligsak.rates.queries import offices

MOST_LEVELS = 4
_NUMBER = re.compile(r"-?[0-9]{1,9}")
_SHARE = re.compile(r"([0-9]{1,4})(?:[.,]([0-9]{1,3}))?")


class WholeField(forms.Field):
    """A whole number."""

    widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            raise ValidationError(_("Write a whole number."))
        return int(text)


class ShareField(forms.Field):
    """Thousandths, typed as a number with a comma: "1,5" is 1500."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if not text:
            return None
        found = _SHARE.fullmatch(text)
        if not found:
            raise ValidationError(_("Write a number, as 1,5."))
        return int(found[1]) * 1000 + int((found[2] or "").ljust(3, "0"))

    def prepare_value(self, value: Any) -> Any:
        return share(value) if isinstance(value, int) else value


class NumbersField(forms.Field):
    """Whole numbers with commas between."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> list[int]:
        parts = [part for part in re.split(r"[,;\s]+", str(value or "")) if part]
        if not all(_NUMBER.fullmatch(part) for part in parts):
            raise ValidationError(_("Write whole numbers with commas between, as 180, 90, 60."))
        return [int(part) for part in parts]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


class DecimalField(forms.DecimalField):
    """A number with a comma, as Norwegians write it."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, str):
            value = value.replace(",", ".").replace(" ", "")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return decimal(value) if isinstance(value, Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


def share(permille: int) -> str:
    """1500 → "1,5"."""
    return f"{permille / 1000:g}".replace(".", ",")


def decimal(value: Decimal) -> str:
    """1.2500 → "1,25"."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


# --- Rates ------------------------------------------------------------------------------------


class RateForm(StepForm):
    """A rate nothing has rested on yet."""

    valid_from = DayField(label=_("Valid from"))
    valid_to = DayField(
        label=_("Valid to"),
        required=False,
        help_text=_("Only when the rate ends without a new one. After it, what needs it refuses."),
    )
    value = DecimalField(label=_("Value"), max_digits=16, decimal_places=4)
    source = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("The law or regulation that sets it.")
    )


class NewRateForm(RateForm):
    kind = forms.ChoiceField(label=_("Kind"), widget=PlainSelect)

    field_order = ["kind"]

    def prepare(self) -> None:
        there = Rate.objects.values_list("kind", flat=True).distinct()
        kinds = sorted({*there, *registry.rates()})
        choices = [("", gettext("Choose")), *((kind, words.rate(kind)) for kind in kinds)]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]


# --- Policies ---------------------------------------------------------------------------------


class PolicyForm(StepForm):
    """A version of a policy: its day, its source, and a field for each of its values."""

    in_columns = True

    valid_from = DayField(label=_("Valid from"))
    source = forms.CharField(
        label=_("Why"),
        max_length=200,
        required=False,
        help_text=_("Who decided it, and where it is written."),
    )

    def prepare(self) -> None:
        self.kind = registry.kind(self.kind_name())
        for name, example in self.kind.example.items():
            self.fields.update(_fields(name, example, self.kind.field_name(name)))

    def kind_name(self) -> str:
        return self.row.kind if self.row is not None else registry.kinds()[0].name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            cleaned["values"] = {
                name: _gathered(name, example, cleaned)
                for name, example in self.kind.example.items()
            }
        return cleaned


class NewPolicyForm(PolicyForm):
    """A new version, made from another (`row`) or from the kind's own first values."""

    office = forms.ChoiceField(
        label=_("Office"),
        required=False,
        widget=PlainSelect,
        help_text=_("An office's own policy goes before the one for every office."),
    )

    field_order = ["office"]

    def prepare(self) -> None:
        super().prepare()
        choices = [("", gettext("Every office")), *((str(pk), name) for pk, name in offices())]
        self.fields["office"].choices = choices  # type: ignore[attr-defined]


def initial(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields of a policy's form start with."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if _is_levels(value):
            for line in value:
                found |= {
                    f"{name}_{line['level']}_{key}": value
                    for key, value in line.items()
                    if key != "level"
                }
        else:
            found[name] = value
    return found


def shown(kind_name: str, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A policy's values as (what it is called, how people write it)."""
    kind = registry.kind(kind_name)
    return [(kind.field_name(name), _written(name, value)) for name, value in values.items()]


def _written(name: str, value: Any) -> str:
    if _is_levels(value):
        return "; ".join(_level_written(line) for line in value)
    field = _field(name, value, "")
    return str(field.prepare_value(value)) + (" kr" if name.endswith("_ore") else "")


def _level_written(line: Mapping[str, Any]) -> str:
    text = gettext("level %(level)d from %(days)d days") % line
    months = line.get("months_permille")
    if months is None:
        return text
    return text + gettext(" or %(months)s months' rent") % {"months": share(months)}


def _is_levels(example: Any) -> bool:
    return isinstance(example, list) and bool(example) and isinstance(example[0], Mapping)


_LEVEL_LABELS = {
    "days": _("%(name)s: level %(level)d from how many days"),
    "months_permille": _("%(name)s: level %(level)d from how many months' rent"),
}


def _fields(name: str, example: Any, label: str) -> dict[str, forms.Field]:
    if not _is_levels(example):
        return {name: _field(name, example, label)}
    keys = [key for key in example[0] if key != "level"]
    return {
        f"{name}_{level}_{key}": _field(
            key,
            0,
            str(_LEVEL_LABELS[key]) % {"name": label, "level": level},
            required=False,
        )
        for level in range(1, MOST_LEVELS + 1)
        for key in keys
    }


def _field(name: str, example: Any, label: str, required: bool = True) -> forms.Field:
    if isinstance(example, list):
        return NumbersField(label=label, required=required)
    if name.endswith("_ore"):
        # What is too little or too much is the kind's own to say.
        return AmountField(label=label, required=required, lowest=-(10**11))
    if name.endswith("_permille"):
        return ShareField(label=label, required=required)
    if isinstance(example, str):
        return forms.CharField(label=label, required=required, max_length=200)
    return WholeField(label=label, required=required)


def _gathered(name: str, example: Any, cleaned: Mapping[str, Any]) -> Any:
    if not _is_levels(example):
        return cleaned[name]
    keys = [key for key in example[0] if key != "level"]
    lines = []
    for level in range(1, MOST_LEVELS + 1):
        line = {key: cleaned.get(f"{name}_{level}_{key}") for key in keys}
        if any(value is not None for value in line.values()):
            lines.append({"level": level, **line})
    return lines
