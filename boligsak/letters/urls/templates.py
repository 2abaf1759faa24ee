"""Pages on templates of letters."""

from django.urls import URLPattern, path

from boligsak.letters.views.template_steps import (
    template_approve,
    template_drop,
    template_edit,
    template_new,
    template_retire,
)
from boligsak.letters.views.templates import template_page, template_preview, templates

urlpatterns: list[URLPattern] = [
    path("", templates, name="templates"),
    path("new/", template_new, name="template_new"),
    path("<int:pk>/", template_page, name="template"),
    path("<int:pk>/preview.pdf", template_preview, name="template_preview"),
    path("<int:pk>/edit/", template_edit, name="template_edit"),
    path("<int:pk>/approve/", template_approve, name="template_approve"),
    path("<int:pk>/retire/", template_retire, name="template_retire"),
    path("<int:pk>/drop/", template_drop, name="template_drop"),
]
