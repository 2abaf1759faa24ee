"""«Alt annet skal være prøvd først»: the whole checklist of a case, many answers in one form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from arrears.forms.measures import ChecklistForm
from arrears.models import Case, Measure
from arrears.queries.case_access import sight
from arrears.queries.measures import Checklist, Line, checklist
from arrears.rules import measures as rules
from arrears.rules.measures import CHILDRENS_INTEREST, ONLY_SHOWN, STARTED, Act, Answer, Shows
from arrears.services import measures as service
from arrears.views.case_steps import (
    case_page,
    case_terms,
    done,
    find_case,
    refused_when_closed,
    trail,
)
from arrears.views.measures import COLORS, who
from arrears.words.measures import (
    ANSWERS,
    SHOWN,
    hidden_name,
    kind_help,
    kind_name,
    refusal,
    result_name,
    state_name,
)
from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.step import fresh
from boligsak.web import page

TONES = {
    Answer.TRIED: "success",
    Answer.RUNNING: "info",
    Answer.UNSUITABLE: "neutral",
    Answer.ELSEWHERE: "success",
    Answer.NONE: "warning",
}

_FIELDS = {
    "measure.started_ahead": "on",
    "measure.ended_ahead": "on",
    "measure.long_ago": "on",
    "measure.ended_before_start": "on",
    "measure.trial_before_start": "on",
    "measure.result": "result",
    "measure.no_reason": "text",
}


@require_http_methods(["GET", "POST"])
@page("arrears.work_measure")
def measures(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Each line with what stands there, and a form for those that are not decided."""
    user, day, case = request.user, dates.today(), find_case(request.user, pk)
    found, sees_social = checklist(pk, day), user.has_perm("tenants.view_social")
    told_of = _told(found, sees_social)
    own = sight(case, user).parties
    can = [line for line in found.asked if _is_open(case) and _may_answer(line, own)]
    # A form sent twice answers lines that its first sending has answered: the service refuses.
    lines = told_of if request.method == "POST" else can
    form = ChecklistForm(request.POST or None, lines=lines, today=day, initial=fresh(case))
    fields: dict[str, str] = {}

    def do() -> str:
        try:
            service.answer(pk, form.answers(), by=user, on=day)
        except RuleBroken as broken:
            if kind_id := broken.facts.get("kind_id"):
                fields[broken.code] = f"{_FIELDS.get(broken.code, 'how')}_{kind_id}"
            if broken.code == "measure.line_changed":
                form.see_anew()
            raise
        return reverse("arrears:measures", args=[pk])

    if where := done(request, form, do, case_id=pk, fields=fields, refusal=refusal):
        count = len(form.answers())
        messages.success(
            request,
            ngettext("%(count)d line is answered.", "%(count)d lines are answered.", count)
            % {"count": count},
        )
        return redirect(where)
    still = {line.row.pk for line in can}
    shown = [_shown(line, form, case, is_open=line.row.pk in still) for line in told_of]
    context = {
        "title": _("Everything else tried first"),
        "lead": _("An eviction is the last way out. Everything else is to be tried before it."),
        "breadcrumb": trail(case),
        "facts": case_terms(request, case),
        "form": form,
        "is_form": bool(can),
        "refused": refused_when_closed(request, case),
        "open": [one for one in shown if one["is_open"]],
        "answered": [one for one in shown if not one["is_open"]],
        "hidden": _hidden(found, sees_social),
        "progress": progress(found),
        "holds": holds(found, sees_social),
        "back": case_page(pk, "measures"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "arrears/measure_checklist.html", context, status=status)


def _is_open(case: Case) -> bool:
    return case.status == "open"


def _told(found: Checklist, sees_social: bool) -> list[Line]:
    return [line for line in found.asked if not rules.is_hidden(line.kind, sees_social=sees_social)]


def _hidden(found: Checklist, sees_social: bool) -> str:
    """To those who may not know what they are: how many of the lines the welfare side answers."""
    hidden = [line for line in found.asked if rules.is_hidden(line.kind, sees_social=sees_social)]
    if not hidden:
        return ""
    answered = sum(1 for line in hidden if line.answer.answers)
    return ngettext(
        "The welfare office answers %(count)d more line by itself; %(answered)d is answered.",
        "The welfare office answers %(count)d more lines by itself; %(answered)d are answered.",
        len(hidden),
    ) % {"count": len(hidden), "answered": answered}


def _may_answer(line: Line, own: frozenset[str]) -> bool:
    """A line that is not decided, and that is this reader's to answer."""
    if line.row.code in ONLY_SHOWN:
        return False
    running = any(one.state == STARTED for one in line.measures)
    lasts = running and line.kind.is_lasting
    is_over = line.answer in (Answer.TRIED, Answer.UNSUITABLE, Answer.ELSEWHERE)
    proposed = any(one.state == rules.PROPOSED for one in line.measures)
    if (is_over and not proposed and not running) or lasts:
        return False
    standing = next((one for one in line.measures if one.state not in rules.ENDED), None)
    party = standing.party if standing is not None else line.row.party
    try:
        rules.check_may(Act.START, own, party, is_social=line.kind.is_social)
    except RuleBroken:
        return False
    return True


def _shown(line: Line, form: ChecklistForm, case: Case, *, is_open: bool) -> dict[str, Any]:
    pk = line.row.pk
    fields = {}
    if is_open:
        fields = {name: form[f"{name}_{pk}"] for name in ("how", "result", "on", "text", "seen")}
    return {
        "name": kind_name(line.row),
        "help": kind_help(line.row),
        "source": line.row.source,
        "answer": ANSWERS[line.answer],
        "tone": TONES[line.answer],
        "how": str(SHOWN[line.shown]) if line.shown is not None else "",
        "measures": [
            {
                "url": reverse("arrears:measure", args=[one.pk]),
                "state": capfirst(state_name(one.state)),
                "color": COLORS.get(one.state, "neutral"),
                "text": told(one),
            }
            for one in line.measures
        ],
        "link": _link(line, case),
        "is_open": is_open,
        "fields": fields,
    }


def _link(line: Line, case: Case) -> dict[str, str] | None:
    """Where a line is answered that no form here answers."""
    if line.row.code == CHILDRENS_INTEREST:
        url = reverse("arrears:children", args=[case.pk])
        return {"url": url, "label": _("Write the assessment")}
    elsewhere = {
        Shows.CONTACT: ("contacts", _("Contact with the tenant")),
        Shows.VIEW: ("views", _("The tenant's view")),
        Shows.PLAN: ("plans", _("Repayment plans")),
        Shows.NUISANCE_WARNING: ("notices", _("Letters and notices")),
        Shows.NAV_WARNING: ("notices", _("Letters and notices")),
    }
    shows = rules.SHOWN_BY.get(line.row.code)
    if shows not in elsewhere or line.answer.answers:
        return None
    part, label = elsewhere[shows]
    return {"url": case_page(case.pk, part), "label": label}


def told(one: Measure) -> str:
    """A measure in one line: who, when, and what came of it or why not."""
    parts = [who(one)]
    if one.ended_on is not None:
        parts.append(format_day(one.ended_on))
    elif one.trial_to is not None:
        parts.append(_("on trial to %(day)s") % {"day": format_day(one.trial_to)})
    elif one.started_on is not None:
        parts.append(_("from %(day)s") % {"day": format_day(one.started_on)})
    else:
        parts.append(_("proposed %(day)s") % {"day": format_day(one.proposed_on)})
    if one.result:
        parts.append(result_name(one.result))
    line = " · ".join(parts)
    said = one.why_not or one.insufficient_because or one.note
    return f"{line}: {said}" if said else line


def progress(found: Checklist) -> dict[str, Any]:
    """How far the checklist is, in words and for a bar."""
    required = found.facts.required
    answered = required - len(found.facts.unanswered)
    text = _("%(answered)d of %(required)d answered") % {
        "answered": answered,
        "required": required,
    }
    return {"value": answered, "most": required, "text": text, "is_done": answered == required}


def holds(found: Checklist, sees_social: bool) -> list[dict[str, Any]]:
    """What else keeps the gate shut: measures nobody has decided, and support that does not say
    why it is not enough. Who may not know what a measure is, is not told which of the two."""
    by_id = {one.pk: (line, one) for line in found.lines for one in line.measures}
    lines = []
    for why, ids in (
        (_("not decided"), found.facts.undecided),
        (
            _("runs, and does not say why it is not enough"),
            found.facts.running_support_without_reason,
        ),
    ):
        for pk in ids:
            line, one = by_id[pk]
            is_hidden = rules.is_hidden(line.kind, sees_social=sees_social)
            lines.append(
                {
                    "name": hidden_name(one.party) if is_hidden else kind_name(line.row),
                    "why": _("not decided") if is_hidden else why,
                    "url": "" if is_hidden else reverse("arrears:measure", args=[pk]),
                }
            )
    return lines
