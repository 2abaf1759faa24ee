"""Where every page of the program stands: its name, who visits it, and which rows it shows."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, get_resolver

from arrears.services.portfolio import JOB
from boligsak.accounts.grants import GRANTS
from boligsak.accounts.grants import LANDLORD as ROLE_OF_LANDLORD
from boligsak.jobs.models import JobRun
from tests.browser import (
    application_places,
    case_places,
    complaint_places,
    contact_places,
    decision_places,
    desk_places,
    document_places,
    lease_places,
    measure_places,
    meeting_places,
    notice_places,
    offer_places,
    outbox_places,
    payment_places,
    plan_places,
    referral_places,
    session_places,
    step_places,
    template_places,
)
from tests.browser.visits import ADMINISTRATOR, LANDLORD, MANAGER, NOBODY, Visit

NOT_PAGES = {
    # Answers to a form; the page that holds the form is visited.
    "desk:assign",
    "desk:open_cases",
    "desk:identity",
    "arrears:unplaced_search",
    "arrears:move_search",
    "meetings:fill",
    "meetings:move_item",
    "meetings:session_open",
    "meetings:session_pen",
    "meetings:session_presence",
    "meetings:session_save",
    "tenants:bulk_new",
    "set_language",
    "accounts:work_as",
    # Files.
    "arrears:collector_file",
    "arrears:petition_draft",
    "desk:document_file",
    "desk:document_picture",
    "letters:dispatch_file",
    "letters:batch_file",
    "letters:bulk_letter",
    "letters:bulk_choose",
    "letters:bulk_office",
    "letters:bulk_progress",
    "letters:archive_file",
    "letters:archive_progress",
    "letters:journal_export",
    "arrears:notice_pdf",
    "arrears:plan_pdf",
    "arrears:nav_package_pdf",
    "letters:template_preview",
    "meetings:calendar_ics",
    "meetings:meeting_ics",
    "meetings:minutes_pdf",
    "meetings:summons_pdf",
    "desk:worklist_export",
    "desk:leases_export",
    "desk:cases_export",
    "desk:complaints_export",
    "desk:ledger_export",
    "desk:head_actions_export",
    "accounts:lookups_export",
    "accounts:person_log_export",
    "mfa_download_recovery_codes",
    "desk:applications_export",
    "tenants:conditions_export",
    "tenants:decision_preview",
    "tenants:offers_export",
    "tenants:vacancies_export",
    "tenants:waiting_export",
    "tenants:expiring_export",
    "tenants:bulk_export",
    "tenants:index_export",
    # Parts of a page.
    "tenants:bulk_progress",
    "tenants:index_progress",
    "arrears:import_progress",
    "admin:portfolio_progress",
    # For machines, and addresses that only lead on.
    "healthz",
    "desk:home",
    # Of the package that signs people in: steps on the way that need a code, a key or a mail. Their
    # templates are tested in tests/look/test_sign_in.py.
    "account_inactive",
    "account_confirm_login_code",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_set_password",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
}


def load() -> list[int]:
    return [JobRun.objects.filter(job=JOB).order_by("pk")[0].pk]


def first_of(model: Any) -> Callable[[], list[int]]:
    return lambda: [model.objects.order_by("pk").values_list("pk", flat=True)[0]]


BY_NOUN = (
    desk_places,
    case_places,
    contact_places,
    plan_places,
    measure_places,
    notice_places,
    document_places,
    outbox_places,
    template_places,
    lease_places,
    step_places,
    referral_places,
    meeting_places,
    application_places,
    decision_places,
    offer_places,
    session_places,
    complaint_places,
    payment_places,
)

VISITS = [
    *(visit for places in BY_NOUN for visit in places.VISITS),
    Visit("account_login", NOBODY),
    Visit("account_signup", NOBODY),
    Visit("account_reset_password", NOBODY),
    Visit("account_logout", MANAGER),
    Visit("account_email", MANAGER),
    Visit("account_change_password", MANAGER),
    Visit("account_reauthenticate", MANAGER),
    Visit("mfa_index", MANAGER),
    Visit("mfa_activate_totp", MANAGER),
    Visit("admin:index", ADMINISTRATOR),
    Visit("admin:index", LANDLORD),
    Visit("admin:portfolio", LANDLORD),
    Visit("admin:portfolio_run", LANDLORD, load),
]


def _registers() -> list[Visit]:
    """The list, the form for a new row and the first row of every register."""
    visits = []
    for model, register in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        may = GRANTS[register.to_change or register.to_view]
        user = LANDLORD if ROLE_OF_LANDLORD in may else ADMINISTRATOR
        visits.append(Visit(f"{name}_changelist", user))
        visits.append(Visit(f"{name}_change", user, first_of(model)))
        if register.add_step:
            visits.append(Visit(f"{name}_add", user))
    return visits


def all_names() -> set[str]:
    """The name of every address, with its namespace."""

    def below(resolver: Any, namespace: str = "") -> set[str]:
        names = set()
        for entry in resolver.url_patterns:
            if isinstance(entry, URLPattern):
                names.add(f"{namespace}{entry.name}")
            else:
                inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
                names |= below(entry, inner)
        return names

    return below(get_resolver())


VISITS += _registers()
