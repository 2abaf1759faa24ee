"""From hand to hand: whose a case is, offers of it, and who must keep away from it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.forms.cases import NOBODY, AnswerForm, DisqualifyForm, OwnerForm, TransferForm, WhyForm
from arrears.models import Case, CaseTransfer, Disqualification, TransferState
from arrears.queries.case_access import sight
from arrears.queries.workers import offices_open, worker, workers_at
from arrears.services.cases import handing as service
from arrears.services.cases.owners import is_disqualified
from arrears.services.cases.owners import worker as worker_of
from arrears.views.case_steps import case_page, done, find_case, refused_when_closed, step
from arrears.words.cases import refusal, trigger_names
from boligsak import dates
from boligsak.accounts.models import Office
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.step import StepForm, fresh
from boligsak.web import page

_OWNER_FIELDS = dict.fromkeys(
    ("owner.no_role", "owner.disqualified", "owner.not_cleared", "owner.has_one"), "owner"
)
_TO_FIELDS = dict.fromkeys(
    (
        "owner.no_role",
        "owner.disqualified",
        "owner.not_cleared",
        "transfer.same",
        "transfer.office_closed",
    ),
    "to",
)
_OFFICE = "office-"


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def case_owner(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Whose the case is: the coordinator gives it to anybody, others take one that is free."""
    user, day, case = request.user, dates.today(), find_case(request.user, pk)
    is_coordinator = user.has_perm("arrears.hand_over_case")
    owners = workers_at(case.office_id, day)
    if not is_coordinator:
        owners = [one for one in owners if one[0] == str(user.pk)]
    mine = str(user.pk) if case.owner_id is None and str(user.pk) in dict(owners) else ""
    form = OwnerForm(
        request.POST or None,
        owners=owners,
        initial=fresh(case, owner=mine or str(case.owner_id or "")),
    )

    def do() -> str:
        asked = form.cleaned_data
        owner = None if asked["owner"] == NOBODY else worker(asked["owner"])
        service.assign_owner(pk, owner, by=user, on=day, version=asked["version"])
        return case_page(pk)

    if where := done(request, form, do, case_id=pk, fields=_OWNER_FIELDS):
        messages.success(request, _("The case has changed hands."))
        return redirect(where)
    refused, instead = refused_when_closed(request, case), None
    is_asked = request.method != "POST" and not refused
    if is_asked and not is_coordinator and case.owner_id is not None:
        refused = refusal(RuleBroken("owner.has_one", who=str(case.owner)))
        url = reverse("arrears:case_transfer", args=[pk])
        instead = {"url": url, "label": _("Offer the case to somebody else")}
    return step(
        request,
        case,
        form,
        title=_("Whose the case is"),
        about=_("The case's open tasks follow it. To another office, offer it instead."),
        facts=[(_("Caseworker"), str(case.owner) if case.owner else _("Nobody"))],
        button=_("Give the case away") if is_coordinator else _("Take the case"),
        refused=refused,
        instead=instead,
    )


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def new_transfer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Offering the case to a caseworker or an office; it stays here until they say yes."""
    user, day, case = request.user, dates.today(), find_case(request.user, pk)
    offices = [(f"{_OFFICE}{office}", name) for office, name in offices_open(day)]
    owners = [one for one in workers_at(None, day) if one[0] != str(case.owner_id)]
    form = TransferForm(request.POST or None, offices=offices, owners=owners, initial=fresh(case))

    def do() -> str:
        asked = form.cleaned_data
        office, owner = _sent_to(asked["to"], case, day)
        service.ask_transfer(
            pk,
            to_office=office,
            to_owner=owner,
            reason=asked["reason"],
            by=user,
            on=day,
            version=asked["version"],
        )
        return case_page(pk)

    if where := done(request, form, do, case_id=pk, fields=_TO_FIELDS):
        messages.success(request, _("The case is offered. It stays here until they say yes."))
        return redirect(where)
    refused, instead = refused_when_closed(request, case), None
    waiting = case.transfers.filter(state=TransferState.WAITING).first()
    if waiting is not None and request.method != "POST":
        refused = refusal(RuleBroken("transfer.waits"))
        instead = {
            "url": reverse("arrears:case_transfer_answer", args=[waiting.pk]),
            "label": _("Look at the offer"),
        }
    return step(
        request,
        case,
        form,
        title=_("Offer the case to somebody else"),
        about="",
        button=_("Offer the case"),
        refused=refused,
        instead=instead,
    )


def _sent_to(value: str, case: Case, day: Any) -> tuple[Office, Any]:
    """The office and the caseworker of a choice. Somebody who works here gets it here, else at
    the first office where they work."""
    if value.startswith(_OFFICE):
        return get_object_or_404(Office, pk=value.removeprefix(_OFFICE)), None
    owner = worker(value)
    if owner is None:
        raise Http404
    offices = worker_of(owner, day).offices
    if not offices or offices & {None, case.office_id}:
        return case.office, owner
    return Office.objects.get(pk=min(office for office in offices if office is not None)), owner


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def transfer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """An offer: those who are asked answer it, those who made it can take it back.

    Whoever is asked sees what the case is about, and whose it is when it is theirs.
    """
    user, day = request.user, dates.today()
    rows = CaseTransfer.objects.select_related(
        "case__lease", "to_office", "from_office", "to_owner", "asked_by"
    )
    offer = get_object_or_404(rows, pk=pk)
    case = offer.case
    is_seen = Case.objects.visible_to(user).filter(pk=case.pk).exists()
    is_ours = is_seen and not sight(case, user).is_masked
    may_answer = _is_asked(offer, user, day)
    if not is_ours and not may_answer:
        raise Http404
    is_back = not may_answer
    kind: type[StepForm] = AnswerForm if may_answer else StepForm
    form = kind(request.POST or None, initial=fresh(case))

    def do() -> str:
        if is_back:
            service.withdraw_transfer(pk, by=user, on=day)
            return case_page(case.pk)
        if form.cleaned_data["answer"] == AnswerForm.YES:
            service.accept_transfer(pk, by=user, on=day)
            return case_page(case.pk)
        service.decline_transfer(pk, reason=form.cleaned_data["reason"], by=user, on=day)
        return reverse("desk:my_work")

    if where := done(request, form, do, case_id=case.pk, fields={"transfer.no_answer": "reason"}):
        messages.success(request, _("Your answer is noted."))
        return redirect(where)
    refused = ""
    if offer.state != TransferState.WAITING and request.method != "POST":
        refused = refusal(RuleBroken("transfer.answered", state=offer.state))
    context = {
        "title": _("Offer of case %(number)s") % {"number": case.number},
        "breadcrumb": [
            {"label": _("Case %(number)s") % {"number": case.number}, "url": case_page(case.pk)}
        ]
        if is_ours
        else [{"label": _("My work"), "url": reverse("desk:my_work")}],
        "facts": _offer_facts(offer, case),
        "about": _(
            "If you say yes, the case and its open tasks are yours from now on. If you say no, it "
            "stays where it is."
        )
        if may_answer
        else _("The case stays here until they answer. You can take the offer back."),
        "form": form,
        "button": _("Send the answer") if may_answer else _("Take the offer back"),
        "refused": refused,
        "back": case_page(case.pk) if is_ours else reverse("desk:my_work"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "step.html", context, status=status)


def _is_asked(offer: CaseTransfer, user: Any, day: Any) -> bool:
    """Whether this user may answer; and never somebody who may not see the address."""
    if is_disqualified(offer.case_id, user.pk):
        return False
    if offer.case.lease.is_protected and not user.access.is_cleared:
        return False
    if offer.to_owner_id is not None:
        # Asked of all there is: the case may lie elsewhere than where this user is coordinator.
        is_chief = user.everywhere.may("arrears.hand_over_case", offer.to_office_id)
        return offer.to_owner_id == user.pk or is_chief
    return worker_of(user, day).works_at(offer.to_office_id)


def _offer_facts(offer: CaseTransfer, case: Case) -> list[tuple[str, str]]:
    running = case.triggers.filter(closed_on__isnull=True).values_list("kind", flat=True)
    to = str(offer.to_owner) if offer.to_owner else ""
    return [
        (_("Case"), case.number),
        (_("Is about"), capfirst(trigger_names(sorted(running)))),
        (_("From"), f"{offer.asked_by}, {offer.from_office.name}"),
        (_("To"), f"{to}, {offer.to_office.name}" if to else offer.to_office.name),
        (_("Offered"), format_day(offer.asked_on)),
        (_("Why"), offer.reason),
        (_("Answer"), capfirst(str(offer.get_state_display()))),
    ]


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def new_disqualification(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Somebody must keep away: oneself, or whoever the coordinator names."""
    user, day, case = request.user, dates.today(), find_case(request.user, pk)
    people = [(str(user.pk), _("Me: %(name)s") % {"name": user})]
    if user.has_perm("arrears.hand_over_case"):
        people += [one for one in workers_at(None, day) if one[0] != str(user.pk)]
    form = DisqualifyForm(
        request.POST or None, people=people, initial=fresh(case, who=str(user.pk))
    )

    def do() -> str:
        asked = form.cleaned_data
        who = worker(asked["who"])
        if who is None:
            raise Http404
        service.disqualify(
            pk, who, reason=asked["reason"], by=user, on=day, version=asked["version"]
        )
        return reverse("desk:cases") if who.pk == user.pk else case_page(pk)

    if where := done(request, form, do, case_id=pk, fields={"disqualify.already": "who"}):
        messages.success(request, _("Noted. The case is closed to the disqualified from now on."))
        return redirect(where)
    return step(
        request,
        case,
        form,
        title=_("Disqualified from the case"),
        about="",
        warning=_(
            "Whoever is disqualified sees the case no more: not its page, not in lists, not in "
            "the search. If the case was theirs, the coordinator is asked to give it to another."
        ),
        button=_("Shut out of the case"),
        refused=refused_when_closed(request, case),
    )


@require_http_methods(["GET", "POST"])
@page("arrears.hand_over_case")
def lift_disqualification(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Letting somebody in again, with a reason."""
    user, day = request.user, dates.today()
    row = get_object_or_404(Disqualification.objects.select_related("user"), pk=pk)
    case = find_case(user, row.case_id)
    form = WhyForm(request.POST or None, initial=fresh(case))

    def do() -> str:
        service.lift_disqualification(pk, reason=form.cleaned_data["reason"], by=user, on=day)
        return case_page(case.pk)

    if where := done(request, form, do, case_id=case.pk):
        messages.success(request, _("%(who)s has access to the case again.") % {"who": row.user})
        return redirect(where)
    refused = refused_when_closed(request, case)
    if row.lifted_on is not None and request.method != "POST":
        refused = refusal(RuleBroken("disqualify.lifted"))
    return step(
        request,
        case,
        form,
        title=_("Let somebody in again"),
        about=_("They see the case again, and can be given it."),
        facts=[
            (_("Disqualified"), f"{row.user}, {format_day(row.from_on)}"),
            (_("Reason"), row.reason),
        ],
        button=_("Let them in"),
        refused=refused,
    )
