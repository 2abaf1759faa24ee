"""A decision on one page, and its draft."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.step import done, fresh, step_page
from boligsak.web import page
from tenants.forms.decisions import DraftForm, NewDecisionForm, kind_choices
from tenants.models import Decision, DecisionKind, DecisionState
from tenants.queries.decisions import answers_of, decisions_of
from tenants.rules.applications import OPEN
from tenants.rules.decisions import ON_THE_MERITS
from tenants.services import decision_letters as letters
from tenants.services.conditions import broken_evidence
from tenants.services.decisions import (
    drafted_conditions,
    missing,
    save_draft,
    start_decision,
)
from tenants.views.decision_steps import (
    application_page,
    decision_page,
    decision_terms,
    find_application,
    find_decision,
    find_own_decision,
    has_outcome,
    may_read,
    terms,
    trail,
)
from tenants.words.appeals import state_tag as appeal_tag
from tenants.words.conditions import because_words, evidence_words, party_name
from tenants.words.conditions import state_tag as condition_tag
from tenants.words.decisions import kind_name, outcome_tag, refusal, state_tag

MADE = (DecisionState.FINAL, DecisionState.REPLACED)
_AT = {"decision.no_outcome": "outcome"}


@require_http_methods(["GET", "POST"])
@page("tenants.decide")
def decision_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Begins a decision: on help, or on a municipal home."""
    user, day, application = request.user, dates.today(), find_application(request.user, pk)
    kinds = _kinds_left(user, application.pk)
    form = NewDecisionForm(request.POST or None, initial=fresh(application), kinds=kinds)

    def do() -> str:
        asked = form.cleaned_data
        row = start_decision(pk, asked["kind"], by=user, on=day, version=asked["version"])
        return reverse("tenants:decision_draft", args=[row.pk])

    if where := done(request, form, do, refusal=refusal):
        return redirect(where)
    refused = ""
    if request.method != "POST" and application.received_on is None:
        refused = refusal(RuleBroken("decision.not_received", number=application.number))
    elif request.method != "POST" and application.state not in OPEN:
        facts = {"number": application.number, "state": application.state}
        refused = refusal(RuleBroken("application.ended", **facts))
    elif request.method != "POST" and not kinds:
        refused = _("Each kind of decision has been begun or made already.")
    return step_page(
        request,
        form,
        title=_("New decision"),
        breadcrumb=trail(application),
        facts=terms(request, application),
        facts_title=_("The application"),
        about=_(
            "Help with housing and the municipal home are two decisions. They have different "
            "appeal bodies, and stand side by side on the application."
        ),
        button=_("Begin the draft"),
        refused=refused,
        back=application_page(pk),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.decide")
def decision_draft(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The draft: criteria one by one, the outcome, the reasons, the conditions. Saved as it is."""
    user, day, row = request.user, dates.today(), find_own_decision(request.user, pk)
    if row.state != DecisionState.DRAFT:
        messages.info(request, refusal(RuleBroken("decision.not_draft", state=row.state)))
        return redirect(decision_page(pk))
    form = DraftForm(
        request.POST or None,
        initial=fresh(
            row,
            outcome=row.outcome if has_outcome(row) else "",
            content=row.content,
            reasons=row.reasons,
            participation=row.participation,
            lasts_to=row.lasts_to,
            other_ground=row.facts.get("other_ground", ""),
        ),
        answers=answers_of(row.pk),
        drafted=drafted_conditions(row),
    )

    def do() -> str:
        save_draft(pk, form.draft(), version=form.cleaned_data["version"], by=user, on=day)
        if "more" in request.POST:
            return reverse("tenants:decision_draft", args=[pk]) + "#conditions"
        return decision_page(pk)

    if where := done(request, form, do, refusal=refusal, fields=_AT):
        messages.success(request, _("The draft is saved."))
        return redirect(where)
    context = {
        "title": _("Draft decision"),
        "breadcrumb": trail(row.application, row),
        "facts": decision_terms(request, row),
        "form": form,
        "sent_back": row.facts.get("sent_back"),
        "back": decision_page(pk),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "tenants/decision_draft.html", context, status=status)


@require_GET
@page("tenants.view_application")
def decision(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What was decided, on which answers, with which conditions, and what may be done now."""
    user, day, row = request.user, dates.today(), find_decision(request.user, pk)
    reads = may_read(user, row)
    is_made = row.state in MADE
    others = [one for one in decisions_of(row.application_id) if one.pk != row.pk]
    context: dict[str, Any] = {
        "title": kind_name(row.kind),
        "breadcrumb": trail(row.application),
        "facts": decision_terms(request, row, with_outcome=is_made or reads),
        "today": day,
        "decision": row,
        "state": state_tag(row.state),
        "outcome": outcome_tag(row.outcome) if is_made or (reads and has_outcome(row)) else None,
        "reads": reads,
        "is_made": is_made,
        "answers": answers_of(row.pk) if reads and row.outcome in ON_THE_MERITS else [],
        "other_ground": row.facts.get("other_ground", "") if reads else "",
        "conditions": _shown_conditions(row, day, is_made=is_made, reads=reads),
        "appeals": [
            {
                "tag": appeal_tag(one),
                "row": one,
                "href": reverse("tenants:appeal", args=[one.pk]),
            }
            for one in row.appeals.order_by("pk")
        ]
        if reads
        else [],
        "others": [
            {
                "href": decision_page(one.pk),
                "name": kind_name(one.kind),
                "number": one.number,
                "state": state_tag(one.state),
                "body": one.appeal_body,
            }
            for one in others
        ],
        "sent_back": row.facts.get("sent_back") if reads else None,
        **_steps(user, row, day, reads),
    }
    return render(request, "tenants/decision.html", context)


@require_GET
@page("tenants.decide")
def decision_preview(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The letter as it would be today, as PDF."""
    row = find_own_decision(request.user, pk)
    request.saw([row.application.applicant_id])  # type: ignore[attr-defined]
    try:
        content = letters.preview_decision(row, by=request.user, on=dates.today())
    except RuleBroken as broken:
        messages.error(request, refusal(broken))
        return redirect(decision_page(pk))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{row.number}.pdf"'
    return response


def _kinds_left(user: Any, application_id: int) -> list[tuple[str, str]]:
    """Kinds of which none has been begun or made, that this user may decide on."""
    begun = set(
        Decision.objects.filter(application=application_id)
        .exclude(state=DecisionState.REPLACED)
        .values_list("kind", flat=True)
    )
    kinds = [DecisionKind.HOUSING_HELP, DecisionKind.ALLOCATION]
    if not user.has_perm("tenants.view_social"):
        kinds.remove(DecisionKind.HOUSING_HELP)
    return kind_choices([str(kind) for kind in kinds if kind not in begun])


def _shown_conditions(row: Decision, day: datetime.date, *, is_made: bool, reads: bool) -> Any:
    """What a draft sets is known to those who may read its grounds."""
    if is_made:
        return _conditions(row, day)
    return drafted_conditions(row) if reads else []


def _conditions(row: Decision, day: datetime.date) -> list[dict[str, Any]]:
    fallen = broken_evidence(row.application_id, day) if row.state == DecisionState.FINAL else {}
    return [
        {
            "what": one.what,
            "party": party_name(one.party),
            "due_on": one.due_on if one.state == "open" else None,
            "tag": condition_tag(one, fallen.get(one.pk, "")),
            "because": because_words(one.because),
            "evidence": evidence_words(one.evidence),
            "href": reverse("tenants:condition", args=[one.pk]),
        }
        for one in row.conditions.order_by("pk")
    ]


def _steps(user: Any, row: Decision, day: datetime.date, reads: bool) -> dict[str, Any]:
    """What may be done with it now, and what keeps a draft from being made."""
    found: dict[str, Any] = {"missing": [], "steps": []}
    if not reads or not user.has_perm("tenants.decide"):
        return found

    def link(name: str, label: str, **more: Any) -> None:
        found["steps"].append({"href": reverse(f"tenants:{name}", args=[row.pk]), "label": label})

    if row.state == DecisionState.DRAFT:
        found["missing"] = [
            {"text": refusal(one), "href": _where(one, row)} for one in missing(row, day)
        ]
        link("decision_draft", _("Go on with the draft"))
        if not found["missing"]:
            link("decision_make", _("Make the decision"))
            found["steps"].reverse()
    if row.state == DecisionState.FOR_APPROVAL:
        if user.has_perm("tenants.approve_decision") and row.by_id != user.pk:
            link("decision_approve", _("Approve the decision"))
            link("decision_send_back", _("Send it back"))
        else:
            found["waits"] = True
    if row.state == DecisionState.FINAL:
        if row.notified_on is None and not letters.is_on_its_way(row):
            link("decision_notify", _("Write and send the letter"))
        elif row.notified_on is None:
            found["on_its_way"] = True
        if not row.appeals.filter(state__in=("received", "sent_on")).exists():
            link("appeal_new", _("Register an appeal"))
    if row.state in (DecisionState.DRAFT, DecisionState.FOR_APPROVAL, DecisionState.FINAL):
        found["preview"] = reverse("tenants:decision_preview", args=[row.pk])
    return found


def _where(broken: RuleBroken, row: Decision) -> str:
    """Where what is missing is mended."""
    if broken.code == "decision.no_support":
        return application_page(row.application_id, "support")
    if broken.code == "decision.no_economy":
        return application_page(row.application_id, "economy")
    return reverse("tenants:decision_draft", args=[row.pk])
