"""Pages: complaints, in and on."""

from django.urls import URLPattern, path

from tenants.views.complaint_ends import (
    complaint_close,
    complaint_reduction_end,
    complaint_withdraw,
)
from tenants.views.complaints import (
    complaint_assess,
    complaint_contact,
    complaint_new,
    complaint_new_dwelling,
)

urlpatterns: list[URLPattern] = [
    path("new/lease/<int:pk>/", complaint_new, name="complaint_new"),
    path("new/dwelling/<int:pk>/", complaint_new_dwelling, name="complaint_new_dwelling"),
    path("<int:pk>/talk/", complaint_contact, name="complaint_contact"),
    path("<int:pk>/assess/", complaint_assess, name="complaint_assess"),
    path("<int:pk>/close/", complaint_close, name="complaint_close"),
    path("<int:pk>/reduction/end/", complaint_reduction_end, name="complaint_reduction_end"),
    path("<int:pk>/withdraw/", complaint_withdraw, name="complaint_withdraw"),
]
