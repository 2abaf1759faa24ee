"""Templates of letters: which there are, one version, and its preview."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from boligsak import dates
from boligsak.accounts.models import Office
from boligsak.export import FORMATS, as_file
from boligsak.letters import registry
from boligsak.letters.forms.templates import COMING, DRAFT, GENERAL, MISSING, TemplateFilter
from boligsak.letters.models import PEOPLE, Language, Template, TemplateState
from boligsak.letters.queries import templates as query
from boligsak.letters.queries.documents import hidden_parties
from boligsak.letters.queries.templates import Line
from boligsak.letters.rules.templates import changes, fields_in, lacking
from boligsak.letters.services.templates import sample
from boligsak.letters.words.templates import (
    kind_name,
    language_name,
    office_name,
    refusal,
    state_tag,
)
from boligsak.paging import Paging
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.web import PageRequest, page

CHANGE = "letters.change_templates"
_LANGUAGES = {code: place for place, code in enumerate(Language.values)}
_SORTS = {
    "kind": lambda line: (kind_name(line.kind), line.office, _LANGUAGES[line.language]),
    "language": lambda line: (_LANGUAGES[line.language], kind_name(line.kind), line.office),
    "office": lambda line: (line.office, kind_name(line.kind), line.language),
    "from": lambda line: (
        line.in_use.valid_from if line.in_use else datetime.date.min,
        kind_name(line.kind),
    ),
}


def trail(template: Template | None = None) -> list[dict[str, Any]]:
    """The way to a page below the list, and below one version."""
    crumbs: list[dict[str, Any]] = [
        {"label": _("Letter templates"), "url": reverse("letters:templates")}
    ]
    if template is not None:
        address = reverse("letters:template", args=[template.pk])
        crumbs.append({"label": kind_name(template.kind), "url": address})
    return crumbs


def find_template(pk: int) -> Template:
    """A version of a kind that is registered; 404 for every other."""
    row = get_object_or_404(
        Template.objects.select_related("office", "by", "approved_by", "retired_by"), pk=pk
    )
    if not registry.known(row.kind):
        raise Http404
    return row


def office_choices() -> list[tuple[str, str]]:
    rows = Office.objects.order_by("name").values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows]


# --- The list -------------------------------------------------------------------------------------


@require_GET
@page("letters.view_templates")
def templates(request: PageRequest) -> HttpResponseBase:
    """Every kind of letter in each language, with the version that is in use."""
    day = dates.today()
    form = TemplateFilter(request.GET, offices=office_choices())
    form.is_valid()
    asked = form.cleaned_data
    sort = request.GET.get("sort", "")
    key = _SORTS.get(sort.removeprefix("-"), _SORTS["kind"])
    found = sorted(_chosen(query.lines(day), asked), key=key, reverse=sort.startswith("-"))
    file_format = request.GET.get("export")
    if file_format in FORMATS:
        return as_file(
            file_format,
            _("letter-templates") + f"-{day.isoformat()}",
            [
                _("Kind of letter"),
                _("Language"),
                _("Office"),
                _("Version in use"),
                _("In use from"),
                _("Next version from"),
                _("Draft"),
            ],
            (_file_row(line) for line in found),
        )
    paging = Paging.asked(request.GET)
    shown = found[paging.offset : paging.offset + paging.limit]
    is_filtered = any(asked.values())
    context = {
        "title": _("Letter templates"),
        "lead": _("What letters say. A template is changed in a new version, and used from a day."),
        "form": form,
        "is_filtered": is_filtered,
        "columns": [
            {"label": _("Kind of letter"), "sort": "kind", "header": True},
            {"label": _("Language"), "sort": "language"},
            {"label": _("Office"), "sort": "office"},
            {"label": _("In use"), "sort": "from"},
            {"label": _("To come")},
        ],
        "rows": [_row(line) for line in shown[: paging.size]],
        "sort": sort,
        "query": request.GET,
        "pager": paging.pager(len(shown), len(found)),
        "empty": _("No templates fit this filter."),
        "empty_action": {"url": request.path, "label": _("Clear the filter")},
        "action": {
            "url": reverse("letters:template_new"),
            "label": _("New version"),
            "icon": "plus",
        }
        if request.user.has_perm(CHANGE)
        else None,
    }
    return render(request, "letters/templates.html", context)


def _chosen(lines: Iterable[Line], asked: dict[str, Any]) -> list[Line]:
    def fits(line: Line) -> bool:
        office, state = asked.get("office"), asked.get("state")
        return (
            registry.known(line.kind)
            and (not asked.get("kind") or line.kind == asked["kind"])
            and (not asked.get("language") or line.language == asked["language"])
            and (not office or str(line.office_id or GENERAL) == office)
            and (state != DRAFT or line.draft is not None)
            and (state != COMING or line.coming is not None)
            and (state != MISSING or line.in_use is None)
        )

    return [line for line in lines if fits(line)]


def _row(line: Line) -> dict[str, Any]:
    in_use: Any = {"text": _("nothing"), "tag": "warning"}
    if line.in_use:
        told = {"number": line.in_use.number, "day": format_day(line.in_use.valid_from)}
        in_use = _("version %(number)s, from %(day)s") % told
    return {
        "id": f"t{line.shown.pk}",
        "cells": [
            {
                "text": kind_name(line.kind),
                "href": reverse("letters:template", args=[line.shown.pk]),
            },
            capfirst(language_name(line.language)),
            line.office or _("All offices"),
            in_use,
            _to_come(line),
        ],
    }


def _to_come(line: Line) -> Any:
    if line.draft is not None:
        address = reverse("letters:template", args=[line.draft.pk])
        return {
            "text": _("Draft of version %(number)s") % {"number": line.draft.number},
            "href": address,
        }
    if line.coming is not None:
        told = {"number": line.coming.number, "day": format_day(line.coming.valid_from)}
        address = reverse("letters:template", args=[line.coming.pk])
        return {"text": _("Version %(number)s, from %(day)s") % told, "href": address}
    return ""


def _file_row(line: Line) -> list[Any]:
    return [
        kind_name(line.kind),
        capfirst(language_name(line.language)),
        line.office or _("All offices"),
        line.in_use.number if line.in_use else None,
        line.in_use.valid_from if line.in_use else None,
        line.coming.valid_from if line.coming else None,
        line.draft.number if line.draft else None,
    ]


# --- One version ----------------------------------------------------------------------------------


@require_GET
@page("letters.view_templates")
def template_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The text of one version, what the law asks for in it, and what is new in it."""
    user, day = request.user, dates.today()
    row = find_template(pk)
    in_use = query.in_use_id(row, day)
    older = query.before(row)
    may_change = user.has_perm(CHANGE)
    is_draft = row.state == TemplateState.DRAFT
    context = {
        "title": kind_name(row.kind),
        "status": state_tag(row, in_use),
        "breadcrumb": trail(),
        "template": row,
        "facts": _facts(row),
        "checks": checks(row.kind, row.body),
        "left_out": left_out(row.kind, row.body),
        "fields": field_rows(row.kind, row.body),
        "field_columns": field_columns(),
        "diff": difference(older.body, row.body) if older else None,
        "diff_to": _("What is new since version %(number)s") % {"number": older.number}
        if older and older.office_id == row.office_id
        else _("What differs from the common template"),
        "versions": [_version(one, in_use) for one in query.versions_of(row)],
        "version_columns": [
            {"label": _("Version"), "header": True},
            {"label": _("State")},
            {"label": _("From"), "class": "nowrap"},
            {"label": _("What is new")},
        ],
        "previews": previews(row, user),
        "may_edit": may_change and is_draft,
        "may_renew": may_change and not is_draft,
        "may_retire": may_change
        and row.state == TemplateState.APPROVED
        and (row.office_id is not None or row.language != "nb"),
    }
    return render(request, "letters/template.html", context)


def _facts(row: Template) -> list[tuple[str, str]]:
    letters = query.used_by(row)
    terms = [
        (_("Language"), capfirst(language_name(row.language))),
        (_("Office"), office_name(row)),
        (_("Version"), str(row.number)),
        (_("In use from"), format_day(row.valid_from) if row.approved_on else ""),
        (_("Approved"), _who_and_when(row.approved_by, row.approved_on)),
        (_("Written by"), str(row.by) if row.by else ""),
        (_("Out of use"), _who_and_when(row.retired_by, row.retired_on)),
        (_("What is new"), row.note),
        (
            _("Letters written from it"),
            ngettext("%(count)s letter", "%(count)s letters", letters) % {"count": letters}
            if letters
            else "",
        ),
    ]
    return [(term, value) for term, value in terms if value]


def _who_and_when(who: Any, on: datetime.date | None) -> str:
    if on is None:
        return ""
    return f"{format_day(on)}, {who}" if who else format_day(on)


def checks(kind: str, body: str) -> list[dict[str, Any]]:
    """What the law asks for in a kind of letter, and whether a text has it."""
    there = fields_in(body)
    return [
        {
            "label": capfirst(str(one.label)),
            "braces": f"{{{one.name}}}",
            "section": one.section,
            "is_met": one.name in there,
        }
        for one in registry.kind(kind).required
    ]


def field_columns() -> list[dict[str, Any]]:
    return [{"label": _("Field"), "header": True}, {"label": _("What it is")}]


_SHAPES = {
    "text": lambda: _("Paragraphs, on a line of its own"),
    "items": lambda: _("A list, on a line of its own"),
    "table": lambda: _("A table, on a line of its own"),
    "parts": lambda: _("Parts with headings of their own, on a line of their own"),
}


def field_rows(kind: str, body: str) -> list[dict[str, Any]]:
    """Every field the template may use, with what it is and what it may hold."""
    there = fields_in(body)
    found = []
    for one in (*registry.kind(kind).fields, *registry.COMMON):
        example = registry.shown_facts(kind, {"fields": {one.name: one.example}})[0][1]
        notes = [_SHAPES[one.shape]()] if one.shape in _SHAPES else []
        if one.section:
            notes.append(one.section)
        notes.append(_("For instance: %(example)s") % {"example": example.replace("\n", " / ")})
        found.append(
            {
                "cells": [
                    {
                        "text": f"{{{one.name}}}",
                        "sub": _("used") if one.name in there else "",
                        "class": "nowrap",
                    },
                    {"text": capfirst(str(one.label)), "sub": ". ".join(notes)},
                ]
            }
        )
    return found


def difference(old: str, new: str) -> list[dict[str, Any]] | None:
    """The lines of a comparison; None when nothing differs. Long stretches that are the same are
    left out."""
    found, is_other = [], False
    for change in changes(old, new):
        kept = change.lines
        if change.what == "same" and len(kept) > 6:
            kept = (*kept[:3], "…", *kept[-3:])
        is_other = is_other or change.what != "same"
        found += [{"what": change.what, "text": line} for line in kept]
    return found if is_other else None


def _version(row: Template, in_use: int | None) -> dict[str, Any]:
    state = state_tag(row, in_use)
    return {
        "cells": [
            {"text": str(row.number), "href": reverse("letters:template", args=[row.pk])},
            {"text": state["text"], "tag": state["color"]},
            format_day(row.valid_from) if row.approved_on else "",
            row.note,
        ]
    }


def previews(row: Template, user: Any) -> list[dict[str, str]]:
    """Where the letter is shown on its examples, and on what letters of its kind were made from."""
    address = reverse("letters:template_preview", args=[row.pk])
    letters = [
        {"url": f"{address}?letter={pk}", "label": label} for pk, label in letter_choices(row, user)
    ]
    return [{"url": address, "label": _("On the examples")}, *letters]


def letter_choices(row: Template, user: Any) -> list[tuple[str, str]]:
    """The newest letters of a template's kind that this user may see, by id."""
    return [
        (
            str(one.pk),
            _("On letter %(number)s of %(day)s")
            % {"number": str(one), "day": format_day(one.dated_on)},
        )
        for one in query.letters_of_kind(row.kind, user)
    ]


def left_out(kind: str, body: str) -> list[str]:
    """What a letter of the kind knows besides, and the text does not say. What the law asks for
    stands among the checks; what every letter has is left to who writes."""
    free = {one.name: one for one in registry.kind(kind).fields if not one.is_required}
    return [f"{capfirst(str(free[name].label))} {{{name}}}" for name in lacking(body, free)]


@require_GET
@page("letters.view_templates")
def template_preview(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The letter as PDF: on the examples, or on the facts of a letter that was made."""
    row = find_template(pk)
    facts = None
    asked = request.GET.get("letter", "")
    if asked:
        facts = facts_of(asked, row.kind, request)
    return shown_pdf(row, request.user, facts=facts)


def facts_of(asked: str, kind: str, request: HttpRequest) -> dict[str, Any]:
    """The facts of a letter this reader may see; 404 for every other."""
    document = next(
        (one for one in query.letters_of_kind(kind, request.user) if str(one.pk) == asked), None
    )
    user: Any = request.user
    if document is None or (not user.access.is_cleared and hidden_parties(document)):
        raise Http404
    ids = document.parties.exclude(person_id=None).values_list("person_id", flat=True)
    facts: dict[str, Any] = document.facts
    request.saw([*ids, *facts.get(PEOPLE, ())])  # type: ignore[attr-defined]
    return facts


def shown_pdf(
    row: Template,
    user: Any,
    *,
    facts: dict[str, Any] | None = None,
    title: str = "",
    body: str = "",
) -> HttpResponseBase:
    """The preview, or in words why there is none."""
    try:
        made = sample(row, by=user, on=dates.today(), facts=facts, title=title, body=body)
    except RuleBroken as broken:
        return HttpResponse(refusal(broken), status=422, content_type="text/plain; charset=utf-8")
    name = f"{row.kind}-{row.language}-{row.number}.pdf"
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
