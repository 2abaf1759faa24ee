"""Each step on a measure, a page of its own: what it means, one form, one button."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from arrears.forms.measures import ResultForm, StartForm, TrialForm, WhoForm, WhyForm
from arrears.models import Case, Measure
from arrears.queries.case_access import sight
from arrears.queries.measures import acts_on, helpers
from arrears.rules import measures as rules
from arrears.rules.measures import Act
from arrears.services import measures as service
from arrears.views.case_steps import done, refused_when_closed, step
from arrears.views.measures import fields_of, find_measure, parties_for
from arrears.words.measures import kind_name, measure_act, refusal, state_name
from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import moment
from boligsak.step import fresh
from boligsak.web import page

_PART = "measures"


class _Values(NamedTuple):
    """What every form of a step is made with."""

    row: Measure
    case: Case
    user: Any
    day: datetime.date


def _who_form(kind: type[WhoForm], values: _Values, data: Any, initial: dict[str, Any]) -> Any:
    row = values.row
    chosen = f"{row.party}:{row.owner_id}" if row.owner_id else row.party
    return kind(
        data,
        helpers=helpers(values.case, values.day),
        parties=parties_for(values.case, values.user),
        is_social=row.kind.is_social,
        initial={
            "who": chosen,
            "responsible": row.responsible,
            "due_on": row.due_on,
            "note": row.note,
            **initial,
        },
    )


def _start_form(values: _Values, data: Any, initial: dict[str, Any]) -> Any:
    return _who_form(StartForm, values, data, {"started_on": values.day, **initial})


def _change_form(values: _Values, data: Any, initial: dict[str, Any]) -> Any:
    return _who_form(WhoForm, values, data, initial)


def _trial_form(values: _Values, data: Any, initial: dict[str, Any]) -> Any:
    return TrialForm(data, initial={"trial_to": values.row.trial_to, **initial})


def _result_form(values: _Values, data: Any, initial: dict[str, Any]) -> Any:
    social = values.row.kind.is_social
    return ResultForm(data, is_social=social, initial={"ended_on": values.day, **initial})


def _why_form(values: _Values, data: Any, initial: dict[str, Any]) -> Any:
    return WhyForm(data, is_social=values.row.kind.is_social, initial=initial)


@dataclass(frozen=True, slots=True)
class _Page:
    """How a step looks, and which service it calls with what its form cleaned to."""

    title: Promise
    about: Promise
    button: Promise
    said: Promise
    form: Callable[[_Values, Any, dict[str, Any]], Any]
    do: Callable[..., Measure]
    takes: Callable[[Any], dict[str, Any]]
    warning: Promise | str = ""


def _named(*names: str) -> Callable[[Any], dict[str, Any]]:
    return lambda form: {name: form.cleaned_data[name] for name in names}


def _with_task(*names: str) -> Callable[[Any], dict[str, Any]]:
    return lambda form: {"task": form.task(), **_named(*names)(form)}


def _why(name: str) -> Callable[[Any], dict[str, Any]]:
    return lambda form: {name: form.cleaned_data["reason"]}


PAGES: Mapping[Act, _Page] = {
    Act.START: _Page(
        title=gettext_lazy("Start the measure"),
        about=gettext_lazy("From now on it runs, until you enter what came of it."),
        button=gettext_lazy("Start the measure"),
        said=gettext_lazy("The measure runs."),
        form=_start_form,
        do=service.start,
        takes=_with_task("started_on", "trial_to", "note"),
    ),
    Act.CHANGE: _Page(
        title=gettext_lazy("Change who or when"),
        about=gettext_lazy("Who sees to it, and by when."),
        button=gettext_lazy("Save"),
        said=gettext_lazy("Saved."),
        form=_change_form,
        do=service.change,
        takes=_with_task("note"),
    ),
    Act.TRY: _Page(
        title=gettext_lazy("Trial period"),
        about=gettext_lazy(
            "The measure is given time to work. While the trial lasts nothing can be referred to "
            "collection, the bailiff or a court, and only “it worked” can be entered as a result."
        ),
        button=gettext_lazy("Set the trial period"),
        said=gettext_lazy("The trial period is set."),
        form=_trial_form,
        do=service.try_until,
        takes=_named("trial_to", "note"),
    ),
    Act.FINISH: _Page(
        title=gettext_lazy("Enter the result"),
        about=gettext_lazy("The measure is over. It counts as tried, whatever came of it."),
        button=gettext_lazy("Enter the result"),
        said=gettext_lazy("The result is entered."),
        form=_result_form,
        do=service.finish,
        takes=_named("result", "ended_on", "note"),
    ),
    Act.DROP: _Page(
        title=gettext_lazy("Break off the measure"),
        about=gettext_lazy(
            "What had begun counts as tried. What was only proposed does not, and the checklist "
            "still asks for it: use “Not suitable” when it has been looked into."
        ),
        button=gettext_lazy("Break it off"),
        said=gettext_lazy("The measure is broken off."),
        form=_why_form,
        do=service.drop,
        takes=_why("why"),
    ),
    Act.REJECT: _Page(
        title=gettext_lazy("Not suitable"),
        about=gettext_lazy(
            "It has been looked into and does not fit this household. The reason answers the "
            "checklist, and the meeting reads it before anything is referred."
        ),
        button=gettext_lazy("It is not suitable"),
        said=gettext_lazy("The answer is entered."),
        form=_why_form,
        do=service.reject,
        takes=_why("why"),
    ),
    Act.NOT_ENOUGH: _Page(
        title=gettext_lazy("Why it is not enough"),
        about=gettext_lazy(
            "The support goes on. Before anything can be referred, somebody has to say why it is "
            "not enough to keep the home."
        ),
        button=gettext_lazy("Save"),
        said=gettext_lazy("Saved."),
        form=_why_form,
        do=service.say_not_enough,
        takes=_why("because"),
    ),
    Act.REOPEN: _Page(
        title=gettext_lazy("Take the measure up again"),
        about=gettext_lazy(
            "What was done runs on from where it was, and what was not carried out is proposed "
            "once more. What was entered before stays in the history."
        ),
        warning=gettext_lazy(
            "Nothing can be referred on this case until the measure has been decided again."
        ),
        button=gettext_lazy("Take it up again"),
        said=gettext_lazy("The measure is taken up again."),
        form=_why_form,
        do=service.reopen,
        takes=_why("why"),
    ),
}


@require_http_methods(["GET", "POST"])
@page("arrears.work_measure")
def measure_step(request: HttpRequest, pk: int, act: str) -> HttpResponseBase:
    """One step on one measure: what it means, its form, and back to the measure."""
    user, day = request.user, dates.today()
    row = find_measure(user, pk)
    shown, case = PAGES[Act(act)], row.case
    form = shown.form(
        _Values(row, case, user, day),
        request.POST or None,
        fresh(case, version=row.version),
    )

    def do() -> str:
        version = form.cleaned_data["version"] or 0
        shown.do(row.pk, **shown.takes(form), by=user, on=day, version=version)
        return reverse("arrears:measure", args=[row.pk])

    if where := done(
        request, form, do, case_id=case.pk, fields=fields_of(form), refusal=_said(row, form)
    ):
        messages.success(request, str(shown.said))
        return redirect(where)
    refused = refused_when_closed(request, case)
    if request.method != "POST" and not refused:
        refused = _refused(row, Act(act), case, user)
    return step(
        request,
        case,
        form,
        title=str(shown.title),
        about=str(shown.about),
        warning=str(shown.warning),
        button=str(shown.button),
        refused=refused,
        instead={"url": reverse("arrears:measure", args=[pk]), "label": _("Open the measure")},
        facts=_terms(row, day),
        part=_PART,
    )


def _terms(row: Measure, day: datetime.date) -> list[tuple[str, str]]:
    terms = [
        (_("Measure"), kind_name(row.kind)),
        (_("State"), capfirst(state_name(row.state))),
    ]
    if rules.is_on_trial(row.state, row.trial_to, day):
        terms.append((_("Trial period to"), format_day(row.trial_to)))
    return terms


def _refused(row: Measure, act: Act, case: Case, user: Any) -> str:
    """Why this step cannot be taken on the measure as it is, before anybody fills in a form."""
    kind = row.kind
    try:
        rules.next_state(row.state, act)
        rules.check_may(
            act,
            sight(case, user).parties,
            row.party,
            is_social=kind.is_social,
            is_lasting=kind.is_lasting,
        )
    except RuleBroken as broken:
        return refusal(broken)
    return ""


def _said(row: Measure, form: Any) -> Callable[[RuleBroken], str]:
    """The refusal in words. Of two who had the measure open the second is told what the first
    did, and can send the form again on the measure as it is now."""

    def said(broken: RuleBroken) -> str:
        words = refusal(broken)
        if broken.code != "measure.changed":
            return words
        data = form.data.copy()
        data["version"] = str(broken.facts["version"])
        form.data = data
        last = acts_on(row)[:1]
        if not last:
            return words
        told = {
            "who": str(last[0].by) if last[0].by else "",
            "when": moment(last[0].entered_at),
            "what": measure_act(last[0].what, last[0].facts, kind_name(row.kind), is_hidden=False),
        }
        return f"{words} " + _("%(who)s, %(when)s: %(what)s.") % told

    return said
