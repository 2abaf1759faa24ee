"""Documents: looking at one, opening its file, taking one in, taking one back."""

import datetime
from collections.abc import Collection, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from boligsak import dates
from boligsak.desk.documents import PART, Owner, find_document, find_owner, folder_for
from boligsak.desk.views.document_send import may_be_sent
from boligsak.letters import registry
from boligsak.letters.forms.documents import UploadForm, WithdrawForm
from boligsak.letters.models import Dispatch, Document, DocumentParty, Language
from boligsak.letters.pictures import MOST_SHOWN, NoPicture, page_picture
from boligsak.letters.queries.documents import hidden_parties, versions_of
from boligsak.letters.rules.templates import fields_in
from boligsak.letters.rules.uploads import ENDS, PDF, PICTURES
from boligsak.letters.services.journal import DocumentLost, content_of, withdraw
from boligsak.letters.services.uploads import page_count, receive
from boligsak.letters.words.documents import (
    DIRECTIONS,
    PETITION,
    ROLES,
    access_words,
    kind_name,
    refusal,
    type_name,
)
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import moment
from boligsak.step import done, fresh, step_page
from boligsak.web import page
from tenants.services.people import note_email_used
from tenants.words import register

# A picture needs nothing, so it may do nothing. A PDF is shown by the browser's own viewer, which
# some browsers do not start in a sandbox; what could run in it was refused when it was taken in.
_POLICIES = {
    PDF: "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'",
}
_POLICY = "default-src 'none'; img-src 'self'; sandbox; frame-ancestors 'none'"

_FIELDS = {
    "document.no_title": "title",
    "document.title_long": "title",
    "document.title_identity": "title",
    "document.no_sender": "party",
    "document.no_recipient": "party",
    "document.from_future": "dated_on",
    "document.no_reason": "reason",
    "document.reason_identity": "reason",
}


@never_cache
@require_GET
@page("letters.view_document")
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What it is, from and to whom, how it went, and what it was made from; pages to look at."""
    user = request.user
    row, owner = find_document(pk, user)
    hidden = frozenset() if user.access.is_cleared else hidden_parties(row)
    is_closed = bool(hidden) or not _may_open(row, user)
    parties = list(row.parties.all())
    _saw(request, row, owner, hidden)
    content = _content(row)
    pages = page_count(content) if content and row.media_type == PDF else 0
    shown = range(1, min(pages, MOST_SHOWN) + 1)
    sees_social = user.has_perm("tenants.view_social")
    return render(
        request,
        "desk/document.html",
        {
            "title": row.title,
            "breadcrumb": _trail(owner),
            "lead": f"{kind_name(row.kind)} · {row}",
            "status": _status(row),
            "row": row,
            "is_lost": content is None,
            "is_closed": is_closed,
            "is_protected": bool(hidden),
            "facts": _facts(row, owner, content, pages),
            "parties": [_party(one, hidden) for one in parties],
            "dispatches": [_dispatch(one, hidden) for one in _dispatches(row)],
            "told": _told(row),
            "versions": [
                {
                    "href": reverse("desk:document", args=[one.pk]),
                    "number": str(one),
                    "on": format_day(one.dated_on),
                    "is_withdrawn": one.withdrawn_on is not None,
                }
                for one in versions_of(row, sees_social=sees_social)
            ],
            "pictures": [
                {
                    "src": reverse("desk:document_picture", args=[row.pk, number]),
                    "alt": _("Page %(number)d of %(pages)d") % {"number": number, "pages": pages},
                }
                for number in shown
            ],
            "more_pages": max(0, pages - MOST_SHOWN),
            "is_picture": row.media_type in PICTURES,
            "may_send": may_be_sent(row, user),
            "may_withdraw": row.withdrawn_on is None
            and user.has_perm("letters.add_document")
            and row.source == "upload",
        },
    )


@never_cache
@require_GET
@page("letters.view_document")
def document_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file itself: shown where it is a PDF or a picture, else downloaded (?download=1 too)."""
    row, content = _open(request, pk)
    shows = row.media_type in (PDF, *PICTURES) and "download" not in request.GET
    name = f"dokument-{row.year}-{row.serial}.{ENDS.get(row.media_type, 'bin')}"
    return HttpResponse(
        content,
        content_type=row.media_type if shows else "application/octet-stream",
        headers={
            "Content-Disposition": f'{"inline" if shows else "attachment"}; filename="{name}"',
            "Content-Security-Policy": _POLICIES.get(row.media_type, _POLICY),
            "X-Content-Type-Options": "nosniff",
        },
    )


@never_cache
@require_GET
@page("letters.view_document")
def document_picture(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """A page of a PDF, drawn: nothing of the file itself comes along."""
    row, content = _open(request, pk)
    if row.media_type != PDF or not 0 < number <= MOST_SHOWN:
        raise Http404
    try:
        drawn = page_picture(content, number)
    except NoPicture as why:
        raise Http404 from why
    return HttpResponse(
        drawn,
        content_type="image/png",
        headers={"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"},
    )


@require_http_methods(["GET", "POST"])
@page("letters.add_document")
def document_upload(request: HttpRequest, kind: str, pk: int) -> HttpResponseBase:
    """Taking a document in: what it is, from whom, and the file."""
    user, day = request.user, dates.today()
    owner = find_owner(kind, pk, user)
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        people=owner.people,
        names=owner.names,
        sees_social=user.has_perm("tenants.view_social"),
        initial=fresh(dated_on=day),
    )
    request.saw(person_id for person_id, _name in owner.people)  # type: ignore[attr-defined]

    def do() -> str:
        made = receive(folder_for(owner, day), form.told(), by=user, on=day)
        if (sender := form.sender_by_email()) is not None:
            note_email_used(sender, made.dated_on, by=user, on=day)
        return reverse("desk:document", args=[made.pk])

    if where := done(request, form, do, refusal=_not_taken, fields=_upload_fields()):
        messages.success(request, _("The document is kept, and stands in the journal."))
        return redirect(where)
    if form.is_bound and form.errors and "file" not in form.errors:
        # A browser never sends the choice of a file back.
        form.add_error("file", _("Choose the file again: only its name was lost."))
    return step_page(
        request,
        form,
        title=_("Add a document"),
        breadcrumb=_trail(owner),
        facts=[(_("Belongs to"), owner.label)],
        about=""
        if settings.UPLOAD_SCANNER
        else _("Files are not scanned for viruses here: no scanner is set up."),
        button=_("Keep the document"),
        back=_back(owner),
    )


@require_http_methods(["GET", "POST"])
@page("letters.add_document")
def document_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Taking back what was put into the wrong folder. It stays in the journal, marked."""
    user, day = request.user, dates.today()
    row, owner = find_document(pk, user)
    if row.source != "upload":
        raise Http404  # a letter is taken back by who wrote it, with what it set going
    form = WithdrawForm(request.POST or None, initial=fresh())

    def do() -> str:
        withdraw(pk, form.cleaned_data["reason"], by=user, on=day)
        return reverse("desk:document", args=[pk])

    if where := done(request, form, do, refusal=refusal, fields=_FIELDS):
        messages.success(request, _("The document is withdrawn."))
        return redirect(where)
    return step_page(
        request,
        form,
        title=_("Withdraw the document"),
        breadcrumb=[*_trail(owner), {"label": str(row), "url": _page(row)}],
        facts=[(_("Document"), f"{row.title} ({row})"), (_("Belongs to"), owner.label)],
        warning=_(
            "It stays in the journal, marked as withdrawn, and its number is never used again."
        ),
        button=_("Withdraw"),
        back=_page(row),
        refused=refusal(
            RuleBroken("document.withdrawn", who=str(row.withdrawn_by), on=row.withdrawn_on)
        )
        if row.withdrawn_on and request.method != "POST"
        else "",
    )


# --- What the pages say ---------------------------------------------------------------------------


def _page(row: Document) -> str:
    return reverse("desk:document", args=[row.pk])


def _back(owner: Owner) -> str:
    return f"{owner.url}#{PART}"


def _trail(owner: Owner) -> list[dict[str, Any]]:
    return [{"label": owner.label, "url": _back(owner)}]


def _upload_fields() -> dict[str, str]:
    codes = (
        "empty too_big heic old_office markup kind broken too_many_pixels macros locked "
        "reaches_out runs holds_files infected not_scanned same_file"
    )
    at_file = {f"upload.{code}": "file" for code in codes.split()}
    return {**_FIELDS, **at_file, "person.no_email": "came_by_email"}


def _not_taken(broken: RuleBroken) -> str:
    """Why a document is not taken in; where it came by e-mail, the register may say so."""
    return register.refusal(broken) if register.knows(broken.code) else refusal(broken)


def _content(row: Document) -> bytes | None:
    try:
        return content_of(row)
    except DocumentLost:
        return None


def _open(request: HttpRequest, pk: int) -> tuple[Document, bytes]:
    """The document with its content, for a reader who may see all that is in it.

    A letter shows the address of whom it went to: where one of them is protected, now or then,
    only who is cleared opens it.
    """
    user: Any = request.user
    row, owner = find_document(pk, user)
    if not _may_open(row, user) or (not user.access.is_cleared and hidden_parties(row)):
        raise Http404
    _saw(request, row, owner, ())
    content = _content(row)
    if content is None:
        raise Http404
    return row, content


def _may_open(row: Document, user: Any) -> bool:
    """A petition holds the identity numbers, which fewer may see than its case."""
    return row.kind != PETITION or bool(user.has_perm("tenants.view_identity"))


def _saw(request: HttpRequest, row: Document, owner: Owner, hidden: Collection[int]) -> None:
    """Whom a document is about, and from and to whom it went; why, when it tells their numbers."""
    people = [pk for pk, _name in owner.people]
    people += [one.person_id for one in row.parties.all() if one.person_id]
    why = _("Identity number: %(why)s") % {"why": row.title} if row.kind == PETITION else ""
    request.saw([pk for pk in people if pk not in hidden], why)  # type: ignore[attr-defined]


def _status(row: Document) -> dict[str, str]:
    if row.withdrawn_on is not None:
        return {"text": _("Withdrawn"), "color": "warning"}
    return {
        "text": str(DIRECTIONS[row.direction]),
        "color": "info" if row.direction == "in" else "neutral",
    }


def _facts(row: Document, owner: Owner, content: bytes | None, pages: int) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [
        (_("Belongs to"), _link(owner.url, owner.label)),
        (_("Journal number"), str(row)),
        (_("Dated"), format_day(row.dated_on)),
        (_("Journaled"), f"{format_day(row.on)}, {row.by or _('by the system')}"),
        (_("Kind"), kind_name(row.kind)),
        (_("Access"), access_words(row.access_code, row.access_section)),
        (_("Language"), Language(row.language).label),
        (_("File"), f"{type_name(row.media_type)}, {filesizeformat(row.size)}"),
    ]
    if pages:
        facts.append((_("Pages"), str(pages)))
    if row.template is not None:
        facts.append(
            (
                _("Template"),
                _("version %(number)d, from %(day)s")
                % {"number": row.template.number, "day": format_day(row.template.valid_from)},
            )
        )
    if row.is_social:
        facts.append((_("Who may see it"), _("The welfare side alone")))
    if "is_scanned" in row.facts:
        facts.append((_("Scanned for viruses"), _("yes") if row.facts["is_scanned"] else _("no")))
    if row.withdrawn_on is not None:
        told = {"on": format_day(row.withdrawn_on), "who": str(row.withdrawn_by)}
        facts.append((_("Withdrawn"), _("%(on)s by %(who)s") % told + f": {row.withdrawn_because}"))
    if content is not None:
        facts.append(
            (
                _("Checked now"),
                format_html(
                    '{} <span class="subtle hash">SHA-256 {}…</span>',
                    _("The file is the one that was journaled."),
                    row.sha256[:16],
                ),
            )
        )
    return [(term, value) for term, value in facts if value]


def _link(url: str, label: str) -> SafeString:
    return format_html('<a class="ds-link" href="{}">{}</a>', url, label)


def _party(one: DocumentParty, hidden: frozenset[int]) -> dict[str, Any]:
    """Where one of them may not be known to live, it is told of none: they may live together."""
    if one.person_id in hidden:
        return {"role": str(ROLES[one.kind]), "name": _("Protected address"), "address": []}
    return {
        "role": str(ROLES[one.kind]),
        "name": one.name,
        "href": reverse("desk:person", args=[one.person_id]) if one.person_id else "",
        "address": [] if hidden else [line for line in one.address.split("\n") if line],
        "is_protected": one.is_protected,
    }


def _dispatches(row: Document) -> Sequence[Dispatch]:
    return list(row.dispatches.select_related("party").order_by("id"))


def _dispatch(one: Dispatch, hidden: frozenset[int]) -> dict[str, Any]:
    colors = {"sent": "success", "failed": "danger", "uncertain": "warning"}
    name = _("Protected address") if one.party.person_id in hidden else one.party.name
    when = moment(one.sent_at) if one.sent_at else ""
    if one.sent_on and one.sent_at and one.sent_on != _day(one.sent_at):
        when = format_day(one.sent_on)
    return {
        "name": name,
        "channel": capfirst(one.get_channel_display()),
        "when": when,
        "proof": one.proof,
        "tag": {
            "text": capfirst(one.get_state_display()),
            "color": colors.get(one.state, "neutral"),
        },
    }


def _day(instant: datetime.datetime) -> datetime.date:
    return instant.astimezone(dates.OSLO).date()


def _told(row: Document) -> list[tuple[str, str]]:
    """What a letter was made from: of the stored facts those that the letter itself tells.

    A field that its template does not use is not shown: it may be known to fewer than may read
    the letter.
    """
    if row.template is None:
        return []
    used = fields_in(row.template.body)
    fields = {k: v for k, v in (row.facts.get("fields") or {}).items() if k in used}
    return registry.shown_facts(row.kind, {"fields": fields})
