"""Pages on notices."""

from django.urls import URLPattern, path

from arrears.views.notice_outbox import notice_pdf, notice_queue, notice_take_back
from arrears.views.notice_steps import notice_answer, notice_send, notice_serve, notice_withdraw
from arrears.views.notice_writing import notice_new, notice_rewrite, notice_write
from arrears.views.notices import notice_page, notice_print

urlpatterns: list[URLPattern] = [
    path("<int:pk>/notices/new/", notice_new, name="notice_new"),
    path("<int:pk>/notices/new/<slug:kind>/", notice_write, name="notice_write"),
    path("notices/<int:pk>/", notice_page, name="notice"),
    path("notices/<int:pk>/print/", notice_print, name="notice_print"),
    path("notices/<int:pk>/letter.pdf", notice_pdf, name="notice_pdf"),
    path("notices/<int:pk>/outbox/", notice_queue, name="notice_queue"),
    path("notices/<int:pk>/take-back/", notice_take_back, name="notice_take_back"),
    path("notices/<int:pk>/rewrite/", notice_rewrite, name="notice_rewrite"),
    path("notices/<int:pk>/send/", notice_send, name="notice_send"),
    path("notices/<int:pk>/serve/", notice_serve, name="notice_serve"),
    path("notices/<int:pk>/withdraw/", notice_withdraw, name="notice_withdraw"),
    path("notices/served/<int:pk>/", notice_answer, name="notice_answer"),
]
