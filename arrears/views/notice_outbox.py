"""A notice as PDF, and its letters in the outbox."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from arrears.forms.notices import QueueForm, WithdrawForm
from arrears.models import Notice, NoticeState
from arrears.rules.notices import Kind
from arrears.services.notices.letters import (
    Key,
    is_queued,
    live_letters,
    preview_letter,
    wanted_letters,
)
from arrears.services.notices.making import make, restored
from arrears.services.notices.posting import queue_notice, take_back
from arrears.services.notices.sending import still_to_serve
from arrears.views.case_steps import case_terms, done, refused_when_closed, step, trail
from arrears.views.notice_steps import consequence, recipients_of, why_not
from arrears.views.notices import SOCIAL, find_notice, letter_page, pdf_response
from arrears.words.notices import kind_name, refusal, sums
from boligsak import dates
from boligsak.letters.queries.documents import hidden_parties
from boligsak.letters.services.journal import content_of
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.step import fresh
from boligsak.web import page

_POST = require_http_methods(["GET", "POST"])


@_POST
@page("arrears.send_notice")
def notice_queue(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Writes the letters and leaves the sending to the outbox."""
    user, day = request.user, dates.today()
    notice = find_notice(user, pk)
    case, kind = notice.case, Kind(notice.kind)
    dated_on = restored(notice.facts["wanted"]).dated_on
    form = QueueForm(
        request.POST or None,
        kind=kind,
        recipients=recipients_of(notice, dated_on, user),
        initial={**fresh(case), "version": notice.version},
    )

    def do() -> str:
        queue_notice(notice.pk, form.ways(), by=user, on=day, version=form.cleaned_data["version"])
        return letter_page(notice.pk)

    if where := done(request, form, do, case_id=case.pk, refusal=refusal):
        messages.success(request, _("The letters are in the outbox."))
        return redirect(where)
    refused = why_not(request, notice, user)
    if not refused and request.method != "POST":
        if is_queued(notice):
            refused = refusal(RuleBroken("notice.queued"))
        elif dated_on < day:
            refused = refusal(RuleBroken("notice.date_passed", dated_on=dated_on))
    context = {
        "title": _("Through the outbox: %(notice)s") % {"notice": kind_name(notice.kind)},
        "breadcrumb": [
            *trail(case),
            {"label": kind_name(notice.kind), "url": letter_page(notice.pk)},
        ],
        "facts": [
            *case_terms(request, case),
            (_("Dated"), format_day(dated_on)),
            *sums(notice),
        ],
        "warning": _(
            "The notice is sent when its letters have gone, and they go on %(day)s or not at all: "
            "deadlines are counted from that day."
        )
        % {"day": format_day(dated_on)}
        + " "
        + consequence(notice),
        "form": form,
        "button": _("Put it in the outbox"),
        "other": {
            "url": reverse("arrears:notice_send", args=[pk]),
            "label": _("I have sent it myself"),
        },
        "refused": refused,
        "back": letter_page(notice.pk),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "arrears/notice_send.html", context, status=status)


@_POST
@page("arrears.send_notice")
def notice_take_back(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The letters do not go: the notice is an ordinary draft again."""
    user, day = request.user, dates.today()
    notice = find_notice(user, pk)
    case = notice.case
    form = WithdrawForm(request.POST or None, initial={**fresh(case), "version": notice.version})

    def do() -> str:
        asked = form.cleaned_data
        take_back(notice.pk, because=asked["reason"], by=user, on=day, version=asked["version"])
        return letter_page(notice.pk)

    fields = {"notice.no_reason": "reason", "document.reason_identity": "reason"}
    if where := done(request, form, do, case_id=case.pk, fields=fields, refusal=refusal):
        messages.success(request, _("The letters are taken back."))
        return redirect(where)
    refused = refused_when_closed(request, case)
    if not refused and request.method != "POST":
        if not is_queued(notice):
            refused = refusal(RuleBroken("notice.not_queued"))
        elif notice.facts.get("posted"):
            refused = refusal(RuleBroken("notice.partly_sent"))
    return step(
        request,
        case,
        form,
        title=_("Take back from the outbox: %(notice)s") % {"notice": kind_name(notice.kind)},
        about=_("It is a draft again, and can be written anew. The letters stay in the journal."),
        button=_("Take the letters back"),
        refused=refused,
        part="notices",
    )


@require_GET
@page("arrears.view_case")
def notice_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The letter as PDF: the one that was kept (`?letter=` says which of them), else as it would be
    if it were sent now."""
    user = request.user
    notice = find_notice(user, pk)
    case_terms(request, notice.case)
    content = _kept(notice, request.GET.get("letter", ""), user)
    if content is None:
        if notice.state != NoticeState.DRAFT:
            raise Http404  # it went out before letters were kept
        try:
            content = _as_it_would_be(notice, user)
        except RuleBroken as broken:
            words = refusal(broken)
            return HttpResponse(words, status=409, content_type="text/plain; charset=utf-8")
    return pdf_response(content, f"{notice.case.number}-{notice.pk}.pdf")


def _kept(notice: Notice, asked: str, user: Any) -> bytes | None:
    """A letter that was kept. What goes to a guardian is for the welfare side alone, and one to
    somebody who has become protected since, whose address it shows, for who is cleared."""
    letters = live_letters(notice).order_by("pk")
    if not user.has_perm(SOCIAL):
        letters = letters.filter(is_social=False)
    if asked:
        is_number = asked.isascii() and asked.isdigit() and len(asked) < 19
        letters = letters.filter(pk=int(asked) if is_number else 0)
    letter = letters.first()
    if letter is None and asked:
        raise Http404
    if letter is not None and not user.access.is_cleared and hidden_parties(letter):
        raise Http404
    return content_of(letter) if letter is not None else None


def _as_it_would_be(notice: Notice, user: Any) -> bytes:
    case = notice.case
    made = make(case, restored(notice.facts["wanted"]))
    keys: list[Key] = [*still_to_serve(case, made.wanted.dated_on, ())]
    return preview_letter(case, made, wanted_letters(made, keys)[0], by=user)
