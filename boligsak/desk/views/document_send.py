"""Sending a letter that was written and journaled, but not yet put in the outbox."""

import datetime
from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from boligsak import dates
from boligsak.desk.documents import PART, find_document
from boligsak.letters import sent
from boligsak.letters.forms.documents import SendForm
from boligsak.letters.models import Channel, Direction, Document, PartyKind
from boligsak.letters.queries.documents import hidden_parties
from boligsak.letters.registry import may_email
from boligsak.letters.services.outbox import choices, send
from boligsak.letters.words.outbox import because, refusal
from boligsak.step import done, fresh, step_page
from boligsak.web import page

_FIELDS = {"dispatch.withdrawn": "channel", "dispatch.nobody": "channel"}


def may_be_sent(document: Document, user: Any) -> bool:
    """A letter of ours, written here and asked for by nobody yet. One whose sending sets something
    going (a notice, a decision) is sent where it was written."""
    return (
        document.direction == Direction.OUT
        and document.template_id is not None
        and document.withdrawn_on is None
        and not sent.is_owned(document.source)
        and bool(user.has_perm("letters.send_letter"))
        and not document.dispatches.exists()
    )


@require_http_methods(["GET", "POST"])
@page("letters.send_letter")
def document_send(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Puts the letter in the outbox, once for each recipient and copy."""
    user, day = request.user, dates.today()
    row, owner = find_document(pk, user)
    where = reverse("desk:document", args=[pk])
    if request.method != "POST" and not may_be_sent(row, user):
        raise Http404
    if sent.is_owned(row.source) or row.direction != Direction.OUT or row.template_id is None:
        raise Http404
    by_email = may_email(row.kind) and not row.is_social
    form = SendForm(request.POST or None, initial=fresh(), may_email=by_email)
    on_paper: list[str] = []

    def do() -> str:
        for one in send(row, channel=form.cleaned_data["channel"], by=user, on=day):
            if why := one.facts.get("because", ""):
                on_paper.append(because(why))
        return where

    if go := done(request, form, do, refusal=refusal, fields=_FIELDS):
        messages.success(request, _("The letter is in the outbox."))
        for why in dict.fromkeys(on_paper):
            messages.warning(request, why)
        return redirect(go)
    hidden = frozenset() if user.access.is_cleared else hidden_parties(row)  # type: ignore[union-attr]
    to = [one for one in row.parties.all() if one.kind != PartyKind.SENDER]
    request.saw(  # type: ignore[attr-defined]
        one.person_id for one in to if one.person_id and one.person_id not in hidden
    )
    names = [_("Protected address") if one.person_id in hidden else one.name for one in to]
    return step_page(
        request,
        form,
        title=_("Send the letter"),
        breadcrumb=[
            {"label": owner.label, "url": f"{owner.url}#{PART}"},
            {"label": str(row), "url": where},
        ],
        facts=[
            (_("Letter"), f"{row.title} ({row})"),
            (_("To"), ", ".join(names)),
            *(_by_email(row, day, hidden) if by_email else ()),
        ],
        about=_(
            "It is put in the outbox. What goes on paper is printed from there, and the proof of "
            "sending stands on the document."
        ),
        button=_("Put in the outbox"),
        back=where,
    )


def _by_email(row: Document, day: datetime.date, hidden: Collection[int]) -> list[tuple[str, str]]:
    """What would come of e-mail today, so that nobody has to find out by trying."""
    found = []
    for party, choice in choices(row, Channel.EMAIL, day):
        name = _("Protected address") if party.person_id in hidden else party.name
        said = because(choice.because) or _("goes to %(email)s") % {"email": party.email}
        found.append((_("By e-mail to %(name)s") % {"name": name}, said))
    return found
