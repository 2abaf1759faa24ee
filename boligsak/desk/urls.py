"""Pages that join the apps. Ids are safe in addresses: views fetch by `visible_to`."""

from django.urls import path

from boligsak.desk.views.absence import (
    absence_change,
    absence_new,
    absence_withdraw,
    person_death,
)
from boligsak.desk.views.application import application
from boligsak.desk.views.application_economy import application_budget, application_economy
from boligsak.desk.views.application_support import support_change, support_drop, support_new
from boligsak.desk.views.applications import applications, applications_export
from boligsak.desk.views.assign import assign
from boligsak.desk.views.case import case
from boligsak.desk.views.cases import cases, cases_export
from boligsak.desk.views.complaint import complaint, complaint_head_action
from boligsak.desk.views.complaints import complaints, complaints_export
from boligsak.desk.views.dashboard import dashboard
from boligsak.desk.views.document_send import document_send
from boligsak.desk.views.documents import (
    document,
    document_file,
    document_picture,
    document_upload,
    document_withdraw,
)
from boligsak.desk.views.dwelling import dwelling
from boligsak.desk.views.figures import figures
from boligsak.desk.views.head_action_list import head_actions, head_actions_export
from boligsak.desk.views.head_actions import head_action, head_action_close, head_action_new
from boligsak.desk.views.home import home
from boligsak.desk.views.lease import lease, ledger_export
from boligsak.desk.views.leases import leases, leases_export
from boligsak.desk.views.move_out import move_out, move_out_settle
from boligsak.desk.views.my_work import my_work
from boligsak.desk.views.open_cases import ask_open
from boligsak.desk.views.person import identity, person
from boligsak.desk.views.person_change import person_change
from boligsak.desk.views.person_contact import email_used, guardian_change, guardian_new
from boligsak.desk.views.prepare import prepare
from boligsak.desk.views.search import search
from boligsak.desk.views.worklist import worklist, worklist_export

app_name = "desk"

urlpatterns = [
    path("", home, name="home"),
    path("dashboard/", dashboard, name="dashboard"),
    path("worklist/", worklist, name="worklist"),
    path("worklist/export/", worklist_export, name="worklist_export"),
    path("worklist/assign/", assign, name="assign"),
    path("my-work/", my_work, name="my_work"),
    path("figures/", figures, name="figures"),
    path("leases/", leases, name="leases"),
    path("leases/export/", leases_export, name="leases_export"),
    path("leases/<int:pk>/", lease, name="lease"),
    path("leases/<int:pk>/ledger/", ledger_export, name="ledger_export"),
    path("leases/<int:pk>/moving-out/", move_out, name="move_out"),
    path("leases/<int:pk>/moving-out/settle/", move_out_settle, name="move_out_settle"),
    path("applications/", applications, name="applications"),
    path("applications/export/", applications_export, name="applications_export"),
    path("applications/<int:pk>/", application, name="application"),
    path("applications/<int:pk>/economy/", application_economy, name="application_economy"),
    path("applications/<int:pk>/budget/", application_budget, name="application_budget"),
    path("applications/<int:pk>/help/new/", support_new, name="support_new"),
    path("help/<int:pk>/change/", support_change, name="support_change"),
    path("help/<int:pk>/drop/", support_drop, name="support_drop"),
    path("cases/", cases, name="cases"),
    path("cases/export/", cases_export, name="cases_export"),
    path("cases/open/", ask_open, name="open_cases"),
    path("cases/<int:pk>/", case, name="case"),
    path("complaints/", complaints, name="complaints"),
    path("complaints/export/", complaints_export, name="complaints_export"),
    path("complaints/<int:pk>/", complaint, name="complaint"),
    path("complaints/<int:pk>/head-action/", complaint_head_action, name="complaint_head_action"),
    path("dwellings/<int:pk>/", dwelling, name="dwelling"),
    path("dwellings/<int:pk>/head-action/", head_action_new, name="head_action_new"),
    path("head-actions/", head_actions, name="head_actions"),
    path("head-actions/export/", head_actions_export, name="head_actions_export"),
    path("head-actions/<int:pk>/", head_action, name="head_action"),
    path("head-actions/<int:pk>/close/", head_action_close, name="head_action_close"),
    path("people/<int:pk>/", person, name="person"),
    path("people/<int:pk>/identity/", identity, name="identity"),
    path("people/<int:pk>/change/", person_change, name="person_change"),
    path("people/<int:pk>/email/", email_used, name="email_used"),
    path("people/<int:pk>/guardians/new/", guardian_new, name="guardian_new"),
    path("guardians/<int:pk>/change/", guardian_change, name="guardian_change"),
    path("people/<int:pk>/absences/new/", absence_new, name="absence_new"),
    path("people/<int:pk>/death/", person_death, name="person_death"),
    path("absences/<int:pk>/change/", absence_change, name="absence_change"),
    path("absences/<int:pk>/withdraw/", absence_withdraw, name="absence_withdraw"),
    path("documents/<int:pk>/", document, name="document"),
    path("documents/<int:pk>/file/", document_file, name="document_file"),
    path("documents/<int:pk>/pages/<int:number>.png", document_picture, name="document_picture"),
    path("documents/<int:pk>/send/", document_send, name="document_send"),
    path("documents/<int:pk>/withdraw/", document_withdraw, name="document_withdraw"),
    path("documents/upload/<slug:kind>/<int:pk>/", document_upload, name="document_upload"),
    path("meetings/items/<int:pk>/prepare/", prepare, name="prepare"),
    path("search/", search, name="search"),
]
