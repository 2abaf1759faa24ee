"""The filter of the list of applications, the household's economy, and help that is prepared."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from boligsak.administration.fields import AmountField
from boligsak.desk.forms.owned import OwnedFilter
from boligsak.desk.queries.applications import EVERY, UNDER_WAY, ApplicationChoice
from boligsak.fields import DayField, PlainSelect, offer
from boligsak.step import StepForm
from tenants.forms.applications import Group, PageForm
from tenants.models import ApplicationKind, ApplicationState
from tenants.rules.economy import Every, Line, LineKind, People
from tenants.services.support import NewSupport
from tenants.words.applications import PARTY_NAMES
from tenants.words.economy import DEBTS, EVERY_NAMES, EXPENSES, INCOME, LINE_NAMES


class ApplicationFilter(OwnedFilter):
    """Coded filters only: everything here may stand in an address."""

    office = forms.ChoiceField(label=_("Office"), required=False, widget=PlainSelect)
    state = forms.ChoiceField(label=_("Status"), required=False, widget=PlainSelect)
    kind = forms.ChoiceField(label=_("Kind"), required=False, widget=PlainSelect)
    owner = forms.ChoiceField(label=_("Case handler"), required=False, widget=PlainSelect)
    clock = forms.ChoiceField(
        label=_("Deadline"),
        required=False,
        choices=[("", _("With and without")), ("over", _("A deadline has passed"))],
        widget=PlainSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(
            self,
            "state",
            [
                ("", _("Under way")),
                (EVERY, _("All of them")),
                *((str(v), capfirst(str(label))) for v, label in ApplicationState.choices),
            ],
        )
        offer(
            self,
            "kind",
            [
                ("", _("Every kind")),
                *((str(v), capfirst(str(label))) for v, label in ApplicationKind.choices),
            ],
        )

    def choice(self, user_id: int) -> ApplicationChoice:
        """What is chosen. A value that does not exist chooses nothing; the form says so."""
        self.is_valid()
        asked = self.cleaned_data
        return ApplicationChoice(
            office_id=self.chosen_office(),
            state=asked.get("state") or UNDER_WAY,
            kind=asked.get("kind") or "",
            owner=self.whose(user_id),
            is_overdue=asked.get("clock") == "over",
        )


# --- Economy --------------------------------------------------------------------------------------

_LINES: dict[str, LineKind] = {
    f"{part}_{kind.value}": kind
    for part, kinds in (("in", INCOME), ("out", EXPENSES), ("debt", DEBTS))
    for kind in kinds
}


class EconomyForm(PageForm):
    """What comes in and what must be paid, each as often as it does."""

    adults = forms.IntegerField(
        label=_("Adults who live on it"),
        min_value=1,
        max_value=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    children = forms.IntegerField(
        label=_("Children who live on it"),
        min_value=0,
        max_value=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What the figures rest on, and what is about to change."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, kind in _LINES.items():
            self.fields[name] = AmountField(
                label=LINE_NAMES[kind.value], required=False, lowest=0, highest=100_000_000
            )
            self.fields[f"{name}_every"] = forms.ChoiceField(
                label=_("%(what)s, how often") % {"what": LINE_NAMES[kind.value]},
                choices=[(one.value, str(words)) for one, words in EVERY_NAMES.items()],
                initial=Every.MONTH.value,
                required=False,
                widget=PlainSelect,
            )

    def lines(self) -> list[Line]:
        """What is filled in; nought is something too."""
        asked = self.cleaned_data
        return [
            Line(kind, asked[name], Every(asked[f"{name}_every"] or Every.MONTH))
            for name, kind in _LINES.items()
            if asked.get(name) is not None
        ]

    def people(self) -> People:
        return People(self.cleaned_data["adults"], self.cleaned_data["children"])

    def parts(self) -> list[dict[str, Any]]:
        """The lines as they stand on the page: an amount, and how often beside it."""
        return [
            {"title": title, "lines": self._part(prefix)}
            for title, prefix in (
                (_("Income"), "in"),
                (_("Fixed expenses"), "out"),
                (_("Paid on debts"), "debt"),
            )
        ]

    def _part(self, prefix: str) -> list[tuple[BoundField, BoundField]]:
        names = [name for name in _LINES if name.startswith(f"{prefix}_")]
        return [(self[name], self[f"{name}_every"]) for name in names]

    def groups(self) -> list[Group]:
        return [
            Group(_("The household"), [self["adults"], self["children"]], columns=True),
        ]


def lines_before(lines: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """The fields of an economy that was told before: kind, øre, how often."""
    names = {kind.value: name for name, kind in _LINES.items()}
    found: dict[str, Any] = {}
    for kind, ore, every in lines:
        if kind in names:
            found |= {names[kind]: ore, f"{names[kind]}_every": every}
    return found


# --- Help -----------------------------------------------------------------------------------------


class SupportMeasureForm(StepForm):
    """Help with a party and a first day."""

    kind = forms.ChoiceField(label=_("Kind of help"), widget=PlainSelect)
    name = forms.CharField(
        label=_("What it is"),
        required=False,
        max_length=200,
        help_text=_("For instance how often, and where. Empty: the kind alone."),
    )
    party = forms.ChoiceField(label=_("Who sees to it"), widget=forms.RadioSelect)
    responsible = forms.ChoiceField(label=_("Responsible"), required=False, widget=PlainSelect)
    starts_on = DayField(
        label=_("Begins on"),
        required=False,
        help_text=_("Empty: on the day of the keys."),
    )
    review_on = DayField(
        label=_("Looked at again on"),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        kinds: Sequence[tuple[str, str]],
        helpers: Sequence[tuple[str, Sequence[tuple[str, str]]]],
        **kwargs: Any,
    ) -> None:
        """`helpers`: who can be responsible, by what their party is called."""
        super().__init__(*args, **kwargs)
        self.kinds = dict(kinds)
        offer(self, "kind", [("", _("Choose")), *kinds])
        offer(self, "party", [(code, str(words)) for code, words in PARTY_NAMES.items()])
        offer(self, "responsible", [("", _("Nobody yet")), *helpers])  # type: ignore[list-item]

    def as_support(self) -> NewSupport:
        asked = self.cleaned_data
        responsible = asked["responsible"]
        return NewSupport(
            kind=asked["kind"],
            name=asked["name"] or self.kinds[asked["kind"]],
            party=asked["party"],
            responsible_id=int(responsible) if responsible else None,
            starts_on=asked["starts_on"],
            review_on=asked["review_on"],
        )


class DropSupportForm(StepForm):
    reason = forms.CharField(
        label=_("Why"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RentForm(forms.Form):
    """A rent to be tried. It names nobody, so it may stand in an address."""

    rent = AmountField(label=_("Try a rent, kr a month"), lowest=1, highest=10_000_000)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="try-%s", use_required_attribute=False)
