"""Pages on the next step."""

from django.urls import path

from arrears.views.next_steps import (
    next_steps,
    step_confirm,
    step_finish,
    step_override,
    step_postpone,
)

urlpatterns = [
    path("<int:pk>/next-steps/", next_steps, name="next_steps"),
    path("next-steps/<int:pk>/confirm/", step_confirm, name="step_confirm"),
    path("next-steps/<int:pk>/put-off/", step_postpone, name="step_postpone"),
    path("next-steps/<int:pk>/choose/", step_override, name="step_override"),
    path("next-steps/<int:pk>/done/", step_finish, name="step_finish"),
]
