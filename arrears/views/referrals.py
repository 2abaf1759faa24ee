"""Referrals: making one through the open gate, and the page that follows it."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from arrears.forms.referrals import ReferForm
from arrears.models import Case, Referral, ReferralState
from arrears.queries.gate import gate as look
from arrears.queries.gate import usable_decision
from arrears.queries.referrals import claimed, seen_referrals, standing_of
from arrears.rules.referrals import Ground, ReferralKind, steps
from arrears.services.referrals import refer as service_refer
from arrears.services.referrals.petition_file import SOURCE
from arrears.views.case_steps import case_page, case_terms, done, find_case, step, trail
from arrears.views.gate import WAYS, chosen_way, shown
from arrears.words.referrals import ENCLOSURES, HAPPENED, STEPS, refusal, way
from boligsak import dates
from boligsak.letters.models import Document
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.step import fresh
from boligsak.web import page

TONES = {
    ReferralState.PREPARED: "info",
    ReferralState.FILED: "warning",
    ReferralState.DATE_SET: "danger",
    ReferralState.POSTPONED: "warning",
    ReferralState.PAID_UP: "success",
    ReferralState.CARRIED_OUT: "danger",
}


@require_http_methods(["GET", "POST"])
@page("arrears.refer")
def refer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Prepares a referral. Nothing is sent yet; the gate is looked at once more when it is."""
    user, day = request.user, dates.today()
    case = find_case(user, pk)
    code = chosen_way(request, case)
    kind, ground = WAYS[code]
    form = ReferForm(request.POST or None, ground=ground, initial=fresh(case))
    gate_page = f"{reverse('arrears:gate', args=[case.pk])}?way={code}"
    made: list[Referral] = []

    def do() -> str:
        asked = form.cleaned_data
        row = service_refer(
            pk, kind, ground, asked["reason"], by=user, on=day, version=asked["version"]
        )
        made.append(row)
        return reverse("arrears:referral", args=[row.pk])

    fields = {"referral.reason": "reason"}
    if where := done(request, form, do, case_id=pk, fields=fields, refusal=refusal):
        messages.success(request, _("The referral is prepared. It is not sent yet."))
        return redirect(where)
    refused, instead = "", None
    if request.method != "POST":
        found = look(case.pk, kind, ground, day)
        if not found.is_open:
            codes = [one.code for one in found.unmet]
            refused = refusal(RuleBroken("gate.closed", conditions=codes))
            instead = {"url": gate_page, "label": _("Go to the gate")}
    decision = usable_decision(case.pk, kind)
    claim = claimed(case, kind, ground, day)
    facts = [(_("To"), capfirst(way(kind, ground)))]
    if decision is not None:
        held = f"{decision.meeting}, {format_day(decision.held_on)}"
        facts.append((_("Decided in"), held))
    if claim.lines:
        facts += [
            (_("Principal"), kr(claim.split.principal_ore)),
            (_("Additional claims"), kr(claim.split.additional_ore)),
        ]
    return step(
        request,
        case,
        form,
        title=_("Refer the case"),
        about=_("It is prepared first. You look it through and send it on the next page."),
        warning=_consequence(kind),
        button=_("Prepare the referral"),
        refused=refused,
        instead=instead,
        facts=facts,
        part="gate",
    )


def _consequence(kind: ReferralKind) -> str:
    """What it leads to, said before anybody presses the button."""
    return {
        ReferralKind.BAILIFF: _(
            "A petition can end with the household losing its home, and adds court fees to the "
            "debt. Eviction is the last resort."
        ),
        ReferralKind.COLLECTION: _(
            "The collector's fees are added to the tenant's debt, and can double."
        ),
        ReferralKind.COURT: _("A judgment can end the tenancy, with costs for the one who loses."),
        ReferralKind.TRIBUNAL: _("The tribunal's decision binds both, and there is a fee for it."),
        ReferralKind.DISTRAINT: _(
            "Distraint can be taken in what the tenant owns and earns, and is registered."
        ),
    }[kind]


def find_referral(user: Any, pk: int) -> Referral:
    """A referral of a case whose name this user sees; 404 for every other."""
    row = get_object_or_404(seen_referrals(user), pk=pk)
    find_case(user, row.case_id)
    return row


@require_GET
@page("arrears.view_case")
def referral(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Where one referral stands, what can be done with it, and what has been."""
    user, day = request.user, dates.today()
    row = find_referral(user, pk)
    case: Case = row.case
    kind, ground = ReferralKind(row.kind), Ground(row.ground)
    at = standing_of(row, day)
    may = user.has_perm("arrears.refer") and case.status == "open"
    context: dict[str, Any] = {
        "title": _("Referral to %(way)s") % {"way": way(row.kind, row.ground)},
        "breadcrumb": trail(case),
        "status": {
            "text": capfirst(str(row.get_state_display())),
            "color": TONES.get(ReferralState(row.state), "neutral"),
        },
        "facts": [*case_terms(request, case), *referral_terms(row, sees_social=_sees(user))],
        "next": [
            {"url": _step_page(row, name), "label": str(STEPS[name]), "is_first": place == 0}
            for place, name in enumerate(_open_steps(row, at, may=may))
        ],
        "notes": _notes(row, at),
        "documents": _documents(row, user),
        "events": [
            {
                "when": format_day(one.on),
                "what": str(HAPPENED[one.what]),
                "text": _event_text(one.facts, one.note),
                "who": str(one.by),
                "tone": "",
            }
            for one in row.steps.select_related("by").order_by("-on", "-id")
        ],
        "costs": [
            (capfirst(f"{one.get_kind_display()}, {one.get_payer_display()}"), kr(one.amount_ore))
            for one in row.costs.order_by("id")
        ],
        "back": case_page(case.pk, "referrals"),
    }
    if row.state == ReferralState.PREPARED:
        found = look(case.pk, kind, ground, day, referral_id=row.pk)
        groups = shown(case, found, user)
        context |= {
            "unmet": [one for group in groups for one in group["rows"] if not one["told"].is_met],
            "is_prepared": True,
        }
    return render(request, "arrears/referral.html", context)


def referral_terms(row: Referral, *, sees_social: bool) -> list[tuple[str, str]]:
    """The referral's own facts, as a page lists them. Where a household can go is social."""
    terms = [
        (_("Reason"), capfirst(str(row.get_reason_display()))),
        (_("Decided in"), f"{row.decision.meeting}, {format_day(row.decision.held_on)}"),
        (_("Prepared"), f"{format_day(row.made_on)}, {row.by}"),
        (_("Sent"), format_day(row.filed_on) if row.filed_on else ""),
        (_("The tenant's deadline"), format_day(row.comment_by_on) if row.comment_by_on else ""),
        (_("Eviction date"), format_day(row.eviction_on) if row.eviction_on else ""),
        (_("Temporary home"), row.temporary_home if sees_social else ""),
        (_("Principal"), kr(row.principal_ore) if row.principal_ore else ""),
        (_("Additional claims"), kr(row.additional_ore) if row.additional_ore else ""),
        (_("Ended"), format_day(row.ended_on) if row.ended_on else ""),
        (_("Result"), row.result),
    ]
    return [(term, value) for term, value in terms if value]


def _sees(user: Any) -> bool:
    return bool(user.has_perm("tenants.view_social"))


def _open_steps(row: Referral, at: Any, *, may: bool) -> list[str]:
    if not may:
        return []
    found: list[str] = [str(one) for one in steps(at)]
    is_running_eviction = row.kind == ReferralKind.BAILIFF and row.ended_on is None
    if is_running_eviction and at.has_children and row.filed_on is not None:
        found.append("ready_home")
    return found


def _step_page(row: Referral, name: str) -> str:
    return reverse("arrears:referral_step", args=[row.pk, name])


def _notes(row: Referral, at: Any) -> list[str]:
    """What whoever works with it must know now."""
    notes = []
    if row.kind == ReferralKind.BAILIFF and row.ended_on is None and row.filed_on is not None:
        if row.ground == Ground.UNPAID:
            notes.append(
                _("Paying all that has fallen due, with costs, stops it until the lock is changed.")
            )
        else:
            notes.append(_("A payment does not stop it: that is for ground (a) only."))
        if at.has_children and not at.has_temporary_home:
            notes.append(
                _("Children live there. A temporary home must be ready before the eviction.")
            )
    return notes


def _documents(row: Referral, user: Any) -> list[dict[str, str]]:
    if not user.has_perm("arrears.refer"):
        return []
    if row.kind != ReferralKind.COLLECTION:
        url = reverse("arrears:petition", args=[row.pk])
        found = [{"url": url, "label": _("The petition, for print")}]
        if row.state == ReferralState.PREPARED:
            draft = reverse("arrears:petition_draft", args=[row.pk])
            found.append({"url": draft, "label": _("Draft of the petition with enclosures (PDF)")})
        if user.has_perm("letters.view_document"):
            found += [
                {
                    "url": reverse("desk:document", args=[one.pk]),
                    "label": _("The petition as it was sent, document %(number)s")
                    % {"number": one},
                }
                for one in Document.objects.filter(source=SOURCE, source_id=row.pk).order_by("-id")
            ]
        return found
    if row.filed_on is None:
        return []
    return [
        {
            "url": reverse("arrears:collector_file", args=[row.pk, form]),
            "label": _("File for the collector (%(format)s)") % {"format": form.upper()},
        }
        for form in ("csv", "json")
    ]


def _event_text(facts: dict[str, Any], note: str) -> str:
    parts = [note] if note else []
    if names := facts.get("attachments"):
        listed = ", ".join(str(ENCLOSURES.get(name, name)) for name in names)
        parts.append(_("Enclosed: %(names)s.") % {"names": listed})
    if fee := facts.get("fee_ore"):
        parts.append(_("Fee: %(fee)s.") % {"fee": kr(fee)})
    for name in ("eviction_on", "until"):
        if found := facts.get(name):
            parts.append(format_day(datetime.date.fromisoformat(found)))
    return " ".join(parts)
