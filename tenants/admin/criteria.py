"""The criteria that decisions answer. In use one is ended, never deleted."""

from typing import Any

from django.contrib import admin
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boligsak import dates
from boligsak.administration.lists import Column, Filter, Rows
from boligsak.administration.register import Register
from boligsak.administration.site import RULES
from boligsak.administration.steps import Step
from boligsak.rule import RuleBroken
from boligsak.show import day
from tenants.admin.history import timeline
from tenants.forms.criteria import CriterionForm, NewCriterionForm, values_of
from tenants.models import Criterion, DecisionKind
from tenants.queries.decisions import used_days
from tenants.services import criteria as services
from tenants.services.criteria import CriterionValues
from tenants.words.decisions import refusal


def _new(_row: None, values: dict[str, Any], user: Any) -> Criterion:
    return services.add_criterion(values["decision"], values["code"], values_of(values), by=user)


def _change(row: Criterion, values: dict[str, Any], user: Any) -> Criterion:
    return services.change_criterion(row.pk, values_of(values), by=user)


def _use(row: Criterion) -> str:
    if row.valid_to is not None:
        return _("to %(day)s") % {"day": day(row.valid_to)}
    return _("from %(day)s") % {"day": day(row.valid_from)}


def _in_force(rows: Rows, word: str) -> Rows:
    over = rows.filter(valid_to__lt=dates.today())
    return over if word == "no" else rows.exclude(pk__in=over)


_FIELDS = {
    "criterion.days": "valid_to",
    "criterion.ended_before_use": "valid_to",
    "criterion.code_taken": "valid_from",
    "criterion.in_use": "text",
}


@admin.register(Criterion)
class CriterionRegister(Register):
    to_view = to_change = "tenants.change_criteria"
    group, title = RULES, gettext_lazy("Criteria")
    about = gettext_lazy("What decisions on housing help and on municipal homes answer, by day.")
    columns = (
        Column(
            gettext_lazy("Criterion"),
            lambda row: {"text": row.text, "sub": row.section},
            header=True,
        ),
        Column(
            gettext_lazy("Which decision"),
            lambda row: capfirst(str(row.get_decision_display())),
            "decision",
            ("decision", "position"),
        ),
        Column(
            gettext_lazy("Must be met"),
            lambda row: _("yes") if row.is_required else _("no"),
        ),
        Column(gettext_lazy("In force"), _use, "from", ("valid_from",)),
    )
    filters = (
        Filter(
            "decision",
            gettext_lazy("Which decision"),
            gettext_lazy("Both decisions"),
            lambda _user: list(DecisionKind.choices),
            lambda rows, word: rows.filter(decision=word),
        ),
        Filter(
            "use",
            gettext_lazy("In force"),
            gettext_lazy("In force or not"),
            lambda _user: [("yes", _("in force")), ("no", _("no longer in force"))],
            _in_force,
        ),
    )
    usual_order = ("decision", "position", "code", "-valid_from")
    add_label = gettext_lazy("New criterion")
    add_step = Step(
        "new",
        add_label,
        NewCriterionForm,
        _new,
        gettext_lazy("Enter the criterion"),
        initial=lambda _row: {"is_required": True, "valid_from": dates.today()},
        fields=_FIELDS,
    )
    steps = (
        Step(
            "change",
            gettext_lazy("The criterion"),
            CriterionForm,
            _change,
            gettext_lazy("Save"),
            about=gettext_lazy(
                "A criterion that a decision has answered keeps its text. Give it a last day and "
                "enter a new version with the same code from the day after."
            ),
            initial=lambda row: {name: getattr(row, name) for name in CriterionValues.__slots__},
            fields=_FIELDS,
        ),
    )

    def heading(self, row: Criterion) -> str:
        return capfirst(str(row.get_decision_display()))

    def lead(self, row: Criterion) -> str:
        return row.code

    def facts(self, row: Criterion, user: Any) -> Any:
        first, last, count = used_days(row.pk)
        yield _("Decisions that answered it"), count
        if first is not None and last is not None:
            yield _("First and last time"), f"{day(first)}–{day(last)}"

    def timeline(self, row: Criterion) -> list[dict[str, Any]]:
        return timeline(row)

    def words(self, broken: RuleBroken) -> str:
        return refusal(broken)
