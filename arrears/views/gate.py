"""The gate of a case: every condition as met or not, with the link that meets it."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from arrears.forms.referrals import AnswerForm, GateWayForm
from arrears.models import Case, GateAnswer, TriggerKind
from arrears.queries.gate import gate as look
from arrears.queries.gate import usable_decision
from arrears.queries.referrals import running_referrals
from arrears.rules.gate import ANSWERABLE, Condition, Gate, Group
from arrears.rules.referrals import GROUNDS, Ground, ReferralKind
from arrears.services.gate import answer as service_answer
from arrears.views.case_steps import case_page, case_terms, done, find_case, step, trail
from arrears.words.gate import GROUPS, MENDS, name_of, told
from arrears.words.referrals import refusal, way
from boligsak import dates
from boligsak.show import day as format_day
from boligsak.step import fresh
from boligsak.web import page
from tenants.models import Application

WAYS = {f"{kind}.{ground}": (kind, ground) for kind, may in GROUNDS.items() for ground in may}
"""Every way out of the municipality, by the code that stands in an address."""

_FIRST = {
    TriggerKind.ARREARS: f"{ReferralKind.BAILIFF}.{Ground.UNPAID}",
    TriggerKind.EXPIRY: f"{ReferralKind.BAILIFF}.{Ground.EXPIRED}",
    TriggerKind.COMPLAINT: f"{ReferralKind.COURT}.{Ground.NUISANCE}",
}


def usual_way(case: Case) -> str:
    """The way that is shown when nobody has chosen: what a meeting has decided, or else what the
    case is about."""
    for kind, grounds in GROUNDS.items():
        if usable_decision(case.pk, kind):
            return f"{kind}.{grounds[0]}"
    running = set(case.triggers.filter(closed_on__isnull=True).values_list("kind", flat=True))
    for trigger, code in _FIRST.items():
        if trigger in running:
            return code
    return _FIRST[TriggerKind.ARREARS]


def chosen_way(request: HttpRequest, case: Case) -> str:
    code = request.GET.get("way", "")
    return code if code in WAYS else usual_way(case)


# --- Where a condition is mended ------------------------------------------------------------------


class _Place(NamedTuple):
    """`name`: an address about the case, or empty for a `part` of its page."""

    permission: str
    name: str = ""
    part: str = ""


_PLACES: dict[str, _Place] = {
    "decide": _Place("arrears.work_case", "arrears:case_meeting"),
    "contact": _Place("arrears.work_case", "arrears:contact_new"),
    "home_visit": _Place("arrears.work_case", "arrears:visit_new"),
    "view": _Place("arrears.work_case", "arrears:tenant_view"),
    "checklist": _Place("arrears.work_measure", "arrears:measures"),
    "measures": _Place("arrears.view_case", part="measures"),
    "children": _Place("arrears.work_case", "arrears:children"),
    "occupants": _Place("arrears.work_case", part="measures"),
    "answers": _Place("arrears.work_case", "arrears:gate_answer"),
    "notice": _Place("arrears.send_notice", "arrears:notice_write"),
    "notices": _Place("arrears.send_notice", part="notices"),
    "plan": _Place("arrears.view_case", part="plans"),
    "settlement": _Place("arrears.work_case", part="gate"),
    "ledger": _Place("arrears.view_ledger", part="money"),
    "lease": _Place("tenants.view_lease", "desk:lease"),
    "application": _Place("tenants.view_application", "desk:application"),
}


class Mend(NamedTuple):
    url: str
    label: str


def mends(case: Case, condition: Condition, user: Any) -> list[Mend]:
    """The links that meet a condition, of those this user may follow."""
    if condition.is_met or not condition.mend:
        return []
    wanted = [condition.mend]
    if condition.code == "contact.home_visit":
        # Where no visit can be made, somebody answers for why.
        wanted.append("answers")
    found = []
    for name in wanted:
        place = _PLACES[name]
        if not user.has_perm(place.permission):
            continue
        if name == "application":
            found += _applications(condition, user)
            continue
        if name == "decide" and case.for_meeting_on is not None:
            # It is up already: that page would take it off.
            found.append(Mend(case_page(case.pk, "meetings"), _("Coordination meetings")))
        else:
            found.append(Mend(_address(case, place, condition), str(MENDS[name])))
    return found


def _applications(condition: Condition, user: Any) -> list[Mend]:
    """A link to each application that waits, of those this user may open."""
    waiting = {one["application"]: one["number"] for one in condition.facts["waiting"]}
    seen = Application.objects.unmasked(user).filter(pk__in=waiting)
    return [
        Mend(
            reverse("desk:application", args=[pk]),
            _("Go to application %(number)s") % {"number": waiting[pk]},
        )
        for pk in seen.order_by("received_on", "pk").values_list("pk", flat=True)
    ]


def _address(case: Case, place: _Place, condition: Condition) -> str:
    if place.name == "desk:lease":
        return reverse(place.name, args=[case.lease_id])
    if place.name == "arrears:gate_answer":
        return reverse(place.name, args=[case.pk, condition.code])
    if place.name == "arrears:notice_write":
        # One condition needs a notice without naming it: an expired contract, a request to move.
        return reverse(place.name, args=[case.pk, condition.facts.get("notice", "move_request")])
    return reverse(place.name, args=[case.pk]) if place.name else case_page(case.pk, place.part)


def shown(case: Case, found: Gate, user: Any) -> list[dict[str, Any]]:
    """The conditions by group, in words, each with its links."""
    groups = []
    for group in Group:
        rows = [one for one in found.conditions if one.group == group]
        if rows:
            groups.append(
                {
                    "code": str(group),
                    "name": str(GROUPS[group]),
                    "met": sum(one.is_met for one in rows),
                    "count": len(rows),
                    "rows": [{"told": told(one), "mends": mends(case, one, user)} for one in rows],
                }
            )
    return groups


# --- Pages ----------------------------------------------------------------------------------------


@require_GET
@page("arrears.view_case")
def gate(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every condition for one way out of the municipality, as it stands today."""
    user, day = request.user, dates.today()
    case = find_case(user, pk)
    code = chosen_way(request, case)
    kind, ground = WAYS[code]
    found = look(case.pk, kind, ground, day)
    choices = [(one, capfirst(way(*WAYS[one]))) for one in WAYS]
    running = running_referrals([case.pk])[case.pk]
    context = {
        "title": _("The gate"),
        "breadcrumb": trail(case),
        "lead": _(
            "A case leaves the municipality only when everything else has been tried and the law "
            "has been followed. Nobody can pass the gate by."
        ),
        "facts": case_terms(request, case),
        "form": GateWayForm({"way": code}, ways=choices),
        "way": capfirst(way(kind, ground)),
        "groups": shown(case, found, user),
        "is_open": found.is_open,
        "unmet": len(found.unmet),
        "met": len(found.conditions) - len(found.unmet),
        "count": len(found.conditions),
        "running": [
            {"url": reverse("arrears:referral", args=[one.pk]), "what": way(one.kind, one.ground)}
            for one in running
        ],
        "refer": f"{reverse('arrears:refer', args=[case.pk])}?way={code}"
        if found.is_open
        and case.status == "open"
        and not running
        and user.has_perm("arrears.refer")
        else "",
        "settlement": reverse("arrears:settlement_new", args=[case.pk])
        if user.has_perm("arrears.work_case") and case.status == "open"
        else "",
        "back": case_page(case.pk),
    }
    return render(request, "arrears/gate.html", context)


def _question(condition: str) -> tuple[str, str, str]:
    """What is asked, and the answers that open and close."""
    return {
        "contact.home_visit": (
            _(
                "A home visit is the surest way to meet somebody who does not answer. Where none "
                "can be made, say why: it stands in the file and in the petition's grounds."
            ),
            _("No visit can be made, for the reason below"),
            _("A visit can be made"),
        ),
        "application.decided": (
            _(
                "Social support (sosialtjenesteloven §§ 18, 19), temporary housing (§ 27) or "
                "housing allowance: nothing the household has applied for may wait for a "
                "decision. Applications for a municipal home are looked up in the register."
            ),
            _("No application waits"),
            _("An application waits for a decision"),
        ),
        "objection.assessed": (
            _(
                "Rent withheld for a defect (husleieloven § 2-15), or an objection without a "
                "deposit, rests the claim until somebody has assessed it in writing."
            ),
            _("There is none, or it is assessed in writing"),
            _("There is one that nobody has assessed"),
        ),
        "limitation.checked": (
            _(
                "Rent is time-barred after three years (foreldelsesloven § 2) unless the period is "
                "interrupted or prolonged. Look into the oldest charges before they are claimed."
            ),
            _("Nothing that is claimed is time-barred"),
            _("A part is time-barred"),
        ),
    }[condition]


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def gate_answer(request: HttpRequest, pk: int, condition: str) -> HttpResponseBase:
    """What somebody has looked into, and answers for."""
    if condition not in ANSWERABLE:
        raise Http404
    user, day = request.user, dates.today()
    case = find_case(user, pk)
    about, yes, no = _question(condition)
    form = AnswerForm(request.POST or None, yes=yes, no=no, initial=fresh(case))
    back = reverse("arrears:gate", args=[case.pk])

    def do() -> str:
        asked = form.cleaned_data
        service_answer(
            pk,
            condition,
            is_met=asked["answer"] == form.YES,
            note=asked["note"],
            by=user,
            on=day,
            version=asked["version"],
        )
        return back

    fields = {"answer.no_note": "note"}
    if where := done(request, form, do, case_id=pk, fields=fields, refusal=refusal):
        messages.success(request, _("Your answer is recorded."))
        return redirect(where)
    earlier = GateAnswer.objects.filter(case=case, condition=condition).select_related("by")
    return step(
        request,
        case,
        form,
        title=name_of(condition),
        about=about,
        button=_("Record the answer"),
        facts=[
            (
                _("Answered %(on)s") % {"on": format_day(one.on)},
                f"{yes if one.is_met else no}. {one.note} ({one.by})",
            )
            for one in earlier.order_by("-id")[:3]
        ],
        part="gate",
    )
