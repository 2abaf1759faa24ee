"""Pages: the life of a lease."""

from django.urls import path

from tenants.views.bulk import (
    bulk,
    bulk_export,
    bulk_new,
    bulk_progress,
    index_export,
    index_progress,
    index_run,
)
from tenants.views.expiring import expiring, expiring_export
from tenants.views.indexation import indexation, rent
from tenants.views.renewals import convert, renew, term_drop

urlpatterns = [
    path("expiring/", expiring, name="expiring"),
    path("expiring/export/", expiring_export, name="expiring_export"),
    path("<int:pk>/renew/", renew, name="renew"),
    path("<int:pk>/convert/", convert, name="convert"),
    path("terms/<int:pk>/drop/", term_drop, name="term_drop"),
    path("bulk/new/", bulk_new, name="bulk_new"),
    path("bulk/<int:pk>/", bulk, name="bulk"),
    path("bulk/<int:pk>/progress/", bulk_progress, name="bulk_progress"),
    path("bulk/<int:pk>/export/", bulk_export, name="bulk_export"),
    path("indexation/", indexation, name="indexation"),
    path("indexation/<int:pk>/", index_run, name="index_run"),
    path("indexation/<int:pk>/progress/", index_progress, name="index_progress"),
    path("indexation/<int:pk>/export/", index_export, name="index_export"),
    path("<int:pk>/rent/", rent, name="rent"),
]
