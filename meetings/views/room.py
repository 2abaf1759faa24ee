"""One item as the room sees it on the screen: big, calm and without names until they are opened."""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from arrears.models import Case, TriggerKind
from arrears.words import next_steps as step_words
from arrears.words import notices as notice_words
from arrears.words import plans as plan_words
from boligsak import dates
from boligsak.show import ago, distance, kr, months
from boligsak.show import day as format_day
from meetings.forms.session import ItemForm
from meetings.models import AgendaItem, ItemState, Meeting, MeetingState
from meetings.queries.session import hidden_items, may_decide, room_facts, who_is
from meetings.words import agenda as agenda_words
from meetings.words import session as words
from meetings.words.planning import title

_STATES = {
    ItemState.WAITING: "neutral",
    ItemState.DISCUSSED: "success",
    ItemState.CARRIED: "warning",
}


def lineup(meeting: Meeting, items: list[AgendaItem], user: Any) -> list[dict[str, Any]]:
    """The agenda by numbers and titles: it stands where all can see it. Of a case that the user is
    shut out from, not what was decided either."""
    hidden = hidden_items(items, user)
    is_running = meeting.state == MeetingState.RUNNING
    return [
        {
            "place": place,
            "name": words.item_name(item),
            "why": agenda_words.why(item.reasons, item.facts),
            "decided": "" if item.pk in hidden else words.decided(item),
            "state": capfirst(str(item.get_state_display())),
            "color": _STATES.get(ItemState(item.state), "neutral"),
            "href": reverse("meetings:session_item", args=[meeting.pk, item.pk])
            if is_running
            else "",
        }
        for place, item in enumerate(items, start=1)
    ]


def item_page(
    request: HttpRequest,
    item: AgendaItem,
    items: list[AgendaItem],
    form: ItemForm | None,
    *,
    said: str = "",
    is_beside: bool = False,
) -> HttpResponseBase:
    """The page of an item. `form` only for who holds the pen; `said`: what was saved just now;
    `is_beside`: somebody wrote meanwhile, and what is saved stands beside what was typed."""
    user, day, meeting = request.user, dates.today(), item.meeting
    place = [one.pk for one in items].index(item.pk)
    case = item.case
    is_hidden = item.pk in hidden_items([item], user)
    if is_hidden:
        form = None
    who = who_is(case, user, day) if case is not None else None
    is_own = case is not None and may_decide(case, user)
    if who is not None:
        request.saw(who.person_ids)  # type: ignore[attr-defined]
    pk = meeting.pk
    return render(
        request,
        "meetings/session_item.html",
        {
            "title": words.item_name(item),
            "meeting_title": title(meeting),
            "session": reverse("meetings:session", args=[pk]),
            "place": place + 1,
            "count": len(items),
            "before": _at(items, pk, place - 1),
            "after": _at(items, pk, place + 1),
            "case": case,
            "is_masked": case is not None and who is None,
            "is_shared": is_own,
            "who": who,
            "issue": item.issue,
            "why": agenda_words.why(item.reasons, item.facts),
            "is_hidden": is_hidden,
            "facts": _facts(case, day, is_masked=who is None)
            if case is not None and not is_hidden
            else [],
            "item": item,
            "decided": words.decided(item),
            "responsible": words.responsible(item),
            "form": form,
            "saved": said or words.saved(item),
            "is_beside": is_beside,
            "save": reverse("meetings:session_save", args=[pk, item.pk]),
            "case_page": reverse("desk:case", args=[case.pk]) if case is not None else "",
            "welfare": reverse("meetings:session_welfare", args=[pk, item.pk])
            if is_own and user.has_perm("meetings.hold") and user.has_perm("tenants.view_social")
            else "",
            "secretary": str(meeting.secretary or ""),
            "may_hold": user.has_perm("meetings.hold"),
        },
        status=422 if form is not None and form.is_bound else 200,
    )


def _at(items: list[AgendaItem], pk: int, place: int) -> str:
    if not 0 <= place < len(items):
        return ""
    return reverse("meetings:session_item", args=[pk, items[place].pk])


def _facts(case: Case, day: datetime.date, *, is_masked: bool) -> list[tuple[str, str, str]]:
    """Term, value and a quieter line below it. Nothing that tells whose case it is, and nothing
    about health or social matters; of a case that is only a number, the money and deadlines."""
    found = room_facts(case, day)
    labels = {str(kind): capfirst(str(label)) for kind, label in TriggerKind.choices}
    opened = _("opened %(day)s") % {"day": format_day(case.opened_on)}
    told = [
        (_("About"), ", ".join(labels[kind] for kind in found.triggers), opened),
    ]
    if found.money.due_ore or "arrears" in found.triggers:
        rents = found.money.months_permille
        more = _("%(months)s months' rent") % {"months": months(rents)} if rents else ""
        told.append((_("Fallen due"), kr(found.money.due_ore), more))
    if (clock := found.deadline) is not None and clock.last_on is not None:
        when = f"{format_day(clock.last_on)}, {distance(clock.last_on, day)}"
        told.append((_("Next legal deadline"), when, notice_words.what(clock)))
    if is_masked:
        return told
    if found.plan.state != "none":
        state = capfirst(plan_words.state_name(found.plan.state))
        due = ""
        if found.plan.next_due_on is not None:
            due = f"{kr(found.plan.next_due_ore)} {format_day(found.plan.next_due_on)}"
        told.append((_("Repayment plan"), state, due))
    reached = found.contact.reached_on
    last = found.contact.last_on
    tried = _("last tried %(day)s") % {"day": format_day(last)} if last else ""
    told.append(
        (_("The tenant was reached"), capfirst(ago(reached, day)) if reached else _("Never"), tried)
    )
    done = found.measures.required - len(found.measures.unanswered)
    if found.measures.required:
        told.append(
            (
                _("Measures"),
                _("%(done)d of %(all)d answered") % {"done": done, "all": found.measures.required},
                "",
            )
        )
    if found.step is not None:
        due = f"{format_day(found.step.due_on)}, {distance(found.step.due_on, day)}"
        told.append(
            (_("Next step"), step_words.action_name(found.step.action, sees_social=False), due)
        )
    return told
