"""The letter: as it stands, to whom it went, and what came back."""

import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from arrears.models import Case, Notice, NoticeServing, NoticeState
from arrears.queries.case_access import sight
from arrears.rules.cases import parties_of
from arrears.rules.notices import KINDS, Kind
from arrears.services.notices.letters import (
    NAV,
    SOURCE,
    Key,
    is_queued,
    key_of,
    live_letters,
)
from arrears.services.notices.sending import still_to_serve
from arrears.services.notices.serving import RESERVABLE
from arrears.views.case_steps import (
    case_terms,
    trail,
)
from arrears.words.notices import kind_name, law_name, sums
from boligsak import dates
from boligsak.letters.models import Dispatch, Document
from boligsak.letters.words.outbox import because, state_name
from boligsak.show import day as format_day
from boligsak.show import deadline
from boligsak.web import page
from tenants.models import Guardianship, Person

SOCIAL = "tenants.view_social"


def find_notice(user: Any, pk: int) -> Notice:
    """A notice of a case whose name this user sees; 404 for every other."""
    rows = Notice.objects.filter(case__in=Case.objects.visible_to(user))
    notice = get_object_or_404(
        rows.select_related("case__lease", "case__office", "by", "sent_by"), pk=pk
    )
    if sight(notice.case, user).is_masked:
        raise Http404
    return notice


def letter_page(notice_id: int) -> str:
    return reverse("arrears:notice", args=[notice_id])


@require_GET
@page("arrears.view_case")
def notice_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The letter as it stands, to whom it went, and what came back."""
    user, day = request.user, dates.today()
    notice = find_notice(user, pk)
    case, kind = notice.case, Kind(notice.kind)
    facts = [
        *case_terms(request, case),
        (_("Legal basis"), law_name(KINDS[kind].law)),
        *sums(notice),
    ]
    may_send = user.has_perm("arrears.send_notice") and case.status == "open"
    is_draft = notice.state == NoticeState.DRAFT
    servings = _servings(notice)
    has = {(one.person_id, one.guardianship_id) for one in servings}
    is_sent = notice.state == NoticeState.SENT
    letters = letters_of(notice, user)
    queue = _queue(notice, letters) if is_draft else []
    may_send_it = may_send and is_draft and bool(KINDS[kind].senders & _parties(user))
    context = {
        "title": kind_name(notice.kind),
        "status": _status(notice),
        "breadcrumb": trail(case),
        "notice": notice,
        "letter": paragraphs_of(notice.body),
        "facts": [*facts, *_day_facts(notice, day)],
        "servings": [_serving(one, kind, user, may_send and is_sent, letters) for one in servings],
        "to_nav": _line(notice, letters[NAV]) if is_sent and NAV in letters else None,
        "queue": queue,
        "is_queued": is_draft and is_queued(notice),
        "has_pdf": bool(letters) or is_draft,
        "may_serve": may_send and is_sent and bool(still_to_serve(case, day, has)),
        "is_draft": is_draft,
        "may_send": may_send_it,
        "may_write": may_send and is_draft,
        "may_withdraw": may_send and notice.state != NoticeState.WITHDRAWN,
    }
    return render(request, "arrears/notice.html", context)


def _parties(user: Any) -> frozenset[str]:
    return frozenset(parties_of(user.access.roles))


def paragraphs_of(body: str) -> list[str]:
    """The paragraphs of a letter; the fourth is its heading."""
    return body.split("\n\n")


def _status(notice: Notice) -> dict[str, str]:
    colors = {"draft": "info", "sent": "success", "withdrawn": "neutral"}
    return {"text": capfirst(notice.get_state_display()), "color": colors[notice.state]}


def _day_facts(notice: Notice, day: datetime.date) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    if notice.sent_on:
        found.append((_("Sent"), format_day(notice.sent_on)))
        found.append((_("Sent by"), str(notice.sent_by)))
    else:
        found.append((_("Written by"), str(notice.by)))
    is_over = notice.state != NoticeState.SENT
    if notice.last_on:
        value = format_day(notice.last_on) if is_over else deadline(notice.last_on, day)
        found.append((_("Deadline"), value))
    if notice.allowed_from:
        found.append((_("The next step from"), format_day(notice.allowed_from)))
    if notice.end_on:
        found.append((_("Notice period ends"), format_day(notice.end_on)))
    if notice.withdrawn_on:
        found.append((_("Withdrawn"), format_day(notice.withdrawn_on)))
        found.append((_("Why"), notice.withdrawn_because))
    return found


def _servings(notice: Notice) -> list[NoticeServing]:
    rows = notice.servings.select_related("person", "guardianship")
    return list(rows.order_by("person", "guardianship_id", "id"))


def guardian_name(guardian: Guardianship, person: Person, sees_social: bool) -> str:
    """Who the guardian of a tenant is, for the welfare side; that there is one, for the others."""
    if not sees_social:
        return _("The guardian of %(tenant)s") % {"tenant": str(person)}
    told = {"guardian": guardian.guardian_name, "tenant": str(person)}
    return _("%(guardian)s, guardian of %(tenant)s") % told


def letters_of(notice: Notice, user: Any) -> dict[Key, Document]:
    """The letters that were kept, for a reader who sees the case with its name: what goes to a
    guardian is for the welfare side alone."""
    sees_social = user.has_perm(SOCIAL)
    return {
        key_of(letter): letter
        for letter in live_letters(notice).order_by("pk")
        if sees_social or not letter.is_social
    }


def _line(notice: Notice, letter: Document) -> dict[str, str]:
    """Where the file of a letter is, and what it is in the journal."""
    address = reverse("arrears:notice_pdf", args=[notice.pk])
    return {
        "pdf": f"{address}?letter={letter.pk}",
        "document": reverse("desk:document", args=[letter.pk]),
        "number": str(letter),
    }


def _queue(notice: Notice, letters: dict[Key, Document]) -> list[dict[str, Any]]:
    """The letters of a draft that are in the outbox, and how far each has come."""
    rows = Dispatch.objects.filter(document__in=list(letters.values())).order_by("pk")
    newest = {row.document_id: row for row in rows.select_related("party")}
    found = []
    for letter in letters.values():
        row = newest.get(letter.pk)
        if row is not None:
            found.append(
                {
                    "who": row.party.name,
                    "state": capfirst(state_name(row.state)),
                    "because": because(row.code, SOURCE, row.facts),
                    **_line(notice, letter),
                }
            )
    return found


def _serving(
    one: NoticeServing, kind: Kind, user: Any, may_answer: bool, letters: dict[Key, Document]
) -> dict[str, Any]:
    who = str(one.person)
    if one.guardianship is not None:
        sees_social = user.has_perm(SOCIAL)
        who = guardian_name(one.guardianship, one.person, sees_social)
    facts = [
        (_("How"), capfirst(one.get_channel_display())),
        (_("Proof of sending"), one.proof),
        (_("Received, documented"), format_day(one.received_on) if one.received_on else ""),
        (_("Protested"), format_day(one.protest_on) if one.protest_on else ""),
        (_("Reserved against warning Nav"), format_day(one.reserved_on) if one.reserved_on else ""),
        (_("Note"), one.note),
    ]
    letter = letters.get((one.person_id, one.guardianship_id))
    return {
        "who": who,
        "facts": [(term, value) for term, value in facts if value],
        "letter": _line(one.notice, letter) if letter is not None else None,
        "answer": reverse("arrears:notice_answer", args=[one.pk]) if may_answer else "",
        "label": _("Record receipt or protest")
        if kind is Kind.TERMINATION
        else _("Record receipt or reservation")
        if kind in RESERVABLE
        else _("Record receipt"),
    }


@require_GET
@page("arrears.view_case")
def notice_print(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The letter alone, for the printer."""
    notice = find_notice(request.user, pk)
    case_terms(request, notice.case)
    context = {
        "title": kind_name(notice.kind),
        "breadcrumb": [
            *trail(notice.case),
            {"label": kind_name(notice.kind), "url": letter_page(notice.pk)},
        ],
        "letter": paragraphs_of(notice.body),
        "is_draft": notice.state == NoticeState.DRAFT,
        "is_withdrawn": notice.state == NoticeState.WITHDRAWN,
    }
    return render(request, "arrears/notice_print.html", context)


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """A letter as the browser shows it. `name` holds nobody's name."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
