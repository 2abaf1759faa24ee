"""Celery's shells around the services. Celery finds tasks by importing this package."""

from tenants.tasks.bulk import index_rents, renew_leases

__all__ = ["index_rents", "renew_leases"]
