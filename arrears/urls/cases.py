"""Pages on cases."""

from django.urls import URLPattern, path

from arrears.views.case_hands import (
    case_owner,
    lift_disqualification,
    new_disqualification,
    new_transfer,
    transfer,
)
from arrears.views.case_notes import case_meeting, case_sharing, new_note, new_task, task
from arrears.views.cases import close_case, end_trigger, new_case, new_trigger, reopen_case

urlpatterns: list[URLPattern] = [
    path("new/<int:lease_id>/", new_case, name="case_new"),
    path("<int:pk>/owner/", case_owner, name="case_owner"),
    path("<int:pk>/transfer/", new_transfer, name="case_transfer"),
    path("transfers/<int:pk>/", transfer, name="case_transfer_answer"),
    path("<int:pk>/disqualify/", new_disqualification, name="case_disqualify"),
    path("disqualified/<int:pk>/lift/", lift_disqualification, name="case_disqualify_lift"),
    path("<int:pk>/triggers/new/", new_trigger, name="case_trigger"),
    path("<int:pk>/triggers/<slug:kind>/end/", end_trigger, name="case_trigger_end"),
    path("<int:pk>/close/", close_case, name="case_close"),
    path("<int:pk>/reopen/", reopen_case, name="case_reopen"),
    path("<int:pk>/sharing/", case_sharing, name="case_sharing"),
    path("<int:pk>/meeting/", case_meeting, name="case_meeting"),
    path("<int:pk>/notes/new/", new_note, name="case_note"),
    path("<int:pk>/tasks/new/", new_task, name="case_task"),
    path("tasks/<int:pk>/", task, name="task"),
]
