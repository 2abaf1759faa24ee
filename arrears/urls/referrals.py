"""Pages on the gate, on decisions, and on referrals and what they cost."""

from django.urls import URLPattern, path

from arrears.views.costs import cost_new, emergency
from arrears.views.decisions import decision_withdraw
from arrears.views.gate import gate, gate_answer
from arrears.views.petition import collector_file, petition, petition_draft
from arrears.views.referral_steps import referral_step
from arrears.views.referrals import refer, referral
from arrears.views.settlements import settlement_end, settlement_new

urlpatterns: list[URLPattern] = [
    path("<int:pk>/gate/", gate, name="gate"),
    path("<int:pk>/gate/<str:condition>/", gate_answer, name="gate_answer"),
    path("decisions/<int:pk>/withdraw/", decision_withdraw, name="decision_withdraw"),
    path("<int:pk>/refer/", refer, name="refer"),
    path("<int:pk>/settlements/new/", settlement_new, name="settlement_new"),
    path("<int:pk>/settlements/<int:settlement>/end/", settlement_end, name="settlement_end"),
    path("<int:pk>/costs/new/", cost_new, name="cost_new"),
    path("referrals/<int:pk>/", referral, name="referral"),
    path("referrals/<int:pk>/petition/", petition, name="petition"),
    path("referrals/<int:pk>/petition.pdf", petition_draft, name="petition_draft"),
    path("referrals/<int:pk>/collector.<str:file_format>", collector_file, name="collector_file"),
    path("referrals/<int:pk>/<slug:name>/", referral_step, name="referral_step"),
    path("emergency/", emergency, name="emergency"),
]
