"""What is done with a template: begun, written, approved, taken out of use, or thrown away."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from boligsak import dates
from boligsak.letters import registry
from boligsak.letters.forms.templates import ApproveForm, NewTemplateForm, TemplateForm
from boligsak.letters.models import Language, Template, TemplateState
from boligsak.letters.rules.templates import check_text, check_title
from boligsak.letters.services import templates as services
from boligsak.letters.views.templates import (
    CHANGE,
    checks,
    difference,
    facts_of,
    field_columns,
    field_rows,
    find_template,
    left_out,
    letter_choices,
    office_choices,
    shown_pdf,
    trail,
)
from boligsak.letters.words.templates import kind_name, language_name, office_name, refusal
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.step import StepForm, done, fresh, step_page
from boligsak.web import page

_BODY = ("template.empty", "template.brace", "template.unknown_field", "template.not_alone")
_AT = {
    "template.no_title": "title",
    "template.title_field": "title",
    **dict.fromkeys(_BODY, "body"),
}
_POST = require_http_methods(["GET", "POST"])


def _opened(row: Template, **more: Any) -> dict[str, Any]:
    return {**fresh(**more), "version": row.edits}


def _address(pk: int) -> str:
    return reverse("letters:template", args=[pk])


def _about(row: Template) -> list[tuple[str, str]]:
    return [
        (_("Kind of letter"), kind_name(row.kind)),
        (_("Language"), capfirst(language_name(row.language))),
        (_("Office"), office_name(row)),
        (_("Version"), str(row.number)),
    ]


@_POST
@page(CHANGE)
def template_new(request: HttpRequest) -> HttpResponseBase:
    """A new version, from the one in use: for all offices, or an office's own."""
    user, day = request.user, dates.today()
    first = {name: request.GET.get(name, "") for name in ("kind", "language", "office")}
    first["language"] = first["language"] or Language.BOKMAL
    form = NewTemplateForm(
        request.POST or None, offices=office_choices(), initial={**fresh(), **first}
    )

    def do() -> str:
        asked = form.cleaned_data
        office_id = int(asked["office"]) if asked["office"] else None
        try:
            row = services.new_version(asked["kind"], asked["language"], office_id, by=user, on=day)
        except RuleBroken as broken:
            if broken.code == "template.draft_exists" and broken.facts["id"]:
                return reverse("letters:template_edit", args=[broken.facts["id"]])
            raise
        return reverse("letters:template_edit", args=[row.pk])

    if where := done(request, form, do, refusal=refusal):
        return redirect(where)
    return step_page(
        request,
        form,
        title=_("New version of a template"),
        breadcrumb=trail(),
        about=_(
            "It begins with what is in use today. A draft that somebody has begun is gone on with."
        ),
        button=_("Write it"),
        back=reverse("letters:templates"),
    )


@_POST
@page(CHANGE)
def template_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The editor: the text, with the fields and what the law asks for beside it."""
    user, row = request.user, find_template(pk)
    if row.state != TemplateState.DRAFT:
        return redirect(_address(pk))
    form = TemplateForm(
        request.POST or None,
        initial=_opened(row, title=row.title, body=row.body, note=row.note),
        letters=letter_choices(row, user),
    )

    def do() -> str:
        asked = form.cleaned_data
        services.change_draft(
            pk,
            title=asked["title"],
            body=asked["body"],
            note=asked["note"],
            by=user,
            version=asked["version"],
        )
        return _address(pk)

    if request.POST.get("preview"):
        if form.is_valid() and (shown := _tried(row, form, request)):
            return shown
    elif where := done(request, form, do, refusal=refusal, fields=_AT):
        messages.success(request, _("The draft is saved."))
        return redirect(where)
    typed = str(form["body"].value() or "")
    is_sent = request.method == "POST"
    context = {
        "title": _("Write: %(kind)s") % {"kind": kind_name(row.kind)},
        "breadcrumb": trail(row),
        "facts": _about(row),
        "form": form,
        "checks": checks(row.kind, typed),
        "left_out": left_out(row.kind, typed),
        "fields": field_rows(row.kind, typed),
        "field_columns": field_columns(),
        # Somebody else was first: what differs stands below what was typed.
        "conflict": difference(row.body, typed.replace("\r\n", "\n").strip()) if is_sent else None,
        "back": _address(pk),
    }
    return render(request, "letters/template_edit.html", context, status=422 if is_sent else 200)


def _tried(row: Template, form: StepForm, request: HttpRequest) -> HttpResponseBase | None:
    """What is typed, as PDF on the letter that was chosen or on the examples; nothing is saved.
    None: the form says why not."""
    asked = form.cleaned_data
    text = asked["body"].replace("\r\n", "\n").strip()
    try:
        check_title(asked["title"])
        check_text(text, registry.shapes(registry.kind(row.kind)))
    except RuleBroken as broken:
        form.add_error(_AT.get(broken.code), refusal(broken))
        return None
    letter = asked.get("letter", "")
    facts = facts_of(letter, row.kind, request) if letter else None
    return shown_pdf(row, request.user, facts=facts, title=asked["title"], body=text)


@_POST
@page(CHANGE)
def template_approve(request: HttpRequest, pk: int) -> HttpResponseBase:
    """From when letters are written from the draft. It never changes again."""
    user, day, row = request.user, dates.today(), find_template(pk)
    form = ApproveForm(request.POST or None, initial=_opened(row, valid_from=day))

    def do() -> str:
        asked = form.cleaned_data
        services.approve(
            pk, valid_from=asked["valid_from"], by=user, on=day, version=asked["version"]
        )
        return _address(pk)

    fields = {"template.back_dated": "valid_from", "template.one_a_day": "valid_from"}
    if where := done(request, form, do, refusal=refusal, fields=fields):
        messages.success(request, _("The template is approved."))
        return redirect(where)
    lacks = [one for one in checks(row.kind, row.body) if not one["is_met"]]
    unsaid = left_out(row.kind, row.body)
    refused, instead = "", None
    if request.method != "POST" and row.state != TemplateState.DRAFT:
        refused = refusal(RuleBroken("template.not_a_draft"))
    elif request.method != "POST" and lacks:
        fields_lacking = [(one["label"], one["section"]) for one in lacks]
        refused = refusal(RuleBroken("template.lacks", fields=fields_lacking))
        instead = {
            "url": reverse("letters:template_edit", args=[pk]),
            "label": _("Write the text"),
        }
    return step_page(
        request,
        form,
        title=_("Approve: %(kind)s") % {"kind": kind_name(row.kind)},
        breadcrumb=trail(row),
        facts=_about(row) + ([(_("Not said in it"), "; ".join(unsaid))] if unsaid else []),
        about=_("Letters dated before that day are written from the version before."),
        warning=_("An approved version is never changed. To correct it, make a new one."),
        button=_("Approve the template"),
        back=_address(pk),
        refused=refused,
        instead=instead,
    )


@_POST
@page(CHANGE)
def template_retire(request: HttpRequest, pk: int) -> HttpResponseBase:
    """An office's own template, or one in another language, is no longer used."""
    user, day, row = request.user, dates.today(), find_template(pk)
    form = StepForm(request.POST or None, initial=_opened(row))

    def do() -> str:
        services.retire(pk, by=user, on=day)
        return _address(pk)

    if where := done(request, form, do, refusal=refusal):
        messages.success(request, _("The template is out of use."))
        return redirect(where)
    refused = ""
    if request.method != "POST" and row.state != TemplateState.APPROVED:
        refused = refusal(RuleBroken("template.not_in_use"))
    elif request.method != "POST" and row.office_id is None and row.language == Language.BOKMAL:
        refused = refusal(RuleBroken("template.last_one"))
    return step_page(
        request,
        form,
        title=_("Take out of use: %(kind)s") % {"kind": kind_name(row.kind)},
        breadcrumb=trail(row),
        facts=[*_about(row), (_("In use from"), format_day(row.valid_from))],
        about=_("Letters are written from the common template, or in bokmål, from now on."),
        button=_("Take it out of use"),
        back=_address(pk),
        refused=refused,
    )


@_POST
@page(CHANGE)
def template_drop(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A draft that will not be used."""
    row = find_template(pk)
    form = StepForm(request.POST or None, initial=_opened(row))

    def do() -> str:
        services.drop_draft(pk, version=form.cleaned_data["version"])
        return reverse("letters:templates")

    if where := done(request, form, do, refusal=refusal):
        messages.success(request, _("The draft is thrown away."))
        return redirect(where)
    refused = ""
    if request.method != "POST" and row.state != TemplateState.DRAFT:
        refused = refusal(RuleBroken("template.not_a_draft"))
    return step_page(
        request,
        form,
        title=_("Throw away the draft: %(kind)s") % {"kind": kind_name(row.kind)},
        breadcrumb=trail(row),
        facts=_about(row),
        warning=_("The text of the draft is lost. What is in use is not touched."),
        button=_("Throw it away"),
        back=_address(pk),
        refused=refused,
    )
