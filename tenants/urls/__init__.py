"""Pages of this app: steps on applications, on homes and leases, and on complaints."""

from django.urls import include, path

from tenants.urls import allocation, applications, complaints, decisions, lifecycle

app_name = "tenants"

urlpatterns = [
    path("applications/", include([*applications.urlpatterns, *decisions.urlpatterns])),
    path("homes/", include(allocation.urlpatterns)),
    path("leases/", include(lifecycle.urlpatterns)),
    path("complaints/", include(complaints.urlpatterns)),
]
