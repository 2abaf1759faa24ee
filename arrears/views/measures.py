"""One measure: proposing it, and its page."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from arrears.forms.measures import ProposeForm
from arrears.models import Case, Measure, MeasureKind
from arrears.queries.case_access import sight
from arrears.queries.measures import (
    acts_on,
    helpers,
    kinds_on,
    measures_of,
    rule_kind,
    seen_measures,
)
from arrears.rules import measures as rules
from arrears.rules.cases import HOUSING_UNIT, LANDLORD, OTHER, WELFARE, parties_of
from arrears.rules.measures import ENDED, ONLY_SHOWN, Act
from arrears.services import measures as service
from arrears.views.case_steps import (
    case_page,
    case_terms,
    done,
    find_case,
    refused_when_closed,
    step,
    trail,
)
from arrears.words.measures import (
    ACT_LABELS,
    kind_help,
    kind_name,
    measure_act,
    party_name,
    refusal,
    result_name,
    state_name,
)
from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import moment
from boligsak.step import fresh
from boligsak.web import page

_PART = "measures"

FIELDS: Mapping[str, str] = {
    "measure.party": "who",
    "measure.social_party": "who",
    "measure.hand_on": "who",
    "measure.owner": "who",
    "measure.started_ahead": "started_on",
    "measure.ended_ahead": "ended_on",
    "measure.ended_before_start": "ended_on",
    "measure.due_before_start": "due_on",
    "measure.trial_before_start": "trial_to",
    "measure.trial_past": "trial_to",
    "measure.result": "result",
    "measure.no_reason": "reason",
}
"""The field a refusal belongs to; others are said above the form."""


def fields_of(form: Any) -> dict[str, str]:
    """Of those, the fields that this form has."""
    return {code: name for code, name in FIELDS.items() if name in form.fields}


COLORS = {"proposed": "neutral", "started": "info", "done": "success"}


def find_measure(user: Any, pk: int) -> Measure:
    """A measure this user may know the content of, on a case whose name they see; else 404."""
    row = get_object_or_404(seen_measures(user), pk=pk)
    sees_social = user.has_perm("tenants.view_social")
    hidden = rules.is_hidden(rule_kind(row.kind), sees_social=sees_social)
    if hidden or sight(row.case, user).is_masked:
        raise Http404
    return row


def parties_for(case: Case, user: Any) -> tuple[str, ...]:
    """The parties this user can make responsible: the welfare office all, another its own."""
    own = sight(case, user).parties
    return tuple(
        party
        for party in (WELFARE, HOUSING_UNIT, LANDLORD, OTHER)
        if WELFARE in own or party in own
    )


# --- A new one ------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@page("arrears.work_measure")
def measure_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Choosing from the catalogue: proposed, or begun already."""
    user, day, case = request.user, dates.today(), find_case(request.user, pk)
    # A form sent twice names what its first sending has entered; the service refuses the rest.
    kinds = _kinds(case, user, day, with_open=request.method == "POST")
    parties = parties_for(case, user)
    asked_for = request.GET.get("kind", "")
    form = ProposeForm(
        request.POST or None,
        kinds=kinds,
        helpers=helpers(case, day),
        parties=parties,
        initial=fresh(
            case,
            kind=asked_for,
            who=_usual(parties, next((k for k in kinds if str(k.pk) == asked_for), None), user),
        ),
    )

    def do() -> str:
        asked = form.cleaned_data
        row = service.propose(
            pk,
            int(asked["kind"]),
            form.task(),
            by=user,
            on=day,
            note=asked["note"],
            started_on=asked["started_on"],
            trial_to=asked["trial_to"],
        )
        return reverse("arrears:measure", args=[row.pk])

    if where := done(request, form, do, case_id=pk, fields=fields_of(form), refusal=refusal):
        messages.success(request, _("The measure is entered."))
        return redirect(where)
    refused = refused_when_closed(request, case)
    if not kinds and not refused:
        refused = _(
            "Everything in the catalogue that you can propose is proposed or running on the case "
            "already."
        )
    return step(
        request,
        case,
        form,
        title=_("New measure"),
        about=_(
            "A measure that fits the case, proposed for later or begun already. Measures that "
            "are social in kind are seen by the welfare side only; the others are told that there "
            "is one, and by when."
        )
        if WELFARE in parties
        else _("A measure that your own party sees to."),
        button=_("Enter the measure"),
        refused=refused,
        part=_PART,
    )


def _kinds(case: Case, user: Any, day: datetime.date, *, with_open: bool) -> list[MeasureKind]:
    """What this user can propose today, without what is open on the case already."""
    own = sight(case, user).parties
    standing = {one.kind_id for one in measures_of(case.pk) if one.state not in ENDED}
    found = []
    for row in kinds_on(day):
        if (row.pk in standing and not with_open) or row.code in ONLY_SHOWN:
            continue
        try:
            rules.check_may(Act.START, own, row.party, is_social=row.is_social)
        except RuleBroken:
            continue
        found.append(row)
    return found


def _usual(parties: tuple[str, ...], kind: MeasureKind | None, user: Any) -> str:
    """Who is chosen to begin with: the party the catalogue names, and oneself when one is of it."""
    party = kind.party if kind is not None and kind.party in parties else parties[0]
    return f"{party}:{user.pk}" if party in parties_of(user.access.roles) else party


# --- Its page -------------------------------------------------------------------------------------


@require_GET
@page("arrears.work_measure")
def measure(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What it is, who sees to it, how it goes, and what can be done."""
    user, day = request.user, dates.today()
    row = find_measure(user, pk)
    case = row.case
    open_acts: tuple[Act, ...] = ()
    if case.status == "open":
        kind = rule_kind(row.kind)
        open_acts = rules.acts(row.state, sight(case, user).parties, row.party, kind)
    name = kind_name(row.kind)
    return render(
        request,
        "arrears/measure.html",
        {
            "title": name,
            "lead": kind_help(row.kind),
            "breadcrumb": trail(case),
            "status": {
                "text": capfirst(state_name(row.state)),
                "color": COLORS.get(row.state, "neutral"),
            },
            "case_facts": case_terms(request, case),
            "facts": _facts(row),
            "notes": _notes(row),
            "is_on_trial": rules.is_on_trial(row.state, row.trial_to, day),
            "trial_to": row.trial_to,
            "due_on": row.due_on if row.state not in ENDED else None,
            "today": day,
            "acts": [
                {
                    "label": ACT_LABELS[act],
                    "url": reverse(f"arrears:measure_{act}", args=[pk]),
                    "is_first": place == 0,
                }
                for place, act in enumerate(sorted(open_acts, key=_FIRST.index))
            ],
            "timeline": [
                {
                    "when": moment(act.entered_at),
                    "who": str(act.by) if act.by else "",
                    "what": measure_act(act.what, act.facts, name, is_hidden=False),
                    "text": act.note,
                }
                for act in acts_on(row)
            ],
            "back": case_page(case.pk, _PART),
        },
    )


_FIRST = [
    Act.START,
    Act.FINISH,
    Act.NOT_ENOUGH,
    Act.TRY,
    Act.CHANGE,
    Act.REJECT,
    Act.DROP,
    Act.REOPEN,
]
"""What is likely to be done next stands first."""


def _facts(row: Measure) -> list[tuple[str, str]]:
    facts = [
        (_("Who sees to it"), who(row)),
        (_("Proposed"), format_day(row.proposed_on)),
        (_("Began"), format_day(row.started_on) if row.started_on else ""),
        (_("Ended"), format_day(row.ended_on) if row.ended_on else ""),
        (_("Result"), capfirst(result_name(row.result))),
        (_("Basis"), row.kind.source),
    ]
    return [(term, value) for term, value in facts if value]


def who(row: Measure) -> str:
    """Who sees to it: the party, and the person or the service."""
    names = [capfirst(party_name(row.party))]
    if row.owner is not None:
        names.append(str(row.owner))
    if row.responsible:
        names.append(row.responsible)
    return ", ".join(names)


def _notes(row: Measure) -> list[tuple[str, str]]:
    notes = [
        (_("What is to be done, or was agreed"), row.note),
        (_("Why it was not carried out"), row.why_not),
        (_("Why it is not enough"), row.insufficient_because),
    ]
    return [(term, text) for term, text in notes if text]
