"""Pages of this app: documents, templates, and what is to be sent."""

from django.urls import include, path

from boligsak.letters.urls import documents, outbox, templates

app_name = "letters"

urlpatterns = [
    path("documents/", include(documents.urlpatterns)),
    path("templates/", include(templates.urlpatterns)),
    path("outbox/", include(outbox.urlpatterns)),
]
