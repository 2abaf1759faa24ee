"""Pages on decisions, their conditions, appeals, and the preliminary answer."""

from django.urls import URLPattern, path

from tenants.views.appeals import (
    appeal,
    appeal_assess,
    appeal_new,
    appeal_reject,
    appeal_result,
    appeal_withdraw,
)
from tenants.views.condition_list import condition_list, conditions_export
from tenants.views.conditions import (
    condition,
    condition_hand_over,
    condition_meet,
    condition_reopen,
    condition_waive,
)
from tenants.views.decision_making import (
    conditions_remind,
    decision_approve,
    decision_make,
    decision_notify,
    decision_send_back,
    preliminary_answer,
)
from tenants.views.decisions import decision, decision_draft, decision_new, decision_preview

urlpatterns: list[URLPattern] = [
    path("<int:pk>/preliminary-answer/", preliminary_answer, name="preliminary_answer"),
    path("<int:pk>/conditions/remind/", conditions_remind, name="conditions_remind"),
    path("<int:pk>/decisions/new/", decision_new, name="decision_new"),
    path("decisions/<int:pk>/", decision, name="decision"),
    path("decisions/<int:pk>/draft/", decision_draft, name="decision_draft"),
    path("decisions/<int:pk>/letter/", decision_preview, name="decision_preview"),
    path("decisions/<int:pk>/make/", decision_make, name="decision_make"),
    path("decisions/<int:pk>/approve/", decision_approve, name="decision_approve"),
    path("decisions/<int:pk>/send-back/", decision_send_back, name="decision_send_back"),
    path("decisions/<int:pk>/notify/", decision_notify, name="decision_notify"),
    path("decisions/<int:pk>/appeals/new/", appeal_new, name="appeal_new"),
    path("conditions/", condition_list, name="conditions"),
    path("conditions/export/", conditions_export, name="conditions_export"),
    path("conditions/<int:pk>/", condition, name="condition"),
    path("conditions/<int:pk>/meet/", condition_meet, name="condition_meet"),
    path("conditions/<int:pk>/waive/", condition_waive, name="condition_waive"),
    path("conditions/<int:pk>/reopen/", condition_reopen, name="condition_reopen"),
    path("conditions/<int:pk>/hand-over/", condition_hand_over, name="condition_hand_over"),
    path("appeals/<int:pk>/", appeal, name="appeal"),
    path("appeals/<int:pk>/assess/", appeal_assess, name="appeal_assess"),
    path("appeals/<int:pk>/reject/", appeal_reject, name="appeal_reject"),
    path("appeals/<int:pk>/result/", appeal_result, name="appeal_result"),
    path("appeals/<int:pk>/withdraw/", appeal_withdraw, name="appeal_withdraw"),
]
