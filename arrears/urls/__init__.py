"""Pages of this app: the ledger's under payments/, what is done on a case under cases/."""

from django.urls import include, path

from arrears.urls import (
    cases,
    complaints,
    contacts,
    ledger,
    measures,
    next_steps,
    notices,
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
]
