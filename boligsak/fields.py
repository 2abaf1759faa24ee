"""Form fields that take what people type, say plainly what is missing, and a cheap select."""

import datetime
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from boligsak import dates, money
from boligsak.rule import RuleBroken


class DayField(forms.Field):
    """A day as people write it: "5.1.26", "05.01.2026", "i dag", "i går". Cleans to a date."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> datetime.date | None:
        if isinstance(value, datetime.date):
            return value
        text = str(value or "").strip()[:40]
        if not text:
            return None
        try:
            return dates.parse(text, dates.today())
        except RuleBroken as broken:
            raise ValidationError(
                _("“%(text)s” is not a date. Write for instance 20.11.2026 or “i går”."),
                params={"text": text},
            ) from broken

    def prepare_value(self, value: Any) -> Any:
        return dates.format_day(value) if isinstance(value, datetime.date) else value


class PastDayField(DayField):
    """The day something happened: today or before."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and value > dates.today():
            raise ValidationError(_("That day is yet to come."))


def say_what_is_missing() -> None:
    """In plain words what is to be done where a field is left empty, in every form of the product
    and of what it is built on: Django's own say that "this field is required"."""
    for field, words in (
        (forms.Field, _("Fill in this field.")),
        (forms.ChoiceField, _("Choose one.")),
        (forms.MultipleChoiceField, _("Choose at least one.")),
        (forms.ModelMultipleChoiceField, _("Choose at least one.")),
        (forms.BooleanField, _("Tick this box to go on.")),
        (forms.FileField, _("Choose a file.")),
    ):
        field.default_error_messages = field.default_error_messages | {"required": words}


def offer(form: forms.Form, name: str, choices: Sequence[tuple[str, Any]]) -> None:
    """Gives a choice field the choices of this request: offices, caseworkers, months."""
    cast(forms.ChoiceField, form.fields[name]).choices = list(choices)


class PlainSelect(forms.Select):
    """The same select, written in one go: Django renders a template for every option, which for
    a list of sixty caseworkers costs more than the whole list of work below it."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen = {str(one) for one in self.format_value(value)}
        parts = [f'<select name="{conditional_escape(name)}"']
        marks = {"class": "ds-input", **self.build_attrs(self.attrs, attrs)}
        for key, mark in marks.items():
            if mark is True:
                parts.append(f" {key}")
            elif mark is not False and mark is not None:
                parts.append(f' {key}="{conditional_escape(mark)}"')
        parts.append(">")
        for key, label in self.choices:
            if isinstance(label, list | tuple):
                parts.append(f'<optgroup label="{conditional_escape(key)}">')
                parts.extend(_option(k, text, chosen) for k, text in label)
                parts.append("</optgroup>")
            else:
                parts.append(_option(key, label, chosen))
        parts.append("</select>")
        return mark_safe("".join(parts))  # noqa: S308 - every part is escaped above


def _option(key: Any, label: Any, chosen: set[str]) -> str:
    mark = " selected" if str(key) in chosen else ""
    return f'<option value="{conditional_escape(key)}"{mark}>{conditional_escape(label)}</option>'


class AmountField(forms.Field):
    """An amount as people write it: "12345,5", "12 345,00 kr". Cleans to whole øre."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, int):
            return value
        text = str(value or "").strip()[:40]
        if not text:
            return None
        try:
            return money.parse(text)
        except RuleBroken as broken:
            raise ValidationError(
                _("“%(text)s” is not an amount. Write for instance 12345,50."),
                params={"text": text},
            ) from broken

    def prepare_value(self, value: Any) -> Any:
        return money.plain(value) if isinstance(value, int) else value
