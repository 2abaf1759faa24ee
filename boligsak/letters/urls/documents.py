"""Pages: the journal, and packages for the archive. A document's own page is the desk's."""

from django.urls import URLPattern, path

from boligsak.letters.views.archive import (
    archive,
    archive_file,
    archive_new,
    archive_package,
    archive_progress,
)
from boligsak.letters.views.journal import journal, journal_export

urlpatterns: list[URLPattern] = [
    path("", journal, name="journal"),
    path("export/", journal_export, name="journal_export"),
    path("archive/", archive, name="archive"),
    path("archive/new/", archive_new, name="archive_new"),
    path("archive/<int:pk>/", archive_package, name="archive_package"),
    path("archive/<int:pk>/progress/", archive_progress, name="archive_progress"),
    path("archive/<int:pk>/file/", archive_file, name="archive_file"),
]
