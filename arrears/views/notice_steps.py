"""What is done with a notice that is written: sending it, taking it back, and what comes back."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.forms.notices import AnswerForm, Recipient, SendForm, WithdrawForm
from arrears.models import Case, Notice, NoticeServing, NoticeState
from arrears.queries.case_access import sight
from arrears.queries.recipients import guardians_on, tenants_on
from arrears.rules.cases import parties_of
from arrears.rules.notices import Kind
from arrears.rules.sending import check_sender
from arrears.services.notices.letters import key_of, live_letters
from arrears.services.notices.making import restored
from arrears.services.notices.sending import send_notice, still_to_serve, withdraw_notice
from arrears.services.notices.serving import RESERVABLE, note_answer, serve_also
from arrears.views.case_steps import case_terms, done, refused_when_closed, step, trail
from arrears.views.notices import find_notice, guardian_name, letter_page
from arrears.words.notices import kind_name, refusal, sums
from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.step import fresh
from boligsak.web import page

_PART = "notices"
_ABOUT_THE_DAY = ("notice.sent_ahead", "notice.received_before_sent", "notice.not_concerned")


@require_http_methods(["GET", "POST"])
@page("arrears.send_notice")
def notice_send(request: HttpRequest, pk: int) -> HttpResponseBase:
    """How the letter went to each of those it concerns: from here on it is final."""
    user, day = request.user, dates.today()
    notice = find_notice(user, pk)
    case, kind = notice.case, Kind(notice.kind)
    dated_on = restored(notice.facts["wanted"]).dated_on
    form = SendForm(
        request.POST or None,
        kind=kind,
        recipients=recipients_of(notice, dated_on, user),
        initial={
            **fresh(case),
            "version": notice.version,
            "sent_on": dated_on,
            **_proved(notice),
        },
    )

    def do() -> str:
        asked = form.cleaned_data
        send_notice(
            notice.pk,
            form.servings(),
            sent_on=asked["sent_on"],
            by=user,
            on=day,
            version=asked["version"],
        )
        return letter_page(notice.pk)

    fields = {"notice.sent_ahead": "sent_on", "notice.dated_otherwise": "sent_on"}
    if where := done(request, form, do, case_id=case.pk, fields=fields, refusal=refusal):
        messages.success(request, _("The notice is sent, and its deadline runs."))
        return redirect(where)
    context = {
        "title": _("Send: %(notice)s") % {"notice": kind_name(notice.kind)},
        "breadcrumb": [
            *trail(case),
            {"label": kind_name(notice.kind), "url": letter_page(notice.pk)},
        ],
        "facts": [
            *case_terms(request, case),
            (_("Dated"), format_day(dated_on)),
            *sums(notice),
        ],
        "warning": consequence(notice),
        "form": form,
        "button": _("Record that it is sent"),
        "refused": why_not(request, notice, user),
        "back": letter_page(notice.pk),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "arrears/notice_send.html", context, status=status)


def _proved(notice: Notice) -> dict[str, str]:
    """What the outbox has sent of it already, with its proof."""
    found: dict[str, str] = {}
    posted = notice.facts.get("posted") or {}
    for letter in live_letters(notice) if posted else ():
        person_id, guardianship_id = key_of(letter)
        if way := posted.get(str(letter.pk)):
            key = f"{person_id}_{guardianship_id or 0}"
            found |= {f"channel_{key}": way["channel"], f"proof_{key}": way["proof"]}
    return found


@require_http_methods(["GET", "POST"])
@page("arrears.send_notice")
def notice_serve(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The same letter to those it concerns now who have not had it."""
    user, day = request.user, dates.today()
    notice = find_notice(user, pk)
    case = notice.case
    has = set(notice.servings.values_list("person_id", "guardianship_id"))
    left = still_to_serve(case, day, has)
    form = SendForm(
        request.POST or None,
        kind=Kind(notice.kind),
        recipients=[
            one
            for one in recipients_of(notice, day, user)
            if (one.person_id, one.guardianship_id) in left
        ],
        initial={**fresh(case), "sent_on": day},
    )

    def do() -> str:
        sent_on = form.cleaned_data["sent_on"]
        serve_also(notice.pk, form.servings(), sent_on=sent_on, by=user, on=day)
        return letter_page(notice.pk)

    fields = dict.fromkeys(_ABOUT_THE_DAY, "sent_on")
    if where := done(request, form, do, case_id=case.pk, fields=fields, refusal=refusal):
        messages.success(request, _("It is recorded."))
        return redirect(where)
    refused = refused_when_closed(request, case)
    if not refused and request.method != "POST":
        if notice.state != NoticeState.SENT:
            refused = refusal(RuleBroken("notice.not_sent"))
        elif not left:
            refused = _("Everybody it concerns has had it.")
    context = {
        "title": _("Send to more: %(notice)s") % {"notice": kind_name(notice.kind)},
        "breadcrumb": [
            *trail(case),
            {"label": kind_name(notice.kind), "url": letter_page(notice.pk)},
        ],
        "facts": [*case_terms(request, case), (_("Sent"), format_day(notice.sent_on))],
        "warning": _("The wait is counted anew from the day the last tenant is sent it."),
        "form": form,
        "button": _("Record that it is sent"),
        "refused": refused,
        "back": letter_page(notice.pk),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "arrears/notice_send.html", context, status=status)


def why_not(request: HttpRequest, notice: Notice, user: Any) -> str:
    """Why it cannot be sent at all; a form that was sent says so itself."""
    if request.method == "POST":
        return ""
    if closed := refused_when_closed(request, notice.case):
        return closed
    if notice.state != NoticeState.DRAFT:
        return refusal(RuleBroken("notice.not_a_draft"))
    try:
        check_sender(Kind(notice.kind), parties_of(user.access.roles))
    except RuleBroken as broken:
        return refusal(broken)
    return ""


def consequence(notice: Notice) -> str:
    told = {"from": format_day(notice.allowed_from), "last": format_day(notice.last_on)}
    said = _("What you record here cannot be changed afterwards, only withdrawn with a reason.")
    if notice.fee_ore or notice.interest_ore:
        said += " " + _("Fee and interest are charged to the tenant at once.")
    if notice.kind.startswith("warning"):
        said += " " + _("From %(from)s a petition for eviction is lawful.") % told
    elif notice.last_on:
        said += " " + _("The deadline is %(last)s.") % told
    return said


def recipients_of(notice: Notice, on: datetime.date, user: Any) -> list[Recipient]:
    """Each tenant, and the guardian of each: by name only for the welfare side."""
    parties = tenants_on([notice.lease_id], on)[notice.lease_id]
    guardians = guardians_on([party.person_id for party in parties], on)
    sees_social = user.has_perm("tenants.view_social")
    found = []
    for party in parties:
        person = party.person
        note = ""
        if person.is_reserved:
            note = _("Reserved against digital contact: on paper only.")
        elif person.email:
            note = person.email
        found.append(
            Recipient(
                person.pk,
                None,
                str(person),
                note,
                person.email,
                person.is_reserved,
                person.email_used_on,
            )
        )
        found += [
            Recipient(
                person.pk,
                guardian.pk,
                guardian_name(guardian, person, sees_social),
                _("A copy, within the mandate: %(mandate)s") % {"mandate": guardian.mandate}
                if sees_social
                else _("A copy. The welfare office knows who it is, and sends it on."),
                guardian.email,
            )
            for guardian in guardians
            if guardian.person_id == person.pk
        ]
    return found


@require_http_methods(["GET", "POST"])
@page("arrears.send_notice")
def notice_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Takes a draft or a sent notice back, with a reason."""
    user, day = request.user, dates.today()
    notice = find_notice(user, pk)
    case = notice.case
    form = WithdrawForm(request.POST or None, initial={**fresh(case), "version": notice.version})

    def do() -> str:
        asked = form.cleaned_data
        withdraw_notice(
            notice.pk, because=asked["reason"], by=user, on=day, version=asked["version"]
        )
        return letter_page(notice.pk)

    fields = {"notice.no_reason": "reason"}
    if where := done(request, form, do, case_id=case.pk, fields=fields, refusal=refusal):
        messages.success(request, _("The notice is withdrawn."))
        return redirect(where)
    refused = refused_when_closed(request, case)
    if not refused and request.method != "POST" and notice.state == NoticeState.WITHDRAWN:
        refused = refusal(RuleBroken("notice.withdrawn", withdrawn_on=notice.withdrawn_on))
    is_sent = notice.state == NoticeState.SENT
    return step(
        request,
        case,
        form,
        title=_("Withdraw: %(notice)s") % {"notice": kind_name(notice.kind)},
        about=_("It stays in the file with your reason."),
        warning=_(
            "Nothing can rest on it any more: no petition, no next letter. Its fee and interest "
            "are taken off again. Tell the tenant."
        )
        if is_sent
        else "",
        button=_("Withdraw the notice"),
        refused=refused,
        facts=[(_("Sent"), format_day(notice.sent_on))] if is_sent else [],
        part=_PART,
    )


@require_http_methods(["GET", "POST"])
@page("arrears.send_notice")
def notice_answer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Documented receipt, a protest, or a reservation, from one of those it was served on."""
    user, day = request.user, dates.today()
    rows = NoticeServing.objects.filter(notice__case__in=Case.objects.visible_to(user))
    serving = get_object_or_404(
        rows.select_related("notice__case__lease", "notice__case__office", "person"), pk=pk
    )
    notice, kind = serving.notice, Kind(serving.notice.kind)
    case = notice.case
    if sight(case, user).is_masked:
        raise Http404
    is_own = serving.guardianship_id is None
    form = AnswerForm(
        request.POST or None,
        may_protest=kind is Kind.TERMINATION and is_own,
        may_reserve=kind in RESERVABLE and is_own,
        initial={
            **fresh(case),
            "version": serving.version,
            "received_on": serving.received_on,
            "protest_on": serving.protest_on,
            "reserved_on": serving.reserved_on,
            "note": serving.note,
        },
    )

    def do() -> str:
        asked = form.cleaned_data
        note_answer(
            serving.pk,
            received_on=asked["received_on"],
            protest_on=asked.get("protest_on"),
            reserved_on=asked.get("reserved_on"),
            note=asked["note"],
            by=user,
            on=day,
            version=asked["version"],
        )
        return letter_page(notice.pk)

    if where := done(request, form, do, case_id=case.pk, refusal=refusal):
        messages.success(request, _("It is recorded."))
        return redirect(where)
    refused = refused_when_closed(request, case)
    if not refused and request.method != "POST" and notice.state != NoticeState.SENT:
        refused = refusal(RuleBroken("notice.not_sent"))
    return step(
        request,
        case,
        form,
        title=_("What came back"),
        about=_("Leave a day empty when nothing is documented."),
        button=_("Save"),
        refused=refused,
        facts=[
            (_("Notice"), kind_name(notice.kind)),
            (_("Sent"), format_day(serving.sent_on)),
            (_("To"), str(serving.person)),
        ],
        part=_PART,
    )
