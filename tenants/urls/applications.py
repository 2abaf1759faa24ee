"""Pages: applications."""

from django.urls import URLPattern, path

from tenants.views import application_acts as acts
from tenants.views import application_members as people
from tenants.views import application_pages as pages
from tenants.views.applications import application_new

urlpatterns: list[URLPattern] = [
    path("new/", application_new, name="application_new"),
    path("<int:pk>/household/", people.application_household, name="application_household"),
    path("<int:pk>/household/add/", people.member_new, name="member_new"),
    path("<int:pk>/applicant/", people.application_applicant, name="application_applicant"),
    path("members/<int:pk>/", people.member_change, name="member_change"),
    path("members/<int:pk>/remove/", people.member_remove, name="member_remove"),
    path("<int:pk>/need/", pages.application_need, name="application_need"),
    path("<int:pk>/support/", pages.application_support, name="application_support"),
    path("<int:pk>/consents/", pages.application_consents, name="application_consents"),
    path("<int:pk>/register/", acts.application_register, name="application_register"),
    path("<int:pk>/withdraw/", acts.application_withdraw, name="application_withdraw"),
    path("<int:pk>/carried-out/", acts.application_carried_out, name="application_carried_out"),
    path("<int:pk>/owner/", acts.application_owner, name="application_owner"),
]
