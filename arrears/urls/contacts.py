"""Pages on contacts, home visits and the tenant's own view."""

from django.urls import URLPattern, path

from arrears.views.contact_visits import visit_cancel, visit_card, visit_new, visit_report, visits
from arrears.views.contacts import contact_correct, contact_new, contact_withdraw, phone_note
from arrears.views.tenant_views import tenant_view

urlpatterns: list[URLPattern] = [
    path("<int:pk>/call/", phone_note, name="phone_note"),
    path("<int:pk>/contacts/new/", contact_new, name="contact_new"),
    path("<int:pk>/visits/new/", visit_new, name="visit_new"),
    path("<int:pk>/view/", tenant_view, name="tenant_view"),
    path("contacts/<int:pk>/correct/", contact_correct, name="contact_correct"),
    path("contacts/<int:pk>/withdraw/", contact_withdraw, name="contact_withdraw"),
    path("visits/", visits, name="visits"),
    path("visits/<int:pk>/report/", visit_report, name="visit_report"),
    path("visits/<int:pk>/cancel/", visit_cancel, name="visit_cancel"),
    path("visits/<int:pk>/card/", visit_card, name="visit_card"),
]
