"""Forms of repayment plans, the household's economy and other payers."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from arrears.forms.ledger import ReasonForm
from arrears.models import LineKind as Kind
from arrears.models import PayerKind
from arrears.models import Rhythm as RhythmChoice
from arrears.queries.plans import Coverable
from arrears.rules.plans import Rhythm
from arrears.services.plans import MOST_TOLERANCE, Told
from boligsak.administration.fields import AmountField
from boligsak.fields import DayField, PastDayField, offer
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.step import StepForm
from tenants.rules.economy import Line, LineKind, People
from tenants.words.economy import DEBTS, EXPENSES, INCOME

_LINES: dict[str, LineKind] = {
    f"{part}_{kind.value}": kind
    for part, kinds in (("in", INCOME), ("out", EXPENSES), ("debt", DEBTS))
    for kind in kinds
}


class PlanForm(StepForm):
    """A plan: what it covers, how it is paid, and what the household has to pay with."""

    charges = forms.MultipleChoiceField(
        label=_("What the plan covers"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one charge.")},
    )
    instalment = AmountField(label=_("Instalment, kr"), lowest=1)
    rhythm = forms.ChoiceField(
        label=_("How often"),
        choices=[(value, capfirst(str(label))) for value, label in RhythmChoice.choices],
        initial=Rhythm.MONTHLY.value,
        widget=forms.RadioSelect,
    )
    first_due_on = DayField(
        label=_("First instalment due"),
        help_text=_("A day that is no working day moves to the next one."),
    )
    first = AmountField(
        label=_("Larger first sum, kr"),
        required=False,
        lowest=0,
        help_text=_(
            "For instance when Nav pays a part at once. Leave it empty when there is none."
        ),
    )
    tolerance = forms.IntegerField(
        label=_("Days an instalment may be late"),
        min_value=0,
        max_value=MOST_TOLERANCE,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    adults = forms.IntegerField(
        label=_("Adults in the household"),
        required=False,
        min_value=1,
        max_value=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    children = forms.IntegerField(
        label=_("Children in the household"),
        required=False,
        min_value=0,
        max_value=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    above_because = forms.CharField(
        label=_("Why more than the household can afford"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only when the instalment is more than what is reckoned affordable."),
    )
    note = forms.CharField(
        label=_("What else is agreed"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stands in the plan, which every party sees. Nothing about health."),
    )

    def __init__(self, *args: Any, due: Sequence[Coverable], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "charges", [(str(one.line_id), _charge(one)) for one in due])
        self.fields["charges"].initial = [str(one.line_id) for one in due]
        for name, kind in _LINES.items():
            names: Any = {**INCOME, **EXPENSES, **DEBTS}
            self.fields[name] = AmountField(
                label=names[kind], required=False, lowest=0, highest=100_000_000
            )

    def _part(self, prefix: str) -> list[BoundField]:
        return [self[name] for name in _LINES if name.startswith(f"{prefix}_")]

    def terms(self) -> list[BoundField]:
        return [
            self[name] for name in ("instalment", "rhythm", "first_due_on", "first", "tolerance")
        ]

    def people(self) -> list[BoundField]:
        return [self["adults"], self["children"]]

    def income(self) -> list[BoundField]:
        return self._part("in")

    def expenses(self) -> list[BoundField]:
        return self._part("out")

    def debts(self) -> list[BoundField]:
        return self._part("debt")

    def words(self) -> list[BoundField]:
        return [self["above_because"], self["note"]]

    def told(self) -> Told | None:
        """The economy; None when no income, expense or debt is filled in."""
        asked = self.cleaned_data
        lines = [
            Line(kind, asked[name]) for name, kind in _LINES.items() if asked.get(name) is not None
        ]
        if not lines:
            return None
        return Told(tuple(lines), People(asked["adults"] or 1, asked["children"] or 0))


def _charge(one: Coverable) -> str:
    what = capfirst(str(Kind(one.kind).label))
    return f"{what}, {format_day(one.due_on)}: {kr(one.open_ore)}"


def told_before(economy: dict[str, Any]) -> dict[str, Any]:
    """The fields of an economy that an earlier plan was made with."""
    names = {kind.value: name for name, kind in _LINES.items()}
    found = {names[kind]: ore for kind, ore, _every in economy.get("lines", []) if kind in names}
    if "adults" in economy:
        found |= {"adults": economy["adults"], "children": economy["children"]}
    return found


class SignForm(StepForm):
    """The day the tenant signed."""

    signed_on = PastDayField(label=_("Signed on"))
    has_signed = forms.BooleanField(
        label=_("Every tenant who is to pay has signed the plan"),
        error_messages={"required": _("The plan runs only when it is signed.")},
    )


class EndForm(ReasonForm):
    """Why a plan ends before it is kept."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Every party that works on the case sees it. Nothing about health."),
    )


class PayerForm(StepForm):
    """Somebody else who pays a part of the rent."""

    payer = forms.ChoiceField(
        label=_("Who pays?"),
        choices=[(value, capfirst(str(label))) for value, label in PayerKind.choices],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=_("Name in the bank's file"),
        required=False,
        max_length=80,
        help_text=_("So that their payments are known again. Else they are known by the amount."),
    )
    amount = AmountField(label=_("Every month, kr"), lowest=1)
    day = forms.IntegerField(
        label=_("Day of the month"),
        min_value=1,
        max_value=31,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("The day they pay. In a shorter month it is the last day."),
    )
    from_on = DayField(label=_("From"))
    to_on = DayField(label=_("To"), required=False, help_text=_("Empty when there is no end yet."))


class StopPayerForm(StepForm):
    """The last day of what somebody else pays."""

    last_on = DayField(label=_("Last day"))


def chosen(values: Collection[str]) -> list[int]:
    """Line ids from the ticked boxes."""
    return [int(value) for value in values]


class NavPackageForm(StepForm):
    """Who gets the package for Nav."""

    TENANT, NAV = "tenant", "nav"

    to = forms.ChoiceField(
        label=_("To"),
        choices=[
            (TENANT, _("The tenant, who hands it in")),
            (NAV, _("Nav, when the tenant has agreed to it")),
        ],
        initial=TENANT,
        widget=forms.RadioSelect,
    )
