"""In the meeting: who is there, one item at a time, and what is written of it."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from boligsak import dates
from boligsak.accounts.services import once
from boligsak.rule import RuleBroken
from boligsak.step import fresh
from boligsak.step import step_page as step
from boligsak.web import page
from meetings.forms.session import (
    ButtonForm,
    GuestForm,
    ItemForm,
    PresenceForm,
    SocialNoteForm,
)
from meetings.models import AgendaItem, ItemState, Meeting, MeetingState
from meetings.queries.calendar import may_be_invited
from meetings.queries.session import items_of, may_decide
from meetings.services import session as service
from meetings.views.room import item_page, lineup
from meetings.views.steps import done, find_meeting, meeting_page, trail
from meetings.words import session as words
from meetings.words.planning import title, when


def session_page(pk: int) -> str:
    return reverse("meetings:session", args=[pk])


def at_item(pk: int, item_id: int) -> str:
    return reverse("meetings:session_item", args=[pk, item_id])


def find_item(meeting: Meeting, item_id: int) -> tuple[AgendaItem, list[AgendaItem]]:
    """The item and all that stand on the agenda with it; 404 for one that was taken off."""
    items = [item for item in items_of(meeting) if item.state != ItemState.DROPPED]
    for item in items:
        if item.pk == item_id:
            item.meeting = meeting
            return item, items
    raise Http404


def holds_pen(meeting: Meeting, user: Any) -> bool:
    return meeting.state == MeetingState.RUNNING and meeting.secretary_id == user.pk


@require_GET
@page("meetings.view")
def session(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Who is there, who holds the pen, and what is left to take up."""
    meeting = find_meeting(request.user, pk)
    if meeting.state == MeetingState.CLOSED:
        return redirect("meetings:minutes", pk)
    return _session(request, meeting, _presence_form(meeting))


@require_POST
@page("meetings.hold")
def session_presence(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Keeps who came."""
    meeting = find_meeting(request.user, pk)
    form = _presence_form(meeting, request.POST)

    def do() -> str:
        service.set_presences(pk, form.presences(), by=request.user)
        return session_page(pk)

    where = done(request, form, do, refusal=words.refusal)
    if _is_typed(request):
        at = words.clock(dates.now())
        said = _("Saved at %(time)s") % {"time": at}
        return JsonResponse({"saved": said}) if where else _not_saved(form)
    if where:
        messages.success(request, _("Who is present is saved."))
        return redirect(where)
    return _session(request, meeting, form, status=422)


def _presence_form(meeting: Meeting, data: Any = None) -> PresenceForm:
    people = list(meeting.attendances.select_related("user").order_by("party", "pk"))
    return PresenceForm(data, people=people, initial={"submission_id": uuid4()})


def _session(
    request: HttpRequest, meeting: Meeting, form: PresenceForm, status: int = 200
) -> HttpResponseBase:
    user = request.user
    is_running = meeting.state == MeetingState.RUNNING
    may_hold = user.has_perm("meetings.hold")
    has_pen = holds_pen(meeting, user)
    items = [item for item in items_of(meeting) if item.state != ItemState.DROPPED]
    here = request.POST if request.method == "POST" else None
    return render(
        request,
        "meetings/session.html",
        {
            "title": _("In the meeting"),
            "breadcrumb": trail(meeting),
            "lead": f"{title(meeting)} · {when(meeting)} · {meeting.place}",
            "meeting": meeting,
            "is_running": is_running,
            "is_over": meeting.state == MeetingState.CANCELLED,
            "is_too_early": meeting.held_on > dates.today(),
            "may_hold": may_hold,
            "has_pen": has_pen,
            "secretary": str(meeting.secretary or ""),
            "since": words.clock(meeting.secretary_since),
            "form": form,
            "sent": here is not None,
            "people": [
                (field.label, dict(field.field.choices).get(field.initial, ""))
                for field in form.visible_fields()
            ],
            "button": ButtonForm(initial={"submission_id": uuid4()}),
            "items": lineup(meeting, items, user),
            "first": at_item(meeting.pk, items[0].pk) if items and is_running else "",
        },
        status=status,
    )


@require_POST
@page("meetings.hold")
def session_open(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Begins the meeting."""
    return _press(
        request,
        pk,
        lambda user: service.open_meeting(pk, by=user, on=dates.today()),
        _("The meeting is open, and you are its secretary."),
    )


@require_POST
@page("meetings.hold")
def session_pen(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Takes over as secretary."""
    return _press(
        request,
        pk,
        lambda user: service.take_pen(pk, by=user),
        _("You are the secretary now. What was saved before you stands."),
    )


def _press(request: HttpRequest, pk: int, act: Any, said: str) -> HttpResponseBase:
    """A step without questions, from its own button on the page of the session."""
    meeting = find_meeting(request.user, pk)
    form = ButtonForm(request.POST)

    def do() -> str:
        act(request.user)
        return session_page(pk)

    if where := done(request, form, do, refusal=words.refusal):
        messages.success(request, said)
        return redirect(where)
    for error in form.non_field_errors():
        messages.error(request, error)
    return redirect(session_page(meeting.pk))


@require_http_methods(["GET", "POST"])
@page("meetings.hold")
def session_guest(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Somebody came who was not on the list."""
    user, day = request.user, dates.today()
    meeting = find_meeting(user, pk)
    there = set(meeting.attendances.values_list("user_id", flat=True))
    workers = [one for one in may_be_invited([meeting.office_id], day) if one[0].pk not in there]
    form = GuestForm(request.POST or None, initial=fresh(), workers=workers)

    def do() -> str:
        service.let_in(pk, form.guest(), by=user, on=day)
        return session_page(pk)

    if where := done(request, form, do, {"session.nobody": "name"}, refusal=words.refusal):
        messages.success(request, _("They are on the list, and present."))
        return redirect(where)
    return step(
        request,
        form,
        title=_("Somebody else came"),
        breadcrumb=[*trail(meeting), {"label": _("In the meeting"), "url": session_page(pk)}],
        button=_("Mark as present"),
        back=session_page(pk),
        refused=_not_running(request, meeting),
    )


@require_GET
@page("meetings.view")
def session_item(request: HttpRequest, pk: int, item: int) -> HttpResponseBase:
    """One item on the screen. Who holds the pen writes here; the others read."""
    meeting = find_meeting(request.user, pk)
    row, items = find_item(meeting, item)
    if meeting.state != MeetingState.RUNNING:
        return redirect(meeting_page(pk))
    form = _item_form(row, request.user) if holds_pen(meeting, request.user) else None
    return item_page(request, row, items, form)


@require_POST
@page("meetings.hold")
def session_save(request: HttpRequest, pk: int, item: int) -> HttpResponseBase:
    """Keeps what is written about an item: as it is typed, or by a button.

    To who asks for JSON the answer is what was saved and what was not, and the version the next
    save is made on. The same submission is kept once, however often it has to be sent.
    """
    user = request.user
    meeting = find_meeting(user, pk)
    row, items = find_item(meeting, item)
    form = _item_form(row, user, request.POST)
    form.is_valid()
    unread = [
        f"{form.fields[name].label}: {error}"
        for name, errors in form.errors.items()
        if name in form.fields
        for error in errors
    ]
    if not {"submission_id", "version"} <= form.cleaned_data.keys():
        return _not_saved(form) if _is_typed(request) else item_page(request, row, items, form)
    refused: list[RuleBroken] = []

    def do() -> str:
        kept, broken = service.save_as_typed(
            item, form.words(), version=form.cleaned_data["version"], by=user
        )
        refused.extend([broken] if broken else [])
        return f"{at_item(pk, item)}?v={kept.version}"

    try:
        answer = once(form.cleaned_data["submission_id"], by=user, path=request.path, do=do)
    except RuleBroken as broken:
        return _refused(request, broken, form, row, items)
    row.refresh_from_db()
    faults = [*unread, *(words.refusal(broken) for broken in refused)]
    if not refused and form.cleaned_data.get("decision", row.decision) != row.decision:
        # Sent again after the answer was lost: what was refused then is not saved now.
        faults.append(words.refusal(RuleBroken("session.decision")))
    said = words.saved_but(row, faults) if faults else words.saved(row)
    if _is_typed(request):
        version = int(answer.partition("?v=")[2] or row.version)
        return JsonResponse({"saved": said, "version": version, "is_whole": not faults})
    if faults:
        for broken in refused:
            form.add_error("decision", words.refusal(broken))
        return item_page(request, row, items, _on_version(form, row.version), said=said)
    messages.success(request, said)
    return redirect(_onward(request, pk, row, items))


def _item_form(row: AgendaItem, user: Any, data: Any = None) -> ItemForm:
    workers = may_be_invited([row.meeting.office_id], dates.today())
    return ItemForm(
        data,
        item=row,
        workers=workers,
        may_decide=row.case is None or may_decide(row.case, user),
        auto_id="id_%s",
        initial={"submission_id": uuid4(), **ItemForm.of(row)},
    )


def _on_version(form: ItemForm, version: int) -> ItemForm:
    """The form with all that was typed, to be sent anew on the version that stands now."""
    form.data = {**form.data.dict(), "version": str(version), "submission_id": str(uuid4())}
    return form


def _refused(
    request: HttpRequest,
    broken: RuleBroken,
    form: ItemForm,
    row: AgendaItem,
    items: list[AgendaItem],
) -> HttpResponseBase:
    said = words.refusal(broken)
    row.refresh_from_db()
    if _is_typed(request):
        may_replace = broken.code == "session.changed"
        return JsonResponse(
            {"refused": said, "version": row.version if may_replace else None}, status=409
        )
    form.add_error(None, said)
    if broken.code != "session.changed":
        return item_page(request, row, items, form)
    return item_page(request, row, items, _on_version(form, row.version), is_beside=True)


def _onward(request: HttpRequest, pk: int, row: AgendaItem, items: list[AgendaItem]) -> str:
    """Where the button that was pressed leads: here again, or to the next item."""
    if request.POST.get("go") != "next":
        return at_item(pk, row.pk)
    ids = [one.pk for one in items]
    following = ids[ids.index(row.pk) + 1 :]
    return at_item(pk, following[0]) if following else session_page(pk)


def _is_typed(request: HttpRequest) -> bool:
    """Whether the page's script asks, and wants to know what was saved."""
    return request.headers.get("Accept") == "application/json"


def _not_saved(form: Any) -> HttpResponse:
    errors = [str(error) for errors in form.errors.values() for error in errors]
    return JsonResponse({"refused": " ".join(errors), "version": None}, status=409)


@require_http_methods(["GET", "POST"])
@page("meetings.hold")
def session_welfare(request: HttpRequest, pk: int, item: int) -> HttpResponseBase:
    """What is for the welfare side only: on a page of its own, which is not for the screen."""
    user = request.user
    meeting = find_meeting(user, pk)
    row, _items = find_item(meeting, item)
    if row.case is None or not user.has_perm("tenants.view_social"):
        raise Http404
    if not may_decide(row.case, user):
        raise Http404
    initial = fresh(was=row.social_note, text=row.social_note)
    form = SocialNoteForm(request.POST or None, initial=initial)

    def do() -> str:
        asked = form.cleaned_data
        service.save_social_note(item, asked["text"], was=asked["was"], by=user)
        return f"{at_item(pk, item)}welfare/"

    if where := done(request, form, do, refusal=words.refusal):
        messages.success(request, _("The note is saved."))
        return redirect(where)
    if form.is_bound:
        row.refresh_from_db()
        form.data = {**form.data.dict(), "was": row.social_note}
    return step(
        request,
        form,
        title=_("For the welfare side only"),
        breadcrumb=[*trail(meeting), {"label": words.item_name(row), "url": at_item(pk, item)}],
        warning=_("Do not show this page on the screen in the room."),
        facts=[(_("Saved now"), row.social_note)] if form.is_bound and row.social_note else None,
        button=_("Save the note"),
        back=at_item(pk, item),
        refused=_not_running(request, meeting),
    )


def _not_running(request: HttpRequest, meeting: Meeting) -> str:
    if request.method == "POST" or meeting.state == MeetingState.RUNNING:
        return ""
    return words.refusal(RuleBroken("session.not_running", state=meeting.state))
