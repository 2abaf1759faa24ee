"""One condition of a decision: what it asks for, who checks it, and its steps."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from boligsak import dates
from boligsak.letters.models import Document
from boligsak.rule import RuleBroken
from boligsak.step import fresh
from boligsak.web import page
from tenants.forms.decisions import BecauseForm, HandOverForm, MeetForm
from tenants.models import Condition, ConditionKind, ConditionState
from tenants.queries import conditions as query
from tenants.rules.conditions import DOCUMENT
from tenants.services import conditions as service
from tenants.views.decision_steps import application_page, condition_terms, step
from tenants.words.conditions import (
    because_words,
    evidence_words,
    kind_name,
    party_name,
    refusal,
    state_tag,
)

_MOST_DOCUMENTS = 30
_BECAUSE = {"condition.no_because": "because"}


@require_GET
@page("tenants.settle_condition")
def condition(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One condition: what it asks for, whether it is met and by what, and who checks it."""
    user, day, row = request.user, dates.today(), find_condition(request.user, pk)
    fallen = service.why_fallen_away([row], day) if row.state == ConditionState.MET else {}
    because = fallen.get(row, "")
    context = {
        "title": kind_name(row.kind),
        "breadcrumb": _trail(user, row),
        "facts": [*condition_terms(request, row), (_("Who checks"), party_name(row.party))],
        "tag": state_tag(row, because),
        "fallen": because_words(because),
        "row": row,
        "because": because_words(row.because),
        "evidence": evidence_words(row.evidence),
        "steps": _steps(user, row),
        "back": _back(user, row),
    }
    return render(request, "tenants/condition.html", context)


@require_http_methods(["GET", "POST"])
@page("tenants.settle_condition")
def condition_meet(request: HttpRequest, pk: int) -> HttpResponseBase:
    """It has been checked and is in order."""
    user, day, row = request.user, dates.today(), find_condition(request.user, pk)
    documents = _documents(user, row)
    form = MeetForm(
        request.POST or None,
        initial=fresh(row),
        documents=[(pk, label) for pk, label in documents.items()],
    )

    def do() -> str:
        asked = form.cleaned_data
        chosen = asked.get("document")
        evidence: dict[str, Any] = {}
        if chosen:
            evidence = {"kind": DOCUMENT, "document": chosen, "number": documents[chosen]}
        service.meet_condition(
            pk,
            because=asked["because"],
            evidence=evidence,
            version=asked["version"],
            by=user,
            on=day,
        )
        return _back(user, row)

    refused = ""
    if row.kind == ConditionKind.ARREARS:
        refused = refusal(RuleBroken("condition.not_on_the_books"))
    return _step(
        request,
        row,
        form,
        do,
        stays=ConditionState.OPEN,
        refused=refused,
        title=_("The condition is met"),
        about=_("What you write stands on the application, and is what the allocation rests on."),
        button=_("It is met"),
        said=_("The condition is met."),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.approve_decision")
def condition_waive(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The municipality lets it go."""
    user, day, row = request.user, dates.today(), find_condition(request.user, pk)
    form = BecauseForm(request.POST or None, initial=fresh(row))

    def do() -> str:
        asked = form.cleaned_data
        service.waive_condition(
            pk, because=asked["because"], version=asked["version"], by=user, on=day
        )
        return _back(user, row)

    return _step(
        request,
        row,
        form,
        do,
        stays=ConditionState.OPEN,
        title=_("Let the condition go"),
        about=_("A home can be taken over although it is not met."),
        button=pgettext("a condition", "Let it go"),
        said=_("The condition is waived."),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.settle_condition")
def condition_reopen(request: HttpRequest, pk: int) -> HttpResponseBase:
    """It is not in order after all."""
    user, day, row = request.user, dates.today(), find_condition(request.user, pk)
    form = BecauseForm(request.POST or None, initial=fresh(row))

    def do() -> str:
        asked = form.cleaned_data
        service.reopen_condition(
            pk, because=asked["because"], version=asked["version"], by=user, on=day
        )
        return _back(user, row)

    refused = refusal(RuleBroken("condition.open")) if row.state == ConditionState.OPEN else ""
    return _step(
        request,
        row,
        form,
        do,
        refused=refused,
        title=_("Open the condition again"),
        about=_("No home can be taken over before it is met again."),
        button=_("Open it again"),
        said=_("The condition is open again."),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.settle_condition")
def condition_hand_over(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Another party is to check it."""
    user, day, row = request.user, dates.today(), find_condition(request.user, pk)
    form = HandOverForm(request.POST or None, initial=fresh(row, party=row.party))

    def do() -> str:
        asked = form.cleaned_data
        service.hand_over(
            pk,
            party=asked["party"],
            responsible=None,
            version=asked["version"],
            by=user,
            on=day,
        )
        return reverse("tenants:conditions")

    return _step(
        request,
        row,
        form,
        do,
        stays=ConditionState.OPEN,
        title=_("Who checks the condition"),
        about=_("It stands on the list of the party you choose."),
        button=_("Save"),
        said=_("The condition is handed over."),
    )


def find_condition(user: Any, pk: int) -> Condition:
    """A condition this user may settle, of an application seen by name; 404 for every other."""
    row = get_object_or_404(query.visible_conditions(user), pk=pk)
    if is_masked(row, user):
        raise Http404
    return row


def is_masked(row: Condition, user: Any) -> bool:
    return row.decision.application.is_protected and not user.access.is_cleared


def _documents(user: Any, row: Condition) -> dict[int, str]:
    """Documents of the application's folder that may show it: newest first."""
    if not user.has_perm("letters.view_document"):
        return {}
    rows = Document.objects.filter(
        folder__kind="application",
        folder__ref_id=row.decision.application_id,
        withdrawn_on__isnull=True,
    )
    if not user.has_perm("tenants.view_social"):
        rows = rows.filter(is_social=False)
    if not user.has_perm("tenants.view_application"):
        rows = rows.none()
    return {one.pk: f"{one} {one.title}" for one in rows.order_by("-pk")[:_MOST_DOCUMENTS]}


def _steps(user: Any, row: Condition) -> list[dict[str, str]]:
    found = []

    def link(name: str, label: str) -> None:
        found.append({"href": reverse(f"tenants:{name}", args=[row.pk]), "label": label})

    is_open = row.state == ConditionState.OPEN
    if row.kind == ConditionKind.ARREARS and user.has_perm("tenants.view_application"):
        href = reverse("arrears:old_arrears", args=[row.decision.application_id])
        found.append({"href": href, "label": _("Old arrears")})
    elif is_open:
        link("condition_meet", _("It is met"))
    if is_open:
        if user.has_perm("tenants.approve_decision"):
            link("condition_waive", pgettext("a condition", "Let it go"))
        link("condition_hand_over", _("Another party checks it"))
    else:
        link("condition_reopen", _("Open it again"))
    return found


def _back(user: Any, row: Condition) -> str:
    if user.has_perm("tenants.view_application"):
        return application_page(row.decision.application_id, "conditions")
    return reverse("tenants:conditions")


def _trail(user: Any, row: Condition) -> list[dict[str, Any]]:
    if not user.has_perm("tenants.view_application"):
        return [{"label": _("Conditions"), "url": reverse("tenants:conditions")}]
    number = row.decision.application.number
    return [{"label": _("Application %(number)s") % {"number": number}, "url": _back(user, row)}]


def _step(
    request: HttpRequest,
    row: Condition,
    form: Any,
    do: Any,
    *,
    title: str,
    about: str,
    button: str,
    said: str,
    stays: str = "",
    refused: str = "",
) -> HttpResponseBase:
    if stays and row.state != stays:
        refused = refusal(RuleBroken("condition.settled", state=row.state))
    return step(
        request,
        form,
        do,
        refusal=refusal,
        said=said,
        fields=_BECAUSE,
        title=title,
        breadcrumb=_trail(request.user, row),
        facts=condition_terms(request, row),
        facts_title=_("The condition"),
        about=about,
        button=button,
        refused=refused if request.method != "POST" else "",
        back=reverse("tenants:condition", args=[row.pk]),
    )
