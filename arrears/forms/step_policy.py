"""Forms of the policy of next steps: one step with its conditions, and what a version is."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from arrears.rules.step_policy import (
    CONDITIONS,
    PARTIES,
    POLICY_ACTIONS,
    Shape,
    Since,
    read_step,
)
from arrears.words import step_policy as words
from arrears.words.next_steps import action_name, party_name
from boligsak.fields import DayField, PlainSelect
from boligsak.rates.forms import ShareField, WholeField
from boligsak.rates.queries import offices
from boligsak.rule import RuleBroken

_YES, _NO = "yes", "no"
_LONGEST_NOTE = 300


class PolicyStepForm(forms.Form):
    """One step: what is to be done, by whom, by when, and when. What is empty does not matter."""

    action = forms.ChoiceField(label=_("What is to be done?"), widget=PlainSelect)
    party = forms.ChoiceField(label=_("Who does it?"), widget=PlainSelect)
    within_days = WholeField(label=_("To be done within"), help_text=_("A number of days."))
    since = forms.ChoiceField(label=_("Counted"), widget=PlainSelect)
    again_days = WholeField(
        label=_("Propose it again after"),
        required=False,
        help_text=_("Days after it was done. Empty: never again in the same case."),
    )
    note = forms.CharField(
        label=_("Explanation to the caseworker"),
        required=False,
        max_length=_LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self._offer("action", [(one.value, action_name(one)) for one in POLICY_ACTIONS])
        self._offer("party", [(one, capfirst(party_name(one))) for one in PARTIES])
        self._offer("since", [(one.value, words.SINCE[one]) for one in Since])
        for name, shape in CONDITIONS.items():
            self.fields[name] = _field(name, shape)

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The conditions under their headings."""
        return [(label, [self[name] for name in names]) for label, names in words.GROUPS]

    def head(self) -> list[forms.BoundField]:
        """What stands before the conditions."""
        names = ("action", "party", "within_days", "since", "again_days", "note")
        return [self[name] for name in names]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        step = {name: cleaned[name] for name in ("action", "party", "within_days", "since", "note")}
        step |= {"code": "step", "again_days": cleaned["again_days"], "conditions": {}}
        for name, shape in CONDITIONS.items():
            value = cleaned[name]
            if value not in (None, "", []):
                step["conditions"][name] = value == _YES if shape.kind == "yes_no" else value
        try:
            read_step(step, 0)
        except RuleBroken as broken:
            facts = {name: fact for name, fact in broken.facts.items() if name != "number"}
            field = broken.facts["field"]
            where = field if field in self.fields else None
            self.add_error(where, capfirst(words.refusal(RuleBroken(broken.code, **facts))))
            return cleaned
        cleaned["step"] = step
        return cleaned


def initial_of(step: Mapping[str, Any]) -> dict[str, Any]:
    """What the form of a step starts with."""
    found = {name: step.get(name) for name in ("action", "party", "within_days", "since", "note")}
    found["again_days"] = step.get("again_days")
    for name, value in step.get("conditions", {}).items():
        found[name] = (_YES if value else _NO) if isinstance(value, bool) else value
    return found


def _field(name: str, shape: Shape) -> forms.Field:
    label = words.CONDITION_NAMES[name]
    if shape.kind == "days":
        return WholeField(label=label, required=False)
    if shape.kind == "permille":
        return ShareField(label=label, required=False)
    if shape.kind == "many":
        return forms.MultipleChoiceField(
            label=label,
            required=False,
            choices=[(one, capfirst(str(said))) for one, said in words.option_names(name)],
            widget=forms.CheckboxSelectMultiple,
        )
    choices: list[tuple[str, Any]] = [("", _("Does not matter"))]
    if shape.kind == "yes_no":
        choices += [(_YES, _("Yes")), (_NO, _("No"))]
    else:
        choices += [(one, capfirst(str(said))) for one, said in words.option_names(name)]
    return forms.ChoiceField(label=label, required=False, choices=choices, widget=PlainSelect)


class VersionForm(forms.Form):
    """Whose a version is, from which day, and the days for what goes before the steps."""

    office = forms.ChoiceField(
        label=_("Office"),
        required=False,
        widget=PlainSelect,
        help_text=_("An office's own policy goes before the one for every office."),
    )
    valid_from = DayField(label=_("Valid from"))
    source = forms.CharField(
        label=_("Why"),
        max_length=200,
        required=False,
        help_text=_("Who decided it, and where it is written."),
    )

    def __init__(self, *args: Any, is_correction: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        choices = [("", _("Every office")), *((str(pk), name) for pk, name in offices())]
        self.fields["office"].choices = choices  # type: ignore[attr-defined]
        if is_correction:
            del self.fields["office"]
        for name, label in words.VALUE_NAMES.items():
            self.fields[name] = WholeField(label=label)

    def days(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] for name in words.VALUE_NAMES}
