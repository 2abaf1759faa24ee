"""Notes on a case, the basis for sharing it, the meeting, and what somebody is to do."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.forms.cases import MarkForm, NoteForm, SharingForm, TaskForm, TaskStepForm, WhyForm
from arrears.models import Task, TaskState
from arrears.queries.case_access import sight
from arrears.queries.workers import worker, workers_at
from arrears.services import tasks
from arrears.services.cases.notes import add_note
from arrears.services.cases.sharing import mark_for_meeting, set_sharing, unmark
from arrears.views.case_steps import (
    case_page,
    case_terms,
    done,
    find_case,
    refused_when_closed,
    step,
)
from arrears.views.steps import lease_page, lease_terms
from arrears.words.cases import refusal
from arrears.words.tasks import task_title
from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import deadline
from boligsak.step import fresh
from boligsak.web import page
from tenants.queries.cards import lease_cards


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def new_note(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A note on the timeline."""
    user, day, case = request.user, dates.today(), find_case(request.user, pk)
    form = NoteForm(request.POST or None, initial=fresh(case))

    def do() -> str:
        asked = form.cleaned_data
        add_note(
            pk,
            asked["note"],
            is_social=asked["is_social"],
            minutes=asked["minutes"],
            by=user,
            on=day,
        )
        return case_page(pk, "timeline")

    if where := done(request, form, do, case_id=pk, fields={"note.empty": "note"}):
        messages.success(request, _("The note is on the timeline."))
        return redirect(where)
    return step(
        request,
        case,
        form,
        title=_("New note"),
        about=_("A note is never changed or deleted. Write a new one to put something right."),
        button=_("Add the note"),
        refused=refused_when_closed(request, case),
        part="timeline",
    )


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def case_sharing(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The basis on which the parties share the case."""
    user, day, case = request.user, dates.today(), find_case(request.user, pk)
    form = SharingForm(
        request.POST or None,
        initial=fresh(
            case,
            basis=case.sharing_basis,
            source=case.sharing_source,
            since=case.sharing_on or day,
        ),
    )

    def do() -> str:
        asked = form.cleaned_data
        set_sharing(
            pk,
            asked["basis"],
            source=asked["source"],
            since=asked["since"],
            by=user,
            on=day,
            version=asked["version"],
        )
        return case_page(pk)

    fields = {
        "sharing.no_source": "source",
        "sharing.no_day": "since",
        "sharing.later": "since",
        "sharing.basis": "basis",
    }
    if where := done(request, form, do, case_id=pk, fields=fields):
        messages.success(request, _("The basis for sharing is recorded."))
        return redirect(where)
    return step(
        request,
        case,
        form,
        title=_("Sharing the case"),
        about=_(
            "Landlord and housing unit see the case with a name only when the tenant consents or "
            "a statute allows it. What is written for the welfare side only stays there anyway."
        ),
        button=_("Record the basis"),
        refused=refused_when_closed(request, case),
    )


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def case_meeting(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Up for the next coordination meeting, or off the list again."""
    user, day, case = request.user, dates.today(), find_case(request.user, pk)
    is_marked = case.for_meeting_on is not None
    if is_marked:
        form: MarkForm | WhyForm = WhyForm(request.POST or None, initial=fresh(case))
    else:
        form = MarkForm(request.POST or None, initial=fresh(case))

    def do() -> str:
        asked = form.cleaned_data
        common = {"by": user, "on": day, "version": asked["version"]}
        if is_marked:
            unmark(pk, reason=asked["reason"], **common)
        else:
            mark_for_meeting(pk, note=asked["note"], **common)
        return case_page(pk)

    if where := done(request, form, do, case_id=pk):
        messages.success(
            request,
            _("The case is off the list for the meeting.")
            if is_marked
            else _("The case is up for the next meeting."),
        )
        return redirect(where)
    marked = [(_("Put up"), format_day(case.for_meeting_on))] if case.for_meeting_on else []
    return step(
        request,
        case,
        form,
        title=_("Take the case off the list") if is_marked else _("Up for the meeting"),
        about=_("The next meeting does not take it up unless somebody puts it up again.")
        if is_marked
        else _("The next coordination meeting takes the case up."),
        facts=marked,
        button=_("Take it off the list") if is_marked else _("Put it up for the meeting"),
        refused=refused_when_closed(request, case),
    )


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def new_task(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Something to be done on the case by a day."""
    user, day, case = request.user, dates.today(), find_case(request.user, pk)
    owners = workers_at(case.office_id, day)
    form = TaskForm(request.POST or None, owners=owners, initial=fresh(case))

    def do() -> str:
        asked = form.cleaned_data
        tasks.make_task(
            kind="by_hand",
            case=case,
            title=asked["title"],
            due_on=asked["due_on"],
            owner=worker(asked["owner"]),
            by=user,
            on=day,
        )
        return case_page(pk, "tasks")

    if where := done(request, form, do, case_id=pk):
        messages.success(request, _("The task is on the list."))
        return redirect(where)
    return step(
        request,
        case,
        form,
        title=_("New task"),
        about=_("It stands on the case and on the work page of the one who is to do it."),
        button=_("Make the task"),
        refused=refused_when_closed(request, case),
        part="tasks",
    )


@require_http_methods(["GET", "POST"])
@page("arrears.view_case")
def task(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A task: done, given to another, or not to be done."""
    user, day = request.user, dates.today()
    rows = Task.objects.visible_to(user).select_related(
        "case__lease", "case__office", "office", "owner", "lease"
    )
    row = get_object_or_404(rows, pk=pk)
    case = row.case
    owners = workers_at(row.office_id, day) if row.party == "welfare" else []
    form = TaskStepForm(
        request.POST or None,
        owners=owners,
        initial=fresh(row),
    )
    back = reverse("desk:home")
    if case is not None:
        back = case_page(case.pk, "tasks")
    elif row.lease_id is not None:
        back = lease_page(row.lease_id, "flags-title")

    def do() -> str:
        asked = form.cleaned_data
        common = {"by": user, "on": day, "version": asked["version"]}
        if asked["what"] == TaskStepForm.GIVE:
            tasks.give_task(pk, worker(asked["owner"]), **common)
        elif asked["what"] == TaskStepForm.DROP:
            tasks.drop_task(pk, reason=asked["result"], **common)
        else:
            tasks.finish_task(pk, result=asked["result"], **common)
        return back

    fields = {"owner.no_role": "owner", "owner.disqualified": "owner", "task.no_reason": "result"}
    if where := done(request, form, do, case_id=case.pk if case else 0, fields=fields):
        messages.success(request, _("The task is up to date."))
        return redirect(where)
    refused = ""
    if row.state != TaskState.OPEN and request.method != "POST":
        refused = refusal(RuleBroken("task.ended", state=row.state))
    facts: list[tuple[str, str]] = []
    is_read = True
    if case is not None:
        parties, is_masked = sight(case, user)
        facts = [(_("Case"), case.number)] if is_masked else case_terms(request, case)
        # What a party is to do it must be able to read, but never past a protected address.
        is_hidden = case.lease.is_protected and not user.access.is_cleared
        is_read = not is_masked or (row.party in parties and not is_hidden)
    elif (card := lease_cards([row.lease_id or 0], user, day).get(row.lease_id or 0)) is not None:
        request.saw(card.person_ids)  # type: ignore[attr-defined]
        facts, is_read = lease_terms(card), not card.is_masked
    context = {
        "title": task_title(row.kind, row.title if is_read else "", row.facts if is_read else {}),
        "breadcrumb": [{"label": _("Case %(number)s") % {"number": case.number}, "url": back}]
        if case
        else [],
        "facts": [
            *facts,
            (_("To be done by"), deadline(row.due_on, day)),
            (_("Has it"), str(row.owner) if row.owner else _("Nobody")),
            *([(_("Result"), row.result)] if row.result and is_read else []),
        ],
        "form": form,
        "button": _("Save"),
        "refused": refused,
        "back": back,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "step.html", context, status=status)
