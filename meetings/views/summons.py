"""The summons: looked at, then sent to everybody who is invited."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from boligsak import dates
from boligsak.letters.models import Document
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.step import StepForm, fresh
from boligsak.step import step_page as step
from boligsak.web import page
from meetings.models import MeetingState
from meetings.services.summons import SOURCE, preview_summons, send_summons
from meetings.views.steps import done, find_meeting, meeting_page, trail
from meetings.words.planning import refusal, title, when


@require_http_methods(["GET", "POST"])
@page("meetings.plan")
def summons(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Who gets it and what went out before, and the button that sends it."""
    user, day = request.user, dates.today()
    meeting = find_meeting(user, pk)
    form = StepForm(request.POST or None, initial=fresh(version=meeting.version))

    def do() -> str:
        version = form.cleaned_data["version"] or 0
        send_summons(pk, version=version, by=user, on=day)
        return meeting_page(pk)

    if where := done(request, form, do, refusal=refusal):
        messages.success(request, _("The summons is journaled and in the outbox."))
        return redirect(where)
    refused = ""
    if not form.is_bound and meeting.state != MeetingState.PLANNED:
        refused = refusal(RuleBroken("meeting.not_planned", state=meeting.state))
    invited = meeting.attendances.count()
    before = Document.objects.filter(source=SOURCE, source_id=pk).order_by("-id").first()
    facts = [
        (_("Meeting"), title(meeting)),
        (_("Held"), when(meeting)),
        (
            _("Invited"),
            ngettext("%(count)d person", "%(count)d people", invited) % {"count": invited},
        ),
        (_("Sent before"), format_day(before.on) if before is not None else ""),
    ]
    return step(
        request,
        form,
        title=_("Send the summons"),
        breadcrumb=trail(meeting),
        facts=[(term, said) for term, said in facts if said],
        about=_(
            "It goes by e-mail to colleagues who have signed in lately. For the others it waits "
            "among the letters to be handed over. Cases stand by their number alone. What comes "
            "on the agenda later is not in it: send it again if it must be."
        ),
        button=_("Send the summons"),
        back=meeting_page(pk),
        refused=refused,
        other={"url": reverse("meetings:summons_pdf", args=[pk]), "label": _("Preview as PDF")},
    )


@never_cache
@require_GET
@page("meetings.plan")
def summons_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The summons as it would be today."""
    meeting = find_meeting(request.user, pk)
    try:
        made = preview_summons(meeting, by=request.user, on=dates.today())
    except RuleBroken as broken:
        return HttpResponse(refusal(broken), status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{meeting.number}-innkalling.pdf"'},
    )
