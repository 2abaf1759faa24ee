"""Pages on measures, on the checklist, and on who else lives there."""

from django.urls import path

from arrears.rules.measures import Act
from arrears.views.measure_checklist import measures
from arrears.views.measure_people import children, occupant, occupant_new
from arrears.views.measure_steps import measure_step
from arrears.views.measures import measure, measure_new

urlpatterns = [
    path("<int:pk>/measures/", measures, name="measures"),
    path("<int:pk>/measures/new/", measure_new, name="measure_new"),
    path("<int:pk>/children/", children, name="children"),
    path("<int:pk>/occupants/new/", occupant_new, name="occupant_new"),
    path("occupants/<int:pk>/", occupant, name="occupant"),
    path("measures/<int:pk>/", measure, name="measure"),
    *(
        path(
            f"measures/<int:pk>/{act.replace('_', '-')}/",
            measure_step,
            {"act": str(act)},
            name=f"measure_{act}",
        )
        for act in Act
    ),
]
