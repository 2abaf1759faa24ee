"""Pages: the outbox, print batches and letters to many."""

from django.urls import URLPattern, path

from boligsak.letters.views import bulk, bulk_steps, outbox, outbox_steps, print_batches

urlpatterns: list[URLPattern] = [
    path("", outbox.outbox, name="outbox"),
    path("<int:pk>/", outbox.dispatch, name="dispatch"),
    path("<int:pk>/letter.pdf", outbox_steps.letter_file, name="dispatch_file"),
    path("<int:pk>/again/", outbox_steps.retry, name="dispatch_retry"),
    path("<int:pk>/paper/", outbox_steps.paper, name="dispatch_paper"),
    path("<int:pk>/stop/", outbox_steps.stop, name="dispatch_cancel"),
    path("<int:pk>/sent/", outbox_steps.sent, name="dispatch_sent"),
    path("<int:pk>/dealt-with/", outbox_steps.settle, name="dispatch_settle"),
    path("<int:pk>/out-of-batch/", outbox_steps.out_of_batch, name="dispatch_take_out"),
    path("print/<int:office>/", print_batches.batch_new, name="batch_new"),
    path("batches/", print_batches.batches, name="batches"),
    path("batches/<int:pk>/", print_batches.batch_page, name="batch"),
    path("batches/<int:pk>/letters.pdf", print_batches.batch_file, name="batch_file"),
    path("batches/<int:pk>/posted/", print_batches.batch_post, name="batch_post"),
    path("batches/<int:pk>/drop/", print_batches.batch_drop, name="batch_drop"),
    path("many/", bulk.letters, name="bulk_letters"),
    path("many/new/<slug:code>/", bulk.new, name="bulk_new"),
    path("many/<int:pk>/", bulk.bulk, name="bulk"),
    path("many/<int:pk>/letter.pdf", bulk.letter, name="bulk_letter"),
    path("many/<int:pk>/progress/", bulk.progress, name="bulk_progress"),
    path("many/<int:pk>/choose/", bulk.choose, name="bulk_choose"),
    path("many/<int:pk>/office/", bulk.choose_office, name="bulk_office"),
    path("many/<int:pk>/write/", bulk_steps.ask, name="bulk_ask"),
    path("many/<int:pk>/approve/", bulk_steps.approve, name="bulk_approve"),
    path("many/<int:pk>/look-again/", bulk_steps.look_again, name="bulk_look_again"),
    path("many/<int:pk>/drop/", bulk_steps.drop, name="bulk_drop"),
    path("many/<int:pk>/again/", bulk_steps.again, name="bulk_again"),
]
