"""Celery's shells around the services. Celery finds tasks by importing this package."""

from arrears.tasks.imports import import_payments

__all__ = ["import_payments"]
