"""Forms of templates: the list's filter, which one to begin, the editor, and the day of use."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from boligsak.fields import DayField, PlainSelect, offer
from boligsak.letters import registry
from boligsak.letters.models import Language
from boligsak.letters.rules.templates import LONGEST_TITLE
from boligsak.letters.words.templates import kind_name
from boligsak.step import StepForm

GENERAL = "general"
DRAFT, COMING, MISSING = "draft", "coming", "missing"


def _kinds() -> list[tuple[str, str]]:
    return sorted(((one.code, kind_name(one.code)) for one in registry.kinds()), key=lambda c: c[1])


class TemplateFilter(forms.Form):
    """Which templates to show."""

    kind = forms.ChoiceField(label=_("Kind of letter"), required=False, widget=PlainSelect)
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("All languages")), *Language.choices],
        widget=PlainSelect,
    )
    office = forms.ChoiceField(label=_("Office"), required=False, widget=PlainSelect)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Everything")),
            (DRAFT, _("Has a draft")),
            (COMING, _("Has a version to come")),
            (MISSING, _("Has nothing in use")),
        ],
        widget=PlainSelect,
    )

    def __init__(self, *args: Any, offices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", [("", _("All kinds")), *_kinds()])
        offer(
            self,
            "office",
            [("", _("Everywhere")), (GENERAL, _("Common to all offices")), *offices],
        )


class NewTemplateForm(StepForm):
    """What a new version is of."""

    kind = forms.ChoiceField(label=_("Kind of letter"), widget=PlainSelect)
    language = forms.ChoiceField(
        label=_("Language"), choices=Language.choices, widget=forms.RadioSelect
    )
    office = forms.ChoiceField(
        label=_("Office"),
        required=False,
        widget=PlainSelect,
        help_text=_("An office's own template goes before the common one."),
    )

    def __init__(self, *args: Any, offices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", _kinds())
        offer(self, "office", [("", _("Common to all offices")), *offices])


class TemplateForm(StepForm):
    """The text of a draft."""

    title = forms.CharField(
        label=_("Title"),
        max_length=LONGEST_TITLE,
        help_text=_("Heading of the letter, and what the journal says. No fields and no names."),
    )
    body = forms.CharField(
        label=_("Text"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 26, "class": "template-text", "spellcheck": "true"}),
    )
    note = forms.CharField(
        label=_("What is new"),
        max_length=200,
        required=False,
        help_text=_("For those who look at the versions later."),
    )
    letter = forms.ChoiceField(
        label=pgettext_lazy("template", "Preview on"),
        required=False,
        widget=PlainSelect,
        help_text=_("The examples, or one of the newest letters of this kind that you see."),
    )

    def __init__(self, *args: Any, letters: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if letters:
            offer(self, "letter", [("", _("The examples")), *letters])
        else:
            del self.fields["letter"]


class ApproveForm(StepForm):
    """From when."""

    valid_from = DayField(
        label=_("In use from"),
        help_text=_("Letters that are dated this day and later are written from it."),
    )
