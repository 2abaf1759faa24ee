"""The product's pages, and the empty one they are measured against."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from django.views.decorators.http import require_GET

from boligsak.web import page

ROWS = 50

_EMPTY = """{% extends "base.html" %}{% block content %}
{% include "parts/_table.html" with columns=columns rows=rows caption=title only %}
{% endblock %}"""
_COLUMNS = [{"label": f"Kolonne {n}", "header": n == 0} for n in range(7)]
_CELLS = ["2020-000123", "Furuveien 12", "Skylder 1,4 måneder", "12 345,00 kr", "Heimdal", "–", "–"]


@require_GET
@page("desk.view_home")
def empty(request: HttpRequest) -> HttpResponse:
    """Fifty rows of ready words through the same frame, session and permission; no query."""
    template = engines["django"].from_string(_EMPTY) if not _compiled else _compiled[0]
    _compiled[:] = [template]
    rows = [{"cells": _CELLS} for _ in range(ROWS)]
    context = {"title": "Tom side", "columns": _COLUMNS, "rows": rows}
    return HttpResponse(template.render(context, request))


_compiled: list = []  # type: ignore[type-arg]

handler500 = "boligsak.faults.server_error"

urlpatterns = [path("bench/empty/", empty, name="bench_empty"), path("", include("boligsak.urls"))]
