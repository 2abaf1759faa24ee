"""The catalogue of measures. In use a kind is ended, never deleted."""

from typing import Any

from django.contrib import admin
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arrears.forms.catalogue import KindForm, NewKindForm, values_of
from arrears.models import MeasureKind
from arrears.models.cases import Party, TriggerKind
from arrears.queries.measures import used_days
from arrears.services import catalogue as services
from arrears.services.catalogue import KindValues
from arrears.words.measures import kind_name, refusal
from boligsak import dates
from boligsak.administration.lists import Column, Filter, Rows
from boligsak.administration.register import Register
from boligsak.administration.site import RULES
from boligsak.administration.steps import Step
from boligsak.rule import RuleBroken
from boligsak.show import day
from tenants.admin.history import timeline


def _new(_row: None, values: dict[str, Any], user: Any) -> MeasureKind:
    return services.add_kind(values["code"], values_of(values), by=user)


def _change(row: MeasureKind, values: dict[str, Any], user: Any) -> MeasureKind:
    version = values.pop("version", 0)
    return services.change_kind(row.pk, values_of(values), version=version, by=user)


def _triggers(row: MeasureKind) -> str:
    labels = {str(kind): str(label) for kind, label in TriggerKind.choices}
    return capfirst(", ".join(labels[kind] for kind in row.triggers))


def _marks(row: MeasureKind) -> str:
    marks = [
        (row.is_required, _("in the checklist")),
        (row.needs_children, _("when children live there")),
        (row.is_social, _("for the welfare side only")),
        (row.is_lasting, _("support that goes on")),
    ]
    return capfirst(", ".join(str(word) for holds, word in marks if holds))


def _use(row: MeasureKind) -> str:
    if row.valid_to is not None:
        return _("to %(day)s") % {"day": day(row.valid_to)}
    return _("from %(day)s") % {"day": day(row.valid_from)}


def _in_use(rows: Rows, word: str) -> Rows:
    over = rows.filter(valid_to__lt=dates.today())
    return over if word == "no" else rows.exclude(pk__in=over)


_FIELDS = {
    "kind.no_trigger": "triggers",
    "kind.days": "valid_to",
    "kind.ended_before_use": "valid_to",
    "kind.begins_after_use": "valid_from",
    "kind.social_party": "party",
    "kind.childrens_interest": "needs_children",
    "kind.in_use": "is_social",
    "kind.code_taken": "code",
}


@admin.register(MeasureKind)
class MeasureKindRegister(Register):
    to_view, to_change = "arrears.view_catalogue", "arrears.change_catalogue"
    group, title = RULES, gettext_lazy("Measures")
    about = gettext_lazy("What is tried before a home is lost, and what the checklist asks for.")
    columns = (
        Column(
            gettext_lazy("Measure"),
            lambda row: {"text": kind_name(row), "sub": row.source},
            header=True,
        ),
        Column(gettext_lazy("Fits cases about"), _triggers),
        Column(
            gettext_lazy("Who usually sees to it"),
            lambda row: capfirst(row.get_party_display()),
            "party",
            ("party",),
        ),
        Column(gettext_lazy("What it is"), _marks),
        Column(gettext_lazy("In use"), _use, "from", ("valid_from",)),
        Column(
            gettext_lazy("Place in the list"),
            lambda row: str(row.position),
            "position",
            ("position",),
            align="end",
        ),
    )
    filters = (
        Filter(
            "trigger",
            gettext_lazy("Fits cases about"),
            gettext_lazy("Everything"),
            lambda _user: list(TriggerKind.choices),
            lambda rows, word: rows.filter(triggers__contains=[word]),
        ),
        Filter(
            "party",
            gettext_lazy("Who usually sees to it"),
            gettext_lazy("Everybody"),
            lambda _user: list(Party.choices),
            lambda rows, word: rows.filter(party=word),
        ),
        Filter(
            "use",
            gettext_lazy("In use"),
            gettext_lazy("In use or not"),
            lambda _user: [("yes", _("in use")), ("no", _("no longer in use"))],
            _in_use,
        ),
    )
    usual_order = ("position", "code")
    add_label = gettext_lazy("New kind of measure")
    add_step = Step(
        "new",
        add_label,
        NewKindForm,
        _new,
        gettext_lazy("Enter the kind"),
        initial=lambda _row: {"is_required": True, "valid_from": dates.today()},
        fields=_FIELDS,
    )
    steps = (
        Step(
            "change",
            gettext_lazy("The kind"),
            KindForm,
            _change,
            gettext_lazy("Save"),
            about=gettext_lazy(
                "A change holds for every case from now on. What cases have answered stays as it "
                "is. A kind that is no longer to be used gets a last day."
            ),
            initial=lambda row: {name: getattr(row, name) for name in KindValues.__slots__},
            fields=_FIELDS,
        ),
    )

    def heading(self, row: MeasureKind) -> str:
        return kind_name(row)

    def lead(self, row: MeasureKind) -> str:
        return row.code

    def facts(self, row: MeasureKind, user: Any) -> Any:
        first, last, count = used_days(row.pk)
        yield _("Used on cases"), count
        if first is not None and last is not None:
            yield _("First and last time"), f"{day(first)}–{day(last)}"
        if not self.may_change(user):
            yield _("Fits cases about"), _triggers(row)
            yield _("Who usually sees to it"), capfirst(row.get_party_display())
            yield _("What it is"), _marks(row)
            yield _("In use"), _use(row)
            yield _("Basis in law"), row.source

    def timeline(self, row: MeasureKind) -> list[dict[str, Any]]:
        return timeline(row)

    def words(self, broken: RuleBroken) -> str:
        return refusal(broken)
