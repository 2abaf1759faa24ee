"""One register of the administration: a list, a page for adding, and a page for each row.

What a register may do is said in grants and done by services: nothing is saved from here, and
nobody deletes. A row that is not the reader's is a 404.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from boligsak.administration import lists, log
from boligsak.administration.lists import Column, Filter, Text
from boligsak.administration.site import RUNNING, crumbs
from boligsak.administration.steps import Panel, Step, StepForm
from boligsak.rule import RuleBroken
from boligsak.web import page

CHANGED_MEANWHILE = "version.changed"


class Register(admin.ModelAdmin):  # type: ignore[type-arg]
    """Subclasses say what stands in the list, what a row shows, and which steps there are."""

    # Permissions, by name in GRANTS. Without `to_change` nothing here can be changed.
    to_view: str = ""
    to_change: str = ""

    group: Text = RUNNING
    title: Text = ""
    about: Text = ""
    empty: Text = ""

    columns: Sequence[Column] = ()
    filters: Sequence[Filter] = ()
    usual_order: tuple[str, ...] = ("pk",)
    search_label: Text = ""
    search_help: Text = ""

    add_label: Text = ""
    add_step: Step | None = None
    steps: Sequence[Step] = ()
    saved: Text = gettext_lazy("Saved.")

    keeps_log = False
    """Whether each step is written down with who took it. Rows that the database itself keeps the
    history of need no other."""

    # --- Who may ------------------------------------------------------------------------------

    def may_view(self, user: Any) -> bool:
        return bool(user.has_perm(self.to_view))

    def may_change(self, user: Any) -> bool:
        return bool(self.to_change and user.has_perm(self.to_change))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may_view(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_view(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.add_step is not None and self.may_change(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # --- What subclasses answer ---------------------------------------------------------------

    def seen_by(self, user: Any) -> models.QuerySet[Any]:
        """The rows of the list: those this reader may see, masked or not."""
        return self.model._default_manager.all()

    def opened_by(self, user: Any) -> models.QuerySet[Any]:
        """The rows whose page this reader may open."""
        return self.seen_by(user)

    def narrowed(self, rows: lists.Rows, user: Any) -> lists.Rows:
        """Those left when the list is filtered or sorted by more than its number: a filter must
        not tell what a masked row hides."""
        return rows

    def asked_for(
        self, rows: lists.Rows, request: HttpRequest, words: str
    ) -> tuple[lists.Rows, bool]:
        """What else the address asks for (a row of another register), and whether it does."""
        return rows, False

    def enriched(self, rows: list[Any], user: Any) -> list[Any]:
        """The rows of a page, with what their cells need from elsewhere."""
        return rows

    def found(self, rows: lists.Rows, words: str, user: Any) -> lists.Rows:
        """The rows that fit what was searched for. Only registers with a `search_label`."""
        return rows

    def facts(self, row: Any, user: Any) -> Iterable[tuple[Text, Any]]:
        """What the row's page shows and cannot be changed there."""
        return ()

    def panels(self, row: Any, user: Any) -> Iterable[Panel]:
        return ()

    def timeline(self, row: Any) -> list[dict[str, Any]]:
        return log.timeline(row, [*self.steps, self.add_step]) if self.keeps_log else []

    def status(self, row: Any) -> dict[str, Any] | None:
        return None

    def people(self, rows: Sequence[Any]) -> Iterable[int]:
        """The people these rows show, for the look-up log."""
        return ()

    def words(self, broken: RuleBroken) -> str:
        """A refusal of this register's services, in one sentence."""
        raise NotImplementedError(broken.code)

    def heading(self, row: Any) -> str:
        return str(row)

    def is_masked(self, row: Any, user: Any) -> bool:
        """Whether this reader sees no more of the row than its number."""
        return False

    def lead(self, row: Any) -> Text:
        return ""

    # --- Addresses ----------------------------------------------------------------------------

    def routes(self) -> list[tuple[str, Callable[..., HttpResponseBase], str]]:
        pages = [
            ("", self._list, "changelist", self.to_view),
            ("<int:pk>/change/", self._row, "change", self.to_view),
        ]
        if self.add_step is not None:
            pages.append(("add/", self._add, "add", self.to_change))
        return [
            (route, page(permission)(require_http_methods(["GET", "HEAD", "POST"])(view)), name)
            for route, view, name, permission in pages
        ]

    @property
    def stem(self) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}"

    @property
    def list_name(self) -> str:
        return f"{self.stem}_changelist"

    def row_address(self, pk: int) -> str:
        return reverse(f"{self.stem}_change", args=[pk])

    # --- The list -----------------------------------------------------------------------------

    def _list(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if request.method == "POST":
            return self._search(request)
        form = lists.filter_form(self.filters, request)
        rows, is_filtered = lists.picked(self.seen_by(user), self.filters, form)
        words = lists.kept_words(request)
        if words:
            rows = self.found(rows, words, user)
        rows, is_narrow = self.asked_for(rows, request, words)
        word = request.GET.get("sort", "")
        fields = lists.order(self.columns, word) or self.usual_order
        if is_filtered or fields[0].removeprefix("-") != self.usual_order[0].removeprefix("-"):
            rows = self.narrowed(rows, user)
        shown, pager = lists.one_page(rows.order_by(*fields, "pk"), request.GET)
        shown = self.enriched(shown, user)
        open_ = [row for row in shown if not self.is_masked(row, user)]
        request.saw(self.people(open_))  # type: ignore[attr-defined]
        columns = [column.for_table() for column in self.columns]
        return render(
            request,
            "admin/register.html",
            {
                "title": self.title,
                "lead": self.about,
                "breadcrumb": crumbs(),
                "action": self._add_action(user),
                "form": form if self.filters else None,
                "is_filtered": is_filtered or is_narrow or bool(words),
                "columns": columns,
                "rows": self._table_rows(shown, user),
                "sort": word,
                "query": request.GET,
                "pager": pager,
                "empty": self.empty,
                "search_label": self.search_label,
                "search_help": self.search_help,
                "words": words,
                "reset": reverse(self.list_name),
            },
        )

    def _table_rows(self, rows: Sequence[Any], user: Any) -> list[dict[str, Any]]:
        """The first cell that is a header leads to the row's page."""
        before, after = reverse(f"{self.stem}_change", args=[0]).split("0", 1)
        made = []
        for row in rows:
            cells = [column.cell(row) for column in self.columns]
            if self.is_masked(row, user):
                cells = self.masked_cells(row, cells)
            else:
                first = cells[0] if isinstance(cells[0], dict) else {"text": cells[0]}
                cells[0] = {**first, "href": f"{before}{row.pk}{after}"}
            made.append({"id": f"row-{row.pk}", "cells": cells})
        return made

    def masked_cells(self, row: Any, cells: list[Any]) -> list[Any]:
        """A masked row keeps its first cell, the number, and says why the rest is missing."""
        return [cells[0], _("Protected address"), *[""] * (len(cells) - 2)]

    def _search(self, request: HttpRequest) -> HttpResponse:
        words = request.POST.get("words", "").strip()[:100]
        query = request.GET.copy()
        for name in ("page", "s"):
            query.pop(name, None)
        if words and self.search_label:
            query["s"] = lists.keep_words(request, words)
        address = reverse(self.list_name)
        return redirect(f"{address}?{query.urlencode()}" if query else address)

    def _add_action(self, user: Any) -> dict[str, Any] | None:
        if self.add_step is None or not self.may_change(user):
            return None
        return {"label": self.add_label, "url": reverse(f"{self.stem}_add"), "icon": "plus"}

    # --- Adding -------------------------------------------------------------------------------

    def _add(self, request: HttpRequest) -> HttpResponseBase:
        step = cast(Step, self.add_step)
        origin = self.origin(request)
        form = step.form(
            request.POST if request.method == "POST" else None,
            user=request.user,
            row=origin,
            prefix=step.name,
            initial=dict(step.initial(origin)),
        )
        if request.method == "POST" and form.is_valid():
            done = self._done(request, step, origin, form)
            if done is not None:
                return done
        context = {
            "title": self.add_label,
            "breadcrumb": crumbs((self.title, self.list_name)),
            # The page's own heading says it already.
            "forms": [{**self._shown(step, form), "label": ""}],
            "failed": form if form.errors else None,
            "cancel": reverse(self.list_name),
        }
        return render(request, "admin/row.html", context, status=422 if form.errors else 200)

    def origin(self, request: HttpRequest) -> Any:
        """What a new row is made from, where the address names one. None: from nothing."""
        return None

    # --- One row ------------------------------------------------------------------------------

    def _row(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        user = request.user
        row = self._opened(pk, user)
        steps = {step.name: step for step in self._open_steps(row, user)}
        forms = {name: step.bound(request, row) for name, step in steps.items()}
        failed: StepForm | None = None
        if request.method == "POST":
            name = request.POST.get("step", "")
            if name not in steps:
                raise PermissionDenied(self.to_change)
            if forms[name].is_valid():
                done = self._done(request, steps[name], row, forms[name])
                if done is not None:
                    return done
            failed = forms[name]
            row = self._opened(pk, user)
        request.saw(self.people([row]))  # type: ignore[attr-defined]
        shown = {name: self._shown(step, forms[name]) for name, step in steps.items()}
        panels = [
            {"panel": panel, "forms": [shown.pop(n) for n in panel.steps if n in shown]}
            for panel in self.panels(row, user)
        ]
        return render(
            request,
            "admin/row.html",
            {
                "title": self.heading(row),
                "lead": self.lead(row),
                "status": self.status(row),
                "breadcrumb": crumbs((self.title, self.list_name)),
                "facts": [(label, _fact(value)) for label, value in self.facts(row, user)],
                "forms": list(shown.values()),
                "panels": panels,
                "failed": failed,
                "version": getattr(row, "version", None),
                "timeline": self.timeline(row),
                "cancel": reverse(self.list_name),
            },
            status=200 if failed is None else 422,
        )

    def _opened(self, pk: int, user: Any) -> Any:
        row = self.opened_by(user).filter(pk=pk).first()
        if row is None:
            raise Http404
        return self.enriched([row], user)[0]

    def _open_steps(self, row: Any, user: Any) -> list[Step]:
        return [
            step
            for step in self.steps
            if user.has_perm(step.permission or self.to_change) and step.is_open(row)
        ]

    def _done(
        self, request: HttpRequest, step: Step, row: Any, form: StepForm
    ) -> HttpResponseBase | None:
        """Does the step and goes on; None when it was refused, and the form says why."""
        values = dict(form.cleaned_data)
        opened = request.POST.get("version", "")
        if opened.isdigit():
            values["version"] = int(opened)
        try:
            with transaction.atomic():
                result = step.do(row, values, request.user)
                if self.keeps_log:
                    log.write(result if step is self.add_step else row, step, result, request.user)
        except RuleBroken as broken:
            self._refuse(form, step, row, broken)
            return None
        messages.success(request, str(step.said or self.saved))
        if step is self.add_step:
            row = result
        return redirect(self.row_address(row.pk))

    def _refuse(self, form: StepForm, step: Step, row: Any, broken: RuleBroken) -> None:
        if broken.code == CHANGED_MEANWHILE:
            form.add_error(None, self.changed_meanwhile(row))
            return
        name = step.fields.get(broken.code)
        form.add_error(name if name in form.fields else None, self.words(broken))

    def changed_meanwhile(self, row: Any) -> str:
        """Said to the second of two who had the same form open. What they typed is still there."""
        last = next(iter(self.timeline(row)), None)
        if last is None:
            return _(
                "Somebody has saved another version since you opened this page. What you typed is "
                "still here: compare it with what stands below, and save again."
            )
        return _(
            "%(who)s saved another version %(when)s (%(what)s). What you typed is still here: "
            "compare, and save again."
        ) % {"who": last["who"] or _("Somebody"), "when": last["when"], "what": last["what"]}

    def _shown(self, step: Step, form: StepForm) -> Mapping[str, Any]:
        return {
            "name": step.name,
            "label": step.label,
            "about": step.about,
            "button": step.button or step.label,
            "form": form,
            "is_dangerous": step.is_dangerous,
            "is_open": bool(form.errors),
            "needs_file": form.is_multipart(),
        }


def _fact(value: Any) -> str | SafeString:
    if value is None or value == "":
        return "–"
    if value is True:
        return _("yes")
    if value is False:
        return _("no")
    return value if isinstance(value, SafeString) else str(value)
