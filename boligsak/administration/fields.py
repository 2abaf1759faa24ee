"""Fields of the administration's forms: amounts, rows named by their number, plain choices."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from boligsak import money
from boligsak.rule import RuleBroken


class AmountField(forms.CharField):
    """Kroner as people write them ("9000", "9 000,50 kr"). Cleans to øre."""

    def __init__(self, *, lowest: int = 0, highest: int = 10**11, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20)
        super().__init__(**kwargs)
        self.lowest, self.highest = lowest, highest

    def to_python(self, value: Any) -> int | None:
        text = super().to_python(value)
        if not text:
            return None
        try:
            ore = money.parse(text)
        except RuleBroken as broken:
            raise ValidationError(_("Write the amount as 12345,50.")) from broken
        if not self.lowest <= ore <= self.highest:
            raise ValidationError(
                _("The amount must be between %(lowest)s and %(highest)s."),
                params={
                    "lowest": money.format_kr(self.lowest),
                    "highest": money.format_kr(self.highest),
                },
            )
        return ore

    def prepare_value(self, value: Any) -> Any:
        return money.plain(value) if isinstance(value, int) else value


class NamedField(forms.CharField):
    """A row named by what people call it: a number, a name. Cleans to the row's id.

    `find(text)` gives the id, or None when there is no such row that the reader may see. No
    register is too long for it, and it needs no script.
    """

    def __init__(
        self, *, find: Callable[[str], int | None] | None = None, missing: Any, **kwargs: Any
    ) -> None:
        kwargs.setdefault("max_length", 120)
        super().__init__(**kwargs)
        self.find = find
        self.missing = missing

    def to_python(self, value: Any) -> int | None:
        text = super().to_python(value)
        if not text:
            return None
        found = self.find(text) if self.find else None
        if found is None:
            raise ValidationError(self.missing)
        return found
