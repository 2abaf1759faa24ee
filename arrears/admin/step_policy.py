"""The order of next steps in the administration: edited as rows of steps, tried on every open case
before it is saved, and then a version from a day on.

What is being edited is a draft in the session: it can be left and found again, and belongs to
nobody else. Nothing is stored before the page that shows what it would change.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.forms.step_policy import PolicyStepForm, VersionForm, initial_of
from arrears.models import Case
from arrears.policy_kinds import NEXT_STEPS
from arrears.queries.step_shadow import Change, Shadow, Stood, shadow
from arrears.rules.step_policy import StepPolicy, read_step
from arrears.words import next_steps as step_words
from arrears.words import step_policy as words
from boligsak import dates
from boligsak.accounts.services import once
from boligsak.administration import log
from boligsak.administration.site import crumbs
from boligsak.rates import services
from boligsak.rates import words as rates_words
from boligsak.rates.admin import PolicyRegister
from boligsak.rates.models import Policy
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.web import page

CHANGE = "rates.change_policies"
_DRAFT = "step-policy"
_MOST_SHOWN = 500


# --- The draft --------------------------------------------------------------------------------


def _draft(request: HttpRequest) -> dict[str, Any]:
    """What is being edited: the draft, or else the general version that came last."""
    kept: dict[str, Any] | None = request.session.get(_DRAFT)
    if kept is not None:
        return kept
    rows = Policy.objects.filter(kind=NEXT_STEPS, office=None)
    return _begun(rows.order_by("-valid_from").first())


def _begun(row: Policy | None, *, is_correction: bool = False) -> dict[str, Any]:
    if row is None:
        raise Http404
    typed = {name: str(row.values[name]) for name in words.VALUE_NAMES}
    typed |= {"office": str(row.office_id or ""), "source": "", "valid_from": ""}
    if is_correction:
        typed |= {"source": row.source, "valid_from": format_day(row.valid_from)}
    return {
        "from": row.pk,
        "corrects": row.pk if is_correction else None,
        "steps": list(row.values["steps"]),
        "typed": typed,
        "is_changed": False,
    }


def _keep(request: HttpRequest, draft: dict[str, Any]) -> None:
    request.session[_DRAFT] = draft | {"is_changed": True}


def _place(draft: Mapping[str, Any], code: str) -> int:
    """Where a step stands in the draft; 404 for one that is not in it."""
    for place, step in enumerate(draft["steps"]):
        if step["code"] == code:
            return place
    raise Http404


def _values(draft: Mapping[str, Any], days: Mapping[str, int]) -> dict[str, Any]:
    return {"steps": draft["steps"], **days}


# --- The steps in order -----------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@page(CHANGE)
def step_policy(request: HttpRequest) -> HttpResponseBase:
    """The rows of the draft in order, and what the version is: office, day, why."""
    if request.method != "POST":
        return _opened(request)
    draft = _draft(request)
    draft["typed"] |= {
        name: value for name, value in request.POST.items() if name in draft["typed"]
    }
    verb, _colon, code = request.POST.get("do", "").partition(":")
    if verb == "discard":
        request.session.pop(_DRAFT, None)
        messages.success(request, _("The draft is thrown away."))
        return redirect(reverse("admin:rates_policy_changelist"))
    _keep(request, draft)
    if verb == "preview":
        form = _version_form(draft, sent=True)
        if form.is_valid() and _fits(form, draft):
            return redirect(reverse("admin:step_policy_preview"))
        return _overview(request, draft, form)
    if verb == "add":
        query = f"?after={code}" if code else ""
        return redirect(reverse("admin:step_policy_add") + query)
    place = _place(draft, code)
    if verb == "edit":
        return redirect(reverse("admin:step_policy_step", args=[code]))
    moved = _MOVES[verb](draft["steps"], place) if verb in _MOVES else None
    _keep(request, draft)
    anchor = f"#step-{moved}" if moved else "#steps"
    return redirect(reverse("admin:step_policy") + anchor)


def _opened(request: HttpRequest) -> HttpResponseBase:
    """The draft as it is; `?from=` begins one from that version unless one is being worked on."""
    word = request.GET.get("from", "")
    kept = request.session.get(_DRAFT)
    other = None
    if word.isdigit():
        row = Policy.objects.filter(kind=NEXT_STEPS, pk=int(word)).first()
        wants_correction = row is not None and "correct" in request.GET and row.cited_at is None
        is_same = kept is not None and (kept["from"], bool(kept["corrects"])) == (
            int(word),
            wants_correction,
        )
        if kept is None or not kept["is_changed"] or "anew" in request.GET:
            request.session[_DRAFT] = _begun(row, is_correction=wants_correction)
            return redirect(reverse("admin:step_policy"))
        if not is_same:
            other = f"?{request.GET.urlencode()}&anew=1"
    draft = _draft(request)
    return _overview(request, draft, _version_form(draft), other=other)


def _version_form(draft: Mapping[str, Any], *, sent: bool = False) -> VersionForm:
    corrects = draft["corrects"] is not None
    if sent:
        return VersionForm(draft["typed"], is_correction=corrects)
    return VersionForm(initial=draft["typed"], is_correction=corrects)


def _fits(form: VersionForm, draft: Mapping[str, Any]) -> bool:
    """Whether the whole can be a version; the form says what is wrong."""
    try:
        StepPolicy.from_values(_values(draft, form.days()))
    except RuleBroken as broken:
        field = broken.facts["field"]
        form.add_error(field if field in form.fields else None, capfirst(words.refusal(broken)))
        return False
    return True


def _overview(
    request: HttpRequest,
    draft: Mapping[str, Any],
    form: VersionForm,
    *,
    other: str | None = None,
) -> HttpResponseBase:
    row = Policy.objects.filter(pk=draft["from"]).select_related("office").first()
    context = {
        "title": _("Order of next steps"),
        "lead": _(
            "The first step that fits a case is what is proposed there. A change becomes a new "
            "version from a day on, and you see what it would change before you save it."
        ),
        "breadcrumb": crumbs((_("Policies"), "admin:rates_policy_changelist")),
        "steps": [_line(step, number) for number, step in enumerate(draft["steps"], start=1)],
        "form": form,
        "origin": step_words.according_to(row) if row else "",
        "corrects": draft["corrects"] is not None,
        "is_changed": draft["is_changed"],
        "other": other,
    }
    status = 422 if form.is_bound else 200
    return render(request, "arrears/step_policy.html", context, status=status)


def _line(step: Mapping[str, Any], number: int) -> dict[str, Any]:
    read = read_step(step, number)
    return {
        "number": number,
        "code": read.code,
        "what": step_words.action_name(read.action),
        "when": words.when(read),
        "who": capfirst(step_words.party_name(read.party)),
        "by": words.by_when(read),
        "again": words.again(read),
        "note": read.note,
    }


def _up(steps: list[Any], place: int) -> str:
    if place > 0:
        steps[place - 1], steps[place] = steps[place], steps[place - 1]
    return str(steps[max(place - 1, 0)]["code"])


def _down(steps: list[Any], place: int) -> str:
    if place + 1 < len(steps):
        steps[place + 1], steps[place] = steps[place], steps[place + 1]
    return str(steps[min(place + 1, len(steps) - 1)]["code"])


def _remove(steps: list[Any], place: int) -> str:
    del steps[place]
    return str(steps[min(place, len(steps) - 1)]["code"]) if steps else ""


_MOVES: Mapping[str, Callable[[list[Any], int], str]] = {
    "up": _up,
    "down": _down,
    "remove": _remove,
}


# --- One step ---------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@page(CHANGE)
def step_policy_add(request: HttpRequest) -> HttpResponseBase:
    """A new step, after the one that `?after=` names, or first."""
    draft = _draft(request)
    after = request.GET.get("after", "")
    initial = {"party": "welfare", "since": "proposed", "again_days": 30}
    form = PolicyStepForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        step = form.cleaned_data["step"]
        step["code"] = _free_code(draft["steps"], step["action"])
        place = _place(draft, after) + 1 if after else 0
        draft["steps"].insert(place, step)
        _keep(request, draft)
        return redirect(f"{reverse('admin:step_policy')}#step-{step['code']}")
    return _step_page(request, form, _("A new step"), _("Put it into the draft"))


@require_http_methods(["GET", "POST"])
@page(CHANGE)
def step_policy_step(request: HttpRequest, code: str) -> HttpResponseBase:
    """One step of the draft with its conditions."""
    draft = _draft(request)
    place = _place(draft, code)
    form = PolicyStepForm(request.POST or None, initial=initial_of(draft["steps"][place]))
    if request.method == "POST" and form.is_valid():
        draft["steps"][place] = form.cleaned_data["step"] | {"code": code}
        _keep(request, draft)
        return redirect(f"{reverse('admin:step_policy')}#step-{code}")
    title = _("Step %(number)d") % {"number": place + 1}
    return _step_page(request, form, title, _("Keep in the draft"))


def _free_code(steps: list[Any], action: str) -> str:
    """A name no other step has: history tells steps apart by it."""
    taken = {step["code"] for step in steps}
    stem = action.replace("_", "-")
    return next(
        code
        for code in (stem, *(f"{stem}-{number}" for number in range(2, 99)))
        if code not in taken
    )


def _step_page(
    request: HttpRequest, form: PolicyStepForm, title: str, button: str
) -> HttpResponseBase:
    context = {
        "title": title,
        "breadcrumb": crumbs(
            (_("Policies"), "admin:rates_policy_changelist"),
            (_("Order of next steps"), "admin:step_policy"),
        ),
        "form": form,
        "button": button,
        "back": reverse("admin:step_policy"),
    }
    status = 422 if form.is_bound else 200
    return render(request, "arrears/step_policy_step.html", context, status=status)


# --- What it would change, and saving it ------------------------------------------------------


@require_http_methods(["GET", "POST"])
@page(CHANGE)
def step_policy_preview(request: HttpRequest) -> HttpResponseBase:
    """How many open cases would get another next step, and which; then it can be saved."""
    draft = _draft(request)
    form = _version_form(draft, sent=True)
    if not form.is_valid() or not _fits(form, draft):
        return redirect(reverse("admin:step_policy"))
    refused = ""
    if request.method == "POST":
        try:
            where = _saved(request, draft, form)
        except RuleBroken as broken:
            refused = rates_words.refusal(broken, NEXT_STEPS)
        else:
            request.session.pop(_DRAFT, None)
            messages.success(
                request, _("The version is saved. The night proposes by it from its day on.")
            )
            return redirect(where)
    asked = form.cleaned_data
    office_id = _office(draft, asked)
    found = shadow(
        StepPolicy.from_values(_values(draft, form.days())),
        office_id=office_id,
        valid_from=asked["valid_from"],
        day=dates.today(),
    )
    request.saw([])  # type: ignore[attr-defined]
    context = {
        "title": _("What it would change"),
        "breadcrumb": crumbs(
            (_("Policies"), "admin:rates_policy_changelist"),
            (_("Order of next steps"), "admin:step_policy"),
        ),
        "found": found,
        "valid_from": asked["valid_from"],
        "is_later": asked["valid_from"] > dates.today(),
        "facts": _facts(form, asked, office_id),
        "columns": [
            {"label": _("Case"), "header": True},
            {"label": _("Now")},
            {"label": _("Then")},
        ],
        "rows": _rows(found, request.user),
        "most": _MOST_SHOWN,
        "has_more": len(found.changes) > _MOST_SHOWN,
        "refused": refused,
        "submission_id": uuid4(),
        "back": reverse("admin:step_policy"),
    }
    status = 422 if refused else 200
    return render(request, "arrears/step_policy_preview.html", context, status=status)


def _office(draft: Mapping[str, Any], asked: Mapping[str, Any]) -> int | None:
    if draft["corrects"] is not None:
        row = Policy.objects.filter(pk=draft["corrects"]).first()
        return row.office_id if row else None
    return int(asked["office"]) if asked["office"] else None


def _saved(request: HttpRequest, draft: Mapping[str, Any], form: VersionForm) -> str:
    """Saves the version once, with a line in the log, and returns its page."""
    asked, values = form.cleaned_data, _values(draft, form.days())
    corrects = draft["corrects"]

    def do() -> str:
        if corrects is None:
            row = services.enter_policy(
                NEXT_STEPS,
                office_id=_office(draft, asked),
                valid_from=asked["valid_from"],
                values=values,
                source=asked["source"],
            )
            log.write(row, PolicyRegister.add_step, row, request.user)
        else:
            row = services.change_policy(
                corrects,
                valid_from=asked["valid_from"],
                values=values,
                source=asked["source"],
            )
            log.write(row, PolicyRegister.steps[0], row, request.user)
        return reverse("admin:rates_policy_change", args=[row.pk])

    return once(
        request.POST.get("submission_id") or uuid4(),  # type: ignore[arg-type]
        by=request.user,
        path=request.path,
        do=do,
    )


def _facts(
    form: VersionForm, asked: Mapping[str, Any], office_id: int | None
) -> list[tuple[str, str]]:
    names = dict(VersionForm().fields["office"].choices)  # type: ignore[attr-defined]
    facts = [
        (_("Office"), str(names.get(str(office_id or ""), ""))),
        (_("Valid from"), format_day(asked["valid_from"])),
        (_("Why"), asked["source"]),
    ]
    return [(term, value) for term, value in facts if value]


def _rows(found: Shadow, user: Any) -> list[dict[str, Any]]:
    """The cases by number only; the number leads to the case for who may open it."""
    shown = found.changes[:_MOST_SHOWN]
    ids = [change.case_id for change in shown]
    may_open = set()
    if user.has_perm("arrears.view_case"):
        rows = Case.objects.visible_to(user).filter(pk__in=ids)
        may_open = set(rows.values_list("pk", flat=True))
    return [_row(change, change.case_id in may_open) for change in shown]


def _row(change: Change, may_open: bool) -> dict[str, Any]:
    number: dict[str, Any] = {"text": change.number}
    if may_open:
        number["href"] = reverse("desk:case", args=[change.case_id])
    return {"cells": [number, _stood(change.now), _stood(change.then)]}


def _stood(stood: Stood) -> dict[str, str]:
    due = format_day(stood.due_on) if stood.due_on else ""
    by_hand = _("decided by a caseworker") if stood.by_hand else ""
    return {
        "text": step_words.action_name(stood.action),
        "sub": " · ".join(part for part in (due, by_hand) if part),
    }
