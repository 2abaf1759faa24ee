"""The order of next steps in the administration: edited as rows of steps, tried on every open case
before it is saved, and then a version from a day on.

What is being edited is a draft in the session: it can be left and found again, and belongs to
nobody else. Nothing is stored before the page that shows what it would change.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.admin.step_draft import (
    KEPT_AS,
    begun,
    draft_of,
    fits,
    keep,
    place_in,
    version_form,
)
from arrears.forms.step_policy import PolicyStepForm, VersionForm, initial_of
from arrears.policy_kinds import NEXT_STEPS
from arrears.rules.step_policy import read_step
from arrears.words import next_steps as step_words
from arrears.words import step_policy as words
from boligsak.administration.site import crumbs
from boligsak.rates.models import Policy
from boligsak.web import page

CHANGE = "rates.change_policies"


# --- The steps in order -----------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@page(CHANGE)
def step_policy(request: HttpRequest) -> HttpResponseBase:
    """The rows of the draft in order, and what the version is: office, day, why."""
    if request.method != "POST":
        return _opened(request)
    draft = draft_of(request)
    draft["typed"] |= {
        name: value for name, value in request.POST.items() if name in draft["typed"]
    }
    verb, _colon, code = request.POST.get("do", "").partition(":")
    if verb == "discard":
        request.session.pop(KEPT_AS, None)
        messages.success(request, _("The draft is thrown away."))
        return redirect(reverse("admin:rates_policy_changelist"))
    keep(request, draft)
    if verb == "preview":
        form = version_form(draft, sent=True)
        if form.is_valid() and fits(form, draft):
            return redirect(reverse("admin:step_policy_preview"))
        return _overview(request, draft, form)
    if verb == "add":
        query = f"?after={code}" if code else ""
        return redirect(reverse("admin:step_policy_add") + query)
    place = place_in(draft, code)
    if verb == "edit":
        return redirect(reverse("admin:step_policy_step", args=[code]))
    moved = _MOVES[verb](draft["steps"], place) if verb in _MOVES else None
    keep(request, draft)
    anchor = f"#step-{moved}" if moved else "#steps"
    return redirect(reverse("admin:step_policy") + anchor)


def _opened(request: HttpRequest) -> HttpResponseBase:
    """The draft as it is; `?from=` begins one from that version unless one is being worked on."""
    word = request.GET.get("from", "")
    kept = request.session.get(KEPT_AS)
    other = None
    if word.isdigit():
        row = Policy.objects.filter(kind=NEXT_STEPS, pk=int(word)).first()
        wants_correction = row is not None and "correct" in request.GET and row.cited_at is None
        is_same = kept is not None and (kept["from"], bool(kept["corrects"])) == (
            int(word),
            wants_correction,
        )
        if kept is None or not kept["is_changed"] or "anew" in request.GET:
            request.session[KEPT_AS] = begun(row, is_correction=wants_correction)
            return redirect(reverse("admin:step_policy"))
        if not is_same:
            other = f"?{request.GET.urlencode()}&anew=1"
    draft = draft_of(request)
    return _overview(request, draft, version_form(draft), other=other)


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
    draft = draft_of(request)
    after = request.GET.get("after", "")
    initial = {"party": "welfare", "since": "proposed", "again_days": 30}
    form = PolicyStepForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        step = form.cleaned_data["step"]
        step["code"] = _free_code(draft["steps"], step["action"])
        place = place_in(draft, after) + 1 if after else 0
        draft["steps"].insert(place, step)
        keep(request, draft)
        return redirect(f"{reverse('admin:step_policy')}#step-{step['code']}")
    return _step_page(request, form, _("A new step"), _("Put it into the draft"))


@require_http_methods(["GET", "POST"])
@page(CHANGE)
def step_policy_step(request: HttpRequest, code: str) -> HttpResponseBase:
    """One step of the draft with its conditions."""
    draft = draft_of(request)
    place = place_in(draft, code)
    form = PolicyStepForm(request.POST or None, initial=initial_of(draft["steps"][place]))
    if request.method == "POST" and form.is_valid():
        draft["steps"][place] = form.cleaned_data["step"] | {"code": code}
        keep(request, draft)
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
