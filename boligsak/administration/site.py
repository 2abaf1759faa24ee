"""The administration: which registers there are, who may open it, and its first page.

Django's admin gives the registry, the addresses (`admin:tenants_lease_changelist`) and the
autodiscovery. The pages are our own (`register.py`), in the product's frame: no script, no style
of Django's, nothing that needs an exception from the Content-Security-Policy.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, URLPattern, URLResolver, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from boligsak.web import page

USE = "accounts.use_admin"

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Link:
    """A line on the first page that leads to a page elsewhere in the product, or of our own."""

    group: Text
    label: Text
    about: Text
    url_name: str
    permission: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A register or a page this reader may open."""

    label: Text
    about: Text
    href: str


# In the order a day's work meets them; a group nobody has named stands last.
HOUSING = gettext_lazy("Dwellings and leases")
MONEY = gettext_lazy("Rent and payments")
RULES = gettext_lazy("Rules and rates")
ACCESS = gettext_lazy("Users and access")
RUNNING = gettext_lazy("Running the system")
GROUPS = (HOUSING, MONEY, RULES, ACCESS, RUNNING)


class AdministrationSite(admin.AdminSite):
    """Everybody who holds `accounts.use_admin`; each register then asks its own permission."""

    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self._links: list[Link] = []
        self._pages: list[tuple[str, Callable[..., HttpResponseBase], str]] = []

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Registers of ours. What packages register with Django's admin (groups, e-mail addresses,
        one-time secrets) has no page here: roles are rows of ours, secrets are nobody's to read.
        """
        if hasattr(admin_class, "routes"):
            super().register(model_or_iterable, admin_class, **options)

    def add_link(self, link: Link) -> None:
        self._links.append(link)

    def add_page(
        self, route: str, view: Callable[..., HttpResponseBase], name: str, link: Link | None = None
    ) -> None:
        """A page of an app's own below the administration; the view names its permission."""
        self._pages.append((route, view, name))
        if link is not None:
            self._links.append(link)

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_authenticated and request.user.has_perm(USE))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """For those who may use the administration; 403 for others, the log-in page for nobody."""

        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not self.has_permission(request):
                raise PermissionDenied(USE)
            return view(request, *args, **kwargs)

        opened.permission = getattr(view, "permission", USE)  # type: ignore[attr-defined]
        return opened

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """The first page, the apps' own pages and the registers; nothing else of Django's."""
        urls: list[URLResolver | URLPattern] = [
            path("", self.admin_view(self.index), name="index"),
        ]
        urls += [path(route, self.admin_view(view), name=name) for route, view, name in self._pages]
        for model, register in self._registry.items():
            base = f"{model._meta.app_label}/{model._meta.model_name}/"
            stem = f"{model._meta.app_label}_{model._meta.model_name}"
            urls += [
                path(base + route, self.admin_view(view), name=f"{stem}_{name}")
                for route, view, name in register.routes()  # type: ignore[attr-defined]
            ]
        return urls

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        return _index(request, self)

    def groups(self, user: Any) -> list[tuple[Text, list[Entry]]]:
        """What this reader may open, by group."""
        found: dict[str, list[Entry]] = {str(group): [] for group in GROUPS}
        for model, register in self._registry.items():
            if register.may_view(user):  # type: ignore[attr-defined]
                name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
                entry = Entry(register.title, register.about, reverse(name))  # type: ignore[attr-defined]
                found.setdefault(str(register.group), []).append(entry)  # type: ignore[attr-defined]
        for link in self._links:
            href = _address(link.url_name)
            if href is not None and user.has_perm(link.permission):
                entry = Entry(link.label, link.about, href)
                found.setdefault(str(link.group), []).append(entry)
        return [(group, entries) for group, entries in found.items() if entries]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {}  # Django would work out every register and address here, for every page


@require_GET
@page(USE)
def _index(request: HttpRequest, site: AdministrationSite) -> HttpResponseBase:
    return render(
        request,
        "admin/index.html",
        {"title": _("Administration"), "groups": site.groups(request.user)},
    )


def crumbs(*steps: tuple[Text, str]) -> Sequence[dict[str, Any]]:
    """The way here, for parts/_breadcrumb.html: the administration, then (label, url name)."""
    return [
        {"label": label, "url": reverse(name)}
        for label, name in ((_("Administration"), "admin:index"), *steps)
    ]


def _address(url_name: str) -> str | None:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None
