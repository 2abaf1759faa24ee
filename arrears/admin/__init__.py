"""The ledger, the way to imports and unplaced payments, and the first load of the register."""

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arrears.admin.ledger import LedgerRegister
from arrears.admin.measures import MeasureKindRegister
from arrears.admin.portfolio import portfolio, portfolio_progress, portfolio_run
from arrears.admin.step_policy import step_policy, step_policy_add, step_policy_step
from arrears.admin.step_preview import step_policy_preview
from boligsak.administration.site import HOUSING, MONEY, RULES, Link
from tenants.admin import LeaseRegister

__all__ = ["LedgerRegister", "MeasureKindRegister"]


def _ledger_of(row: Any, user: Any) -> dict[str, Any] | None:
    """From a lease's page to its lines."""
    if not user.has_perm("arrears.view_ledger"):
        return None
    address = reverse("admin:arrears_ledgerline_changelist")
    return {"label": _("The lease's ledger"), "url": f"{address}?lease={row.pk}"}


LeaseRegister.row_links.append(_ledger_of)

admin.site.add_link(
    Link(
        MONEY,
        gettext_lazy("Payment imports"),
        gettext_lazy("Files from the bank: send one in, and see what became of the others."),
        "arrears:imports",
        "arrears.view_imports",
    )
)
admin.site.add_link(
    Link(
        MONEY,
        gettext_lazy("Unplaced payments"),
        gettext_lazy("Payments that match no lease, to be placed by hand or returned."),
        "arrears:unplaced",
        "arrears.place_payments",
    )
)
admin.site.add_page(
    "portfolio/",
    portfolio,
    "portfolio",
    Link(
        HOUSING,
        gettext_lazy("Load a file into the register"),
        gettext_lazy("Dwellings, people, leases, charges or payments from the rent system."),
        "admin:portfolio",
        "tenants.import_portfolio",
    ),
)
admin.site.add_page("portfolio/<int:pk>/", portfolio_run, "portfolio_run")
admin.site.add_page("portfolio/<int:pk>/progress/", portfolio_progress, "portfolio_progress")
admin.site.add_page(
    "next-steps/",
    step_policy,
    "step_policy",
    Link(
        RULES,
        gettext_lazy("Order of next steps"),
        gettext_lazy("What is proposed on a case and when, tried on every open case first."),
        "admin:step_policy",
        "rates.change_policies",
    ),
)
admin.site.add_page("next-steps/new/", step_policy_add, "step_policy_add")
admin.site.add_page("next-steps/step/<str:code>/", step_policy_step, "step_policy_step")
admin.site.add_page("next-steps/preview/", step_policy_preview, "step_policy_preview")
