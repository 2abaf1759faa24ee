"""Pages on repayment plans, other payers and the package for Nav."""

from django.urls import path

from arrears.views.nav_package import nav_package, nav_package_pdf, nav_package_send
from arrears.views.payers import new_payer, stop_payer
from arrears.views.plan_page import plan_page, plan_pdf
from arrears.views.plans import new_plan, plan_end, plan_sign

urlpatterns = [
    path("<int:pk>/plans/new/", new_plan, name="new_plan"),
    path("<int:pk>/payers/new/", new_payer, name="new_payer"),
    path("<int:pk>/payers/<int:payment_id>/stop/", stop_payer, name="stop_payer"),
    path("<int:pk>/nav-package/", nav_package, name="nav_package"),
    path("<int:pk>/nav-package/letter.pdf", nav_package_pdf, name="nav_package_pdf"),
    path("<int:pk>/nav-package/send/", nav_package_send, name="nav_package_send"),
    path("plans/<int:pk>/", plan_page, name="plan"),
    path("plans/<int:pk>/agreement.pdf", plan_pdf, name="plan_pdf"),
    path("plans/<int:pk>/sign/", plan_sign, name="plan_sign"),
    path("plans/<int:pk>/end/", plan_end, name="plan_end"),
]
