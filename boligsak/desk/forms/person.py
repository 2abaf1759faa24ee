"""What the welfare offices know of a person and may change."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from boligsak.desk.words import language_name
from boligsak.fields import PastDayField, PlainSelect, offer
from tenants.models import Protection

# The languages of the country first, then those most often spoken in municipal housing.
_AT_HOME = ("nb", "nn", "se", "sma", "smj", "en")
_OTHERS = (
    *("am", "ar", "bs", "ckb", "de", "es", "fa", "fr", "hi", "hr", "it", "ku", "lt", "lv", "my"),
    *("nl", "om", "pl", "ps", "pt", "rn", "ro", "ru", "rw", "so", "sq", "sr", "sw", "ta", "th"),
    *("ti", "tl", "tr", "uk", "ur", "vi", "zh"),
)


class PersonForm(forms.Form):
    phone = forms.CharField(
        label=_("Phone"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    email_used_on = PastDayField(
        label=_("The e-mail address was used or confirmed on"),
        required=False,
        help_text=_(
            "The last day you know of. Letters go by e-mail only to an address that has been used "
            "lately (tvangsfullbyrdelsesloven § 4-18)."
        ),
    )
    post_address = forms.CharField(
        label=_("Postal address"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Where letters go when it is not to the dwelling."),
    )
    is_reserved = forms.BooleanField(
        label=_("Reserved against digital contact"),
        required=False,
        help_text=_("Then letters go by post."),
    )
    language = forms.ChoiceField(label=_("Language"), widget=PlainSelect)
    needs_interpreter = forms.CharField(
        label=_("Interpreter for"),
        max_length=40,
        required=False,
        help_text=_("The language the interpreter is for. Empty when none is needed."),
    )
    safety_note = forms.CharField(
        label=_("Safety note"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What a colleague must know before a visit. Nothing about health."),
    )
    protection = forms.TypedChoiceField(
        label=_("Address protection"), coerce=int, widget=forms.RadioSelect
    )
    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        language: str,
        protections: Collection[Protection],
        hides_address: bool = False,
        **kwargs: Any,
    ) -> None:
        """`language` is the person's own, offered too; `protections` those the reader may set;
        `hides_address`: where the person gets letters is not for this reader."""
        super().__init__(data, use_required_attribute=False, **kwargs)
        if hides_address:
            del self.fields["post_address"]
        others = sorted((language_name(code), code) for code in _OTHERS)
        known = [(code, language_name(code)) for code in _AT_HOME]
        known += [(code, name) for name, code in others]
        if language not in dict(known):
            known.append((language, language_name(language)))
        offer(self, "language", known)
        offer(self, "protection", [(one.value, capfirst(str(one.label))) for one in protections])
