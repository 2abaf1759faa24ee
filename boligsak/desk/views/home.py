"""Where each role starts its day."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from boligsak.desk.navigation import address
from boligsak.web import PageRequest, page

START_PAGES = (
    ("desk.view_dashboard", "desk:dashboard"),
    ("desk.view_my_work", "desk:my_work"),
    ("desk.view_worklist", "desk:worklist"),
    ("arrears.view_imports", "arrears:imports"),
    ("desk.view_figures", "desk:figures"),
    ("accounts.view_lookups", "accounts:lookups"),
    ("accounts.use_admin", "admin:index"),
)
"""The first one the reader may open is theirs."""


@require_GET
@page("desk.view_home")
def home(request: PageRequest) -> HttpResponseBase:
    for permission, name in START_PAGES:
        where = address(name)
        if where is not None and request.user.has_perm(permission):
            return redirect(where)
    raise PermissionDenied("no start page")
