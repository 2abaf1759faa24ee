"""Setting up series, and planning, moving and cancelling single meetings."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.step import fresh
from boligsak.step import step_page as step
from boligsak.web import page
from meetings.forms.planning import CancelForm, MeetingForm, MoveForm, SeriesForm, guest_lines
from meetings.models import MeetingState, Series
from meetings.queries.calendar import may_be_invited
from meetings.services import planning as service
from meetings.services.series import change_series, start_series
from meetings.views.calendar import offices
from meetings.views.steps import calendar_step, done, find_meeting, meeting_page, trail
from meetings.words.planning import refusal, title, when

_AT_FIELD = {
    "meeting.past": "held_on",
    "meeting.not_a_working_day": "held_on",
    "meeting.office": "office",
    "meeting.no_reason": "reason",
    "series.weekday": "weekday",
    "series.weeks": "every_weeks",
    "series.ends_before_start": "ends_on",
    "series.office": "office",
    "series.other_office": "office",
    "series.member_twice": "people",
}


def _choices(user: Any) -> dict[str, Any]:
    own = offices(user)
    workers = may_be_invited([pk for pk, _name in own], dates.today())
    return {"offices": own, "workers": workers}


@require_http_methods(["GET", "POST"])
@page("meetings.plan")
def series_new(request: HttpRequest) -> HttpResponseBase:
    """A new series with those who are always invited."""
    user, day = request.user, dates.today()
    form = SeriesForm(request.POST or None, initial=fresh(starts_on=day), **_choices(user))

    def do() -> str:
        start_series(form.facts(), form.invited(), by=user, on=day)
        return reverse("meetings:calendar")

    if where := done(request, form, do, _AT_FIELD):
        messages.success(request, _("The series is set up, and its meetings are in the calendar."))
        return redirect(where)
    return step(
        request,
        form,
        title=_("New series of meetings"),
        breadcrumb=[calendar_step()],
        about=_(
            "Meetings are put into the calendar three months ahead. One that falls on a holiday "
            "is held on the next working day."
        ),
        button=_("Set up the series"),
        back=reverse("meetings:calendar"),
    )


@require_http_methods(["GET", "POST"])
@page("meetings.plan")
def series(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Changing a series: the coming meetings follow."""
    user, day = request.user, dates.today()
    row = get_object_or_404(Series.objects.visible_to(user), pk=pk)
    members = list(row.members.filter(left_on__isnull=True))
    names = (
        "name",
        "weekday",
        "every_weeks",
        "starts_on",
        "ends_on",
        "at_time",
        "minutes",
        "place",
    )
    initial = fresh(
        version=row.version,
        office=str(row.office_id),
        people=[str(one.user_id) for one in members if one.user_id],
        guests=guest_lines(members),
        **{name: getattr(row, name) for name in names},
    )
    form = SeriesForm(request.POST or None, initial=initial, **_choices(user))

    def do() -> str:
        change_series(
            pk,
            form.facts(),
            form.invited(),
            version=form.cleaned_data["version"] or 0,
            by=user,
            on=day,
        )
        return reverse("meetings:calendar")

    if where := done(request, form, do, _AT_FIELD):
        messages.success(request, _("The series is changed, and the coming meetings follow it."))
        return redirect(where)
    return step(
        request,
        form,
        title=row.name,
        breadcrumb=[calendar_step()],
        about=_(
            "Coming meetings that nobody has moved follow the series. On another weekday they are "
            "cancelled and planned anew. Meetings that have been held stay as they were."
        ),
        button=_("Change the series"),
        back=reverse("meetings:calendar"),
    )


@require_http_methods(["GET", "POST"])
@page("meetings.plan")
def meeting_new(request: HttpRequest) -> HttpResponseBase:
    """A meeting outside every series."""
    user, day = request.user, dates.today()
    form = MeetingForm(request.POST or None, initial=fresh(), **_choices(user))

    def do() -> str:
        asked = form.cleaned_data
        meeting = service.plan_single(
            office_id=int(asked["office"]),
            held_on=asked["held_on"],
            at_time=asked["at_time"],
            minutes=asked["minutes"],
            place=asked["place"],
            invited=form.invited(),
            by=user,
            on=day,
        )
        return meeting_page(meeting.pk)

    if where := done(request, form, do, _AT_FIELD):
        messages.success(request, _("The meeting is in the calendar."))
        return redirect(where)
    return step(
        request,
        form,
        title=_("New meeting"),
        breadcrumb=[calendar_step()],
        button=_("Plan the meeting"),
        back=reverse("meetings:calendar"),
    )


@require_http_methods(["GET", "POST"])
@page("meetings.plan")
def meeting_move(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Another day, time or place, with a reason that those invited can read."""
    user, day = request.user, dates.today()
    meeting = find_meeting(user, pk)
    initial = fresh(
        version=meeting.version,
        held_on=meeting.held_on,
        at_time=meeting.at_time,
        place=meeting.place,
    )
    form = MoveForm(request.POST or None, initial=initial)

    def do() -> str:
        asked = form.cleaned_data
        service.move_meeting(
            pk,
            held_on=asked["held_on"],
            at_time=asked["at_time"],
            place=asked["place"],
            reason=asked["reason"],
            version=asked["version"] or 0,
            by=user,
            on=day,
        )
        return meeting_page(pk)

    if where := done(request, form, do, _AT_FIELD):
        messages.success(request, _("The meeting is moved."))
        return redirect(where)
    return step(
        request,
        form,
        title=_("Move the meeting"),
        breadcrumb=trail(meeting),
        facts=[(_("Meeting"), title(meeting)), (_("Held"), when(meeting))],
        button=_("Move the meeting"),
        back=meeting_page(pk),
        refused=_not_planned(request, meeting),
    )


@require_http_methods(["GET", "POST"])
@page("meetings.plan")
def meeting_cancel(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A meeting that will not be held."""
    user, day = request.user, dates.today()
    meeting = find_meeting(user, pk)
    form = CancelForm(request.POST or None, initial=fresh(version=meeting.version))

    def do() -> str:
        asked = form.cleaned_data
        service.cancel_meeting(
            pk, reason=asked["reason"], version=asked["version"] or 0, by=user, on=day
        )
        return reverse("meetings:calendar")

    if where := done(request, form, do, _AT_FIELD):
        messages.success(request, _("The meeting is cancelled."))
        return redirect(where)
    return step(
        request,
        form,
        title=_("Cancel the meeting"),
        breadcrumb=trail(meeting),
        facts=[(_("Meeting"), title(meeting)), (_("Held"), when(meeting))],
        warning=_(
            "A cancelled meeting is not taken up again. What stood on its agenda comes up in the "
            "office's next meeting."
        ),
        button=_("Cancel the meeting"),
        back=meeting_page(pk),
        refused=_not_planned(request, meeting),
    )


def _not_planned(request: HttpRequest, meeting: Any) -> str:
    if request.method == "POST" or meeting.state == MeetingState.PLANNED:
        return ""
    return refusal(RuleBroken("meeting.not_planned", state=meeting.state))
