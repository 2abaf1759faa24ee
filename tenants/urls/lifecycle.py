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
from tenants.views.move_outs import (
    move_out,
    move_out_day,
    move_out_inspect,
    move_out_keys,
    move_out_withdraw,
)
from tenants.views.party_changes import (
    party_answer,
    party_change,
    party_change_new,
    party_member,
)
from tenants.views.renewals import convert, renew, term_drop
from tenants.views.running_support import support_end, support_review
from tenants.views.service_agreements import (
    service_agreement,
    service_assess,
    service_review,
    service_withdraw,
    service_write,
)

urlpatterns = [
    path("expiring/", expiring, name="expiring"),
    path("expiring/export/", expiring_export, name="expiring_export"),
    path("support/<int:pk>/review/", support_review, name="support_review"),
    path("support/<int:pk>/end/", support_end, name="support_end"),
    path("<int:pk>/service-agreement/", service_agreement, name="service_agreement"),
    path("<int:pk>/service-agreement/write/", service_write, name="service_write"),
    path("<int:pk>/service-agreement/review/", service_review, name="service_review"),
    path("<int:pk>/service-agreement/assess/", service_assess, name="service_assess"),
    path("<int:pk>/service-agreement/withdraw/", service_withdraw, name="service_withdraw"),
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
    path("<int:pk>/parties/", party_change, name="party_change"),
    path("<int:pk>/parties/member/", party_member, name="party_member"),
    path("<int:pk>/parties/<slug:kind>/", party_change_new, name="party_change_new"),
    path("parties/<int:pk>/answer/", party_answer, name="party_answer"),
    path("<int:pk>/move-out/", move_out, name="move_out"),
    path("moves/<int:pk>/day/", move_out_day, name="move_out_day"),
    path("moves/<int:pk>/stay/", move_out_withdraw, name="move_out_withdraw"),
    path("moves/<int:pk>/inspection/", move_out_inspect, name="move_out_inspect"),
    path("moves/<int:pk>/keys/", move_out_keys, name="move_out_keys"),
]
