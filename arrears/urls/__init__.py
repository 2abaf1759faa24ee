"""Pages of this app: the ledger's under payments/, what is done on a case under cases/, and
old arrears of who applies for a home."""

from django.urls import include, path

from arrears.urls import (
    cases,
    complaints,
    contacts,
    ledger,
    measures,
    next_steps,
    notices,
    old_arrears,
    plans,
    referrals,
)

app_name = "arrears"

on_cases = [
    *cases.urlpatterns,
    *complaints.urlpatterns,
    *next_steps.urlpatterns,
    *contacts.urlpatterns,
    *measures.urlpatterns,
    *plans.urlpatterns,
    *notices.urlpatterns,
    *referrals.urlpatterns,
]

urlpatterns = [
    path("payments/", include(ledger.urlpatterns)),
    path("cases/", include(on_cases)),
    path("applications/", include(old_arrears.urlpatterns)),
]
