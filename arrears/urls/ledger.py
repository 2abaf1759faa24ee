"""Pages on the ledger and the payment files."""

from django.urls import path

from arrears.views.charges import new_charge
from arrears.views.corrections import correct_line
from arrears.views.disputes import dispute_charge, settle_dispute
from arrears.views.imports import import_new, import_page, import_progress, imports
from arrears.views.moves import move_payment, move_search, move_to
from arrears.views.unplaced import (
    unplaced,
    unplaced_payment,
    unplaced_place,
    unplaced_return,
    unplaced_search,
)

urlpatterns = [
    path("imports/", imports, name="imports"),
    path("imports/new/", import_new, name="import_new"),
    path("imports/<int:pk>/", import_page, name="import"),
    path("imports/<int:pk>/progress/", import_progress, name="import_progress"),
    path("unplaced/", unplaced, name="unplaced"),
    path("unplaced/<int:pk>/", unplaced_payment, name="unplaced_payment"),
    path("unplaced/<int:pk>/search/", unplaced_search, name="unplaced_search"),
    path("unplaced/<int:pk>/return/", unplaced_return, name="unplaced_return"),
    path("unplaced/<int:pk>/place/<int:lease_id>/", unplaced_place, name="unplaced_place"),
    path("lines/<int:pk>/correct/", correct_line, name="correct_line"),
    path("lines/<int:pk>/dispute/", dispute_charge, name="dispute_charge"),
    path("disputes/<int:pk>/settle/", settle_dispute, name="settle_dispute"),
    path("leases/<int:pk>/charge/", new_charge, name="new_charge"),
    path("lines/<int:pk>/move/", move_payment, name="move_payment"),
    path("lines/<int:pk>/move/search/", move_search, name="move_search"),
    path("lines/<int:pk>/move/<int:lease_id>/", move_to, name="move_to"),
]
