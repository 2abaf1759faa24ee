"""Fields of the administration's forms: amounts, rows named by their number, plain choices."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from boligsak import fields, money

MOST_TYPED = 120


class AmountField(fields.AmountField):
    """Kroner as people write them ("9000", "9 000,50 kr"), within two bounds. Cleans to øre."""

    def __init__(self, *, lowest: int = 0, highest: int = 10**11, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lowest, self.highest = lowest, highest

    def validate(self, value: int | None) -> None:
        super().validate(value)
        if value is not None and not self.lowest <= value <= self.highest:
            raise ValidationError(
                _("The amount must be between %(lowest)s and %(highest)s."),
                params={
                    "lowest": money.format_kr(self.lowest),
                    "highest": money.format_kr(self.highest),
                },
            )


class NamedField(forms.Field):
    """A row named by what people call it: a number, a name. Cleans to the row's id.

    `find(text)` gives the id, or None when there is no such row that the reader may see. No
    register is too long for it, and it needs no script.
    """

    widget = forms.TextInput

    def __init__(
        self, *, find: Callable[[str], int | None] | None = None, missing: Any, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.find = find
        self.missing = missing

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()[:MOST_TYPED]
        if not text:
            return None
        found = self.find(text) if self.find else None
        if found is None:
            raise ValidationError(self.missing)
        return found
